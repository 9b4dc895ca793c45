// @ts-check
/** Zoom and pan of both pictures together: wheel, pinch, drag, keys, buttons. Side by side, too. */

import { tr } from '../i18n/i18n.js';

const MOST = 16;
const STEP = 1.25;
const PAN_PX = 60;

/** @param {Document} document */
export function installZoom(document) {
  /** @param {string} id */
  const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const stage = new Stage(element);
  const actions = {
    'zoom-in': () => stage.zoomBy(STEP),
    'zoom-out': () => stage.zoomBy(1 / STEP),
    'zoom-fit': () => stage.fit(),
    'zoom-real': () => stage.showRealPixels(),
  };
  for (const [id, action] of Object.entries(actions)) element(id).addEventListener('click', action);
  installWheel(stage);
  installKeys(document, stage, actions);
  installPointers(stage);

  const side = element('side');
  side.addEventListener('click', () => {
    const pressed = side.getAttribute('aria-pressed') !== 'true';
    side.setAttribute('aria-pressed', String(pressed));
    stage.frame.toggleAttribute('data-side', pressed);
    stage.fit();
  });
}

/** The frame and the pictures in it. */
class Stage {
  /** `zoom` 1 shows the whole picture; the picture's middle is moved by `x`, `y` CSS pixels. */
  #place = { zoom: 1, x: 0, y: 0 };

  /** @param {(id: string) => HTMLElement} element */
  constructor(element) {
    this.frame = element('frame');
    this.value = element('zoom-value');
    this.photo = /** @type {HTMLCanvasElement} */ (element('before'));
    this.painting = /** @type {HTMLCanvasElement} */ (element('result'));
    this.layer = /** @type {HTMLElement} */ (this.photo.parentElement);
    this.frame.addEventListener('newphoto', () => this.fit());
    // The same zoom is another percentage, with other room to move in, once the window or the picture has another size.
    const again = () => this.#move(this.#place);
    new ResizeObserver(again).observe(this.layer);
    new MutationObserver(again).observe(this.frame, { subtree: true, attributeFilter: ['width', 'height', 'data-painted'] });
  }

  get zoom() {
    return this.#place.zoom;
  }

  /** Whether the picture must stay as it is: the cutting frame tells the truth only over the whole of it. */
  get fixed() {
    return this.frame.hasAttribute('data-empty') || this.frame.hasAttribute('data-cropping');
  }

  fit() {
    this.#move({ zoom: 1, x: 0, y: 0 });
  }

  /** A pixel of the picture for every pixel of the screen, even if it is then smaller than the frame. */
  showRealPixels() {
    this.#move({ ...this.#place, zoom: this.#realZoom() });
  }

  /** @param {number} x @param {number} y CSS pixels */
  panBy(x, y) {
    this.#move({ zoom: this.zoom, x: this.#place.x + x, y: this.#place.y + y });
  }

  /** Zoom so that the point under the pointer stays. @param {number} factor @param {number} [clientX] @param {number} [clientY] */
  zoomBy(factor, clientX, clientY) {
    const { left, top } = this.frame.getBoundingClientRect();
    const { width, height } = this.layer.getBoundingClientRect();
    const fromX = clientX === undefined ? 0 : ((clientX - left) % (width + 1)) - width / 2;
    const fromY = clientY === undefined ? 0 : clientY - top - height / 2;
    const asked = this.#possible(this.zoom * factor);
    // It halts at Fit from either side: only 1:1 shows a small picture smaller than that.
    const zoom = this.zoom < 1 ? Math.min(1, asked) : Math.max(1, asked);
    const real = zoom / this.zoom;
    this.#move({ zoom, x: fromX - (fromX - this.#place.x) * real, y: fromY - (fromY - this.#place.y) * real });
  }

