// @ts-check
/** The cutting frame over the photo: drawn with the pointer, moved and sized with the keys, then sent as fractions. */

import { say } from './words.js';

const STEP = 0.02;
const LEAST = 0.04;
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installCrop(document, send) {
  /** @param {string} id */
  const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const overlay = element('crop');
  const frame = element('frame');
  /** Left, top, right, bottom, 0..1. @type {number[]} */
  let box = [0, 0, 1, 1];

  /** @param {number[]} wanted */
  const set = (wanted) => {
    box = wanted.map((edge) => Math.min(1, Math.max(0, edge)));
    box.forEach((edge, i) => overlay.style.setProperty(`--${['left', 'top', 'right', 'bottom'][i]}`, `${100 * edge}%`));
  };

  /** Move the edges of one corner, or the whole box, keeping it inside and open. @param {readonly number[]} edges @param {number[]} by */
  const shift = (edges, [dx, dy]) => {
    const next = box.map((edge, i) => (edges.includes(i) ? edge + (i % 2 ? dy : dx) : edge));
    const inside = next.every((edge) => edge >= -1e-9 && edge <= 1 + 1e-9);
    if (inside && next[2] - next[0] >= LEAST && next[3] - next[1] >= LEAST) set(next);
  };

  /** What is moved, the edges that move with it, and what it is called. */
  const handles = /** @type {const} */ ([
    ['top left', [0, 1], say('top left: move with the arrow keys')],
    ['top right', [2, 1], say('top right: move with the arrow keys')],
    ['bottom left', [0, 3], say('bottom left: move with the arrow keys')],
    ['bottom right', [2, 3], say('bottom right: move with the arrow keys')],
    ['whole frame', [0, 1, 2, 3], say('whole frame: move with the arrow keys')],
  ]);
  for (const [name, edges, label] of handles) {
    const handle = document.createElement('button');
    handle.type = 'button';
    handle.className = name === 'whole frame' ? 'crop-box' : 'crop-corner';
    handle.dataset.corner = name;
    handle.ariaLabel = label;
    handle.addEventListener('keydown', (event) => {
      const by = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
      if (!by) return;
      event.preventDefault();
      shift(edges, by);
    });
    handle.addEventListener('pointerdown', (event) => {
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      let { clientX, clientY } = event;
      handle.onpointermove = (next) => {
        const { width, height } = overlay.getBoundingClientRect();
        shift(edges, [(next.clientX - clientX) / width, (next.clientY - clientY) / height]);
        ({ clientX, clientY } = next);
      };
    });
    handle.addEventListener('lostpointercapture', () => (handle.onpointermove = null));
    overlay.append(handle);
  }

  /** @param {boolean} open */
  const show = (open) => {
    overlay.hidden = !open;
    element('crop-tools').hidden = !open;
    element('toolbar').hidden = open;
    frame.toggleAttribute('data-cropping', open);
    if (open) element('zoom-fit').click();
    (open ? overlay.querySelector('button') : element('cut'))?.focus();
  };

  element('cut').addEventListener('click', () => {
    set([0.1, 0.1, 0.9, 0.9]);
    show(true);
  });
  element('crop-square').addEventListener('click', () => {
    const { width, height } = /** @type {HTMLCanvasElement} */ (element('before'));
    const side = Math.min(width, height);
    const [x, y] = [side / width / 2, side / height / 2];
    set([0.5 - x, 0.5 - y, 0.5 + x, 0.5 + y]);
  });
  element('crop-whole').addEventListener('click', () => {
    send({ type: 'uncut' });
    show(false);
  });
  element('crop-cancel').addEventListener('click', () => show(false));
  element('crop-apply').addEventListener('click', () => {
    send({ type: 'crop', box });
    show(false);
  });
  overlay.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') show(false);
  });
}
