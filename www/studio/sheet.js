// @ts-check
/** What is seldom needed folds away under one button, and Escape folds it. */

/** @param {Document} document */
export function installSheet(document) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById('more'));
  const sheet = /** @type {HTMLElement} */ (document.getElementById('sheet'));

  /** @param {boolean} open */
  const show = (open) => {
    sheet.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };

  button.addEventListener('click', () => show(sheet.hidden));
  sheet.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    show(false);
    button.focus();
  });
}
