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
  // On a narrow window it covers what one goes on to.
  const narrow = matchMedia('(max-width: 60rem)');
  for (const type of ['pointerdown', 'focusin']) {
    document.addEventListener(type, ({ target }) => {
      if (narrow.matches && target instanceof Element && !target.closest('.actions')) show(false);
    });
  }
  sheet.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    show(false);
    button.focus();
  });
}
