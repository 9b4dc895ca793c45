// @ts-check
/** The handle between photo and painting: a slider for mouse, touch, keyboard and screen reader. */

import { tr } from '../i18n/i18n.js';

const STEPS = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };

/** @param {Document} document */
export function installCompare(document) {
  const frame = /** @type {HTMLElement} */ (document.getElementById('frame'));
  const handle = /** @type {HTMLElement} */ (document.getElementById('compare'));

  /** @param {number} percent of the width that shows the photo */
  const set = (percent) => {
    const value = Math.min(100, Math.max(0, percent));
    // In a unit of the frame's width, so that what hangs on the handle can reckon with it, too.
    frame.style.setProperty('--split', `${value}cqw`);
    handle.setAttribute('aria-valuenow', String(Math.round(value)));
    const shares = { photo: Math.round(value), painting: Math.round(100 - value) };
    handle.setAttribute('aria-valuetext', tr('{photo} % photo, {painting} % painting', shares));
  };

  handle.addEventListener('keydown', (event) => {
    const now = Number(handle.getAttribute('aria-valuenow'));
    const next = { Home: 0, End: 100 }[event.key] ?? now + (STEPS[/** @type {keyof typeof STEPS} */ (event.key)] ?? NaN);
    if (Number.isNaN(next)) return;
    event.preventDefault();
    set(next);
  });

  /** @param {PointerEvent} event */
  const follow = (event) => {
    const { left, width } = frame.getBoundingClientRect();
    set((100 * (event.clientX - left)) / width);
  };
  handle.addEventListener('pointerdown', (event) => {
    event.stopPropagation();
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', follow);
  });
  handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', follow));
  handle.addEventListener('dblclick', (event) => {
    event.stopPropagation();
    set(50);
  });
  frame.addEventListener('newphoto', () => set(50));
  set(50);
}
