// @ts-check
/** Mixing styles of one network: a range for each, moved while the painting follows. */

import { tr } from '../i18n/i18n.js';

const MOST = 4;
const STARTS_AT = 50;

/** @typedef {[string, number][]} Parts styles by their ids, and weights in percent */

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installMixer(document, send) {
  const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const mix = element('mix');
  const gallery = element('styles');
  const button = element('mix-styles');

  /** @param {Parts} parts */
  const tell = (parts) => send({ type: 'mix', parts });

  button.addEventListener('click', () => {
    const mixing = button.getAttribute('aria-pressed') !== 'true';
    const chosen = gallery.dataset.chosen;
    showMixing(document, mixing);
    if (!mixing) tell([]);
    else if (chosen?.includes(':')) tell([[chosen, 100]]);
  });

  // While styles are mixed, a card joins the mixture instead of taking its place.
  gallery.addEventListener(
    'click',
    (event) => {
      const card = event.target instanceof Element ? event.target.closest('button') : null;
      const id = card?.dataset.style;
      if (!id || button.getAttribute('aria-pressed') !== 'true') return;
      event.stopPropagation();
      const parts = read(mix);
      if (!parts.some(([style]) => style === id)) tell([...parts, [id, parts.length ? STARTS_AT : 100]]);
    },
    { capture: true },
  );

  mix.addEventListener('input', () => {
    label(mix);
    tell(read(mix));
  });
  mix.addEventListener('click', ({ target }) => {
    const remove = target instanceof Element ? target.closest('button') : null;
    if (remove) tell(read(mix).filter(([style]) => style !== remove.dataset.remove));
  });
  element('mix-random').addEventListener('click', () => {
    const known = [...gallery.querySelectorAll('.face')].map((face) => /** @type {HTMLElement} */ (face).dataset.style ?? '');
    const first = pick(known.filter((id) => id.includes(':')));
    if (!first) return;
    const network = first.split(':')[0];
    const others = known.filter((id) => id !== first && id.startsWith(`${network}:`) && !id.startsWith('painting:own-'));
    const second = pick(others);
    const third = pick(others.filter((id) => id !== second));
    const styles = [first, second, third].filter((id) => id !== undefined).slice(0, 2 + Math.round(Math.random()));
    showMixing(document, true);
    tell(styles.map((id) => [id, 20 + Math.floor(Math.random() * 81)]));
  });
  element('mix-keep').addEventListener('click', () => send({ type: 'keep-mix' }));
}

/**
 * What Python mixes now. A range that is being moved stays where the hand is.
 * @param {Document} document
 * @param {Parts} parts
 * @param {boolean} isAhead whether Python has yet to hear of the last move
 */
export function showMix(document, parts, isAhead) {
  const mix = /** @type {HTMLElement} */ (document.getElementById('mix'));
  const keep = /** @type {HTMLButtonElement} */ (document.getElementById('mix-keep'));
  if (isAhead) return;
  keep.disabled = parts.length < 2;
  if (parts.length) showMixing(document, true);
  else if (mix.childElementCount) showMixing(document, false);
  const shown = read(mix).map(([style]) => style).join();
  if (shown !== parts.map(([style]) => style).join()) mix.replaceChildren(...parts.map((part) => row(document, part)));
  for (const [style, weight] of parts) {
    const range = /** @type {HTMLInputElement | null} */ (mix.querySelector(`[data-style="${CSS.escape(style)}"]`));
    if (range) range.value = String(weight);
  }
  label(mix);
}

/** @param {Document} document @param {boolean} mixing */
function showMixing(document, mixing) {
  document.getElementById('mix-styles')?.setAttribute('aria-pressed', String(mixing));
  const mixer = document.getElementById('mixer');
  if (mixer) mixer.hidden = !mixing;
}

/** @param {Document} document @param {[string, number]} part */
function row(document, [style, weight]) {
  const title = document.querySelector(`.face[data-style="${CSS.escape(style)}"] span`)?.textContent ?? style;
  const group = document.createElement('div');
  group.className = 'mix-row';
  const name = Object.assign(document.createElement('label'), { textContent: title, htmlFor: `mix-${style}` });
  const range = Object.assign(document.createElement('input'), {
    type: 'range',
    id: `mix-${style}`,
    min: '0',
    max: '100',
    step: '1',
    value: String(weight),
  });
  range.dataset.style = style;
  const share = document.createElement('output');
  const remove = Object.assign(document.createElement('button'), { type: 'button', className: 'button small', textContent: '×' });
  remove.ariaLabel = tr('Take {title} out of the mixture', { title });
  remove.dataset.remove = style;
  group.append(name, range, share, remove);
  return group;
}

/** @param {HTMLElement} mix @returns {Parts} */
function read(mix) {
  const ranges = /** @type {HTMLInputElement[]} */ ([...mix.querySelectorAll('input[type=range]')]);
  return ranges.map((range) => [range.dataset.style ?? '', range.valueAsNumber]);
}

/** How much of the mixture each style is. @param {HTMLElement} mix */
function label(mix) {
  const parts = read(mix);
  const sum = parts.reduce((total, [, weight]) => total + weight, 0);
  // Rounded where one ends and the next begins, so that all together are 100 %.
  let before = 0;
  mix.querySelectorAll('output').forEach((output, index) => {
    const until = before + parts[index][1];
    output.textContent = `${sum ? Math.round((100 * until) / sum) - Math.round((100 * before) / sum) : 0} %`;
    before = until;
  });
  const full = mix.childElementCount >= MOST;
  mix.toggleAttribute('data-full', full);
}

/** @template Item @param {Item[]} items @returns {Item | undefined} */
function pick(items) {
  return items[Math.floor(Math.random() * items.length)];
}
