// @ts-check
/** ONNX.js 0.1.8 in a classic worker, backends webgl, wasm and cpu. */

import { addressOf } from './files.js';
import { runScript } from './load.js';
import { arrays, copyOf } from './tensor.js';
import { checkContext } from './webgl_context.js';

const script = addressOf('onnxjs/onnx.min.js');

/** @type {any} */
let loaded = null;

/**
 * @param {string} backend 'webgl', 'wasm' or 'cpu'
 * @param {Uint8Array} model
 * @returns {Promise<import('./session.js').Session>}
 */
export async function open(backend, model) {
  loaded ??= load();
  const onnx = loaded;
  const check = backend === 'webgl' ? () => checkContext(onnx.backend.webgl.glContext.gl) : () => {};
  // ONNX.js refuses a second input shape, so there is a session for one shape at a time
  let inner = await openInner(onnx, backend, model);
  let shapes = '';
  check();
  const { graph } = inner.session._model;
  /** @type {string[]} */
  const outputs = graph.getOutputNames();
  return {
    inputs: graph.getInputNames(),
    outputs,

    async run(feeds, names) {
      const wanted = JSON.stringify(feeds.map((feed) => feed.dims));
      if (shapes && shapes !== wanted) {
        dispose(inner);
        inner = await openInner(onnx, backend, model);
      }
      shapes = wanted;
      const results = await inner.run(feeds.map((feed) => toTensor(onnx, feed)));
      const tensors = (names ?? outputs).map((name) => fromTensor(name, results.get(name)));
      check();
      return tensors;
    },

    async release() {
      dispose(inner);
    },
  };
}

/**
 * @param {any} onnx
 * @param {string} backend
 * @param {Uint8Array} model
 */
async function openInner(onnx, backend, model) {
  const inner = new onnx.InferenceSession({ backendHint: backend });
  await inner.loadModel(model);
  return inner;
}

/** @param {any} inner ONNX.js has no public way to give a model's memory back */
function dispose(inner) {
  inner.session.sessionHandler.dispose();
}

function load() {
  pretendToBeAPage();
  runScript(script);
  const { onnx } = /** @type {any} */ (self);
  onnx.backend.wasm.initTimeout = 30_000;
  return onnx;
}

/**
 * ONNX.js looks for a window, makes its canvas through the document, finds `onnx-wasm.wasm` beside the script that is
 * running, and starts `onnx-worker.js` relative to the page: give it one of each.
 */
function pretendToBeAPage() {
  const page = /** @type {any} */ (self);
  page.window = self;
  page.document = { createElement: () => new OffscreenCanvas(1, 1), currentScript: { src: script.href } };
  page.Worker = class extends Worker {
    /** @param {string} url */
    constructor(url) {
      super(new URL(url, script));
    }
  };
}

/**
 * @param {any} onnx
 * @param {import('./tensor.js').Tensor} tensor
 */
function toTensor(onnx, { type, dims, buffer }) {
  const data = new arrays[/** @type {keyof typeof arrays} */ (type)](buffer);
  // ONNX.js holds 64-bit integers, of models too, as 32-bit ones
  if (type === 'int64') return new onnx.Tensor(Int32Array.from(/** @type {any} */ (data), Number), 'int32', dims);
  return new onnx.Tensor(data, type, dims);
}

/**
 * @param {string} name
 * @param {any} tensor
 * @returns {import('./tensor.js').Tensor}
 */
function fromTensor(name, tensor) {
  // The memory may be a weight's, which is needed again
  return { name, type: tensor.type, dims: [...tensor.dims], buffer: copyOf(tensor.data) };
}
