// @ts-check
/** The page: DOM events become messages to the logic worker, its snapshots become DOM. No state is kept here. */

import { installBar } from './bar.js';
import { installCamera } from './camera.js';
import { installCompare } from './compare.js';
import { installCrop } from './crop.js';
import { modelsOfFaces } from './gallery.js';
import { installIntake, photoAt } from './intake.js';
import { installLive } from '../live/live.js';
import { askBeforeLeaving, cameBack } from './leaving.js';
import { installVideo } from '../live/video.js';
import { installLink } from './link.js';
import { installMixer } from './mixer.js';
import { installOffline } from '../offline/page.js';
import { installPaintings } from './paintings.js';
import { installQueue } from './queue.js';
import { installSaving } from './saving.js';
import { installSheet } from './sheet.js';
import { watchStart } from '../python/start.js';
import { View } from './view.js';
import { language, tr, translatePage } from '../i18n/i18n.js';
import { installZoom } from './zoom.js';

/** Python's start keeps every core busy: the page is on the screen before it, but in a hidden window, which draws nothing. */
const HIDDEN_WAIT_MS = 300;

const view = new View(document);
// What this brings makes words of its own, in the language of the page.
const worded = translatePage().then(() => view.showCatalogue());

/**
 * The worker that holds Python. It starts once the page is drawn; what is sent earlier waits for it, in order.
 * @type {Worker | null}
 */
let logic = null;
/** @type {[object, Transferable[]][]} */
const waiting = [];

/**
 * @param {{type: string, [key: string]: any}} event
 * @param {Blob | MessagePort} [file] read by the worker: sent at once, so that what is clicked next comes after it
 */
function send(event, file) {
  view.applyOptimistically(event);
  const message = { method: 'event', params: event, file };
  const transfer = file instanceof MessagePort ? [file] : [];
  if (logic) logic.postMessage(message, transfer);
  else waiting.push([message, transfer]);
}

function startLogic() {
  const address = new URL(`../python/worker.js?entry=app_py.pages.studio.page&lang=${language}`, import.meta.url);
  logic = new Worker(address, { type: 'module', name: 'logic' });
  logic.onmessage = (/** @type {MessageEvent} */ { data }) => notices[data.method](data.params, data.ackedEvents);
  logic.onerror = (/** @type {ErrorEvent} */ event) => {
    // A script that cannot be loaded gives a bare event; an error with a message was thrown while it ran.
    view.broken(event.message ? 'internal' : 'python-missing');
  };
  watchStart(logic, (code) => view.broken(code));
  for (const [message, transfer] of waiting.splice(0)) logic.postMessage(message, transfer);
}

const { receiveFile } = installSaving(document, send);
const live = installLive(document, send);

/** @type {Record<string, (params: any, ackedEvents: number) => void>} */
const notices = {
  show: (params, ackedEvents) => {
    const snapshot = JSON.parse(params.state);
    view.render(snapshot, ackedEvents);
    live.follow(snapshot.live, snapshot.steady);
  },
  draw: (params) => view.draw(params),
  loading: (params) => view.loading(params),
  persist: () => void navigator.storage?.persist?.().catch(() => undefined),
  file: receiveFile,
};

const { element } = view;

for (const field of ['size', 'engine']) {
  const select = /** @type {HTMLSelectElement} */ (element(field));
  select.addEventListener('change', () => send({ type: 'setting', field, value: select.value }));
}
installMixer(document, send);
element('styles').addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (button) send({ type: 'setting', field: 'style', value: button.dataset.style });
});
element('panel').addEventListener('submit', (event) => {
  event.preventDefault();
  send({ type: 'paint' });
});
for (const [id, event] of Object.entries({
  'paint-smaller': { type: 'paint-smaller' },
  cancel: { type: 'cancel' },
  undo: { type: 'undo' },
  redo: { type: 'redo' },
  rotate: { type: 'rotate', turns: 1 },
  welcomed: { type: 'welcomed' },
  restore: { type: 'restore' },
  forget: { type: 'forget-session' },
})) {
  element(id).addEventListener('click', () => send(event));
}
element('try-all').addEventListener('click', () => send({ type: 'sheet', models: modelsOfFaces(element('styles')) }));
element('speed').addEventListener('change', ({ target }) => send({ type: 'setting', field: 'speed', value: /** @type {HTMLInputElement} */ (target).value }));
element('own-models').addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null;
  if (button) send({ type: 'forget-model', id: button.dataset.model });
});
// Before the link's own listener, which keeps the choice.
element('languages').addEventListener('click', askBeforeLoss, { capture: true });
element('look').addEventListener('input', () => {
  const strength = /** @type {HTMLInputElement} */ (element('strength')).valueAsNumber;
  const keepColours = /** @type {HTMLInputElement} */ (element('keep-colours')).checked;
  send({ type: 'adjust', strength, keepColours });
});
document.addEventListener('keydown', (event) => {
  const types = event.target instanceof HTMLInputElement && ['search', 'text'].includes(event.target.type);
  const key = event.key.toLowerCase();
  if (types || !['y', 'z'].includes(key) || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  send({ type: key === 'y' || event.shiftKey ? 'redo' : 'undo' });
});

installBar(document);
installSheet(document);
installZoom(document);
installCamera(document, send);
installIntake(document, send, installVideo(document, send, live));
installPaintings(document, send);
installLink(document, send);
installQueue(document, send);
const query = new URLSearchParams(location.search);
for (const field of ['style', 'engine', 'size']) {
  const value = query.get(field);
  if (value) send({ type: 'setting', field, value });
}
const mixture = query.get('mix');
if (mixture) send({ type: 'mix', text: mixture });
const photo = query.get('photo');
const asked = query.get('shared') === 'refused' ? { type: 'fail', code: 'share-refused' } : photo ? photoAt(photo) : null;
if (asked) send(asked);
else if (cameBack()) send({ type: 'restore' });
forgetShared();
// Why the photo is not opened must not be talked over.
if (query.get('autorun') === '1' && asked?.type !== 'fail') send({ type: 'paint' });

await firstFrame();
startLogic();
await worded;
installCompare(document);
installCrop(document, send);
if (query.get('live') === '1') live.start();

const { applyUpdate } = installOffline(({ update, held }) => {
  element('update').hidden = !update;
  element('update-held').hidden = !held;
});
element('update-now').addEventListener('click', applyUpdate);

/** What was shared is used once: a reload must not ask for it again. */
function forgetShared() {
  const url = new URL(location.href);
  if (!url.searchParams.has('shared') && !url.searchParams.get('photo')?.startsWith('shared/')) return;
  url.searchParams.delete('shared');
  url.searchParams.delete('photo');
  history.replaceState(null, '', url);
}

/** The page of another language begins without what is in this one. @param {Event} event */
function askBeforeLoss(event) {
  const question = tr('The page opens anew in that language, without your photo and its paintings. Go on?');
  if (!element('frame').hasAttribute('data-empty') && !confirm(question)) event.preventDefault();
  // Once is enough.
  else askBeforeLeaving(false);
}

/** @returns {Promise<void>} when the page has been drawn once */
function firstFrame() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, HIDDEN_WAIT_MS);
  });
}
