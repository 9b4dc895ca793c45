// @ts-check
/** The gallery of styles and the sample photos, built from their lists. */

/**
 * @typedef {object} Model an entry of models/manifest.json; app_py.manifest checks it
 * @property {string} id
 * @property {string} style
 * @property {string} title
 * @property {number} width
 * @property {'reflect' | 'zero'} padding
 * @property {{file: string, width: number, height: number}} [preview]
 */

const MODELS = '../models/';
const PHOTOS = 'photos/';

/** @param {HTMLElement} gallery */
export async function fillGallery(gallery) {
  /** @type {{models: Model[]}} */
  const { models } = await fetchJson(`${MODELS}manifest.json`);
  /** @type {Map<string, Model[]>} */
  const styles = new Map();
  for (const model of models) styles.set(model.style, [...(styles.get(model.style) ?? []), model]);
  gallery.replaceChildren(...[...styles.values()].map(card));
  const chosen = gallery.dataset.chosen ?? models[0].id;
  for (const button of gallery.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.dataset.style === chosen));
  }
}

/** @param {HTMLElement} samples */
export async function fillSamples(samples) {
  /** @type {{file: string, title: string, credit: string}[]} */
  const photos = await fetchJson(`${PHOTOS}photos.json`);
  samples.replaceChildren(
    ...photos.map(({ file, title, credit }) => {
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
  const face = variantButton(main, `${main.title}, ${variantName(main)}`, 'face');
  if (main.preview) {
    const { file, width, height } = main.preview;
    face.append(element('img', { src: MODELS + file, alt: '', width, height, loading: 'lazy' }));
  }
  face.append(element('span', { textContent: main.title }));
  group.append(face);
  if (others.length) {
    const variants = element('div', { className: 'variants' });
    for (const model of others) {
      const button = variantButton(model, `${model.title}, ${variantName(model)}`, 'variant');
      button.textContent = variantName(model);
      variants.append(button);
    }
    group.append(variants);
  }
  return group;
}

/** Finer first, then the reflecting edge, which leaves no frame. @param {Model} model */
function rank({ width, padding }) {
  return -2 * width + (padding === 'zero' ? 1 : 0) + (padding === 'zero' ? 1000 : 0);
}

/** @param {Model} model */
function variantName({ width, padding }) {
  const name = width <= 8 ? 'fast' : width <= 16 ? 'fine' : 'finest';
  return padding === 'zero' ? `${name}, plain edges` : name;
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
