// @ts-check
/// <reference lib="webworker" />
/**
 * The phone's share sheet posts a photo to `share/` (https://w3c.github.io/web-share-target/). It goes no further than
 * this browser: kept under an address that only this worker answers, and opened by the page like any photo's address.
 */

import { SCOPE } from './listing.js';

const TARGET = new URL('share/', SCOPE).href;
export const SHARED = new URL('shared/', SCOPE).href;
const CACHE = `shared ${SCOPE.pathname}`;

/** @param {Request} request */
export function isShare({ method, url }) {
  return method === 'POST' && url === TARGET;
}

/** @param {Request} request @returns {Promise<Response>} to the page, with the photo's address */
export async function takeShared(request) {
  const photo = (await request.formData()).get('photo');
  if (!(photo instanceof File)) return Response.redirect(SCOPE.href, 303);
  const address = SHARED + encodeURIComponent(photo.name || 'photo');
  // One place: what was shared before is forgotten.
  await caches.delete(CACHE);
  await (await caches.open(CACHE)).put(address, new Response(photo));
  const page = new URL(SCOPE);
  page.searchParams.set('photo', address.slice(SCOPE.href.length));
  return Response.redirect(page.href, 303);
}

/** @param {Request} request @returns {Promise<Response>} */
export async function sharedPhoto(request) {
  return (await (await caches.open(CACHE)).match(request)) ?? new Response('', { status: 404 });
}
