// @ts-check
/** A thread of the painter's own engine: it lives inside `help`, which waits for steps and takes its share of them. */

/** @typedef {{module: WebAssembly.Module, memory: WebAssembly.Memory, stack: number, thread: number}} Setup */

self.onmessage = async (/** @type {MessageEvent<Setup>} */ { data: { module, memory, stack, thread } }) => {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const kernels = /** @type {any} */ (instance.exports);
  kernels.__stack_pointer.value = stack;
  const generation = kernels.generation();
  self.postMessage({});
  kernels.help(thread, generation);
};
