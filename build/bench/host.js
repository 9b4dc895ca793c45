// @ts-check
/** A bare page that opens engines and runs them one at a time, as `build/bench/lab.py` says. */

/** @typedef {{params: any, buffers: ArrayBuffer[]}} Request what the engine worker's `run` is given */
/** @typedef {{threads: number, inputs: string[], run(request: Request): Promise<{ms: number, output: ArrayBuffer}>, close(): Promise<void>}} Contestant */

/** @type {Map<string, Contestant>} */
const contestants = new Map();
/** @type {Map<string, ArrayBuffer>} */
const outputs = new Map();
/** @type {Map<string, Promise<ArrayBuffer>>} */
const inputs = new Map();

/** @param {string} url @returns {Promise<ArrayBuffer>} */
async function download(url) {
  const response = await fetch(url, { cache: 'no-store' });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

/** The product's engine worker. @param {string} model @param {string} provider @param {number | null} threads @returns {Promise<Contestant>} */
async function openOurs(model, provider, threads) {
  const worker = new Worker('/www/engine/worker.js');
  let last = 0;
  /** @param {string} method @param {object} params @param {ArrayBuffer[]} buffers @returns {Promise<any>} */
  const call = (method, params, buffers = []) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      worker.onmessage = ({ data }) => {
        if (data.id !== id) return; // a sign of life
        if (data.ok) resolve(data);
        else reject(new Error(data.error.message));
      };
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ id, method, params, buffers }, buffers);
    });
  const options = { provider, threads, most_threads: navigator.hardwareConcurrency };
  const { result } = await call('create', options, [await download(model)]);
  return {
    threads: result.threads ?? 1,
    inputs: result.inputs,
    async run({ params, buffers }) {
      const reply = await call('run', { session: result.session, ...params }, buffers);
      return { ms: reply.result.milliseconds, output: reply.buffers[0] };
    },
    close: async () => worker.terminate(),
  };
}

/** ONNX.js in the page's main thread, as the predecessor has it. @param {string} model @param {string} script @returns {Promise<Contestant>} */
async function openPredecessor(model, script) {
  if (!('onnx' in self)) {
    await new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement('script'), { src: script, onload: resolve, onerror: reject });
      document.head.append(element);
    });
  }
  const { onnx } = /** @type {any} */ (self);
  const session = new onnx.InferenceSession({ backendHint: 'webgl' });
  await session.loadModel(model);
  return {
    threads: 1,
    inputs: ['input'],
    async run({ params, buffers }) {
      const input = new onnx.Tensor(new Float32Array(buffers[0]), 'float32', params.feeds[0].dims);
      const started = performance.now();
      const [output] = (await session.run([input])).values();
      const { data } = output; // reading back belongs to the run
      return { ms: performance.now() - started, output: data.slice().buffer };
    },
    close: async () => undefined,
  };
}

const bench = {
  /** @param {{name: string, model: string, provider: string, threads: number | null, script: string | null}} wanted */
  async open({ name, model, provider, threads, script }) {
    const started = performance.now();
    const opened = script ? await openPredecessor(model, script) : await openOurs(model, provider, threads);
    contestants.set(name, opened);
    return { ms: performance.now() - started, threads: opened.threads, inputs: opened.inputs };
  },

  /** @param {{name: string, params: any, urls: string[]}} wanted @returns {Promise<number>} milliseconds */
  async run({ name, params, urls }) {
    for (const url of urls) if (!inputs.has(url)) inputs.set(url, download(url));
    const kept = await Promise.all(urls.map((url) => /** @type {Promise<ArrayBuffer>} */ (inputs.get(url))));
    const buffers = kept.map((buffer) => buffer.slice(0));
    const { ms, output } = await /** @type {Contestant} */ (contestants.get(name)).run({ params, buffers });
    outputs.set(name, output);
    return ms;
  },

  /** The last output's bytes in base 64. @param {string} name */
  output(name) {
    const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (outputs.get(name)));
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  },

  /** @param {string} name */
  async close(name) {
    await contestants.get(name)?.close();
    contestants.delete(name);
    outputs.delete(name);
  },
};
/** @type {any} */ (self).bench = bench;
