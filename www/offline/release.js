// @ts-check
/// <reference lib="webworker" />
/**
 * Releases of the site: each has a cache of its own, which holds its listing once all that must be there is there. One
 * release is the current one, from which everything is answered; another may stand ready to take its place.
 */

import { LISTING, SCOPE, isListed, parseListing, releaseName, urlOf } from './listing.js';

/** @typedef {import('./listing.js').Entry} Entry @typedef {import('./listing.js').Listing} Listing */
/** @typedef {(done: number, total: number) => void} OnProgress in bytes */

// Sites at other paths of the same origin share its caches.
const PREFIX = `site ${SCOPE.pathname} `;
const STATE = `${PREFIX}state`;
const DEVELOPMENT = 'development';
/** Files that decide what a page is or does: pages, scripts, and the lists by which all else is checked. */
const RUNS = /\.(html|m?js|json)$/;

export class Release {
  /** What pages are being given now; whether there is a copy in the end. @type {Map<string, Promise<boolean>>} */
  #answering = new Map();

  /** @param {Listing} listing @param {Cache} cache */
  constructor(listing, cache) {
    this.name = listing.release;
    this.files = new Map(listing.files.map((entry) => [urlOf(entry.path), entry]));
    this.listing = listing;
    this.cache = cache;
  }

  /** @param {Listing} listing */
  static async of(listing) {
    return new Release(listing, await caches.open(PREFIX + listing.release));
  }

  /** @param {string} name @returns {Promise<Release | null>} null unless it is complete and its listing the one it was made from */
  static async complete(name) {
    if (!name || !(await caches.has(PREFIX + name))) return null;
    const cache = await caches.open(PREFIX + name);
    const response = await cache.match(LISTING);
    const listing = response && (await parseListing(response));
    return listing && (await releaseName(listing)) === name ? new Release(listing, cache) : null;
  }

  /**
   * The file of this release and no other.
   * @param {string} url
   * @returns {Promise<{response: Response | null, kept: Promise<boolean>}>} null where the server has another file there by
   *   now; `kept` tells whether there is a copy from now on, which is nothing to wait for
   */
  async answer(url) {
    const kept = await this.#kept(url);
    if (kept) return { response: kept, kept: Promise.resolve(true) };
    const answering = RUNS.test(url) ? this.#whole(url) : this.#pass(url);
    const copied = answering.then(({ kept }) => kept).catch(() => false);
    this.#answering.set(url, copied);
    copied.finally(() => this.#answering.delete(url));
    return answering;
  }

  /**
   * A file that counts only whole.
   * @param {string} url
   * @returns {ReturnType<Release['answer']>}
   */
  async #whole(url) {
    const response = await this.#fetch(url, null);
    return { response, kept: response?.ok ? this.#put(url, response.clone()) : Promise.resolve(false) };
  }

  /**
   * A large file on its way: whoever asks sees its bytes come, and its end only if it is the listed one.
   * @param {string} url
   * @returns {ReturnType<Release['answer']>}
   */
  async #pass(url) {
    const entry = this.#entry(url);
    const response = await fetch(url, { cache: 'no-cache' });
    if (!response.ok || !response.body) return { response, kept: Promise.resolve(false) };
    const checked = checkedAtTheEnd(response.body, entry);
    const passed = new Response(checked.body, { headers: headersOf(response, entry) });
    const keep = async (/** @type {Uint8Array | null} */ data) =>
      data !== null && this.#put(url, new Response(/** @type {BodyInit} */ (data), { headers: headersOf(response, entry) }));
    return { response: passed, kept: checked.whole.then(keep) };
  }

  /**
   * What is kept is checked where it would run: that something could once write here must not decide what the pages are.
   * @param {string} url
   */
  async #kept(url) {
    const [kept, copy] = await Promise.all([this.cache.match(url), RUNS.test(url) ? this.cache.match(url) : undefined]);
    if (!kept || !copy) return kept;
    return (await isListed(await copy.arrayBuffer(), this.#entry(url))) ? kept : undefined;
  }

  /**
   * What the server gives is checked before it counts.
   * @param {string} url
   * @param {Release | null} older from which a file that has not changed is taken
   * @param {AbortSignal | null} [signal]
   */
  async #fetch(url, older, signal = null) {
    const entry = this.#entry(url);
    const same = older?.files.get(url)?.sha256 === entry.sha256 && (await older.cache.match(url));
    const response = same || (await fetch(url, { cache: 'no-cache', signal }));
    if (!response.ok) return response;
    const data = await response.arrayBuffer();
    return (await isListed(data, entry)) ? new Response(data, { headers: headersOf(response, entry) }) : null;
  }

