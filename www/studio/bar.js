// @ts-check
/** Tells the style sheet how tall the picture and the bar of actions are: what scrolls must be able to leave both behind. */

/** @param {Document} document */
export function installBar(document) {
  const parts = { '--bar': document.querySelector('.actions'), '--view': document.getElementById('view') };
  for (const [name, part] of Object.entries(parts)) {
    const element = /** @type {HTMLElement} */ (part);
    const tell = () => document.documentElement.style.setProperty(name, `${element.offsetHeight}px`);
    new ResizeObserver(tell).observe(element, { box: 'border-box' });
  }
}
