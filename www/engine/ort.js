// @ts-check
/** onnxruntime-web 1.30 backends webgpu and wasm (SIMD; threads where the page is isolated). */

import { hasSimd } from './device.js';
import { EngineFault } from './fault.js';
import { addressOf, contentOf, wrapped } from './files.js';
import { importModule } from './load.js';
import { OrtRun, modules } from './ort_run.js';
import { arrays, ownBuffer } from './tensor.js';
import { threadCount } from './thread_count.js';

/** A backend's script, and the WebAssembly with its glue. */
const files = {
  wasm: { script: 'ort.wasm.min.mjs', glue: 'ort-wasm-simd-threaded.mjs', binary: 'ort-wasm-simd-threaded.wasm' },
  webgpu: {
    script: 'ort.webgpu.min.mjs',
    glue: 'ort-wasm-simd-threaded.asyncify.mjs',
    binary: 'ort-wasm-simd-threaded.asyncify.wasm',
  },
};

/** Only errors go to the console; warnings are hundreds of lines for some models. */
const ERRORS_ONLY = 3;

/** @typedef {keyof typeof files} Backend */

/** @param {Backend} backend @returns {URL} */
const glueOf = (backend) => addressOf(`onnxruntime-web/${files[backend].glue}`);

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
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [backend],
    externalData: options.external,
    ...options.options,
    logSeverityLevel: options.options?.logSeverityLevel ?? ERRORS_ONLY,
  });
  const described = { inputs: [...session.inputNames], outputs: [...session.outputNames] };
  return { ...described, ...(backend === 'wasm' ? directly(session) : byPromise(ort, session)) };
}

/** @param {any} session of the processor @returns {Pick<import('./session.js').Session, 'run' | 'runNow' | 'release'>} */
function directly(session) {
  const runner = new OrtRun(modules.get(glueOf('wasm').href), session.handler.sessionId);
  /** @type {import('./session.js').RunNow} */
  const runNow = (feeds, outputs, kept) => runner.run(feeds, outputs ?? session.outputNames, new Set(kept));
  return {
    runNow,
    run: async (feeds, outputs, { kept }) => runNow(feeds, outputs, kept),

    async release() {
      runner.release();
      await session.release();
    },
  };
}

/** @param {any} ort @param {any} session @returns {Pick<import('./session.js').Session, 'run' | 'release'>} */
function byPromise(ort, session) {
  return {
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
async function load(backend, options) {
  if (!hasSimd()) throw new EngineFault('engine-unavailable', 'This browser has no WebAssembly SIMD, which this engine needs.');
  const { script, binary } = files[backend];
  const ort = await importModule(addressOf(`onnxruntime-web/${script}`));
  ort.env.logLevel = 'error';
  const wasm = contentOf(`onnxruntime-web/${binary}`);
  ort.env.wasm.wasmPaths = {
    mjs: wrapped('ort_glue.js', glueOf(backend)).href,
    ...(wasm ? {} : { wasm: addressOf(`onnxruntime-web/${binary}`).href }),
  };
  if (wasm) ort.env.wasm.wasmBinary = wasm;
  // onnxruntime-web says at length where it is asked for threads that there cannot be.
  ort.env.wasm.numThreads = threadCount(options);
  return ort;
}

/**
 * @param {any} ort
 * @param {import('./tensor.js').Tensor} tensor
 */
function toTensor(ort, { type, dims, buffer, strings }) {
  if (strings) return new ort.Tensor('string', strings, dims);
  return new ort.Tensor(type, new arrays[/** @type {keyof typeof arrays} */ (type)](buffer), dims);
}

/**
 * @param {string} name
 * @param {any} tensor
 * @returns {import('./tensor.js').Tensor}
 */
function fromTensor(name, tensor) {
  const { type, dims, data } = tensor;
  if (type === 'string') return { name, type, dims: [...dims], buffer: new ArrayBuffer(0), strings: [...data] };
  if (!ArrayBuffer.isView(data)) throw new EngineFault('unsupported-type', "The output '{name}' is no tensor.", { name });
  return { name, type, dims: [...dims], buffer: ownBuffer(data) };
}
