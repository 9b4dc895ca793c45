// @ts-check
/**
 * Runs an ONNX file for `python -m build verify`: on the page's own engines through the engine worker, or on an old ONNX.js
 * loaded into this page. Python calls `runModel` and compares the numbers.
 *
 * @typedef {{params: any, urls: string[]}} Run what the engine worker's `run` is given, and the addresses of its buffers
 * @typedef {{name: string, dims: number[], type: string, base64: string}} Output
 */

/**
 * @param {{provider: string} | {onnxjs: string, backend: string}} engine
 * @param {string} model its address
 * @param {Run[]} runs
 * @param {number} limit milliseconds for everything
 * @returns {Promise<Output[][]>}
 */
async function runModel(engine, model, runs, limit) {
  const bytes = await fetchBytes(model);
  const work = 'provider' in engine ? runInWorker(engine.provider, bytes, runs) : runInPage(engine, bytes, runs);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit));
  return /** @type {Promise<Output[][]>} */ (Promise.race([work, late]));
}

/** @param {string} url */
async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.arrayBuffer();
}

/**
 * @param {string} provider
 * @param {ArrayBuffer} model
 * @param {Run[]} runs
 */
async function runInWorker(provider, model, runs) {
  const worker = new Worker('/www/engine/worker.js');
  try {
    const { result: session } = await call(worker, 1, 'create', { provider, threads: 1 }, [model]);
    const results = [];
    for (const [index, { params, urls }] of runs.entries()) {
      const buffers = await Promise.all(urls.map(fetchBytes));
      const reply = await call(worker, 2 + index, 'run', { session: session.session, ...params }, buffers);
      results.push(
        reply.result.outputs.map((/** @type {any} */ output, /** @type {number} */ i) => ({
          ...output,
          base64: toBase64(new Uint8Array(reply.buffers[i])),
        })),
      );
    }
    return results;
  } finally {
    worker.terminate();
  }
}

/**
 * @param {Worker} worker
 * @param {number} id
 * @param {string} method
 * @param {object} params
 * @param {ArrayBuffer[]} buffers
 * @returns {Promise<any>}
 */
function call(worker, id, method, params, buffers) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.id !== id) return;
      if (data.ok) resolve(data);
      else reject(new Error(`${data.error.code}: ${data.error.message} ${data.error.detail ?? ''}`));
    };
    worker.onerror = (event) => reject(new Error(`the engine worker failed: ${event.message}`));
    worker.postMessage({ id, method, params, buffers }, buffers);
  });
}

/**
 * @param {{onnxjs: string, backend: string}} engine
 * @param {ArrayBuffer} model
 * @param {Run[]} runs
 */
async function runInPage({ onnxjs, backend }, model, runs) {
  const onnx = await loadOnnxjs(onnxjs);
  const results = [];
  for (const { params, urls } of runs) {
    // A session of these versions is for one shape of input.
    const session = new onnx.InferenceSession({ backendHint: backend });
    await session.loadModel(model.slice(0));
    const tensors = [];
    for (const [index, { type, dims }] of params.feeds.entries()) {
      tensors.push(new onnx.Tensor(toArray(type, await fetchBytes(urls[index])), type, dims));
    }
    const outputs = await session.run(tensors);
    results.push(
      [...outputs].map(([name, tensor]) => ({
        name,
        dims: [...tensor.dims],
        type: tensor.type,
        base64: toBase64(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)),
      })),
    );
  }
  return results;
}

/**
 * @param {string} version
 * @returns {Promise<any>}
 */
async function loadOnnxjs(version) {
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `/onnxjs-${version}/onnx.min.js`;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`ONNX.js ${version} did not load`));
    document.head.append(script);
  });
  return /** @type {any} */ (window).onnx;
}

/**
 * @param {string} type
 * @param {ArrayBuffer} buffer
 */
function toArray(type, buffer) {
  if (type === 'float32') return new Float32Array(buffer);
  if (type === 'int32') return new Int32Array(buffer);
  throw new Error(`this harness has no ${type} inputs`);
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  let text = '';
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text);
}

/** @param {unknown} error */
function describe(error) {
  return { error: error instanceof Error ? error.message : String(error) };
}

Object.assign(window, { runModel, describe });
