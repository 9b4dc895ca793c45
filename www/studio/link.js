// @ts-check
/** A link that says style, mixture and settings, and never anything of the photo. */

import { tr } from '../i18n/i18n.js';

const SHOWN_MS = 2000;

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installLink(document, send) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById('copy-link'));
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(addressOf(document));
    } catch {
      return send({ type: 'fail', code: 'link-refused' });
    }
    const words = button.textContent;
    button.textContent = tr('Link copied');
    setTimeout(() => (button.textContent = words), SHOWN_MS);
  });
}

/** @param {Document} document */
export function addressOf(document) {
  const url = new URL(location.pathname, location.origin);
  const gallery = document.getElementById('styles');
  url.searchParams.set('style', gallery?.dataset.chosen ?? '');
  const ranges = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('#mix input[type=range]')]);
  if (ranges.length > 1) url.searchParams.set('mix', ranges.map(({ dataset, value }) => `${dataset.style}*${value}`).join());
  for (const id of ['size', 'engine']) {
    const { value } = /** @type {HTMLSelectElement} */ (document.getElementById(id));
    if (value !== 'auto') url.searchParams.set(id, value);
  }
  return url.href;
}
