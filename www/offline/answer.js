// @ts-check
/// <reference lib="webworker" />
/** What a request is answered with. */

import { MODELS, SCOPE, keptUrl } from './listing.js';
import { currentRelease, developmentCache, nextRelease, promote } from './release.js';
import { scope } from './scope.js';
import { isShared, sharedPhoto } from './share.js';

/**
 * Nobody waits for what is kept, and what cannot be kept is given all the same.
 * @param {FetchEvent} event
 * @returns {Promise<Response>}
 */
export async function answer(event) {
  const { request } = event;
  if (isShared(request)) return sharedPhoto(request);
  if (request.mode === 'navigate') await takeTurn().catch(() => undefined);
  const release = await currentRelease();
  const url = keptUrl(request);
  if (!release) return fromNetworkFirst(event, url);
  // What is kept of a picture is not checked each time: as a page it comes from the server alone.
  if (!release.files.has(url) || (request.mode === 'navigate' && !url.endsWith('.html'))) return fetch(request);
  const { response, kept } = await release.answer(url);
  event.waitUntil(kept);
  return response ?? superseded(url);
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
 * @param {FetchEvent} event
 * @param {string} url
 */
async function fromNetworkFirst(event, url) {
  const kept = developmentCache()
    .then((cache) => cache.match(url))
    .catch(() => undefined);
  const response = await fetchFresh(event.request).catch(() => null);
  if (!response) return (await kept) ?? Response.error();
  // A copy is made only where it is kept: browsers keep compiled WebAssembly for a response that comes as it was fetched.
  if (isOfSite(response) && !sameFile(response, await kept)) event.waitUntil(keepCopy(url, response.clone()).catch(() => undefined));
  return response;
}

/** What is kept is of this site, and not of others of the same origin. @param {Response} response */
function isOfSite({ status, redirected, url }) {
  return status === 200 && !redirected && [SCOPE, MODELS].some(({ href }) => url.startsWith(href));
}

/** @param {string} url @param {Response} response */
async function keepCopy(url, response) {
  await (await developmentCache()).put(url, response);
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
