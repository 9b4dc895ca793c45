// @ts-check

/**
 * @typedef {{value: string, label: string, checked: boolean}} Choice
 */

/**
 * Check boxes, made once: afterwards they are the visitor's.
 * @param {HTMLElement} parent its id names the field
 * @param {Choice[]} choices
 */
export function offerChoices(parent, choices) {
  const shown = choices.map(({ value }) => value).join();
  if (parent.dataset.shown === shown) return;
  parent.dataset.shown = shown;
  parent.replaceChildren(...choices.map((choice) => checkBox(parent.id, choice)));
}

/** @param {HTMLElement} parent @returns {string[]} */
export function chosen(parent) {
  return [...parent.querySelectorAll('input')].filter((input) => input.checked).map((input) => input.value);
}

/** @param {string} name @param {Choice} choice */
function checkBox(name, { value, label: words, checked }) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'checkbox', name, value, checked });
  label.append(input, words);
  return label;
}
