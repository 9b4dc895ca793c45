// @ts-check
/// <reference lib="webworker" />
/** Starts Pyodide with app_py in it and lends Python the page. */

import { decodeImage } from './image.js';
import { read, remove, write } from './store.js';

const VENDOR = new URL('../vendor/', import.meta.url);
const PYODIDE = new URL('pyodide/pyodide.mjs', VENDOR);
const PAGE = new URL('../', import.meta.url);

/** @typedef {(method: string, params: object, transfer?: Transferable[]) => void} Notify */

/**
 * @param {string} entry the Python module whose `start` receives what is lent here
 * @param {Notify} notify
 * @returns {Promise<any>} the page's Python half, started
 */
export async function startPython(entry, notify) {
  const runtime = await fetchRuntimeList();
  const lost = countDownloads(runtime.files, (done, total) => notify('loading', { done, total }));
  try {
    return await loadEntry(entry, runtime.wheel, notify);
  } catch (error) {
    // Pyodide wraps a failed download in errors of its own, in which the cause is hard to find again.
    throw lost.length ? missing(lost[0]) : error;
  }
}

/**
 * @param {string} entry
 * @param {string} wheel
 * @param {Notify} notify
 */
async function loadEntry(entry, wheel, notify) {
  const { loadPyodide } = await import(PYODIDE.href);
  // Pyodide installs a wheel by its address as well as micropip would, and fetches it with the rest, while it starts itself.
  const packages = ['numpy', 'pillow', new URL(wheel, VENDOR).href];
  const pyodide = await loadPyodide({ indexURL: new URL('./', PYODIDE).href, packages });
  pyodide.pyimport('app_py').set_engine_url(new URL('engine/worker.js', PAGE).href);
  const { start } = pyodide.pyimport(entry);
  return start(lendPage(notify));
}

/** @returns {Promise<{files: {path: string, bytes: number}[], wheel: string}>} */
async function fetchRuntimeList() {
  const response = await fetch(new URL('runtime.json', VENDOR));
  if (!response.ok) throw missing('runtime.json');
  return response.json();
}

/** @param {string} path */
function missing(path) {
  return Object.assign(new Error(`${path} is missing`), { code: 'missing' });
}

/** What Python calls. @param {Notify} notify */
function lendPage(notify) {
  return {
    /** @param {string} state */
    show: (state) => notify('show', { state }),

    /** @param {string} canvas @param {number} width @param {number} height @param {any} pixels a Python buffer */
    draw(canvas, width, height, pixels) {
      const rgba = copyOut(pixels);
      notify('draw', { canvas, width, height, rgba }, [rgba]);
    },

    /** @param {string} name @param {string} mime @param {any} data a Python buffer @param {string} purpose */
    giveFile(name, mime, data, purpose) {
      const bytes = copyOut(data);
      notify('file', { name, mime, bytes, purpose }, [bytes]);
    },

    store: {
      get: read,
      put: write,
      remove,
      /** @param {string} key @param {any} data a Python buffer */
      putBytes: (key, data) => write(key, new Uint8Array(copyOut(data))),
    },

    /** @param {string} url relative to the page @param {(done: number, total: number) => void} onProgress */
    async fetch(url, onProgress) {
      const response = await fetch(new URL(url, PAGE));
      if (!response.ok) return response.status;
      return new Uint8Array(await counted(response, onProgress).arrayBuffer());
    },

    /** @param {any} data a Python buffer: a picture file */
    decode: (data) => decodeImage(new Blob([copyOut(data)])),
  };
}

/** @param {any} buffer a Python object with the buffer protocol @returns {ArrayBuffer} */
function copyOut(buffer) {
  const view = buffer.getBuffer('u8');
  try {
    return view.data.slice().buffer;
  } finally {
    view.release();
  }
}

/**
 * Report the bytes of the Python runtime as they come, whoever asks for them.
 * @param {{path: string, bytes: number}[]} files
 * @param {(done: number, total: number) => void} onProgress
 * @returns {string[]} grows by the address of every file that is not there
 */
function countDownloads(files, onProgress) {
  const sizes = new Map(files.map(({ path, bytes }) => [new URL(path, VENDOR).href, bytes]));
  /** @type {Map<string, number>} */
  const loaded = new Map();
  const total = files
    .filter(({ path }) => /^pyodide\/(pyodide\.asm\.wasm|python_stdlib\.zip|numpy|pillow)|^app_py/i.test(path))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  /** @type {string[]} */
  const lost = [];
  const plainFetch = self.fetch.bind(self);
  self.fetch = async (input, init) => {
    const response = await plainFetch(input, init);
    const url = response.url;
    if (!sizes.has(url)) return response;
    if (!response.ok) {
      lost.push(url);
      return response;
    }
    return counted(response, (done) => {
      loaded.set(url, done);
      onProgress([...loaded.values()].reduce((sum, bytes) => sum + bytes, 0), total);
    });
  };
  return lost;
}

/**
 * The same response, its body counted on the way.
 * @param {Response} response
 * @param {(done: number, total: number) => void} onProgress
 */
function counted(response, onProgress) {
  const total = Number(response.headers.get('content-length') ?? 0);
  let done = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      onProgress(done, total);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counter), { headers: response.headers, status: response.status });
}
