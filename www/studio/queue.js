// @ts-check
/** Several photos chosen together: a strip of them, painted one after the other, saved as one ZIP or one by one. */

import { tr } from '../i18n/i18n.js';
import { installArrows, setTabStop } from '../common/arrows.js';

const THUMBNAIL_PX = 128;

/** @typedef {{number: number, name: string, state: 'waiting' | 'done' | 'failed'}} QueuedPhoto */

/** So that no number ever means two photos. */
let last = 0;
/** One decoder at a time, beside everything else that happens. */
let decoding = Promise.resolve();

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installQueue(document, send) {
  const strip = queueOf(document).photos;
  document.getElementById('queue-run')?.addEventListener('click', () => send({ type: 'paint-queue' }));
  document.getElementById('queue-zip')?.addEventListener('click', () => send({ type: 'save-queue', as: 'zip' }));
  document.getElementById('queue-each')?.addEventListener('click', () => send({ type: 'save-queue', as: 'files' }));
  installArrows(strip);
  strip.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button) send({ type: 'open-queued', number: Number(button.dataset.queued), name: button.title });
  });
}

/**
 * @param {File[]} files
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function enqueue(files, document, send) {
  const strip = queueOf(document).photos;
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        const file = /** @type {File} */ (photos.get(target));
        decoding = decoding.then(() => drawThumbnail(/** @type {HTMLElement} */ (target), file));
      }
    },
    { root: strip, rootMargin: '200px' },
  );
  /** @type {Map<Element, File>} */
  const photos = new Map();
  strip.replaceChildren();
  files.forEach((file, place) => {
    last += 1;
    const item = card(last, file.name);
    photos.set(item, file);
    strip.append(item);
    seen.observe(item);
    send({ type: 'queue-photo', number: last, name: file.name, first: place === 0 }, file);
  });
  setTabStop(strip);
}

/**
 * @param {Document} document
 * @param {QueuedPhoto[]} queue
 * @param {{canPaint: boolean, canSave: boolean}} can
 */
export function showQueue(document, queue, { canPaint, canSave }) {
  queueOf(document).section.hidden = queue.length === 0;
  for (const [id, enabled] of Object.entries({ 'queue-run': canPaint, 'queue-zip': canSave, 'queue-each': canSave })) {
    /** @type {HTMLButtonElement} */ (document.getElementById(id)).disabled = !enabled;
  }
  for (const { number, name, state } of queue) {
    const button = /** @type {HTMLElement | null} */ (document.querySelector(`[data-queued="${number}"]`));
    if (!button || button.dataset.state === state) continue;
    button.dataset.state = state;
    button.ariaLabel = { waiting: name, done: tr('{name}, painted', { name }), failed: tr('{name}, not painted', { name }) }[state];
  }
}

/** @param {Document} document */
function queueOf(document) {
  return {
    section: /** @type {HTMLElement} */ (document.getElementById('queue')),
    photos: /** @type {HTMLElement} */ (document.getElementById('queue-photos')),
  };
}

/** @param {number} number @param {string} name */
function card(number, name) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'queued', title: name, ariaLabel: name });
  button.dataset.queued = String(number);
  button.append(Object.assign(document.createElement('canvas'), { id: `queue-${number}`, width: 1, height: 1 }));
  const item = Object.assign(document.createElement('div'), { className: 'card' });
  item.append(button);
  return item;
}

/** Of a file that the browser cannot show nothing is drawn: its name stays. @param {HTMLElement} item @param {File} file */
async function drawThumbnail(item, file) {
  const canvas = /** @type {HTMLCanvasElement} */ (item.querySelector('canvas'));
  const bitmap = await createImageBitmap(file, { resizeWidth: THUMBNAIL_PX, resizeQuality: 'low' }).catch(() => null);
  // By now it may show its painting.
  if (bitmap && canvas.width === 1) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  }
  bitmap?.close();
}
