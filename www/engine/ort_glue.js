// @ts-check
/**
 * What onnxruntime-web imports instead of its own glue, whose address stands behind the `#` of this module's: the glue as it
 * is, but the module that it starts is kept for `ort_run.js`. onnxruntime-web itself has no public way to it.
 */

const glue = decodeURIComponent(new URL(import.meta.url).hash.slice(1));
const { default: start } = await import(glue);
const { [Symbol.for('onnxruntime-web modules')]: modules } = /** @type {{[key: symbol]: Map<string, any>}} */ (/** @type {any} */ (self));

/** @param {object} options */
export default async (options) => {
  const module = await start(options);
  modules.set(glue, module);
  return module;
};
