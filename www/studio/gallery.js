// @ts-check
/** The gallery of styles and the sample photos, built from their lists. */

import { installArrows, setTabStop } from '../common/arrows.js';
import { tr } from '../i18n/i18n.js';
import { installSearch } from './search.js';

/**
 * @typedef {object} Model an entry of models/manifest.json; app_py.styles.manifest checks it
 * @property {string} id
 * @property {string} style
 * @property {string} title
 * @property {number} [width] of one's own it is not known
 * @property {'reflect' | 'zero'} padding
 * @property {{file: string, width: number, height: number}} [preview]
 */

/**
 * @typedef {object} VectorStyle an entry of the manifest's `styles`: a painting, or a style that has no painter
 * @property {string} id
 * @property {string} title
 * @property {string} [painter]
 * @property {string} [year]
 * @property {string} group
 * @property {{file: string, width: number, height: number}} thumbnail
 */

const MODELS = '../models/';
const PHOTOS = 'photos/';

/** @param {HTMLElement} gallery @param {HTMLElement} searchRow @param {HTMLElement} speeds the choice between fast and fine */
export async function fillGallery(gallery, searchRow, speeds) {
  /** @type {{models: Model[], styles?: VectorStyle[]}} */
  const { models, styles: vectors = [] } = await fetchJson(`${MODELS}manifest.json`);
  /** @type {Map<string, Model[]>} */
  const styles = new Map();
  for (const model of models) styles.set(model.style, [...(styles.get(model.style) ?? []), model]);
  // Without a network for any style there is nothing to mix, and no painting becomes one.
  const makers = gallery.parentElement?.querySelector('#makers');
  makers?.toggleAttribute('hidden', !vectors.length);
  const own = [...gallery.querySelectorAll('[data-own]')];
  gallery.replaceChildren(...own, ...[...styles.values()].map(card), ...vectors.map(vectorCard));
  gallery.dataset.chosen ??= models[0].id;
  speeds.hidden = !gallery.querySelector('.face ~ .face');
  const wanted = gallery.dataset.speed ?? 'fine';
  delete gallery.dataset.speed;
  showSpeed(gallery, speeds, wanted);
  press(gallery);
  installArrows(gallery);
  installSearch(gallery, searchRow);
}

/** Press the chosen style's button, and only that; it is where the Tab key comes in. @param {HTMLElement} gallery */
export function press(gallery) {
  for (const button of gallery.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.style === gallery.dataset.chosen));
  }
  setTabStop(gallery);
}

/**
 * Show every style in its fast or its fine form; one that has a single form stays as it is.
 * @param {HTMLElement} gallery
 * @param {HTMLElement} control
 * @param {string} speed
 */
export function showSpeed(gallery, control, speed) {
  for (const radio of control.querySelectorAll('input')) radio.checked = radio.value === speed;
  if (gallery.dataset.speed === speed) return;
  gallery.dataset.speed = speed;
  for (const group of gallery.children) showFace(/** @type {HTMLElement} */ (group), speed);
  setTabStop(gallery);
}

/** @param {HTMLElement} group @param {string} speed */
function showFace(group, speed) {
  const faces = /** @type {HTMLElement[]} */ ([...group.querySelectorAll('.face')]);
  const shown = faces.find(({ dataset }) => dataset.speed === speed) ?? faces[0];
  for (const face of faces) face.hidden = face !== shown;
}

/** One model of every style: the one its picture in the gallery stands for. @param {HTMLElement} gallery @returns {string[]} */
export function modelsOfFaces(gallery) {
  const faces = /** @type {HTMLElement[]} */ ([...gallery.querySelectorAll('.card:not([hidden]) > .face:not([hidden])')]);
  return faces.map(({ dataset }) => dataset.style ?? '');
}

