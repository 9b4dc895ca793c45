// @ts-check
/** A bare page that opens engines and runs them one at a time, as `build/bench/lab.py` says. */

/** @typedef {{run(tensor: Float32Array, side: number, style?: number[] | null): Promise<{ms: number, output: Float32Array}>, close(): Promise<void>}} Contestant */

/** @type {Map<string, Contestant>} */
const contestants = new Map();
/** @type {Map<string, Float32Array>} */
const outputs = new Map();
/** @type {Map<string, Promise<Float32Array>>} */
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
    async run(tensor, side, style) {
      const feeds = [{ name: result.inputs[0], type: 'float32', dims: dimensions(tensor, side) }];
      const buffers = [tensor.slice().buffer];
      if (style) {
        feeds.push({ name: 'style', type: 'float32', dims: [1, style.length] });
        buffers.push(Float32Array.from(style).buffer);
      }
      const reply = await call('run', { session: result.session, feeds, outputs: null }, buffers);
      return { ms: reply.result.milliseconds, output: new Float32Array(reply.buffers[0]) };
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
    async run(tensor, side) {
      const input = new onnx.Tensor(tensor, 'float32', dimensions(tensor, side));
      const started = performance.now();
      const [output] = (await session.run([input])).values();
      const { data } = output; // reading back belongs to the run
      return { ms: performance.now() - started, output: data };
    },
    close: async () => undefined,
  };
}

/** @param {Float32Array} tensor @param {number} side */
const dimensions = (tensor, side) => [1, tensor.length / (side * side), side, side];

const bench = {
  /** @param {{name: string, model: string, provider: string, threads: number | null, script: string | null}} wanted */
  async open({ name, model, provider, threads, script }) {
    const started = performance.now();
    contestants.set(name, script ? await openPredecessor(model, script) : await openOurs(model, provider, threads));
    return performance.now() - started;
  },

  /** @param {{name: string, input: string, side: number, style: number[] | null}} wanted @returns {Promise<number>} milliseconds */
  async run({ name, input, side, style }) {
    if (!inputs.has(input)) inputs.set(input, download(input).then((buffer) => new Float32Array(buffer)));
    const { ms, output } = await /** @type {Contestant} */ (contestants.get(name)).run(await /** @type {any} */ (inputs.get(input)), side, style);
    outputs.set(name, output);
    return ms;
  },

  /** The last output's bytes in base 64. @param {string} name */
  output(name) {
    const { buffer, byteOffset, byteLength } = /** @type {Float32Array} */ (outputs.get(name));
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
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
