// @ts-check
/**
 * The painter's own engine. Python (`app_py/kernels/`) gives a network's numbers once and a program for each run; here memory
 * grows, bytes are copied and steps are called, a few at a time, so that a run can say how far it is and be stopped.
 */

import { EngineFault } from './fault.js';
import { openMachine } from './kernels_machine.js';
import { threadCount } from './thread_count.js';

/** How long the kernels run before messages are looked at. */
const SLICE_MS = 50;
/** Memory that is given back when a session ends: WebAssembly's never shrinks. */
const LARGE_BYTES = 256 * 2 ** 20;

/** @type {Promise<import('./kernels_machine.js').Machine> | null} */
let opening = null;
/** Whose numbers lie in the machine's memory. @type {object | null} */
let loaded = null;
/** Work that a millisecond does, in the program's own units. */
let speed = 1e6;

/**
 * @param {string} backend
 * @param {Uint8Array} fixed the network's own numbers, as `KernelPlan.create` packs them
 * @param {import('./session.js').Options} options
 * @returns {Promise<import('./session.js').Session>}
 */
export async function open(backend, fixed, options) {
  if (backend !== 'wasm') throw new EngineFault('engine-unavailable', 'There is no engine {engine}.', { engine: `kernels:${backend}` });
  const machine = await current(threadCount(options));
  const owner = {};
  let stopped = false;
  return {
    inputs: [],
    outputs: [],
    threads: machine.threads,

    async run(tensors, _outputs, { program, buffers, progress }) {
      stopped = false;
      const there = await current(machine.threads);
      there.grow(program.arena_bytes);
      if (loaded !== owner) there.write(0, fixed);
      loaded = owner;
      // Nobody else needs them, and the picture may be a tenth of all memory.
      fill(there, program, buffers.splice(0));
      await perform(there, program, progress, () => stopped);
      const buffer = there.read(program.output_address, program.output_bytes);
      return [{ ...program.output, buffer }];
    },

    stop() {
      stopped = true;
    },

    async release() {
      if (loaded === owner) loaded = null;
      const there = await opening;
      if (there && there.bytes() > LARGE_BYTES) forget(there);
    },
  };
}

/**
 * @param {import('./kernels_machine.js').Machine} machine
 * @param {any} program
 * @param {ArrayBuffer[]} buffers
 */
function fill(machine, { numbers_address, steps_address, input_address }, buffers) {
  const addresses = [numbers_address, steps_address, input_address];
  buffers.forEach((buffer, i) => machine.write(addresses[i], new Uint8Array(buffer)));
}

/**
 * @param {import('./kernels_machine.js').Machine} machine
 * @param {any} program
 * @param {(part: number) => void} progress
 * @param {() => boolean} isStopped
 */
async function perform(machine, program, progress, isStopped) {
  const { costs } = program;
  const whole = costs.reduce((/** @type {number} */ sum, /** @type {number} */ cost) => sum + cost, 0);
  let done = 0;
  let first = 0;
  while (first < costs.length) {
    let last = first;
    let cost = 0;
    do cost += costs[last++];
    while (last < costs.length && cost + costs[last] < speed * SLICE_MS);
    const started = performance.now();
    if (!machine.run(program, first, last)) {
      forget(machine);
      throw new EngineFault('engine-died', 'A thread of the engine did not answer.');
    }
    speed = Math.max(1e5, cost / Math.max(0.01, performance.now() - started));
    done += cost;
    first = last;
    if (first < costs.length) {
      progress(done / whole);
      await nextTask();
      if (isStopped()) throw new EngineFault('cancelled', 'Stopped.');
    }
  }
}

const channel = new MessageChannel();
/** @type {(() => void) | null} */
let wake = null;
channel.port1.onmessage = () => wake?.();

/** Lets messages in; timers would be slowed down in a page that is not looked at. */
function nextTask() {
  return new Promise((resolve) => {
    wake = () => resolve(undefined);
    channel.port2.postMessage(null);
  });
}

/** @param {number} threads */
function current(threads) {
  opening ??= openMachine(threads).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

/** @param {import('./kernels_machine.js').Machine} machine */
function forget(machine) {
  machine.close();
  opening = null;
  loaded = null;
}