  /** @param {string} url @param {Response} response @returns {Promise<boolean>} false where the browser has no room for it */
  #put(url, response) {
    return this.cache.put(url, response).then(() => true, () => false);
  }

  /** @param {string} url */
  #entry(url) {
    return /** @type {Entry} */ (this.files.get(url));
  }

  /**
   * Fetch what is not there yet.
   * @param {(entry: Entry) => boolean} isWanted
   * @param {Release | null} older
   * @param {OnProgress} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false where a file could not be had, or not kept
   */
  async keep(isWanted, older, onProgress, signal) {
    const wanted = this.listing.files.filter(isWanted);
    const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const { path, bytes } of wanted) {
      const url = urlOf(path);
      // What a page is being given is not fetched a second time.
      if (!(await this.#answering.get(url)) && !(await this.cache.match(url))) {
        const response = await this.#fetch(url, older, signal).catch(() => null);
        if (signal.aborted || !response?.ok || !(await this.#put(url, response))) return false;
      }
      done += bytes;
      onProgress(done, total);
    }
    return true;
  }

  /** Only now does it count as complete. */
  async seal() {
    await this.cache.put(LISTING, new Response(JSON.stringify(this.listing)));
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {Entry} entry
 * @returns {{body: ReadableStream<Uint8Array>, whole: Promise<Uint8Array | null>}} null where it was another file, or cut
 */
function checkedAtTheEnd(body, entry) {
  const data = new Uint8Array(entry.bytes);
  let done = 0;
  /** @type {(data: Uint8Array | null) => void} */
  let settle;
  const whole = new Promise((/** @type {(data: Uint8Array | null) => void} */ resolve) => (settle = resolve));
  const check = new TransformStream({
    transform(chunk, controller) {
      if (done + chunk.byteLength > entry.bytes) throw new TypeError(`${entry.path} has changed on the server`);
      data.set(chunk, done);
      done += chunk.byteLength;
      controller.enqueue(chunk);
    },
    async flush() {
      if (done < entry.bytes || !(await isListed(data.buffer, entry))) throw new TypeError(`${entry.path} has changed on the server`);
      settle(data);
    },
  });
  const passed = body.pipeTo(check.writable);
  passed.catch(() => settle(null));
  return { body: check.readable, whole };
}

/** What is kept is no longer compressed. @param {Response} response @param {Entry} entry */
function headersOf(response, { bytes }) {
  const headers = new Headers(response.headers);
  headers.delete('Content-Encoding');
  headers.set('Content-Length', String(bytes));
  return headers;
}

/** @type {Promise<Release | null> | null} */
let remembered = null;

/** @returns {Promise<Release | null>} the release that everything is answered from */
export function currentRelease() {
  // Where the browser gives no storage there is none.
  remembered ??= read('current').then(Release.complete).catch(() => null);
  return remembered;
}

/** @returns {Promise<Release | null>} the complete release that waits for its turn */
export async function nextRelease() {
  return Release.complete(await read('next'));
}

/** @param {Release} release complete by now: it waits for its turn */
export async function announce(release) {
  await write('next', release.name);
}

/** @param {Release | null} release from now on the current one; null: the site has none */
export async function promote(release) {
  await write('current', release?.name ?? '');
  await write('next', '');
  remembered = Promise.resolve(release);
  await forgetOthers([release]);
}

/** @param {(Release | null)[]} releases all that are still of use */
export async function forgetOthers(releases) {
  const kept = [STATE, ...releases.map((release) => PREFIX + (release?.name ?? DEVELOPMENT))];
  const stale = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && !kept.includes(name));
  await Promise.all(stale.map((name) => caches.delete(name)));
}

/** The cache of a site that is no release: what was last seen of each file. */
export const developmentCache = () => caches.open(PREFIX + DEVELOPMENT);

/** @returns {Promise<Set<string>>} addresses of what was asked for before there was a release to keep it in */
export async function givenBefore() {
  const requests = (await caches.has(PREFIX + DEVELOPMENT)) ? await (await developmentCache()).keys() : [];
  return new Set(requests.map(({ url }) => url));
}

/** @param {string} key */
async function read(key) {
  const response = await (await caches.open(STATE)).match(new URL(key, SCOPE));
  return response ? response.text() : '';
}

/** @param {string} key @param {string} value */
async function write(key, value) {
  await (await caches.open(STATE)).put(new URL(key, SCOPE), new Response(value));
}
