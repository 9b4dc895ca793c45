// @ts-check
/** Zoom and pan of both pictures together: wheel, pinch, drag, keys, buttons. Side by side, too. */

import { say } from './words.js';

const MOST = 16;
const STEP = 1.25;
const PAN_PX = 60;

/** @param {Document} document */
export function installZoom(document) {
  /** @param {string} id */
  const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const frame = element('frame');
  const value = element('zoom-value');
  /** `zoom` 1 shows the whole picture; the picture's middle is moved by `x`, `y` CSS pixels. */
  let place = { zoom: 1, x: 0, y: 0 };

  const width = () => element('before').clientWidth;
  const height = () => element('before').clientHeight;
  const realZoom = () => /** @type {HTMLCanvasElement} */ (element('before')).width / width();

  /** @param {{zoom: number, x: number, y: number}} wanted */
  const move = ({ zoom, x, y }) => {
    const clamped = Math.min(MOST, Math.max(1, zoom));
    // The picture always covers the frame.
    const roomX = ((clamped - 1) * width()) / 2;
    const roomY = ((clamped - 1) * height()) / 2;
    place = { zoom: clamped, x: Math.min(roomX, Math.max(-roomX, x)), y: Math.min(roomY, Math.max(-roomY, y)) };
    frame.style.setProperty('--zoom', String(place.zoom));
    frame.style.setProperty('--x', `${place.x}px`);
    frame.style.setProperty('--y', `${place.y}px`);
    frame.toggleAttribute('data-zoomed', place.zoom > 1);
    value.textContent = place.zoom === 1 ? say('Fit') : `${Math.round((100 * place.zoom) / realZoom())} %`;
  };

  /** Zoom so that the point under the pointer stays. @param {number} factor @param {number} [clientX] @param {number} [clientY] */
  const zoomBy = (factor, clientX, clientY) => {
    const { left, top } = frame.getBoundingClientRect();
    const fromX = clientX === undefined ? 0 : ((clientX - left) % (width() + 1)) - width() / 2;
    const fromY = clientY === undefined ? 0 : clientY - top - height() / 2;
    const zoom = Math.min(MOST, Math.max(1, place.zoom * factor));
    const real = zoom / place.zoom;
    move({ zoom, x: fromX - (fromX - place.x) * real, y: fromY - (fromY - place.y) * real });
  };

  const actions = {
    'zoom-in': () => zoomBy(STEP),
    'zoom-out': () => zoomBy(1 / STEP),
    'zoom-fit': () => move({ zoom: 1, x: 0, y: 0 }),
    'zoom-real': () => move({ ...place, zoom: realZoom() }),
  };
  for (const [id, action] of Object.entries(actions)) element(id).addEventListener('click', action);

  frame.addEventListener(
    'wheel',
    (event) => {
      if (frame.hasAttribute('data-empty')) return;
      // Over an unzoomed picture a plain wheel scrolls the page; with Ctrl (a trackpad's pinch) it zooms.
      if (place.zoom === 1 && !event.ctrlKey && event.deltaY > 0) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    },
    { passive: false },
  );
  frame.addEventListener('dblclick', (event) => {
    if (place.zoom > 1) actions['zoom-fit']();
    else zoomBy(2 * STEP, event.clientX, event.clientY);
  });

  document.addEventListener('keydown', (event) => {
    const busy = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (busy || event.ctrlKey || event.metaKey || event.altKey || frame.hasAttribute('data-empty')) return;
    const keys = { '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', 0: 'zoom-fit', 1: 'zoom-real' };
    const action = keys[/** @type {keyof typeof keys} */ (event.key)];
    if (action) actions[/** @type {keyof typeof actions} */ (action)]();
    const pans = { w: [0, 1], s: [0, -1], a: [1, 0], d: [-1, 0] };
    const pan = pans[/** @type {keyof typeof pans} */ (event.key)];
    if (pan && place.zoom > 1) move({ ...place, x: place.x + pan[0] * PAN_PX, y: place.y + pan[1] * PAN_PX });
  });

  /** @type {Map<number, PointerEvent>} */
  const pointers = new Map();
  frame.addEventListener('pointerdown', (event) => {
    const onPicture = event.target instanceof HTMLCanvasElement || event.target === frame || event.target instanceof HTMLDivElement;
    if (!onPicture || (event.target instanceof Element && event.target.closest('.compare, .crop'))) return;
    pointers.set(event.pointerId, event);
  });
  frame.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const [other] = [...pointers.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
    if (other) {
      const grown = distance(event, other) / Math.max(1, distance(before, other));
      zoomBy(grown, (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
    } else if (place.zoom > 1) {
      frame.setPointerCapture(event.pointerId);
      move({ ...place, x: place.x + event.clientX - before.clientX, y: place.y + event.clientY - before.clientY });
    }
    pointers.set(event.pointerId, event);
  });
  for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'pointerleave'])) {
    frame.addEventListener(type, ({ pointerId }) => pointers.delete(pointerId));
  }

  const side = element('side');
  side.addEventListener('click', () => {
    const pressed = side.getAttribute('aria-pressed') !== 'true';
    side.setAttribute('aria-pressed', String(pressed));
    frame.toggleAttribute('data-side', pressed);
    actions['zoom-fit']();
  });
}

/** @param {PointerEvent} a @param {PointerEvent} b */
function distance(a, b) {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
