// @ts-check
/** What the pages that report have in common. Snapshots come from Python; nothing is decided and no state kept here. */

import { installOffline } from '../offline/page.js';
import { download } from '../studio/saving.js';
import { watchStart } from '../python/start.js';
import { View } from '../studio/view.js';
import { language, tr, translatePage } from '../i18n/i18n.js';
import { fillTables } from './table.js';

/**
 * @typedef {object} Report the part of a snapshot that every reporting page has (app_py.pages.report.controller)
 * @property {string} state
 * @property {string} status
 * @property {string | null} error
 * @property {{done: number, total: number} | null} progress
 * @property {boolean} canStart
 * @property {boolean} canStop
 * @property {string | null} results a JSON document, once it is complete
 * @property {Record<string, string>} texts what can be copied now, by what `data-copy` asks for
 * @property {string[][]} device labels and values
 * @property {import('./table.js').Table[]} tables
 */

/** @param {string} id @returns {any} */
export const element = (id) => document.getElementById(id);

/**
 * Start the page's Python half and connect what every reporting page has.
 * @param {string} entry its module
 * @param {(report: any) => void} render shows what only this page has
 * @returns {(event: {type: string, [key: string]: any}, file?: Blob) => void} sends an event to Python
 */
export function connect(entry, render) {
  installOffline();
  translatePage();
  const view = new View(document);
  const url = new URL('../python/worker.js', import.meta.url);
  url.searchParams.set('entry', entry);
  url.searchParams.set('lang', language);
  const logic = new Worker(url, { type: 'module', name: 'logic' });
  /** @type {ReturnType<typeof connect>} */
  const send = (params, file) => logic.postMessage({ method: 'event', params, file });
  /** @type {Record<string, string>} */
  let texts = {};

  /** @type {Record<string, (params: any) => void>} */
  const notices = {
    show(params) {
      /** @type {Report} */
      const report = JSON.parse(params.state);
      texts = report.texts;
      show(view, report);
      render(report);
    },
    draw: ({ canvas: id, ...picture }) => draw(element(id), picture),
    loading: (params) => view.loading(params),
    file: ({ name, mime, bytes }) => download(new File([bytes], name, { type: mime })),
  };
  logic.onmessage = ({ data }) => notices[data.method](data.params);
  logic.onerror = (event) => view.broken(event.message ? 'internal' : 'python-missing');

  watchStart(logic, (code) => view.broken(code));
  document.addEventListener('visibilitychange', () => send({ type: 'visibility', hidden: document.hidden }));
  send({ type: 'visibility', hidden: document.hidden });
  element('stop').addEventListener('click', () => send({ type: 'stop' }));
  for (const button of copyButtons()) {
    button.addEventListener('click', () => copy(texts[button.dataset.copy ?? ''] ?? '', button.textContent ?? ''));
  }
  send({ type: 'open', query: location.search, fragment: location.hash });
  return send;
}

/** @param {View} view @param {Report} report */
function show(view, report) {
  // The results are there before the status says so: whoever waits for the status reads them next.
  element('results').textContent = (report.results ?? '').replaceAll('<', '\\u003c');
  fillTables(element('tables'), report.tables);
  element('device').replaceChildren(...report.device.flatMap(([label, value]) => [text('dt', label), text('dd', value)]));
  element('start').disabled = !report.canStart;
  element('stop').disabled = !report.canStop;
  for (const button of copyButtons()) button.disabled = !((button.dataset.copy ?? '') in report.texts);
  view.progress(report.progress, report.state === 'running');
  view.status(report.state, report.status, report.error);
}

/** @returns {HTMLButtonElement[]} */
const copyButtons = () => [...document.querySelectorAll('button')].filter((button) => button.dataset.copy);

/** @param {string} tag @param {string} content */
export function text(tag, content) {
  const node = document.createElement(tag);
  node.textContent = content;
  return node;
}

/** @param {HTMLCanvasElement} canvas @param {{width: number, height: number, rgba: ArrayBuffer}} picture */
export function draw(canvas, { width, height, rgba }) {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
}

/** @param {string} content @param {string} what */
export async function copy(content, what) {
  const field = /** @type {HTMLTextAreaElement} */ (element('by-hand'));
  field.hidden = true;
  if ((await viaClipboard(content)) || viaSelection(content, field)) {
    element('copied').textContent = tr('{what}: done.', { what });
  } else {
    element('copied').textContent = tr('The browser does not let this page use the clipboard. Copy the text below by hand.');
    offerByHand(content, field);
  }
}

/** Only pages of https and of the device itself have the clipboard. @param {string} content */
async function viaClipboard(content) {
  try {
    await navigator.clipboard.writeText(content);
    return true;
  } catch {
    return false;
  }
}

/** The older way, which pages of http have, too. @param {string} content @param {HTMLTextAreaElement} field */
function viaSelection(content, field) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  // A text area would turn the predecessor's CR LF into LF.
  const fill = (/** @type {ClipboardEvent} */ event) => {
    event.clipboardData?.setData('text/plain', content);
    event.preventDefault();
  };
  document.addEventListener('copy', fill);
  offerByHand(content, field);
  const copied = document.execCommand('copy');
  document.removeEventListener('copy', fill);
  field.hidden = true;
  focused?.focus();
  return copied;
}

/** @param {string} content @param {HTMLTextAreaElement} field */
function offerByHand(content, field) {
  field.value = content;
  field.hidden = false;
  field.select();
}
