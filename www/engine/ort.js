// @ts-check
/** onnxruntime-web 1.30 backends webgpu and wasm (SIMD; threads where the page is isolated). */

import { importModule } from './load.js';
import { arrays, ownBuffer } from './tensor.js';

const folder = new URL('../vendor/onnxruntime-web/', import.meta.url);
const scripts = { wasm: 'ort.wasm.min.mjs', webgpu: 'ort.webgpu.min.mjs' };

/** @typedef {keyof typeof scripts} Backend */

/** @type {Map<Backend, Promise<any>>} */
const loading = new Map();

/**
 * @param {Backend} backend
 * @param {Uint8Array} model
 * @param {import('./session.js').Options} options
 * @returns {Promise<import('./session.js').Session>}
 */
export async function open(backend, model, options) {
  if (!loading.has(backend)) loading.set(backend, load(backend, options));
  const ort = await loading.get(backend);
  const session = await ort.InferenceSession.create(model, { executionProviders: [backend] });
  return {
    inputs: [...session.inputNames],
    outputs: [...session.outputNames],

    async run(feeds, outputs) {
      const named = Object.fromEntries(feeds.map((feed) => [feed.name, toTensor(ort, feed)]));
      const names = outputs ?? [...session.outputNames];
      const results = await session.run(named, names);
      return names.map((name) => fromTensor(name, results[name]));
    },

    release: () => session.release(),
  };
}

/**
 * @param {Backend} backend
 * @param {import('./session.js').Options} options
 */
async function load(backend, { threads, most_threads = 1 }) {
  const ort = await importModule(new URL(scripts[backend], folder));
  ort.env.logLevel = 'error';
  ort.env.wasm.wasmPaths = folder.href;
  ort.env.wasm.numThreads = threads ?? (self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, most_threads) : 1);
  return ort;
}

/**
 * @param {any} ort
 * @param {import('./tensor.js').Tensor} tensor
 */
function toTensor(ort, { type, dims, buffer }) {
  return new ort.Tensor(type, new arrays[/** @type {keyof typeof arrays} */ (type)](buffer), dims);
}

/**
 * @param {string} name
 * @param {any} tensor
 * @returns {import('./tensor.js').Tensor}
 */
function fromTensor(name, tensor) {
  const { type, dims } = tensor;
  const buffer = ArrayBuffer.isView(tensor.data) ? ownBuffer(tensor.data) : new ArrayBuffer(0);
  return { name, type, dims: [...dims], buffer };
}
