// @ts-check
/** The page: DOM events become messages to the logic worker, its snapshots become DOM. No state is kept here. */

import { installCompare } from './compare.js';
import { installIntake, photoAt } from './intake.js';
import { View } from './view.js';

const view = new View(document);
/** @type {Worker} TypeScript does not infer it for a constant whose handlers are assigned. */
const logic = new Worker(new URL('./logic/worker.js', import.meta.url), { type: 'module', name: 'logic' });

/**
 * @param {{type: string, [key: string]: any}} event
 * @param {Blob} [file] read by the worker: sent at once, so that what is clicked next comes after it
 */
function send(event, file) {
  view.anticipate(event);
  logic.postMessage({ method: 'event', params: event, file });
}

/** @type {Record<string, (params: any) => void>} */
const notices = {
  show: (params) => view.render(JSON.parse(params.state)),
  draw: (params) => view.draw(params),
  loading: (params) => view.loading(params),
  file: (params) => view.offerFile(params),
};

logic.onmessage = (/** @type {MessageEvent} */ { data }) => notices[data.method](data.params);
logic.onerror = (/** @type {ErrorEvent} */ event) => {
  // A script that cannot be loaded gives a bare event; an error with a message was thrown while it ran.
  view.broken(event.message ? 'internal' : 'python-missing');
};

document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement) send({ type: 'wish', field: target.id, value: target.value });
});
view.element('styles').addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (button) send({ type: 'wish', field: 'style', value: button.dataset.style });
});
view.element('panel').addEventListener('submit', (event) => {
  event.preventDefault();
  send({ type: 'paint' });
});
view.element('cancel').addEventListener('click', () => send({ type: 'cancel' }));
view.element('download').addEventListener('click', () => send({ type: 'save' }));

installCompare(document);
installIntake(document, send);
view.showCatalogue();

const query = new URLSearchParams(location.search);
for (const field of ['style', 'engine', 'size']) {
  const value = query.get(field);
  if (value) send({ type: 'wish', field, value });
}
const photo = query.get('photo');
if (photo) send(photoAt(photo));
if (query.get('autorun') === '1') send({ type: 'paint' });
