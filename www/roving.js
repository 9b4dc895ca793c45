// @ts-check
/**
 * The keys of a toolbar of cards (WAI-ARIA's "roving tabindex"): Tab leads to one of its buttons, the arrows, Home and End
 * to the others.
 */

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
/** By cards. @type {Record<string, number>} */
const ROWS = { ArrowDown: 1, ArrowUp: -1 };

/** @param {HTMLElement} toolbar with cards as children, in which are the buttons */
export function installRoving(toolbar) {
  toolbar.addEventListener('keydown', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const target = button && (event.key in ROWS ? cardAway(button, ROWS[event.key]) : event.key in STEPS ? buttonAway(toolbar, button, STEPS[event.key]) : null);
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  // By whatever way the focus came.
  toolbar.addEventListener('focusin', ({ target }) => target instanceof HTMLButtonElement && lead(toolbar, target));
}

/** Let Tab lead to this button of the toolbar. @param {HTMLElement} toolbar @param {HTMLElement} target */
export function lead(toolbar, target) {
  for (const button of toolbar.querySelectorAll('button')) button.tabIndex = button === target ? 0 : -1;
}

/** @param {HTMLElement} toolbar @param {HTMLButtonElement} button @param {number} step */
function buttonAway(toolbar, button, step) {
  const buttons = [...toolbar.querySelectorAll('button')].filter((other) => other.checkVisibility());
  const place = buttons.indexOf(button) + step;
  return buttons[Math.min(Math.max(place, 0), buttons.length - 1)];
}

/** The first button of the card above or below. @param {HTMLButtonElement} button @param {number} step */
function cardAway(button, step) {
  const card = /** @type {HTMLElement} */ (button.closest('.card'));
  const cards = /** @type {HTMLElement[]} */ ([...(card.parentElement?.children ?? [])]);
  const column = cards.filter((other) => other.checkVisibility() && other.offsetLeft === card.offsetLeft);
  return column[column.indexOf(card) + step]?.querySelector('button');
}
