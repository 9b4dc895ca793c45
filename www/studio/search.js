// @ts-check
/** Finding a style: by a word of its title, painter or year, and by kind. */

import { setTabStop } from '../common/arrows.js';
import { tr } from '../i18n/i18n.js';

/** More styles than this are searched rather than looked through. */
const MANY = 12;

/** The kinds in the order of the list; others follow in that of the gallery. */
const FIRST = ['Your own', 'Trained', 'Varied'];

/**
 * @param {HTMLElement} gallery
 * @param {HTMLElement} row with the search and the list of kinds
 */
export function installSearch(gallery, row) {
  const search = /** @type {HTMLInputElement} */ (row.querySelector('input[type=search]'));
  const kinds = /** @type {HTMLSelectElement} */ (row.querySelector('select'));
  const filter = () => {
    const words = search.value.trim().toLowerCase();
    for (const card of cards(gallery)) {
      const text = `${card.textContent} ${card.title} ${card.dataset.kind}`.toLowerCase();
      card.hidden = !text.includes(words) || (kinds.value !== '' && card.dataset.kind !== kinds.value);
    }
    setTabStop(gallery);
  };
  row.addEventListener('input', filter);
  const fill = () => {
    row.hidden = gallery.childElementCount <= MANY;
    listKinds(gallery, kinds);
    filter();
  };
  // One's own come and go.
  new MutationObserver(fill).observe(gallery, { childList: true });
  fill();
}

/** @param {HTMLElement} gallery @param {HTMLSelectElement} kinds */
function listKinds(gallery, kinds) {
  const found = new Set([...cards(gallery)].map(({ dataset }) => dataset.kind ?? ''));
  found.delete('');
  const sorted = [...FIRST.filter((kind) => found.has(kind)), ...[...found].filter((kind) => !FIRST.includes(kind))];
  const chosen = kinds.value;
  const options = sorted.map((kind) => new Option(tr(kind), kind));
  kinds.replaceChildren(new Option(tr('All kinds'), ''), ...options);
  kinds.value = found.has(chosen) ? chosen : '';
}

/** @param {HTMLElement} gallery */
function cards(gallery) {
  return /** @type {HTMLCollectionOf<HTMLElement>} */ (gallery.children);
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
