// @ts-check
/** An instance of the kernels: the file that fits this browser, its memory, and its threads. */

import { EngineFault } from './fault.js';

const folder = new URL('../vendor/kernels/', import.meta.url);

/** The smallest module with an instruction of relaxed SIMD (f32x4.relaxed_madd), as wasm-feature-detect tests for it. */
const RELAXED = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
];

const PAGE = 65536;
const STACK = 65536;
const FIRST_PAGES = 64;
/** Memory that threads share must name its most. Browsers reserve as many addresses, and some have fewer. */
const MOST_PAGES = [65535, 32768, 16384];
const THREAD_START_MS = 10_000;

/**
 * @typedef {{
 *   threads: number,
 *   grow(arenaBytes: number): void,
 *   write(address: number, bytes: Uint8Array): void,
 *   read(address: number, length: number): ArrayBuffer,
 *   run(program: any, first: number, last: number): boolean,
 *   bytes(): number,
 *   close(): void,
 * }} Machine
 */

/**
 * @param {number} threads more than one only where the page can share memory (`thread_count.js`)
 * @returns {Promise<Machine>}
 */
export async function openMachine(threads) {
  const relaxed = WebAssembly.validate(new Uint8Array(RELAXED));
  const opening = openKernels(`${relaxed ? 'relaxed' : 'simd'}${threads > 1 ? '-threads' : ''}.wasm`, threads > 1);
  // Threads fetch their script while the kernels come.
  const helpers = await startThreads(threads - 1, opening);
  const { kernels, memory, stacks } = await opening;
  const arena = align(stacks + threads * STACK);
  return {
    threads,

    grow(arenaBytes) {
      const missing = Math.ceil((arena + arenaBytes - memory.buffer.byteLength) / PAGE);
      if (missing <= 0) return;
      try {
        memory.grow(missing);
      } catch {
        throw new EngineFault('out-of-memory', 'The engine has no memory left for inputs of this size.');
      }
    },

    write(address, bytes) {
      new Uint8Array(memory.buffer, arena + address, bytes.length).set(bytes);
    },

    read(address, length) {
      const copy = new Uint8Array(length);
      copy.set(new Uint8Array(memory.buffer, arena + address, length));
      return copy.buffer;
    },

    run({ steps_address, scratch_address, scratch_bytes }, first, last) {
      return kernels.run(arena, steps_address, first, last, scratch_address, scratch_bytes, threads) === 0;
    },

    bytes: () => memory.buffer.byteLength,

    close() {
      for (const helper of helpers) helper.terminate();
    },
  };
}

/** @typedef {{module: WebAssembly.Module, memory: WebAssembly.Memory, kernels: any, stacks: number}} Kernels `stacks`: where those of threads begin */

/**
 * @param {string} name
 * @param {boolean} shared whether threads have its memory, too
 * @returns {Promise<Kernels>}
 */
async function openKernels(name, shared) {
  const module = await compile(name);
  const memory = shared ? sharedMemory() : new WebAssembly.Memory({ initial: FIRST_PAGES });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const kernels = /** @type {any} */ (exports);
  return { module, memory, kernels, stacks: kernels.__heap_base.value };
}

/** @param {number} address */
function align(address) {
  return Math.ceil(address / 256) * 256;
}

/** @param {string} name */
async function compile(name) {
  const url = new URL(name, folder);
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status code ${response.status}`);
    // What is compiled from a stream a browser keeps for the next visit; a server may not call it WebAssembly.
    const again = response.clone();
    return await WebAssembly.compileStreaming(response).catch(async () => WebAssembly.compile(await again.arrayBuffer()));
  } catch (error) {
    throw new EngineFault('engine-unavailable', "The engine's script {path} did not load: {error}", {
      path: url.pathname,
      error: String(error),
    });
  }
}

function sharedMemory() {
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true });
    } catch (error) {
      if (maximum === MOST_PAGES[MOST_PAGES.length - 1]) throw error;
    }
  }
  throw new EngineFault('out-of-memory', 'The engine has no memory left for inputs of this size.');
}

/**
 * @param {number} count
 * @param {Promise<Kernels>} opening
 * @returns {Promise<Worker[]>} all of them, or none
 */
async function startThreads(count, opening) {
  const starting = Array.from({ length: count }, (_, i) => startThread(opening, i + 1));
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const thread of starting) thread.then((worker) => worker.terminate(), () => {});
    throw error;
  }
}

/**
 * @param {Promise<Kernels>} opening
 * @param {number} thread
 * @returns {Promise<Worker>}
 */
function startThread(opening, thread) {
  const worker = new Worker(new URL('kernels_thread.js', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    const end = (/** @type {unknown} */ error) => {
      worker.terminate();
      reject(error);
    };
    const fail = (/** @type {string} */ reason) =>
      end(new EngineFault('engine-unavailable', 'A thread of the engine did not start: {reason}', { reason }));
    worker.onerror = (event) => fail(event.message ?? 'error');
    opening.then(({ module, memory, stacks }) => {
      const late = setTimeout(() => fail('timeout'), THREAD_START_MS);
      worker.onmessage = () => {
        clearTimeout(late);
        resolve(worker);
      };
      worker.postMessage({ module, memory, stack: stacks + thread * STACK, thread });
    }, end);
  });
}
