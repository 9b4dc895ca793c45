// @ts-check
/** The gallery of styles and the sample photos, built from their lists. */

import { installArrows } from '../common/arrows.js';
import { tr } from '../i18n/i18n.js';

/**
 * @typedef {object} Model an entry of models/manifest.json; app_py.styles.manifest checks it
 * @property {string} id
 * @property {string} style
 * @property {string} title
 * @property {number} [width] of one's own it is not known
 * @property {'reflect' | 'zero'} padding
 * @property {{file: string, width: number, height: number}} [preview]
 */

const MODELS = '../models/';
const PHOTOS = 'photos/';

/** More styles than this are searched rather than looked through. */
const MANY = 12;

/** @param {HTMLElement} gallery @param {HTMLElement} searchRow */
export async function fillGallery(gallery, searchRow) {
  /** @type {{models: Model[]}} */
  const { models } = await fetchJson(`${MODELS}manifest.json`);
  /** @type {Map<string, Model[]>} */
  const styles = new Map();
  for (const model of models) styles.set(model.style, [...(styles.get(model.style) ?? []), model]);
  gallery.replaceChildren(...[...styles.values()].map(card));
  gallery.dataset.chosen ??= models[0].id;
  press(gallery);
  installArrows(gallery);
  searchRow.hidden = styles.size <= MANY;
  searchRow.addEventListener('input', ({ target }) => {
    const wanted = /** @type {HTMLInputElement} */ (target).value.trim().toLowerCase();
    for (const group of gallery.children) {
      /** @type {HTMLElement} */ (group).hidden = !group.textContent?.toLowerCase().includes(wanted);
    }
  });
}

/** Press the chosen style's button, and only that. @param {HTMLElement} gallery */
export function press(gallery) {
  for (const button of gallery.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.style === gallery.dataset.chosen));
  }
}

/** Show the small paintings of the photo on show, and no others. @param {HTMLElement} gallery @param {string[]} models */
export function showTiles(gallery, models) {
  for (const canvas of gallery.querySelectorAll('canvas')) canvas.hidden = !models.some((id) => canvas.id === `tile-${id}`);
}

/**
 * The models that a person added: a card each, and a button that removes it.
 * @param {HTMLElement} gallery
 * @param {HTMLElement} list
 * @param {{id: string, title: string}[]} own
 */
export function showOwnModels(gallery, list, own) {
  const shown = /** @type {HTMLElement[]} */ ([...gallery.querySelectorAll('[data-own]')]);
  if (shown.map(({ dataset, ariaLabel }) => dataset.own + ` ${ariaLabel}`).join() === own.map(({ id, title }) => `${id} ${title}`).join()) return;
  for (const group of shown) group.remove();
  for (const { id, title } of own) {
    const group = card([{ id, style: id, title, padding: 'reflect' }]);
    group.dataset.own = id;
    gallery.append(group);
  }
  list.replaceChildren(
    ...own.map(({ id, title }) => {
      const button = element('button', { type: 'button', className: 'button small', textContent: tr('Remove') });
      button.ariaLabel = tr('Remove the style {title}', { title });
      button.dataset.model = id;
      const item = element('li', { textContent: title });
      item.append(button);
      return item;
    }),
  );
  press(gallery);
}

/** @param {HTMLElement} samples */
export async function fillSamples(samples) {
  /** @type {{file: string, title: string, credit: string}[]} */
  const photos = await fetchJson(`${PHOTOS}photos.json`);
  samples.replaceChildren(
    ...photos.map(({ file, title: english, credit }) => {
      const title = tr(english);
      const button = element('button', { type: 'button', className: 'sample', title: `${title} (${credit})` });
      button.dataset.photo = PHOTOS + file;
      button.append(element('img', { src: PHOTOS + file, alt: title, width: 56, height: 56 }));
      return button;
    }),
  );
}

/** @param {Model[]} models the variants of one style */
function card(models) {
  const [main, ...others] = models.toSorted((a, b) => rank(a) - rank(b));
  const group = element('div', { className: 'card', role: 'group', ariaLabel: main.title });
  const face = variantButton(main, main.width ? `${main.title}, ${variantName(main)}` : main.title, 'face');
  if (main.preview) {
    const { file, width, height } = main.preview;
    face.append(element('img', { src: MODELS + file, alt: '', width, height, loading: 'lazy' }));
  }
  // The photo in this style, once it was tried.
  face.append(element('canvas', { id: `tile-${main.id}`, hidden: true }));
  face.append(element('span', { textContent: main.title }));
  if (others.some(({ width }) => width !== main.width)) face.append(' ', element('small', { textContent: variantName(main) }));
  group.append(face);
  if (others.length) {
    const variants = element('div', { className: 'variants' });
    for (const model of others) {
      const button = variantButton(model, `${model.title}, ${variantName(model)}`, 'variant');
      button.textContent = `${speed(model)}${model.padding === 'zero' ? ' □' : ''}`;
      button.title = model.padding === 'zero' ? tr('Plain edges: only for a device that paints a wrong frame round the picture') : '';
      variants.append(button);
    }
    group.append(variants);
  }
  return group;
}

/** Finer first, then the reflecting edge, which leaves no frame. @param {Model} model */
function rank({ width = 0, padding }) {
  return -width + (padding === 'zero' ? 1000 : 0);
}

/** @param {Model} model */
function variantName(model) {
  return model.padding === 'zero' ? tr('{speed}, plain edges', { speed: speed(model) }) : speed(model);
}

/** @param {Model} model */
function speed({ width = 0 }) {
  if (width <= 8) return tr('fast');
  return width <= 16 ? tr('fine') : tr('finest');
}

/** @param {Model} model @param {string} name @param {string} className */
function variantButton(model, name, className) {
  const button = element('button', { type: 'button', className, ariaLabel: name });
  button.dataset.style = model.id;
  return button;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} properties
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** @param {string} url */
async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}
