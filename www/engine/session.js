// @ts-check
/**
 * One interface over the engines. A provider's name is '<engine>:<backend>'; an engine's files are fetched when its first
 * session is opened, so that a page pays only for the engine it uses.
 */

import { EngineFault } from './fault.js';

/**
 * @typedef {import('./tensor.js').Tensor} Tensor
 * @typedef {{
 *   inputs: string[], outputs: string[],
 *   run(feeds: Tensor[], outputs: string[] | null): Promise<Tensor[]>,
 *   release(): Promise<void>,
 * }} Session
 * @typedef {{threads?: number}} Options
 */

/** @type {Record<string, () => Promise<(backend: any, model: Uint8Array, options: Options) => Promise<Session>>>} */
const engines = {
  onnxjs: async () => (await import('./onnxjs.js')).openOnnxjs,
  ort: async () => (await import('./ort.js')).openOrt,
};

/**
 * @param {string} provider for example 'ort:wasm'
 * @param {Uint8Array} model the bytes of an ONNX file
 * @param {Options} options
 * @returns {Promise<Session>}
 */
export async function open(provider, model, options) {
  const [engine, backend] = provider.split(':');
  if (!Object.hasOwn(engines, engine)) throw new EngineFault('engine-unavailable', 'There is no engine {engine}.', { engine });
  const openWith = await engines[engine]();
  return openWith(backend, model, options);
}