/** Show the small paintings of the photo on show, and no others. @param {HTMLElement} gallery @param {string[]} models */
export function showTiles(gallery, models) {
  for (const canvas of gallery.querySelectorAll('canvas:not(.thumbnail)')) /** @type {HTMLElement} */ (canvas).hidden = !models.some((id) => canvas.id === `tile-${id}`);
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
  const known = new Map(shown.map((group) => [group.dataset.own, group]));
  // A card that stays keeps what is drawn on it.
  const groups = own.map(({ id, title }) => titled(known.get(id) ?? ownCard(id, title), title));
  for (const group of shown) if (!groups.includes(group)) group.remove();
  gallery.prepend(...groups);
  // Who adds a style sees it, at the beginning.
  if (groups.some((group) => !shown.includes(group))) gallery.scrollTo(0, 0);
  const details = list.closest('details');
  if (details && own.length) details.open = true;
  list.replaceChildren(
    ...own.map(({ id, title }) => {
      const button = element('button', { type: 'button', className: 'button small', textContent: tr('Remove') });
      button.ariaLabel = tr('Remove the style {title}', { title });
      button.dataset.model = id;
      const name = element('input', { type: 'text', value: title, maxLength: 40, ariaLabel: tr('Name of the style {title}', { title }) });
      name.dataset.model = id;
      const item = element('li', {});
      item.append(name, button);
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

/** @param {string} id @param {string} title */
function ownCard(id, title) {
  const group = card([{ id, style: id, title, padding: 'reflect' }]);
  group.dataset.own = id;
  group.dataset.kind = 'Your own';
  if (id.includes(':')) group.querySelector('.face')?.prepend(element('canvas', { id: `thumbnail-${id}`, className: 'thumbnail' }));
  return group;
}

/** @param {HTMLElement} group @param {string} title */
function titled(group, title) {
  Object.assign(group, { ariaLabel: title, title });
  for (const button of group.querySelectorAll('button')) button.ariaLabel = title;
  for (const span of group.querySelectorAll('span')) span.textContent = title;
  return group;
}

// Paintings and painters keep their names; this one of the manifest is none.
tr('Unknown weavers');

/** When it was painted, as well as that is known. @param {string} text as `1889`, `c. 1831` or `before 1849` */
function when(text) {
  const [, about, year] = /^(c\.|before) (.+)$/.exec(text) ?? [];
  if (about === 'c.') return tr('c. {year}', { year });
  return about ? tr('before {year}', { year }) : text;
}

/** A style of a shared network. @param {VectorStyle} style */
function vectorCard({ id, title, painter = '', year = '', group: kind, thumbnail }) {
  const about = [painter && tr(painter), when(year)].filter(Boolean).join(', ');
  const group = card([{ id, style: id, title, padding: 'reflect', preview: thumbnail }]);
  group.dataset.kind = kind;
  group.dataset.painter = painter;
  if (about) group.title = `${title}, ${about}`;
  if (about) group.querySelector('.face')?.setAttribute('aria-label', `${title}, ${about}`);
  return group;
}

/** One card a style, with a button for each of its models, of which one is seen. @param {Model[]} models */
function card(models) {
  const group = element('div', { className: 'card', role: 'group', ariaLabel: models[0].title, title: models[0].title });
  group.dataset.kind = 'Trained';
  const reflecting = models.filter(({ padding }) => padding !== 'zero');
  const faces = new Map((reflecting.length ? reflecting : models).map((model) => [speed(model), model]));
  for (const model of faces.values()) group.append(face(model));
  // Chosen by the self-test where a device needs them; here for addresses and scripts.
  for (const model of models) if (![...faces.values()].includes(model)) group.append(styleButton(model, 'variant', true));
  return group;
}

/** @param {Model} model */
function face(model) {
  const button = styleButton(model, 'face', false);
  button.dataset.speed = speed(model);
  if (model.preview) {
    const { file, width, height } = model.preview;
    button.append(element('img', { src: MODELS + file, alt: '', width, height, loading: 'lazy' }));
  }
  // The photo in this style, once it was tried.
  button.append(element('canvas', { id: `tile-${model.id}`, hidden: true }), element('span', { textContent: model.title }));
  return button;
}

/** As `app_py.styles.speeds` tells them apart. @param {Model} model */
function speed({ width = 0 }) {
  return width <= 8 ? 'fast' : 'fine';
}

/** @param {Model} model @param {string} className @param {boolean} hidden */
function styleButton(model, className, hidden) {
  const button = element('button', { type: 'button', className, ariaLabel: model.title, hidden });
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
