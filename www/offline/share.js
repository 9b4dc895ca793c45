// @ts-check
/// <reference lib="webworker" />
/**
 * The phone's share sheet posts a photo to `share/` (https://w3c.github.io/web-share-target/). It goes no further than
 * this browser: kept under an address that only this worker answers, and opened by the page like any photo's address.
 *
 * Any other site can post there, too. So what is kept is a picture or a video by its bytes, whatever it claims to be; it is
 * given once, to scripts of the page, and never as a document, in which a script of somebody else's would run as ours.
 */

import { SCOPE } from './listing.js';
import { mediaType } from './media.js';

const TARGET = new URL('share/', SCOPE).href;
const SHARED = new URL('shared/', SCOPE).href;
const CACHE = `shared ${SCOPE.pathname}`;
const LONGEST_NAME = 100;

/** Nothing that comes with these is ever shown as a page, whoever opens it. */
const GUARDS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** What a full disk does not take: this worker lives on while the page that asks for it opens. @type {Map<string, Blob>} */
const held = new Map();

/** @param {Request} request */
export function isShare({ method, url }) {
  return method === 'POST' && url === TARGET;
}

/** @param {Request} request */
export function isShared({ url }) {
  return url.startsWith(SHARED);
}

/** @param {Request} request @returns {Promise<Response>} to the page, with the photo's address */
export async function takeShared(request) {
  const page = new URL(SCOPE);
  const photo = await sharedMedia(request);
  if (photo) page.searchParams.set('photo', (await keep(photo)).slice(SCOPE.href.length));
  else page.searchParams.set('shared', 'refused');
  return Response.redirect(page.href, 303);
}

/** @param {Request} request @returns {Promise<Response>} */
export async function sharedPhoto({ url, mode, destination }) {
  if (mode === 'navigate' || destination) return refusal(403, 'A shared picture is no page.');
  const photo = await take(url);
  const type = photo && (await mediaType(photo));
  if (!type) return refusal(404, 'This picture was used already, or there was none.');
  return new Response(photo, { headers: { ...GUARDS, 'Content-Type': type } });
}

/** @param {number} status @param {string} reason */
function refusal(status, reason) {
  return new Response(reason, { status, headers: { ...GUARDS, 'Content-Type': 'text/plain' } });
}

/** @param {Request} request @returns {Promise<File | null>} the first picture or video of a form */
async function sharedMedia(request) {
  const form = await request.formData().catch(() => null);
  for (const entry of form?.getAll('photo') ?? []) {
    if (entry instanceof File && (await mediaType(entry).catch(() => null))) return entry;
  }
  return null;
}

/** @param {File} photo @returns {Promise<string>} its address */
async function keep(photo) {
  // The end of a long name says more than its beginning. A name of dots would be a step in the address.
  const name = [...photo.name].slice(-LONGEST_NAME).join('').replace(/^\.*$/, 'photo');
  const address = SHARED + encodeURIComponent(name);
  held.clear();
  try {
    // One place: what was shared before is forgotten.
    await caches.delete(CACHE);
    await (await caches.open(CACHE)).put(address, new Response(photo));
  } catch {
    held.set(address, photo);
  }
  return address;
}

/** @param {string} address @returns {Promise<Blob | null>} what is kept there, which is then no longer kept */
async function take(address) {
  const photo = held.get(address);
  if (photo) return held.delete(address) ? photo : null;
  const cache = await caches.open(CACHE).catch(() => null);
  const kept = await cache?.match(address);
  if (!cache || !kept) return null;
  const bytes = await kept.arrayBuffer();
  return (await cache.delete(address)) ? new Blob([bytes]) : null;
}
