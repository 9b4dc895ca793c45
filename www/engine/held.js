// @ts-check
/** Outputs that stay in their engine, to be fed to another run or to be fetched. */

import { EngineFault } from './fault.js';

/**
 * @typedef {import('./tensor.js').Tensor} Tensor
 * @typedef {{handle: any, owner: object, read(): Tensor, release(): void}} Held `handle` is the `owner`'s own name for it
 */

/** @type {Map<number, Held>} */
const values = new Map();
let last = 0;

/** @param {Held} value @returns {number} by which it is found again */
export function hold(value) {
  last += 1;
  values.set(last, value);
  return last;
}

/** @param {number} number @returns {Held} */
export function heldValue(number) {
  const value = values.get(number);
  if (!value) throw new EngineFault('value-gone', 'The engine no longer holds this value.');
  return value;
}

/** @param {number[]} numbers those that are gone already are passed over */
export function drop(numbers) {
  for (const number of numbers) {
    values.get(number)?.release();
    values.delete(number);
  }
}
