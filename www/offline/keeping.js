// @ts-check
/// <reference lib="webworker" />
/** Keeps the site for visits without a network, and sees when there is a new version of it. */

import { fetchListing, urlOf } from './listing.js';
import { Release, announce, currentRelease, developmentCache, forgetOthers, givenBefore, nextRelease, promote } from './release.js';
import { scope } from './scope.js';

/**
 * @typedef {import('./listing.js').Entry} Entry
 * @typedef {import('./listing.js').Listing} Listing
 * @typedef {import('./release.js').OnProgress} OnProgress
 * @typedef {'kept' | 'partly' | 'update'} Outcome all is there; some is not; a new version waits
 *
 * @typedef {object} Wishes of the page that asks
 * @property {boolean} roomy whether the connection is good for more than is needed
 * @property {string[]} [used] paths of files that it uses, and not every page does
 */

/** How long a page may take to say whether it is busy. */
const ANSWER_MS = 2_000;

/** @type {Promise<Outcome> | null} two pages that ask at once share one answer */
let underway = null;
let pausing = new AbortController();

/**
 * @param {Wishes} wishes
 * @param {OnProgress} onProgress in bytes
 * @returns {Promise<Outcome>}
 */
export function keepSite(wishes, onProgress) {
  if (!underway) pausing = new AbortController();
  // Where the browser gives no storage nothing is kept, and the page is told so.
  underway ??= keep(wishes, onProgress)
    .catch(() => /** @type {Outcome} */ ('partly'))
    .finally(() => (underway = null));
  return underway;
}

/** A page has something better to do with the line; it asks again later. What is kept by then stays. */
export async function pauseKeeping() {
  pausing.abort();
}

/** @param {Wishes} wishes @param {OnProgress} onProgress @returns {Promise<Outcome>} */
async function keep({ roomy, used = [] }, onProgress) {
  /** @type {(asked: Set<string>) => (entry: Entry) => boolean} */
  const needed = (asked) => ({ keep: kind, path }) => kind === 'always' || used.includes(path) || asked.has(urlOf(path));
  const isNeeded = needed(await givenBefore());
  const [listing, current] = [await fetchListing(), await currentRelease()];
  if (listing === undefined) return (await nextRelease()) ? 'update' : current ? 'kept' : 'partly';
  if (listing?.mode !== 'release') {
    return keepDevelopment(listing, current, (entry) => isNeeded(entry) || (roomy && isRoomy(entry)), onProgress);
  }
  if (listing.release === current?.name) return keepRest(current, roomy, onProgress);
  const next = await Release.of(listing);
  await forgetOthers([current, next]);
  if (!(await next.keep(isNeeded, current, onProgress, pausing.signal))) return 'partly';
  await next.seal();
  if (current) {
    await announce(next);
    return 'update';
  }
  // What pages were given meanwhile lies in no release yet.
  if (!(await next.keep(needed(await givenBefore()), null, onProgress, pausing.signal))) return 'partly';
  await promote(next);
  return keepRest(next, roomy, onProgress);
}

/** @param {Entry} entry */
const isRoomy = (entry) => entry.keep === 'roomy';

/** @param {Release} release @param {boolean} roomy @param {OnProgress} onProgress @returns {Promise<Outcome>} */
async function keepRest(release, roomy, onProgress) {
  return !roomy || (await release.keep(isRoomy, null, onProgress, pausing.signal)) ? 'kept' : 'partly';
}

/**
 * @param {Listing | null} listing
 * @param {Release | null} current left over from a release that was served here before
 * @param {(entry: Entry) => boolean} isWanted
 * @param {OnProgress} onProgress
 * @returns {Promise<Outcome>}
 */
async function keepDevelopment(listing, current, isWanted, onProgress) {
  if (current) await promote(null);
  const cache = await developmentCache();
  const wanted = (listing?.files ?? []).filter(isWanted);
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const { signal } = pausing;
  let [done, lost] = [0, 0];
  for (const { path, bytes } of wanted) {
    const url = urlOf(path);
    if (signal.aborted) return 'partly';
    if (!(await cache.match(url))) {
      const response = await fetch(url, { signal }).catch(() => null);
      const kept = response?.ok && (await cache.put(url, response).then(() => true, () => false));
      if (!kept) lost += 1;
    }
    done += bytes;
    onProgress(done, total);
  }
  if (current) return 'update';
  return listing && !lost ? 'kept' : 'partly';
}

/**
 * The version that waits takes its turn now, in every open page at once; not while one of them has work that would be lost.
 * A page that stayed would get files of another version than its own.
 * @returns {Promise<boolean>} whether it did
 */
export async function applyUpdate() {
  const pages = /** @type {WindowClient[]} */ (await scope.clients.matchAll({ type: 'window' }));
  if ((await Promise.all(pages.map(isBusy))).includes(true)) return false;
  const next = await nextRelease();
  if (next) await promote(next);
  await Promise.all(pages.map((page) => page.navigate(page.url)));
  return true;
}

/** @param {WindowClient} page @returns {Promise<boolean>} false, too, where it does not answer: it is frozen, or of a version that cannot */
function isBusy(page) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    setTimeout(resolve, ANSWER_MS, false);
    page.postMessage({ method: 'busy' }, [port2]);
  });
}
