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
 *   stop?(): void,
 *   release(): Promise<void>,
 * }} Session
 * @typedef {{program?: any, buffers: ArrayBuffer[], progress: (part: number) => void}} More what planned engines run
 * @typedef {{threads?: number, most_threads?: number}} Options `threads` are wished for; `most_threads` gain something
 */

/**
 * @param {string} provider for example 'ort:wasm'
 * @param {Uint8Array} model the bytes of an ONNX file
 * @param {Options} options
 * @returns {Promise<Session>}
 */
export async function open(provider, model, options) {
  const [library, backend] = provider.split(':');
  if (!/^\w+$/.test(library)) throw new EngineFault('engine-unavailable', 'There is no engine {engine}.', { engine: provider });
  const script = await importModule(new URL(`${library}.js`, import.meta.url));
  return script.open(backend, model, options);
}
