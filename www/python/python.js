// @ts-check
/// <reference lib="webworker" />
/** Starts Pyodide with app_py in it and lends Python the page. */

import { DownloadError, download } from './download.js';
import { decodeImage } from './image.js';
import { Runtime } from './runtime.js';
import * as snapshots from './snapshot.js';
import { Store } from './store.js';
import { fetchWords } from './translation.js';

const PYODIDE = new URL('../vendor/pyodide/pyodide.mjs', import.meta.url);
const PAGE = new URL('../', import.meta.url);

/** Copying keeps Python busy for a moment: not in the one in which the first photo comes. */
const KEEP_AFTER_MS = 2000;


/** @typedef {(method: string, params: object, transfer?: Transferable[]) => void} Notify */

/**
 * @param {string} entry the Python module whose `start` receives what is jsPage here
 * @param {Notify} notify
 * @returns {Promise<any>} the page's Python half, started
 */
export async function startPython(entry, notify) {
  const runtime = await Runtime.open((done, total) => notify('loading', { done, total }));
  try {
    // Pyodide waits for ever where its WebAssembly does not come whole.
    return await Promise.race([loadEntry(entry, runtime, notify), runtime.failure]);
  } catch (error) {
    // It also wraps a failed download in errors of its own, in which the cause is hard to find again.
    throw runtime.firstFailure ?? error;
  }
}

/**
 * @param {string} entry
 * @param {Runtime} runtime
 * @param {Notify} notify
 */
async function loadEntry(entry, runtime, notify) {
  const words = fetchWords();
  const { pyodide, keep } = await startInterpreter(runtime);
  let isStarted = false;
  // What was awaited of an interpreter that has ended never comes.
  pyodide._api.on_fatal = (/** @type {Error} */ error) => {
    runtime.fail(error);
    if (isStarted) notify('loading', { failed: 'internal' });
  };
  pyodide.pyimport('app_py').set_engine_url(new URL('engine/worker.js', PAGE).href);
  pyodide.pyimport('app_py.i18n').use_words(await words);
  const { start } = pyodide.pyimport(entry);
  const started = await start(lendPage(notify));
  isStarted = true;
  keep();
  return started;
}

/**
 * With its packages: from the snapshot of an earlier visit, or else anew, so that a snapshot can be kept.
 * @param {Runtime} runtime
 * @returns {Promise<{pyodide: any, keep: () => void}>} `keep` once all has gone well
 */
async function startInterpreter(runtime) {
  runtime.beginInterpreter();
  const { loadPyodide } = await import(PYODIDE.href);
  const indexURL = new URL('./', PYODIDE).href;
  const maker = snapshots.makerOf(runtime.files);
  const kept = await snapshots.recall(maker);
  // All that the page waits for then is computed.
  if (kept) runtime.countWheels();
  const pyodide = kept && (await startFrom(kept, loadPyodide, indexURL).catch(console.info));
  return pyodide ? { pyodide, keep: snapshots.prove } : startAnew(runtime, maker, loadPyodide, indexURL);
}

/** @param {snapshots.Snapshot} kept @param {(options: object) => Promise<any>} loadPyodide @param {string} indexURL */
async function startFrom({ memory, packages }, loadPyodide, indexURL) {
  const pyodide = await loadPyodide({ indexURL, _loadSnapshot: memory });
  snapshots.putPackages(pyodide, packages);
  return pyodide;
}

/** @param {Runtime} runtime @param {string} maker @param {(options: object) => Promise<any>} loadPyodide @param {string} indexURL */
async function startAnew(runtime, maker, loadPyodide, indexURL) {
  const wheels = runtime.fetchWheels();
  // Told at once, and not only when the interpreter is there.
  wheels.catch(runtime.fail);
  const pyodide = await loadPyodide({ indexURL, _makeSnapshot: true });
  const memory = snapshots.takeMemory(pyodide);
  snapshots.collectBytecode(pyodide);
  const extractDir = snapshots.packagesOf(pyodide);
  for (const wheel of await wheels) pyodide.unpackArchive(wheel, 'wheel', { extractDir });
  return {
    pyodide,
    keep() {
      if (!memory) return;
      setTimeout(() => snapshots.keep({ maker, memory, packages: snapshots.takePackages(pyodide) }), KEEP_AFTER_MS);
    },
  };
}

/** What Python calls. @param {Notify} notify */
function lendPage(notify) {
  const store = new Store('atelier');
  return {
    /** @param {string} state */
    show: (state) => notify('show', { state }),

    /** @param {string} canvas @param {number} width @param {number} height @param {any} pixels a Python buffer */
    draw(canvas, width, height, pixels) {
      const rgba = opaque(pixels);
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
      /** @param {string} prefix */
      keys: (prefix) => store.keys(prefix),
      /** @param {any} keys a Python list */
      removeAll: (keys) => store.remove(keys.toJs()),
      /** @param {any} keys a Python list @param {any} values another one, of texts and buffers */
      async putAll(keys, values) {
        const isKept = await store.writeAll(keys.toJs().map((/** @type {string} */ key, /** @type {number} */ i) => [key, valueOf(values.get(i))]));
        // What was worth so many bytes is worth not being thrown away; only the page can ask for that.
        if (isKept) notify('persist', {});
        return isKept;
      },
    },

    /**
     * @param {string} url relative to the page
     * @param {(done: number, total: number) => void} onProgress
     * @returns {Promise<Uint8Array | number | string>} the server's status or a `Code` where the file could not be had
     */
    async fetch(url, onProgress) {
      try {
        return await download(new URL(url, PAGE), { onProgress });
      } catch (error) {
        if (!(error instanceof DownloadError)) throw error;
        return error.status || error.code;
      }
    },

    /** @param {any} data a Python buffer: a picture file */
    decode: (data) => decodeImage(new Blob([copyOut(data)])),
  };
}

/** @param {any} value a text, or a Python buffer @returns {string | Uint8Array} */
function valueOf(value) {
  return typeof value === 'string' ? value : new Uint8Array(copyOut(value));
}

/** @param {any} pixels a Python buffer of red, green and blue @returns {ArrayBuffer} as a canvas takes them */
function opaque(pixels) {
  const view = pixels.getBuffer('u8');
  try {
    const { data } = view;
    const rgba = new Uint32Array(data.length / 3);
    // In the order of bytes of every machine that runs browsers today.
    for (let i = 0, at = 0; i < rgba.length; i += 1, at += 3) rgba[i] = (255 << 24) | (data[at + 2] << 16) | (data[at + 1] << 8) | data[at];
    return rgba.buffer;
  } finally {
    view.release();
  }
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