  /** @param {{zoom: number, x: number, y: number}} wanted */
  #move(wanted) {
    const zoom = this.#possible(wanted.zoom);
    const { width, height } = this.layer.getBoundingClientRect();
    // The picture covers the frame, or lies in its middle.
    const room = Math.max(0, zoom - 1) / 2;
    const x = clamp(wanted.x, -room * width, room * width);
    const y = clamp(wanted.y, -room * height, room * height);
    this.#place = { zoom, x, y };
    this.frame.style.setProperty('--zoom', String(zoom));
    this.frame.style.setProperty('--x', `${x}px`);
    this.frame.style.setProperty('--y', `${y}px`);
    this.frame.toggleAttribute('data-zoomed', zoom > 1);
    for (const canvas of [this.photo, this.painting]) {
      canvas.toggleAttribute('data-pixels', zoom !== 1 && zoom >= this.#realZoomOf(canvas));
    }
    this.value.textContent = zoom === 1 ? tr('Fit') : `${Math.round((100 * zoom) / this.#realZoom())} %`;
  }

  /** @param {number} zoom */
  #possible(zoom) {
    const real = this.#realZoom();
    return clamp(zoom, Math.min(1, real), Math.max(MOST, real));
  }

  /** The photo beside a painting may be finer than that is: the painting counts, where there is one. */
  #realZoom() {
    return this.#realZoomOf(this.frame.hasAttribute('data-painted') ? this.painting : this.photo);
  }

  /** The zoom at which a pixel of the canvas is one of the screen. @param {HTMLCanvasElement} canvas */
  #realZoomOf(canvas) {
    return canvas.width / (this.layer.getBoundingClientRect().width * devicePixelRatio);
  }
}

/** @param {Stage} stage */
function installWheel(stage) {
  const zoom = (/** @type {WheelEvent} */ event) => {
    // A plain wheel is the page's as long as the whole picture is seen. A trackpad's pinch comes as a wheel with Ctrl.
    const scrolls = !event.ctrlKey && stage.zoom <= 1 && canScroll(document.documentElement);
    if (scrolls || stage.fixed) return;
    event.preventDefault();
    stage.zoomBy(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  };
  stage.frame.addEventListener('wheel', zoom, { passive: false });
}

/** @param {Document} document @param {Stage} stage @param {Record<string, () => void>} actions */
function installKeys(document, stage, actions) {
  /** @type {Record<string, string>} */
  const keys = { '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', 0: 'zoom-fit', 1: 'zoom-real' };
  /** @type {Record<string, [number, number]>} */
  const pans = { w: [0, PAN_PX], s: [0, -PAN_PX], a: [PAN_PX, 0], d: [-PAN_PX, 0] };
  document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
    const busy = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (busy || ctrlKey || metaKey || altKey || stage.fixed) return;
    if (key in keys) actions[keys[key]]();
    if (key in pans) stage.panBy(...pans[key]);
  });
}

/** Mouse and fingers. @param {Stage} stage */
function installPointers(stage) {
  const { frame } = stage;
  frame.addEventListener('dblclick', (event) => {
    if (stage.fixed) return;
    if (stage.zoom === 1) stage.zoomBy(2 * STEP, event.clientX, event.clientY);
    else stage.fit();
  });

  /** @type {Map<number, PointerEvent>} */
  const pointers = new Map();
  frame.addEventListener('pointerdown', (event) => {
    const onPicture = event.target instanceof Element && event.target.closest('.layer');
    if (onPicture && !stage.fixed) pointers.set(event.pointerId, event);
  });
  frame.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const [other] = [...pointers.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
    if (other) {
      const grown = distance(event, other) / Math.max(1, distance(before, other));
      stage.zoomBy(grown, (event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2);
    } else if (stage.zoom > 1) {
      frame.setPointerCapture(event.pointerId);
      stage.panBy(event.clientX - before.clientX, event.clientY - before.clientY);
    }
    pointers.set(event.pointerId, event);
  });
  for (const type of /** @type {const} */ (['pointerup', 'pointercancel', 'pointerleave'])) {
    frame.addEventListener(type, ({ pointerId }) => pointers.delete(pointerId));
  }
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

/** @param {Element} root */
function canScroll({ scrollHeight, clientHeight }) {
  return scrollHeight > clientHeight;
}

/** @param {PointerEvent} a @param {PointerEvent} b */
function distance(a, b) {
  return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
}
