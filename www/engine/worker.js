// @ts-check
/**
 * The engine worker: opens ONNX models and runs them, one request after the other. To cancel a run or to recover from a
 * fault, its owner terminates it and starts another.
 *
 * Request   {id, method, params, buffers: ArrayBuffer[]}; engine.js lists the methods
 * Reply     {id, ok: true, result, buffers: ArrayBuffer[]}  or  {id, ok: false, error: {code, message, detail}}
 *
 * Where an error's message is a sentence of ours, `sentence` is the same with names in braces, and `values` has their values.
 *
 * A run says {id, progress: 0..1} meanwhile, if its engine knows. While the worker waits for something, such as a download, it
 * also says {alive: true} now and then; a computation keeps it silent.
 */

// A classic worker, because ONNX.js breaks in strict mode and so needs importScripts; modules come by import(). A worker
// that was made of a Blob has no neighbours: its name then says where engine.js is.

/** @type {Promise<typeof import('./engine.js')>} */
const engine = import(self.name.startsWith('blob:') ? self.name : './engine.js');
// Whoever asks for something hears of its failure.
engine.catch(() => {});

/** @param {import('./engine.js').Request} request */
async function reply(request) {
  try {
    const { answer } = await engine;
    const message = await answer(request, (note) => self.postMessage(note));
    if (message) self.postMessage(message, { transfer: message.buffers });
  } catch (error) {
    // The engine's modules are missing, and with them the words for it.
    const message = `The engine's scripts did not load: ${error}`;
    self.postMessage({ id: request.id, ok: false, error: { code: 'engine-unavailable', message, detail: '' } });
  }
}

/** The owner takes silence for a hang; a download may take long without being one. */
const HEARTBEAT_MS = 1000;
let waiting = 0;
setInterval(() => waiting && self.postMessage({ alive: true }), HEARTBEAT_MS);

self.onmessage = ({ data }) => {
  // A camera lasts as long as it runs; its frames wait for the engine one by one.
  const counts = data.method !== 'live';
  waiting += Number(counts);
  reply(data).then(() => void (waiting -= Number(counts)));
};
