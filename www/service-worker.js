// @ts-check
/// <reference lib="webworker" />
/**
 * Stands between the pages and the network: adds the headers that a static host does not send (offline/isolation.js),
 * answers without a network (offline/answer.js, offline/keeping.js) and takes shared photos in (offline/share.js).
 *
 * In:  {method: 'keep', params: {roomy: boolean, used?: string[]}} | {method: 'pause'} | {method: 'update'}
 * Out: {method: 'keeping', params: {done, total}} | {method: 'kept', params: {outcome}} | {method: 'held'}, to the page that
 *      asked; {method: 'busy'} + a port for the answer, true or false, to every page before an update
 */

import { answer } from './offline/answer.js';
import { withHeaders } from './offline/isolation.js';
import { applyUpdate, keepSite, pauseKeeping } from './offline/keeping.js';
import { scope } from './offline/scope.js';
import { isShare, takeShared } from './offline/share.js';

scope.addEventListener('install', () => scope.skipWaiting());
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (isShare(request)) event.respondWith(takeShared(request));
  // Chromium's developer tools ask for such a combination, which fetch() refuses.
  const odd = request.cache === 'only-if-cached' && request.mode !== 'same-origin';
  if (request.method !== 'GET' || odd || new URL(request.url).origin !== scope.location.origin) return;
  event.respondWith(answer(event).then((response) => withHeaders(request, response)));
});

scope.addEventListener('message', (event) => {
  const { data, source } = event;
  if (!Object.hasOwn(messages, data?.method)) return;
  event.waitUntil(messages[data.method](data.params, /** @type {Client} */ (source)));
});

/** @type {Record<string, (params: any, page: Client) => Promise<void>>} */
const messages = {
  async keep(wishes, page) {
    const onProgress = (/** @type {number} */ done, /** @type {number} */ total) =>
      page.postMessage({ method: 'keeping', params: { done, total } });
    page.postMessage({ method: 'kept', params: { outcome: await keepSite(wishes, onProgress) } });
  },

  pause: () => pauseKeeping(),

  async update(_params, page) {
    if (!(await applyUpdate())) page.postMessage({ method: 'held' });
  },
};
