// @ts-check

/**
 * @typedef {{name: string, type: string, dims: number[], buffer: ArrayBuffer, strings?: string[], held?: number}} Tensor
 * `held` is the number of a value that stays in the engine (held.js); the buffer is then empty
 */

/**
 * The buffer of a view, copied only where the view does not cover it.
 * @param {ArrayBufferView} view
 * @returns {ArrayBuffer}
 */
export function ownBuffer(view) {
  const { buffer, byteOffset, byteLength } = view;
  const whole = buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return whole ? buffer : copyOf(view);
}

/** @param {ArrayBufferView} view @returns {ArrayBuffer} */
export function copyOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

/** Element types as onnxruntime-web spells them, and the typed array that holds each; float16 travels as its bits. */
export const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};
