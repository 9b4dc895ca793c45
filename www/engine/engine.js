// @ts-check
/**
 * What an engine worker, or an engine in the caller's own thread, does on request. It holds no state of the page.
 *
 * Methods (params -> result):
 *   probe    {} -> what this device can do, see device.js
 *   files    {names} + [one buffer a name] -> {}; the engines' files, where they are not in a folder
 *   create   {provider, threads?, most_threads?, options?, external?} + [model, one buffer an external file]
 *            -> {session, inputs, outputs, threads?}
 *   run      {session, feeds: [{name, type, dims, strings?, held?}], outputs: string[] | null, kept?: string[], program?}
 *            + [one buffer a feed]
 *            -> {outputs: [{name, type, dims, strings?, held?}], milliseconds, heap_bytes: number | null}
 *            + [one buffer an output]
 *            An engine that reads no ONNX was given its own form of the model, and is given a program and its buffers instead
 *            of feeds. Outputs that are kept stay in the engine, if it can: they have a number and no bytes.
 *   fetch    {held} -> {outputs: [{name, type, dims, strings?}]} + [its bytes]
 *   drop     {held: number[]} -> {}
 *   stop     {session}, not answered: the run under way fails with 'cancelled', if its engine can be stopped
 *   release  {session} -> {}
 *   live...  the camera's, see live_methods.js, where that is beside this file
 *
 * `type` is an element type as onnxruntime-web spells it ('float32', 'int64', ...), buffers are little-endian and dense;
 * strings travel in `strings`, with an empty buffer.
 */

import { probe } from './device.js';
import { EngineFault, describeError } from './fault.js';
import { give } from './files.js';
import { drop, heldValue } from './held.js';
import { heapBytes } from './memory.js';
import { importModule } from './load.js';
import { open } from './session.js';

/**
 * @typedef {{id: number, method: string, params: any, buffers: ArrayBuffer[], port?: MessagePort}} Request
 * @typedef {{result: object, buffers: ArrayBuffer[]}} Reply
 * @typedef {(note: object) => void} Post
 * @typedef {Record<string, (params: any, buffers: ArrayBuffer[], note: Post, port?: MessagePort) => Promise<Reply>>} Methods
 */

/** @type {Map<number, import('./session.js').Session>} */
const sessions = new Map();
let lastSession = 0;

/** @type {Methods} */
const methods = {
  probe: async () => ({ result: await probe(), buffers: [] }),

  async files({ names }, buffers) {
    names.forEach((/** @type {string} */ name, /** @type {number} */ index) => give(name, buffers[index]));
    return { result: {}, buffers: [] };
  },

  async create({ provider, external = [], ...options }, [model, ...data]) {
    const files = external.map((/** @type {string} */ path, /** @type {number} */ i) => ({ path, data: new Uint8Array(data[i]) }));
    const session = await open(provider, new Uint8Array(model), { ...options, external: files });
    lastSession += 1;
    sessions.set(lastSession, session);
    const { inputs, outputs, threads } = session;
    return { result: { session: lastSession, inputs, outputs, threads }, buffers: [] };
  },

  async run({ session: number, feeds, outputs, kept = [], program }, buffers, note) {
    const session = find(number);
    const started = performance.now();
    const progress = (/** @type {number} */ part) => note({ progress: part });
    const results = await session.run(tensorsOf(feeds, buffers), outputs, { program, buffers, kept, progress });
    return replyOf(results, started);
  },

  async fetch({ held }) {
    const { buffer, ...head } = heldValue(held).read();
    return { result: { outputs: [head] }, buffers: [buffer] };
  },

  async drop({ held }) {
    drop(held);
    return { result: {}, buffers: [] };
  },

  async release({ session: number }) {
    const session = find(number);
    sessions.delete(number);
    await session.release();
    return { result: {}, buffers: [] };
  },
};

/** @param {any[]} feeds @param {ArrayBuffer[]} buffers @returns {import('./tensor.js').Tensor[]} */
const tensorsOf = (feeds, buffers) => feeds.map((feed, index) => ({ ...feed, buffer: buffers[index] }));

/** @param {import('./tensor.js').Tensor[]} results @param {number} started @returns {Reply} */
function replyOf(results, started) {
  const milliseconds = performance.now() - started;
  const heads = results.map(({ buffer, ...head }) => head);
  return { result: { outputs: heads, milliseconds, heap_bytes: heapBytes() }, buffers: distinct(results) };
}

/**
 * The reply to a request of 'run', at once, for whoever is in the engine's own thread: as JSON, then a buffer an output.
 * Nothing where the engine needs a promise.
 * @param {string} text the request without its buffers
 * @param {...ArrayBufferView<ArrayBuffer>} views one a feed, each of a buffer of its own
 * @returns {[string, ...ArrayBuffer[]] | undefined}
 */
export function answerNow(text, ...views) {
  const { id, params } = JSON.parse(text);
  const session = sessions.get(params.session);
  if (session && !session.runNow) return undefined;
  try {
    const { runNow } = find(params.session);
    const started = performance.now();
    const tensors = tensorsOf(params.feeds, views.map(({ buffer }) => buffer));
    const { result, buffers } = replyOf(/** @type {import('./session.js').RunNow} */ (runNow)(tensors, params.outputs, params.kept ?? []), started);
    return [JSON.stringify({ id, ok: true, result }), ...buffers];
  } catch (error) {
    return [JSON.stringify({ id, ok: false, error: describeError(error) })];
  }
}

/** Engines cannot run two models at once, so requests wait for one another. @type {Promise<any>} */
let queue = Promise.resolve();

/** @param {() => Promise<any>} work @returns {Promise<any>} */
function enqueue(work) {
  queue = queue.then(work);
  return queue;
}

/**
 * The reply to a request, see worker.js; it never rejects. None is given to 'stop'.
 * @param {Request} request
 * @param {Post} [post] is told what is to be said meanwhile
 * @returns {Promise<any>}
 */
export async function answer(request, post = () => {}) {
  if (request.method === 'stop') {
    sessions.get(request.params.session)?.stop?.();
    return null;
  }
  const work = () => perform(request, post);
  return request.method === 'live' ? work() : enqueue(work);
}

/** @param {Request} request @param {Post} post */
async function perform({ id, method, params, buffers, port }, post) {
  try {
    const known = methods[method] ?? (await cameraMethods())[method];
    const reply = await known(params, buffers, (note) => post({ id, ...note }), port);
    return { id, ok: true, ...reply };
  } catch (error) {
    return { id, ok: false, error: describeError(error), buffers: [] };
  }
}

/** @type {Promise<Methods> | null} */
let camera = null;

/** What only a page with a camera needs; not in the wheel. */
function cameraMethods() {
  const module = () => importModule(new URL('live_methods.js', import.meta.url));
  camera ??= module().then(({ methodsFor }) => methodsFor(find, enqueue));
  return camera;
}

/**
 * The outputs' buffers, each one of its own: one output may be asked for twice, and two may share one memory.
 * @param {import('./tensor.js').Tensor[]} tensors
 */
function distinct(tensors) {
  /** @type {Set<ArrayBuffer>} */
  const seen = new Set();
  return tensors.map(({ buffer }) => {
    if (seen.has(buffer)) return buffer.slice(0);
    seen.add(buffer);
    return buffer;
  });
}

/** @param {number} number */
function find(number) {
  const session = sessions.get(number);
  if (!session) throw new EngineFault('session-closed', 'The engine has no session {number}.', { number });
  return session;
}
