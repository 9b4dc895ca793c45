// @ts-check
/** The benchmark page: DOM events become messages to Python, its snapshots become DOM. */

import { chosen, offerChoices } from '../report/choices.js';
import { connect, copy, element } from '../report/page.js';
import { fillTables } from '../report/table.js';

/**
 * @typedef {object} Benchmark what app_py.pages.benchmark.controller adds to a report
 * @property {Record<'models' | 'engines' | 'sizes', import('../report/choices.js').Choice[]>} options
 * @property {string} runs
 * @property {string} log
 * @property {string | null} chart SVG text
 * @property {string | null} share the fragment of an address
 * @property {string} shareNote why there is none, if there are results
 * @property {string | null} results
 * @property {import('../report/table.js').Table[]} devices those of opened results, side by side
 * @property {boolean} hasFiles
 */

const FIELDS = /** @type {const} */ (['models', 'engines', 'sizes']);
let share = '';
let drawn = '';

const send = connect('app_py.pages.benchmark.page', render);

/** @param {Benchmark} benchmark */
function render(benchmark) {
  const first = !element('models').dataset.shown;
  for (const field of FIELDS) offerChoices(element(field), benchmark.options[field]);
  if (first) element('runs').value = benchmark.runs;
  const log = element('log');
  if (log.value !== benchmark.log) {
    log.value = benchmark.log;
    log.scrollTop = log.scrollHeight;
  }
  drawChart(benchmark.chart ?? '');
  share = benchmark.share ?? '';
  element('share').disabled = !share;
  element('share-note').textContent = benchmark.shareNote;
  element('share-note').hidden = !benchmark.shareNote;
  fillTables(element('devices'), benchmark.devices);
  element('save').disabled = !benchmark.results;
  element('close-files').hidden = !benchmark.hasFiles;
}

/** @param {string} svg */
function drawChart(svg) {
  if (svg === drawn) return;
  drawn = svg;
  const parsed = svg ? [new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement] : [];
  element('chart').replaceChildren(...parsed);
}

element('form').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  const [models, engines, sizes] = FIELDS.map((field) => chosen(element(field)));
  send({ type: 'start', models, engines, sizes, runs: element('runs').value });
});
element('save').addEventListener('click', () => send({ type: 'save' }));
element('share').addEventListener('click', () => {
  copy(new URL(`#${share}`, location.href.split(/[?#]/)[0]).href, element('share').textContent);
});
element('files').addEventListener('change', (/** @type {any} */ { target }) => {
  [...target.files].forEach((file, index) => send({ type: 'file', name: file.name, first: index === 0 }, file));
  target.value = '';
});
addEventListener('hashchange', () => send({ type: 'link', fragment: location.hash }));
element('close-files').addEventListener('click', () => send({ type: 'close-files' }));
