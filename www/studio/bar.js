// @ts-check
/** Tells the style sheet how tall the bar of actions is: what scrolls must be able to leave it behind. */

/** @param {Document} document */
export function installBar(document) {
  const bar = /** @type {HTMLElement} */ (document.querySelector('.actions'));
  const tell = () => document.documentElement.style.setProperty('--bar', `${bar.offsetHeight}px`);
  new ResizeObserver(tell).observe(bar, { box: 'border-box' });
}
