// @ts-check
/**
 * Steady in WebAssembly (build/kernels/src/steady.cpp, app_py/live/steady.py): frames become planes for a network, and the
 * network's planes paintings without flicker.
 */

const FILE = new URL('../vendor/steady/steady.wasm', import.meta.url);

/** @typedef {{height: number, width: number, steady: boolean, strength: number, keep_colours: boolean}} Tuning strength of 128 */

export class Steady {
  /** @param {any} exports of the module */
  constructor(exports) {
    this.exports = exports;
    this.height = 0;
    this.width = 0;
    this.steady = true;
  }

  static async load() {
    const { instance } = await WebAssembly.instantiateStreaming(fetch(FILE));
    return new Steady(instance.exports);
  }

  /** @param {Tuning} tuning another size or steadiness begins a new scene */
  tune({ height, width, steady, strength, keep_colours }) {
    if (height !== this.height || width !== this.width) this.exports.open(height, width);
    if (steady !== this.steady) this.exports.set_steady(Number(steady));
    this.exports.set_look(strength, Number(keep_colours));
    Object.assign(this, { height, width, steady });
    this.look = /** @type {const} */ ([strength, Number(keep_colours)]);
  }

  /** The sides of the network's picture: [height, width]. */
  get lattice() {
    return [this.exports.lattice_height(), this.exports.lattice_width()];
  }

  /** @param {Uint8ClampedArray} rgba of the tuned size @returns {ArrayBuffer} the network's input, float32 (1, 3, height, width) */
  take(rgba) {
    this.#bytes('input').set(rgba);
    this.exports.take();
    return this.#planes().slice().buffer;
  }

  /** @param {ArrayBuffer} planes the network's output @returns {boolean} whether it holds numbers only */
  give(planes) {
    this.#planes().set(new Float32Array(planes));
    return Boolean(this.exports.give());
  }

  /** The painting to show. @returns {ImageData} */
  show() {
    return new ImageData(new Uint8ClampedArray(this.#bytes('output')), this.width, this.height);
  }

  /** The frame, and its painting without strength and colours of the photo. @returns {{source: ArrayBuffer, painting: ArrayBuffer}} RGBA */
  picture() {
    this.exports.set_look(128, 0);
    this.exports.write();
    const painting = this.#bytes('output').slice().buffer;
    this.exports.set_look(...(this.look ?? [128, 0]));
    return { source: this.#bytes('input').slice().buffer, painting };
  }

  /** @param {'input' | 'output'} name */
  #bytes(name) {
    return new Uint8Array(this.exports.memory.buffer, this.exports[name](), 4 * this.height * this.width);
  }

  #planes() {
    const [height, width] = this.lattice;
    return new Float32Array(this.exports.memory.buffer, this.exports.planes(), 3 * height * width);
  }
}
