// @ts-check
/// <reference lib="webworker" />
/**
 * The logic worker: Pyodide and app_py. This file only starts Python and passes messages on; it decides nothing.
 * The page says in this script's address which Python module is its own: `worker.js?entry=app_py.pages.studio.page`.
 *
 * In:  {method: 'event', params: event, file?: Blob}
 * Out: {method: 'loading' | 'show' | 'draw' | 'file', params, ackedEvents}, where `ackedEvents` counts the events that Python had taken in
 */

/** @type {{receive(message: object, file: Blob | undefined): void} | null} */
let python = null;
/** @type {{params: object, file?: Blob}[]} */
const waiting = [];
let ackedEvents = 0;

/** @param {{params: object, file?: Blob}} message */
function deliver({ params, file }) {
  ackedEvents += 1;
  python?.receive(params, file);
}

self.onmessage = ({ data }) => (python ? deliver(data) : waiting.push(data));

/** @param {string} method @param {object} params @param {Transferable[]} [transfer] */
function notify(method, params, transfer = []) {
  self.postMessage({ method, params, ackedEvents }, { transfer });
}

try {
  // Imported only now: messages that come while it loads are already kept.
  const { startPython } = await import('./python.js');
  python = await startPython(new URLSearchParams(self.location.search).get('entry') ?? 'app_py.pages.studio.page', notify);
  for (const message of waiting.splice(0)) deliver(message);
} catch (error) {
  console.error(error);
  const failed = error instanceof TypeError || /** @type {any} */ (error)?.code === 'missing' ? 'python-missing' : 'python-failed';
  notify('loading', { failed });
}

export {};
