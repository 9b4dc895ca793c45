// @ts-check
/**
 * One interface over the engines. A provider's name is '<library>:<backend>'; the module `<library>.js` exports
 * `open(backend, model, options)`, which gives a `Session`. A library's files are fetched when its first session is opened,
 * so that a page pays only for the engine it uses.
 */

import { EngineFault } from './fault.js';
import { importModule } from './load.js';

/**
 * @typedef {import('./tensor.js').Tensor} Tensor
 * @typedef {{
 *   inputs: string[], outputs: string[], threads?: number,
 *   run(feeds: Tensor[], outputs: string[] | null, more: More): Promise<Tensor[]>,
 *   runNow?: RunNow,
 *   stop?(): void,
 *   release(): Promise<void>,
 * }} Session
 * @typedef {(feeds: Tensor[], outputs: string[] | null, kept: string[]) => Tensor[]} RunNow for engines that need no promise
 * @typedef {object} More
 * @property {any} [program] what planned engines run, with its
 * @property {ArrayBuffer[]} buffers
 * @property {string[]} kept the outputs that stay in the engine, where it can hold them (held.js)
 * @property {(part: number) => void} progress
 * @typedef {object} Options
 * @property {number} [threads] wished for
 * @property {number} [most_threads] more gain nothing
 * @property {Record<string, any>} [options] onnxruntime-web's `SessionOptions`
 * @property {{path: string, data: Uint8Array}[]} [external] files with weights, by their names in the model
 */

/** Libraries whose script is here already, and how to get it. @type {Map<string, () => Promise<any>>} */
export const libraries = new Map();

/**
 * @param {string} provider for example 'ort:wasm'
 * @param {Uint8Array} model the bytes of an ONNX file
 * @param {Options} options
 * @returns {Promise<Session>}
 */
export async function open(provider, model, options) {
  const [library, backend] = provider.split(':');
  if (!/^\w+$/.test(library)) throw new EngineFault('engine-unavailable', 'There is no engine {engine}.', { engine: provider });
  const load = libraries.get(library) ?? (() => importModule(new URL(`${library}.js`, import.meta.url)));
  const script = await load();
  return script.open(backend, model, options);
}
