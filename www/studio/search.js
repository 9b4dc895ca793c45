// @ts-check
/** Finding a style: by words of its title, painter or year, by kind, and by painter. */

import { setTabStop } from '../common/arrows.js';
import { tr } from '../i18n/i18n.js';

/** More styles than this are searched rather than looked through. */
const MANY = 12;

/** The kinds in the order of the list; others follow in that of the gallery. */
const FIRST = ['Your own', 'Trained', 'Varied'];

const PAINTER = 'painter:';

/**
 * @param {HTMLElement} gallery
 * @param {HTMLElement} row with the search and the list of kinds
 */
export function installSearch(gallery, row) {
  const search = /** @type {HTMLInputElement} */ (row.querySelector('input[type=search]'));
  const kinds = /** @type {HTMLSelectElement} */ (row.querySelector('select'));
  const nothing = /** @type {HTMLElement} */ (row.querySelector('output'));
  const filter = () => {
    const words = plain(search.value).split(/\s+/);
    for (const card of cards(gallery)) {
      const { kind = '', painter = '' } = card.dataset;
      const text = plain(`${card.textContent} ${card.title} ${kind} ${kind && tr(kind)}`);
      const chosen = ['', kind, PAINTER + painter].includes(kinds.value);
      card.hidden = !chosen || !words.every((word) => text.includes(word));
    }
    nothing.hidden = cards(gallery).some(({ hidden }) => !hidden);
    setTabStop(gallery);
  };
  row.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    /** @type {HTMLElement | null} */ (gallery.querySelector('.card:not([hidden]) > .face:not([hidden])'))?.focus();
  });
  const fill = () => {
    row.hidden = gallery.childElementCount <= MANY;
    listKinds(gallery, kinds);
    filter();
  };
  // One's own come and go.
  new MutationObserver(fill).observe(gallery, { childList: true });
  fill();
}

/** As it is searched: small letters without accents, so that `cafe` finds the Café. @param {string} text */
function plain(text) {
  return text.normalize('NFD').replace(/\p{Mark}/gu, '').trim().toLowerCase();
}

/** @param {HTMLElement} gallery @param {HTMLSelectElement} kinds */
function listKinds(gallery, kinds) {
  const found = new Set(cards(gallery).map(({ dataset }) => dataset.kind ?? ''));
  found.delete('');
  const sorted = [...FIRST.filter((kind) => found.has(kind)), ...[...found].filter((kind) => !FIRST.includes(kind))];
  const chosen = kinds.value;
  const options = sorted.map((kind) => new Option(tr(kind), kind));
  kinds.replaceChildren(new Option(tr('All kinds'), ''), ...options, ...painters(gallery));
  kinds.value = chosen;
  if (kinds.selectedIndex < 0) kinds.value = '';
}

/** Those of several paintings, as a group of the list. @param {HTMLElement} gallery @returns {HTMLElement[]} */
function painters(gallery) {
  /** @type {Map<string, number>} */
  const paintings = new Map();
  for (const { dataset: { painter } } of cards(gallery)) if (painter) paintings.set(painter, (paintings.get(painter) ?? 0) + 1);
  const several = [...paintings].filter(([, count]) => count > 1).sort(([, one], [, other]) => other - one);
  if (!several.length) return [];
  const group = Object.assign(document.createElement('optgroup'), { label: tr('Painters') });
  group.append(...several.map(([painter]) => new Option(painter, PAINTER + painter)));
  return [group];
}

/** @param {HTMLElement} gallery @returns {HTMLElement[]} */
function cards(gallery) {
  return /** @type {HTMLElement[]} */ ([...gallery.children]);
}

// The kinds, for translators: they stand in the manifest.
tr('Your own');
tr('Trained');
tr('Varied');
tr('Japanese prints');
tr('Old masters');
tr('Romantics');
tr('Impressionists');
tr('Post-impressionists');
tr('Modern');
tr('Art nouveau');
