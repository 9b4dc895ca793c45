// @ts-check
/**
 * The engine worker: opens ONNX models with an engine of somebody else's and runs them. It holds no state of the page; to
 * cancel a run or to recover from a fault, its owner terminates it and starts another.
 *
 * Request   {id, method, params, buffers: ArrayBuffer[]}
 * Reply     {id, ok: true, result, buffers: ArrayBuffer[]}  or  {id, ok: false, error: {code, message, detail}}
 *
 * Where an error's message is a sentence of ours, `sentence` is the same with names in braces, and `values` has their values.
 *
 * While it waits for something, such as a download, it also says {alive: true} now and then; a computation keeps it silent.
 *
 * Methods (params -> result):
 *   probe    {} -> what this device can do, see device.js
 *   create   {provider, threads?, most_threads?} + [model] -> {session, inputs, outputs, threads?}
 *   run      {session, feeds: [{name, type, dims}], outputs: string[] | null, program?} + [one buffer a feed]
 *            -> {outputs: [{name, type, dims}], milliseconds, heap_bytes: number | null} + [one buffer an output]
 *            and meanwhile, of engines that know: {id, progress: 0..1}. An engine that reads no ONNX was given its own form of
 *            the model, and is given a program and its buffers instead of feeds (`app_py/kernels/plan.py`).
 *   stop     {session}, not answered: the run under way fails with 'cancelled', if its engine can be stopped
 *   release  {session} -> {}
 *   live     {run, height, width, steady, strength, keep_colours} + [the buffers of run] + a MessagePort, see live.js: `run` has
 *            the parameters of a run -> {} when it has ended
 *   live-tune     the same, without a port -> {}
 *   live-picture  {} -> {height, width, run_ms} + [frame, painting], RGBA; {} before the first one
 *   live-end      {} -> {}
 *
 * `type` is an element type as onnxruntime-web spells it ('float32', 'int64', ...), buffers are little-endian and dense.
 */

// A classic worker, because ONNX.js breaks in strict mode and so needs importScripts; modules come by import().

const modules = Promise.all([import('./fault.js'), import('./session.js'), import('./device.js'), import('./memory.js')]);
/** @type {Map<number, import('./session.js').Session>} */
const sessions = new Map();
let lastSession = 0;
/** Engines cannot run two models at once, so requests wait for one another. */
let queue = Promise.resolve();

/** @type {import('./live.js').Live | null} */
let live = null;

/** @param {() => Promise<void>} work */
function enqueue(work) {
  queue = queue.then(work);
}

/** @type {Record<string, (params: any, buffers: ArrayBuffer[], id: number, port?: MessagePort) => Promise<{result: object, buffers: ArrayBuffer[]}>>} */
const methods = {
  async probe() {
    const [, , { probe }] = await modules;
    return { result: await probe(), buffers: [] };
  },

  async create({ provider, threads, most_threads }, [model]) {
    const [, { open }] = await modules;
    const session = await open(provider, new Uint8Array(model), { threads, most_threads });
    lastSession += 1;
    sessions.set(lastSession, session);
    const { inputs, outputs, threads: used } = session;
    return { result: { session: lastSession, inputs, outputs, threads: used }, buffers: [] };
  },

  async run({ session: number, feeds, outputs, program }, buffers, id) {
    const tensors = feeds.map((/** @type {any} */ feed, /** @type {number} */ i) => ({ ...feed, buffer: buffers[i] }));
    const started = performance.now();
    const progress = (/** @type {number} */ part) => self.postMessage({ id, progress: part });
    const results = await (await find(number)).run(tensors, outputs, { program, buffers, progress });
    const milliseconds = performance.now() - started;
    const [, , , { heapBytes }] = await modules;
    const heads = results.map(({ name, type, dims }) => ({ name, type, dims }));
    return { result: { outputs: heads, milliseconds, heap_bytes: heapBytes() }, buffers: results.map((tensor) => tensor.buffer) };
  },

  async release({ session: number }) {
    const session = await find(number);
    sessions.delete(number);
    await session.release();
    return { result: {}, buffers: [] };
  },

  async live(tuning, buffers, _id, port) {
    const [{ Live }, { Steady }] = await Promise.all([import('./live.js'), import('./steady.js')]);
    live?.end();
    const steady = await Steady.load();
    const present = new Live(steady, await find(tuning.run.session), /** @type {MessagePort} */ (port), enqueue);
    live = present;
    present.tune(tuning, buffers);
    await present.ended;
    return { result: {}, buffers: [] };
  },

  async 'live-tune'(tuning, buffers) {
    live?.tune(tuning, buffers);
    return { result: {}, buffers: [] };
  },

  async 'live-picture'() {
    return live?.picture() ?? { result: {}, buffers: [] };
  },

  async 'live-end'() {
    live?.end();
    live = null;
    return { result: {}, buffers: [] };
  },
};

/** @param {number} number */
async function find(number) {
  const [{ EngineFault }] = await modules;
  const session = sessions.get(number);
  if (!session) throw new EngineFault('session-closed', 'The engine has no session {number}.', { number });
  return session;
}

/** @param {{id: number, method: string, params: object, buffers: ArrayBuffer[], port?: MessagePort}} request */
async function answer({ id, method, params, buffers, port }) {
  try {
    const reply = await methods[method](params, buffers, id, port);
    self.postMessage({ id, ok: true, ...reply }, { transfer: reply.buffers });
  } catch (error) {
    const [{ describeError }] = await modules;
    self.postMessage({ id, ok: false, error: describeError(error) });
  }
}

/** The owner takes silence for a hang; a download may take long without being one. */
const HEARTBEAT_MS = 1000;
let waiting = 0;
setInterval(() => waiting && self.postMessage({ alive: true }), HEARTBEAT_MS);

self.onmessage = ({ data }) => {
  if (data.method === 'stop') {
    sessions.get(data.params.session)?.stop?.();
    return;
  }
  // It lasts as long as the camera runs; its frames wait for the engine one by one.
  if (data.method === 'live') return void answer(data);
  waiting += 1;
  enqueue(() => answer(data).then(() => void (waiting -= 1)));
};
