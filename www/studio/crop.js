// @ts-check
/** The cutting frame over the photo: drawn with the pointer, moved and sized with the keys, then sent as fractions. */

import { tr } from '../i18n/i18n.js';

const STEP = 0.02;
const LEAST = 0.04;
const WHOLE = [0, 0, 1, 1];
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/** What has a use of its own for the Enter key. */
const TAKES_ENTER = 'button, a, input, select, summary';

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installCrop(document, send) {
  /** @param {string} id */
  const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const overlay = element('crop');
  const tools = element('crop-tools');
  const frame = element('frame');
  /** Left, top, right, bottom, 0..1. @type {readonly number[]} */
  let box = WHOLE;

  /** @param {readonly number[]} wanted */
  const set = (wanted) => {
    box = wanted;
    box.forEach((edge, i) => overlay.style.setProperty(`--${['left', 'top', 'right', 'bottom'][i]}`, `${100 * edge}%`));
  };

  installHandles(overlay, () => box, set);

  /** @param {boolean} open */
  const show = (open) => {
    const focused = [overlay, tools].some((part) => part.contains(document.activeElement));
    overlay.hidden = !open;
    tools.hidden = !open;
    element('toolbar').hidden = open;
    frame.toggleAttribute('data-cropping', open);
    if (open) element('zoom-fit').click();
    if (open) overlay.querySelector('button')?.focus();
    else if (focused) element('cut').focus();
  };

  const apply = () => {
    if (!isWhole(box)) send({ type: 'crop', box });
    show(false);
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
    if (!isWhole(box)) {
      set(WHOLE);
      return;
    }
    // All that is seen is framed already: what is still missing was cut off earlier.
    send({ type: 'uncut' });
    show(false);
  });
  element('crop-cancel').addEventListener('click', () => show(false));
  element('crop-apply').addEventListener('click', apply);

  document.addEventListener('keydown', (event) => {
    const { key, repeat, target } = event;
    // A key that is still held down was meant for what it has just opened or closed.
    if (overlay.hidden || repeat || !(target instanceof Element) || target.closest('dialog')) return;
    if (key === 'Escape') show(false);
    // The handles are buttons to be reached by keys, and do nothing when they are pressed.
    if (key !== 'Enter' || (target.closest(TAKES_ENTER) && !overlay.contains(target))) return;
    // It would press the button that gets the focus now.
    event.preventDefault();
    apply();
  });
  frame.addEventListener('newphoto', () => {
    if (!overlay.hidden) show(false);
  });
}

/**
 * The corners and the frame itself: buttons that are dragged, and pushed with the arrow keys.
 * @param {HTMLElement} overlay
 * @param {() => readonly number[]} get
 * @param {(box: readonly number[]) => void} set
 */
function installHandles(overlay, get, set) {
  /** What is moved, the edges that move with it, and what it is called. */
  const handles = /** @type {const} */ ([
    ['top left', [0, 1], tr('top left: move with the arrow keys')],
    ['top right', [2, 1], tr('top right: move with the arrow keys')],
    ['bottom left', [0, 3], tr('bottom left: move with the arrow keys')],
    ['bottom right', [2, 3], tr('bottom right: move with the arrow keys')],
    ['whole frame', [0, 1, 2, 3], tr('whole frame: move with the arrow keys')],
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
      set(moved(get(), edges, by));
    });
    handle.addEventListener('pointerdown', (event) => {
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      // Moves count from here and not from each other: an edge that was held up meets the pointer again where it left it.
      const start = { box: get(), x: event.clientX, y: event.clientY };
      handle.onpointermove = ({ clientX, clientY }) => {
        const { width, height } = overlay.getBoundingClientRect();
        set(moved(start.box, edges, [(clientX - start.x) / width, (clientY - start.y) / height]));
      };
    });
    handle.addEventListener('lostpointercapture', () => (handle.onpointermove = null));
    overlay.append(handle);
  }
}

/**
 * The box with some of its edges moved: they stop at the picture's edge, and where the box would become too small.
 * @param {readonly number[]} box
 * @param {readonly number[]} edges which of the box's
 * @param {readonly number[]} by to the right and down
 */
function moved(box, edges, by) {
  const next = [...box];
  for (const [low, high] of [[0, 2], [1, 3]]) {
    const least = edges.includes(low) ? -box[low] : box[low] + LEAST - box[high];
    const most = edges.includes(high) ? 1 - box[high] : box[high] - LEAST - box[low];
    const step = Math.min(most, Math.max(least, by[low]));
    for (const edge of [low, high]) if (edges.includes(edge)) next[edge] += step;
  }
  return next;
}

/** @param {readonly number[]} box */
function isWhole(box) {
  return box.every((edge, i) => Math.abs(edge - WHOLE[i]) < 1e-9);
}
