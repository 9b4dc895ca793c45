// @ts-check
/** Loading an engine's script, with an error that names it. */

import { EngineFault } from './fault.js';

/**
 * @param {URL} url of an ES module
 * @returns {Promise<any>}
 */
export async function importModule(url) {
  try {
    return await import(url.href);
  } catch (error) {
    throw failed(url, error);
  }
}

/** @param {URL} url of a classic script, run in sloppy mode */
export function runScript(url) {
  try {
    importScripts(url.href);
  } catch (error) {
    throw failed(url, error);
  }
}

/**
 * @param {URL} url
 * @param {unknown} error
 */
function failed(url, error) {
  return new EngineFault('engine-unavailable', "The engine's script {path} did not load: {error}", {
    path: url.pathname,
    error: String(error),
  });
}
