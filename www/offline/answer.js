// @ts-check
/// <reference lib="webworker" />
/** What a request is answered with. */

import { keptUrl } from './listing.js';
import { currentRelease, developmentCache, nextRelease, promote } from './release.js';
import { scope } from './scope.js';
import { SHARED, sharedPhoto } from './share.js';

/** @param {FetchEvent} event @returns {Promise<Response>} */
export async function answer({ request }) {
  if (request.url.startsWith(SHARED)) return sharedPhoto(request);
  if (request.mode === 'navigate') await takeTurn();
  const release = await currentRelease();
  const url = keptUrl(request);
  if (!release) return fromNetworkFirst(request, url);
  if (!release.files.has(url)) return fetch(request);
  return (await release.answer(url)) ?? superseded(url);
}

/** The next release takes its turn when no page of the current one is open. */
async function takeTurn() {
  const next = await nextRelease();
  if (next && (await scope.clients.matchAll({ type: 'window' })).length === 0) await promote(next);
}

/** Of two releases a page must never see a mix. @param {string} url */
function superseded(url) {
  return new Response(`${url} has changed on the server: reload the page for the new version.`, { status: 409 });
}

/**
 * The files of a working copy change at any time, so the server is asked every time (it answers that nothing changed,
 * mostly); the copies are for visits without it.
 * @param {Request} request
 * @param {string} url
 */
async function fromNetworkFirst(request, url) {
  const kept = developmentCache().then((cache) => cache.match(url));
  const response = await fetchFresh(request).catch(() => null);
  if (!response) return (await kept) ?? Response.error();
  if (response.status === 200 && !sameFile(response, await kept)) await (await developmentCache()).put(url, response.clone());
  return response;
}

/** @param {Request} request */
function fetchFresh(request) {
  // A navigation cannot be copied into another request, but the browser asks afresh for it anyway.
  return request.mode === 'navigate' ? fetch(request) : fetch(request, { cache: 'no-cache' });
}

/** @param {Response} response @param {Response | undefined} kept */
function sameFile(response, kept) {
  return ['ETag', 'Last-Modified', 'Content-Length'].every((name) => response.headers.get(name) === kept?.headers.get(name));
}
