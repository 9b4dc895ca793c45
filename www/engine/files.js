// @ts-check
/**
 * Where the engines' own files are: in a folder, or in memory, given by whoever started this thread. In memory they need no
 * address, so that an engine starts on any origin and without a network.
 */

/** @type {Map<string, ArrayBuffer>} */
const given = new Map();
/** @type {Map<string, string>} */
const addresses = new Map();
let folder = '../vendor/';

/** @param {string} path relative to this module, with a final slash */
export function useFolder(path) {
  folder = path;
}

/**
 * @param {string} name as in a folder, for example 'onnxruntime-web/ort.wasm.min.mjs'
 * @param {ArrayBuffer} content
 */
export function give(name, content) {
  given.set(name, content);
}

/** @param {string} name @returns {ArrayBuffer | undefined} the file, if it is in memory */
export const contentOf = (name) => given.get(name);

/** @param {string} name @returns {URL} from where the file, a script, can be imported */
export function addressOf(name) {
  const content = given.get(name);
  if (!content) return new URL(folder + name, import.meta.url);
  const address = addresses.get(name) ?? URL.createObjectURL(new Blob([content], { type: 'text/javascript' }));
  addresses.set(name, address);
  return new URL(address);
}

/**
 * The address of a module of ours that wraps another, whose address it finds behind the `#`.
 * @param {string} name of a file beside this module, or in memory
 * @param {URL} inner
 */
export function wrapped(name, inner) {
  const address = given.has(name) ? addressOf(name) : new URL(name, import.meta.url);
  address.hash = encodeURIComponent(inner.href);
  return address;
}
