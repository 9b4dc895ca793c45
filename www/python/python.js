// @ts-check
/// <reference lib="webworker" />
/** Starts Pyodide with app_py in it and lends Python the page. */

import { decodeImage } from './image.js';
import * as snapshots from './snapshot.js';
import { Store } from './store.js';
import { fetchWords } from './translation.js';

const VENDOR = new URL('../vendor/', import.meta.url);
const PYODIDE = new URL('pyodide/pyodide.mjs', VENDOR);
const PAGE = new URL('../', import.meta.url);

/** Packing keeps Python busy for a moment: not in the one in which the first photo comes. */
const KEEP_AFTER_MS = 2000;

const WHEELS = [/^pyodide\/numpy-.*\.whl$/, /^pyodide\/pillow-.*\.whl$/, /^app_py-.*\.whl$/];

/** @typedef {(method: string, params: object, transfer?: Transferable[]) => void} Notify */
/** @typedef {{path: string, bytes: number, sha256: string}} RuntimeFile */

/**
 * @param {string} entry the Python module whose `start` receives what is jsPage here
 * @param {Notify} notify
 * @returns {Promise<any>} the page's Python half, started
 */
export async function startPython(entry, notify) {
  const runtime = await fetchRuntimeList();
  const lost = countDownloads(runtime.files, (done, total) => notify('loading', { done, total }));
  try {
    return await loadEntry(entry, runtime.files, notify);
  } catch (error) {
    // Pyodide wraps a failed download in errors of its own, in which the cause is hard to find again.
    throw lost.length ? missing(lost[0]) : error;
  }
}

/**
 * @param {string} entry
 * @param {RuntimeFile[]} files
 * @param {Notify} notify
 */
async function loadEntry(entry, files, notify) {
  const words = fetchWords();
  const wheels = fetchWheels(files);
  // Whoever awaits it hears of its failure; until then it is not one that nobody handles.
  wheels.catch(() => {});
  const { pyodide, install, keep } = await startInterpreter(snapshots.makerOf(files));
  install(await wheels);
  pyodide.pyimport('app_py').set_engine_url(new URL('engine/worker.js', PAGE).href);
  pyodide.pyimport('app_py.i18n').use_words(await words);
  const { start } = pyodide.pyimport(entry);
  const started = await start(lendPage(notify));
  keep();
  return started;
}

/**
 * From the snapshot of an earlier visit, or else anew, so that a snapshot can be kept.
 * @param {string} maker
 * @returns {Promise<{pyodide: any, install: (wheels: ArrayBuffer[]) => void, keep: () => void}>} `keep` once all has gone well
 */
async function startInterpreter(maker) {
  const { loadPyodide } = await import(PYODIDE.href);
  const indexURL = new URL('./', PYODIDE).href;
  const kept = await snapshots.recall(maker);
  const pyodide = kept && (await loadPyodide({ indexURL, _loadSnapshot: kept.memory }).catch(console.info));
  if (!kept || !pyodide) return startAnew(await loadPyodide({ indexURL, _makeSnapshot: true }), maker);
  return { pyodide, install: (wheels) => unpack(pyodide, wheels, kept.bytecode), keep: snapshots.prove };
}

/** @param {any} pyodide @param {string} maker */
function startAnew(pyodide, maker) {
  const memory = snapshots.takeMemory(pyodide);
  snapshots.collectBytecode(pyodide);
  return {
    pyodide,
    install: (/** @type {ArrayBuffer[]} */ wheels) => unpack(pyodide, wheels),
    keep() {
      if (!memory) return;
      setTimeout(() => snapshots.keep({ maker, memory, bytecode: snapshots.takeBytecode(pyodide) }), KEEP_AFTER_MS);
    },
  };
}

/** @param {any} pyodide @param {ArrayBuffer[]} wheels @param {Uint8Array} [bytecode] */
function unpack(pyodide, wheels, bytecode) {
  const extractDir = snapshots.packagesOf(pyodide);
  for (const wheel of wheels) pyodide.unpackArchive(wheel, 'wheel', { extractDir });
  if (bytecode) pyodide.unpackArchive(bytecode, 'zip', { extractDir });
}

/** @param {RuntimeFile[]} files @returns {Promise<ArrayBuffer[]>} of numpy, Pillow and app_py, in this order */
function fetchWheels(files) {
  const wheels = WHEELS.map((name) => /** @type {RuntimeFile} */ (files.find(({ path }) => name.test(path))));
  return Promise.all(
    wheels.map(async ({ path }) => {
      const response = await fetch(new URL(path, VENDOR));
      if (!response.ok) throw missing(path);
      return response.arrayBuffer();
    }),
  );
}

/** @returns {Promise<{files: RuntimeFile[]}>} */
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
  const store = new Store('atelier');
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
      /** @param {string} key */
      get: (key) => store.read(key),
      /** @param {string} key @param {string} value */
      put: (key, value) => store.write(key, value),
      /** @param {string} key */
      remove: (key) => store.remove(key),
      /** @param {string} key @param {any} data a Python buffer */
      putBytes: (key, data) => store.write(key, new Uint8Array(copyOut(data))),
    },

    /** @param {string} url relative to the page @param {(done: number, total: number) => void} onProgress */
    async fetch(url, onProgress) {
      const response = await fetch(new URL(url, PAGE));
      if (!response.ok) return response.status;
      countBytes(response, onProgress);
      return new Uint8Array(await response.arrayBuffer());
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
 * @param {RuntimeFile[]} files
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
    countBytes(response, (done) => {
      loaded.set(url, done);
      onProgress([...loaded.values()].reduce((sum, bytes) => sum + bytes, 0), total);
    });
    return response;
  };
  return lost;
}

/**
 * Count the body on a copy: the browser keeps compiled WebAssembly only for a response that comes as it was fetched.
 * @param {Response} response
 * @param {(done: number, total: number) => void} onProgress
 */
async function countBytes(response, onProgress) {
  const total = Number(response.headers.get('content-length') ?? 0);
  let done = 0;
  const counter = new WritableStream({
    write(/** @type {Uint8Array} */ chunk) {
      done += chunk.byteLength;
      onProgress(done, total);
    },
  });
  // A transfer that breaks off fails for who reads the response itself.
  await response.clone().body?.pipeTo(counter).catch(() => {});
}
