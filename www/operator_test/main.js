// @ts-check
/** The operator test page: DOM events become messages to Python, its snapshots become DOM. */

import { chosen, offerChoices } from '../report/choices.js';
import { connect, element, text } from '../report/page.js';
import { tr } from '../i18n/i18n.js';

/**
 * @typedef {object} Ops what app_py.pages.operator_test.controller adds to a report
 * @property {Record<'engines' | 'tests', import('../report/choices.js').Choice[]>} options
 * @property {Figure[]} pictures expected, found and difference of what is wrong
 *
 * @typedef {{label: string, fullRed: string, url: string}} Figure `fullRed` is the error that is shown as full red
 */

const FIELDS = /** @type {const} */ (['engines', 'tests']);

const send = connect('app_py.pages.operator_test.page', render);

/** @param {Ops} ops */
function render({ options, pictures }) {
  for (const field of FIELDS) offerChoices(element(field), options[field]);
  element('pictures').replaceChildren(...pictures.map(figure));
}

/** @param {Figure} picture */
function figure({ label, fullRed, url }) {
  const box = document.createElement('figure');
  const image = Object.assign(new Image(), { src: url, alt: tr('Expected, found and difference: {label}', { label }) });
  box.append(image, text('figcaption', tr('{label}: expected, found, difference (full red: off by {error} or no number)', { label, error: fullRed })));
  return box;
}

element('form').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  const [engines, tests] = FIELDS.map((field) => chosen(element(field)));
  send({ type: 'start', engines, tests });
});
