// @ts-check
/**
 * Runs by the C interface of onnxruntime-web's WebAssembly for the processor, instead of by its own `session.run`: without a
 * promise, so that whoever is in this thread need not wait for one; with one copy of a feed and of an output; and with
 * outputs that stay in the engine's memory for the next run.
 *
 * Source: onnxruntime 1.30, onnxruntime/wasm/api.h and js/web/lib/wasm/wasm-core-impl.ts.
 */

import { EngineFault } from './fault.js';
import { heldValue, hold } from './held.js';
import { arrays } from './tensor.js';

/** @typedef {import('./tensor.js').Tensor} Tensor */
/** @typedef {number} Pointer into the engine's memory */

/** ONNX's numbers of element types; onnx.in.proto, TensorProto.DataType. @type {Record<string, number>} */
const CODES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};
const TYPES = Object.fromEntries(Object.entries(CODES).map(([name, code]) => [code, name]));

const POINTER = 4;
/** Where a tensor's numbers are: in ordinary memory. */
const ON_CPU = 1;

/** What onnxruntime-web started, by the address of the glue; ort_glue.js fills it. @type {Map<string, any>} */
export const modules = new Map();
/** @type {any} */ (self)[Symbol.for('onnxruntime-web modules')] = modules;

export class OrtRun {
  /** @type {Map<string, Pointer>} */
  #names = new Map();

  /**
   * @param {any} module
   * @param {Pointer} session
   */
  constructor(module, session) {
    this.module = module;
    this.session = session;
  }

  /**
   * @param {Tensor[]} feeds
   * @param {string[]} outputs one may be named twice
   * @param {Set<string>} kept the outputs that stay in the engine
   * @returns {Tensor[]}
   */
  run(feeds, outputs, kept) {
    const { module } = this;
    const stack = module.stackSave();
    /** @type {Pointer[]} */
    const memory = [];
    /** @type {Pointer[]} */
    const made = [];
    try {
      const handles = feeds.map((feed) => (feed.held === undefined ? this.#make(feed, memory, made) : this.#find(feed.held)));
      const fetched = [...new Set(outputs)];
      const results = this.#pointers(fetched.map(() => 0));
      const feedNames = this.#pointers(feeds.map(({ name }) => this.#name(name)));
      const outputNames = this.#pointers(fetched.map((name) => this.#name(name)));
      const inputs = this.#pointers(handles);
      const failed = module._OrtRun(this.session, feedNames, inputs, feeds.length, outputNames, fetched.length, results, 0);
      if (failed) this.#fail('failed to call OrtRun().');
      const values = new Map();
      const taken = fetched.map((_, index) => module.getValue(results + index * POINTER, '*'));
      made.push(...taken);
      fetched.forEach((name, index) => {
        values.set(name, kept.has(name) ? this.#keep(name, taken[index], memory, made) : this.#read(name, taken[index]));
      });
      return outputs.map((name) => values.get(name));
    } finally {
      module.stackRestore(stack);
      made.forEach((tensor) => module._OrtReleaseTensor(tensor));
      memory.forEach((pointer) => module._free(pointer));
    }
  }

  release() {
    this.#names.forEach((pointer) => this.module._free(pointer));
    this.#names.clear();
  }

  /** @param {string} text @returns {Pointer} to a C string, which whoever asks gives back */
  #text(text) {
    const { module } = this;
    const size = module.lengthBytesUTF8(text) + 1;
    const pointer = this.#allocate(size);
    module.stringToUTF8(text, pointer, size);
    return pointer;
  }

  /** @param {string} name */
  #name(name) {
    const pointer = this.#names.get(name) ?? this.#text(name);
    this.#names.set(name, pointer);
    return pointer;
  }

  /** @param {number} size in bytes */
  #allocate(size) {
    const pointer = this.module._malloc(size);
    if (!pointer) throw new EngineFault('out-of-memory', 'The engine has no memory left for inputs of this size.');
    return pointer;
  }

