// @ts-check
/// <reference lib="webworker" />
/**
 * The logic worker: Pyodide and app_py. This file only starts Python and passes messages on; it decides nothing.
 * The page says in this script's address which Python module is its own: `worker.js?entry=app_py.pages.studio.page`.
 *
 * In:  {method: 'event', params: event, file?: Blob | MessagePort}
 * Out: {method: 'loading' | 'show' | 'draw' | 'file', params, ackedEvents}, where `ackedEvents` counts the events that Python had taken in
 */

/** @type {{receive(message: object, file: Blob | MessagePort | undefined): void} | null} */
let python = null;
/** @type {{params: object, file?: Blob | MessagePort}[]} */
const waiting = [];
let ackedEvents = 0;

/** @param {{params: object, file?: Blob | MessagePort}} message */
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
  notify('loading', { failed: sentenceFor(error) });
  // What still starts after all would find nobody that listens to it.
  self.close();
}

/** @param {any} error @returns {string} the code of a sentence in the page */
function sentenceFor(error) {
  const codes = { missing: 'python-missing', network: 'script-missing', silent: 'script-missing', cut: 'script-missing', damaged: 'python-damaged' };
  if (Object.hasOwn(codes, error?.code)) return codes[/** @type {keyof typeof codes} */ (error.code)];
  return error instanceof TypeError ? 'python-missing' : 'python-failed';
}

export {};
