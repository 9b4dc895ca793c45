// @ts-check
/// <reference lib="webworker" />
/**
 * The logic worker: Pyodide and app_py. This file only starts Python and passes messages on; it decides nothing.
 *
 * In:  {method: 'event', params: event, bytes?: ArrayBuffer}
 * Out: {method: 'loading' | 'show' | 'draw' | 'file', params}
 */

/** @type {{receive(message: object, bytes: Uint8Array | undefined): void} | null} */
let studio = null;
/** @type {{params: object, bytes?: ArrayBuffer}[]} */
const waiting = [];

/** @param {{params: object, bytes?: ArrayBuffer}} message */
function deliver({ params, bytes }) {
  studio?.receive(params, bytes && new Uint8Array(bytes));
}

self.onmessage = ({ data }) => (studio ? deliver(data) : waiting.push(data));

/** @param {string} method @param {object} params @param {Transferable[]} [transfer] */
function notify(method, params, transfer = []) {
  self.postMessage({ method, params }, { transfer });
}

try {
  // Imported only now: messages that come while it loads are already kept.
  const { startStudio } = await import('./python.js');
  studio = await startStudio(notify);
  for (const message of waiting.splice(0)) deliver(message);
} catch (error) {
  console.error(error);
  const failed = error instanceof TypeError || /** @type {any} */ (error)?.code === 'missing' ? 'python-missing' : 'python-failed';
  notify('loading', { failed });
}
