// @ts-check
/// <reference lib="webworker" />
/**
 * The one way in which this worker gets files: a transfer that falls silent is given up, one that breaks off or brings
 * something else than was listed is told apart from one that was whole, and the bytes are counted as they come.
 */

/** A transfer of which nothing has come for so long is given up, however large the file is. */
export const SILENCE_S = 20;

/** @typedef {{bytes: number, sha256: string}} Expected what the file is listed with */
/** @typedef {(done: number, total: number) => void} OnProgress in bytes; a total of 0 is not known */
/** @typedef {'missing' | 'network' | 'silent' | 'cut' | 'damaged'} Code */

/** Why a file could not be had. */
export class DownloadError extends Error {
  /** @param {Code} code @param {string} url @param {number} [status] of the server, where it answered */
  constructor(code, url, status = 0) {
    super(`${url}: ${code} ${status || ''}`);
    this.code = code;
    this.status = status;
  }
}

const plainFetch = self.fetch.bind(self);

/**
 * @param {URL | string} url
 * @param {{onProgress?: OnProgress, expected?: Expected, init?: RequestInit}} [options]
 * @returns {Promise<Uint8Array>} raises `DownloadError`
 */
export async function download(url, { onProgress = () => {}, expected, init } = {}) {
  const silence = new Silence();
  const response = await begin(String(url), init, silence);
  return drain(response, silence, onProgress, expected);
}

/**
 * For who wants a response as it was fetched: browsers keep compiled WebAssembly only for such a one. The bytes are looked
 * at on a copy.
 * @param {string} url
 * @param {RequestInit | undefined} init
 * @param {Expected} expected
 * @param {OnProgress} onProgress
 * @param {(error: DownloadError) => void} onFailure
 * @returns {Promise<Response>}
 */
export async function watchedFetch(url, init, expected, onProgress, onFailure) {
  const silence = new Silence();
  try {
    const response = await begin(url, init, silence);
    drain(response.clone(), silence, onProgress, expected).catch(onFailure);
    return response;
  } catch (error) {
    onFailure(/** @type {DownloadError} */ (error));
    throw error;
  }
}

/** Counts seconds in which nothing comes. After a long computation chunks may lie behind the first timer: steps, not times. */
class Silence {
  #stop = new AbortController();
  #seconds = 0;
  #timer = setInterval(() => ++this.#seconds >= SILENCE_S && this.#giveUp(), 1000);
  signal = this.#stop.signal;

  hear() {
    this.#seconds = 0;
  }

  end() {
    clearInterval(this.#timer);
  }

  #giveUp() {
    this.end();
    this.#stop.abort();
  }
}

/** @param {string} url @param {RequestInit | undefined} init @param {Silence} silence @returns {Promise<Response>} */
async function begin(url, init, silence) {
  try {
    const response = await plainFetch(url, { ...init, signal: silence.signal });
    silence.hear();
    if (response.ok) return response;
    silence.end();
    throw new DownloadError('missing', url, response.status);
  } catch (error) {
    silence.end();
    throw explain(error, url, silence, 'network');
  }
}

/**
 * @param {Response} response
 * @param {Silence} silence
 * @param {OnProgress} onProgress
 * @param {Expected} [expected]
 * @returns {Promise<Uint8Array>}
 */
async function drain(response, silence, onProgress, expected) {
  const total = expected?.bytes ?? lengthOf(response);
  const chunks = [];
  let done = 0;
  try {
    for (const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader(); ; ) {
      const { value } = await reader.read();
      if (!value) break;
      silence.hear();
      chunks.push(value);
      done += value.byteLength;
      onProgress(done, total);
    }
  } catch (error) {
    throw explain(error, response.url, silence, 'cut');
  } finally {
    silence.end();
  }
  const data = join(chunks, done);
  if (expected) await check(data, expected, response.url);
  return data;
}

/** Of a compressed answer the header tells the length on the way. @param {Response} response */
function lengthOf({ headers }) {
  return headers.has('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0);
}

/** @param {Uint8Array[]} chunks @param {number} length */
function join(chunks, length) {
  const data = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    data.set(chunk, at);
    at += chunk.byteLength;
  }
  return data;
}

/** @param {Uint8Array} data @param {Expected} expected @param {string} url */
async function check(data, { bytes, sha256 }, url) {
  if (data.byteLength < bytes) throw new DownloadError('cut', url);
  // Pages of plain http have no `subtle`: there the length must do.
  const digest = await crypto.subtle?.digest('SHA-256', /** @type {BufferSource} */ (data));
  const found = digest && [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (data.byteLength > bytes || (found && found !== sha256)) throw new DownloadError('damaged', url);
}

/** @param {unknown} error @param {string} url @param {Silence} silence @param {Code} otherwise */
function explain(error, url, silence, otherwise) {
  if (error instanceof DownloadError) return error;
  return new DownloadError(silence.signal.aborted ? 'silent' : otherwise, url);
}