  /** @param {Pointer[]} values @returns {Pointer} to them, on the stack */
  #pointers(values) {
    const { module } = this;
    const pointer = module.stackAlloc(POINTER * values.length);
    values.forEach((value, index) => module.setValue(pointer + index * POINTER, value, '*'));
    return pointer;
  }

  /**
   * @param {Tensor} feed
   * @param {Pointer[]} memory is given what is to be freed after the run
   * @param {Pointer[]} made is given what is to be released after the run
   */
  #make({ name, type, dims, buffer, strings }, memory, made) {
    const { module } = this;
    let size = buffer.byteLength;
    /** @type {Pointer} */
    let data;
    if (strings) {
      const texts = strings.map((text) => this.#text(text));
      size = POINTER * texts.length;
      data = this.#allocate(size);
      memory.push(...texts, data);
      texts.forEach((text, index) => module.setValue(data + index * POINTER, text, '*'));
    } else {
      data = this.#allocate(size);
      memory.push(data);
      this.#bytes(data, size).set(new Uint8Array(buffer));
    }
    const tensor = module._OrtCreateTensor(CODES[type], data, size, this.#pointers(dims), dims.length, ON_CPU);
    if (!tensor) this.#fail(`Can't create tensor for input '${name}'.`);
    made.push(tensor);
    return tensor;
  }

  /** @param {number} number @returns {Pointer} */
  #find(number) {
    const { handle, owner } = heldValue(number);
    if (owner !== this.module) throw new EngineFault('value-gone', 'The value lies in another engine.');
    return handle;
  }

  /** @param {Pointer} pointer @param {number} size */
  #bytes(pointer, size) {
    // Memory that another thread made larger is seen only after a look at it through the module's own functions.
    this.module.getValue(pointer, 'i8');
    return /** @type {Uint8Array} */ (this.module.HEAPU8).subarray(pointer, pointer + size);
  }

  /** @param {string} name @param {Pointer} tensor */
  #look(name, tensor) {
    const { module } = this;
    const stack = module.stackSave();
    try {
      const at = module.stackAlloc(4 * POINTER);
      if (module._OrtGetTensorData(tensor, at, at + POINTER, at + 2 * POINTER, at + 3 * POINTER)) {
        throw new EngineFault('unsupported-type', "The output '{name}' is no tensor.", { name });
      }
      const [code, data, sizes, rank] = [0, 1, 2, 3].map((index) => module.getValue(at + index * POINTER, '*'));
      const dims = Array.from({ length: rank }, (_, axis) => module.getValue(sizes + axis * POINTER, '*'));
      module._OrtFree(sizes);
      return { type: TYPES[code], data, dims, count: dims.reduce((product, size) => product * size, 1) };
    } finally {
      module.stackRestore(stack);
    }
  }

  /** @param {string} name @param {Pointer} tensor @returns {Tensor} a copy */
  #read(name, tensor) {
    const { module } = this;
    const { type, data, dims, count } = this.#look(name, tensor);
    if (type === 'string') {
      const starts = Array.from({ length: count }, (_, index) => module.getValue(data + index * POINTER, '*'));
      const texts = starts.map((start, index) => module.UTF8ToString(start, index + 1 < count ? starts[index + 1] - start : undefined));
      module._free(data);
      return { name, type, dims, buffer: new ArrayBuffer(0), strings: texts };
    }
    const array = arrays[/** @type {keyof typeof arrays} */ (type)];
    if (!array) throw new EngineFault('unsupported-type', "The output '{name}' is no tensor of numbers.", { name });
    return { name, type, dims, buffer: /** @type {ArrayBuffer} */ (this.#bytes(data, count * array.BYTES_PER_ELEMENT).slice().buffer) };
  }

  /**
   * @param {string} name
   * @param {Pointer} tensor
   * @param {Pointer[]} memory what is freed after the run
   * @param {Pointer[]} made what is released after the run; no longer this tensor
   * @returns {Tensor} without its numbers
   */
  #keep(name, tensor, memory, made) {
    const { module } = this;
    const { type, data, dims } = this.#look(name, tensor);
    // An input that is an output, too, lies in the memory of the feed.
    if (type === 'string' || memory.includes(data)) return this.#read(name, tensor);
    made.splice(made.indexOf(tensor), 1);
    const number = hold({
      handle: tensor,
      owner: module,
      read: () => this.#read(name, tensor),
      release: () => module._OrtReleaseTensor(tensor),
    });
    return { name, type, dims, buffer: new ArrayBuffer(0), held: number };
  }

  /** @param {string} what @returns {never} */
  #fail(what) {
    const { module } = this;
    const at = module.stackAlloc(2 * POINTER);
    module._OrtGetLastError(at, at + POINTER);
    const text = module.getValue(at + POINTER, '*');
    throw new Error(`${what} ERROR_CODE: ${module.getValue(at, 'i32')}, ERROR_MESSAGE: ${text ? module.UTF8ToString(text) : ''}`);
  }
}
