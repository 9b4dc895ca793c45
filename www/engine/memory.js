// @ts-check
/** How much memory WebAssembly engines have taken. It never shrinks, so what it is now is the most it ever was. */

/** @type {WebAssembly.Memory[]} */
const memories = [];

const { Memory } = WebAssembly;
// Engines make their memory in JavaScript and tell nobody; they all do it through this name.
WebAssembly.Memory = class extends Memory {
  /** @param {WebAssembly.MemoryDescriptor} descriptor */
  constructor(descriptor) {
    super(descriptor);
    memories.push(this);
  }
};

/** @returns {number | null} bytes; null where the engine has no WebAssembly memory, as on WebGL */
export function heapBytes() {
  return memories.length ? memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) : null;
}
