// @ts-check
/// <reference lib="webworker" />
/** Starts Pyodide with app_py in it and lends Python the page. */

const VENDOR = new URL('../vendor/', import.meta.url);
const PAGE = new URL('../', import.meta.url);

/** @typedef {(method: string, params: object, transfer?: Transferable[]) => void} Notify */

/**
 * @param {Notify} notify
 * @returns {Promise<any>} the studio, started
 */
export async function startStudio(notify) {
  const runtime = await fetchRuntimeList();
  countDownloads(runtime.files, (done, total) => notify('loading', { done, total }));
  const { loadPyodide } = await import(new URL('pyodide/pyodide.mjs', VENDOR).href);
  const pyodide = await loadPyodide({
    indexURL: new URL('pyodide/', VENDOR).href,
    packages: ['numpy', 'pillow', 'micropip'],
  });
  const micropip = pyodide.pyimport('micropip');
  await micropip.install(new URL(runtime.wheel, VENDOR).href, { deps: false });
  const { start } = pyodide.pyimport('app_py.page');
  return start(lendPage(notify));
}

/** @returns {Promise<{files: {path: string, bytes: number}[], wheel: string}>} */
async function fetchRuntimeList() {
  const response = await fetch(new URL('runtime.json', VENDOR));
  if (!response.ok) throw Object.assign(new Error('www/vendor/runtime.json is missing'), { code: 'missing' });
  return response.json();
}

/** What app_py.page calls. @param {Notify} notify */
function lendPage(notify) {
  return {
    /** @param {string} state */
    show: (state) => notify('show', { state }),

    /** @param {string} canvas @param {number} width @param {number} height @param {any} pixels a Python buffer */
    draw(canvas, width, height, pixels) {
      const rgba = copyOut(pixels);
      notify('draw', { canvas, width, height, rgba }, [rgba]);
    },

    /** @param {string} name @param {string} mime @param {any} data a Python buffer */
    giveFile(name, mime, data) {
      const bytes = copyOut(data);
      notify('file', { name, mime, bytes }, [bytes]);
    },

    /** @param {string} url relative to the page @param {(done: number, total: number) => void} onProgress */
    async fetch(url, onProgress) {
      const response = await fetch(new URL(url, PAGE));
      if (!response.ok) return response.status;
      return new Uint8Array(await counted(response, onProgress).arrayBuffer());
    },

    /** @param {any} data a Python buffer; the browser's own decoder knows formats that Pillow does not */
    async decode(data) {
      const bitmap = await createImageBitmap(new Blob([copyOut(data)])).catch(() => null);
      if (!bitmap) return null;
      const { width, height } = bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      bitmap.close();
      return context ? { width, height, rgba: context.getImageData(0, 0, width, height).data } : null;
    },
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
 */
function countDownloads(files, onProgress) {
  const sizes = new Map(files.map(({ path, bytes }) => [new URL(path, VENDOR).href, bytes]));
  /** @type {Map<string, number>} */
  const loaded = new Map();
  const total = files
    .filter(({ path }) => /^pyodide\/(pyodide\.asm\.wasm|python_stdlib\.zip|numpy|pillow|micropip|packaging)/i.test(path))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const plainFetch = self.fetch.bind(self);
  self.fetch = async (input, init) => {
    const response = await plainFetch(input, init);
    const url = response.url;
    if (!response.ok || !sizes.has(url)) return response;
    return counted(response, (done) => {
      loaded.set(url, done);
      onProgress([...loaded.values()].reduce((sum, bytes) => sum + bytes, 0), total);
    });
  };
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
