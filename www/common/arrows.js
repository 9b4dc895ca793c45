// @ts-check
/** Many cards as one stop of the Tab key: within them arrow keys, Home and End lead from button to button. */

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
/** By cards. @type {Record<string, number>} */
const ROWS = { ArrowDown: 1, ArrowUp: -1 };

/** @param {HTMLElement} cards whose children are the cards, in which are the buttons */
export function installArrows(cards) {
  cards.addEventListener('focusin', () => setTabStop(cards));
  cards.addEventListener('keydown', (event) => {
    const along = getComputedStyle(cards).direction === 'rtl' ? -1 : 1;
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const target = button && (event.key in ROWS ? cardAway(button, ROWS[event.key]) : event.key in STEPS ? buttonAway(cards, button, stepOf(event.key, along)) : null);
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
}

/** What is right is the way back where one reads from the right. @param {string} key @param {number} along 1, or there -1 */
function stepOf(key, along) {
  return key.startsWith('Arrow') ? along * STEPS[key] : STEPS[key];
}

/** @param {HTMLElement} cards @param {HTMLButtonElement} button @param {number} step */
function buttonAway(cards, button, step) {
  const buttons = [...cards.querySelectorAll('button')].filter((other) => other.checkVisibility());
  const place = buttons.indexOf(button) + step;
  return buttons[Math.min(Math.max(place, 0), buttons.length - 1)];
}

/** The first button that is seen of the card above or below. @param {HTMLButtonElement} button @param {number} step */
function cardAway(button, step) {
  const card = /** @type {HTMLElement} */ (button.closest('.card'));
  const cards = /** @type {HTMLElement[]} */ ([...(card.parentElement?.children ?? [])]);
  const column = cards.filter((other) => other.checkVisibility() && other.offsetLeft === card.offsetLeft);
  const buttons = [...(column[column.indexOf(card) + step]?.querySelectorAll('button') ?? [])];
  return buttons.find((other) => other.checkVisibility());
}

/** The Tab key comes to the button that has the focus, else to the pressed one, else to the first. @param {HTMLElement} cards */
export function setTabStop(cards) {
  const buttons = [...cards.querySelectorAll('button')];
  const seen = buttons.filter((button) => !button.hidden && !(/** @type {HTMLElement | null} */ (button.closest('.card'))?.hidden));
  const stop = seen.find((button) => button === document.activeElement) ?? seen.find(({ ariaPressed }) => ariaPressed === 'true') ?? seen[0];
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}
