// @ts-check
/** Snapshot in, DOM out. */

import { fillGallery, fillSamples } from './gallery.js';

/**
 * @typedef {object} Snapshot what app_py.snapshot makes
 * @property {'loading' | 'ready' | 'running' | 'done' | 'error'} state
 * @property {string} status
 * @property {string | null} error
 * @property {{done: number, total: number} | null} progress
 * @property {string} style
 * @property {string} engine
 * @property {string} size
 * @property {{id: string, label: string, usable: boolean, why: string}[]} engines
 * @property {boolean} hasPhoto
 * @property {boolean} canRun
 * @property {boolean} canCancel
 * @property {boolean} canDownload
 * @property {{engine: string, runMs: number, width: number, height: number, style: string} | null} result
 */

/** What to say when Python cannot start, or its worker broke, so that it cannot speak for itself. */
const BROKEN = {
  'python-missing':
    'The painter’s own files are missing, so it cannot start. Run “make serve” (or “python -m build runtime”) and reload the page.',
  internal: 'Something went wrong inside the page. Reload it to go on; your photo file is untouched.',
  'python-failed': 'The painter could not start in this browser. Reload the page, or try a current Chrome, Edge, Firefox or Safari.',
};

export class View {
  /** @param {Document} document */
  constructor(document) {
    this.document = document;
  }

  /** @param {string} id @returns {HTMLElement} */
  element(id) {
    return /** @type {HTMLElement} */ (this.document.getElementById(id));
  }

  /** The gallery and the samples do not wait for Python. */
  showCatalogue() {
    fillGallery(this.element('styles')).catch(() => undefined); // Python reads the same list and says what is wrong with it
    fillSamples(this.element('samples')).catch(() => this.element('samples').remove());
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    this.status(snapshot.state, snapshot.status, snapshot.error);
    const status = this.element('status');
    if (snapshot.result) {
      status.dataset.engine = snapshot.result.engine;
      status.dataset.runMs = String(snapshot.result.runMs);
    } else {
      delete status.dataset.engine;
      delete status.dataset.runMs;
    }
    this.progress(snapshot.progress, snapshot.state === 'running');
    this.#press(snapshot.style);
    this.#enable(snapshot);
    this.#engines(snapshot);
    /** @type {HTMLSelectElement} */ (this.element('size')).value = snapshot.size;
    const frame = this.element('frame');
    frame.toggleAttribute('data-empty', !snapshot.hasPhoto);
    frame.toggleAttribute('data-painted', snapshot.result !== null);
    this.element('compare').hidden = snapshot.result === null;
  }

  /**
   * Show at once what an event will bring, before Python (which may still be loading) has taken it in.
   * @param {{type: string, [key: string]: any}} event
   */
  anticipate(event) {
    if (event.type === 'wish' && event.field === 'style') this.#press(event.value);
    if (event.type === 'paint') this.status('running', 'Starting …', null);
    if (event.type === 'photo') {
      /** @type {HTMLButtonElement} */ (this.element('run')).disabled = false;
      const { state } = this.element('status').dataset;
      if (state === 'loading') this.status(state, `${event.name} is chosen. The painter is still getting ready.`, null);
    }
  }

  /** @param {{done: number, total: number, what: string, failed?: keyof typeof BROKEN}} params */
  loading({ done, total, failed }) {
    if (failed) this.broken(failed);
    else this.progress({ done, total }, false);
  }

  /** @param {keyof typeof BROKEN} code */
  broken(code) {
    this.status('error', BROKEN[code], code);
    this.progress(null, false);
  }

  /** @param {{canvas: string, width: number, height: number, rgba: ArrayBuffer}} params */
  draw({ canvas: id, width, height, rgba }) {
    const canvas = /** @type {HTMLCanvasElement} */ (this.element(id));
    canvas.width = width;
    canvas.height = height;
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
    const frame = this.element('frame');
    frame.style.setProperty('--ratio', String(width / height));
    frame.removeAttribute('data-empty');
  }

  /** @param {{name: string, mime: string, bytes: ArrayBuffer}} params */
  offerFile({ name, mime, bytes }) {
    const link = this.document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: mime }));
    link.download = name;
    link.click();
    // The download has its own reference once it has begun; a minute is ample.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /** @param {string} state @param {string} sentence @param {string | null} error */
  status(state, sentence, error) {
    const status = this.element('status');
    status.dataset.state = state;
    if (status.textContent !== sentence) status.textContent = sentence;
    if (error) status.dataset.error = error;
    else delete status.dataset.error;
  }

  /** @param {{done: number, total: number} | null} progress @param {boolean} busy */
  progress(progress, busy) {
    const bar = /** @type {HTMLProgressElement} */ (this.element('progress'));
    if (progress && progress.total > 0) bar.value = progress.done / progress.total;
    else if (progress || busy) bar.removeAttribute('value');
    else bar.value = 0;
    bar.toggleAttribute('data-idle', !progress && !busy);
  }

  /** @param {string} style */
  #press(style) {
    for (const button of this.element('styles').querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset.style === style));
    }
    this.element('styles').dataset.chosen = style;
  }

  /** @param {{canRun: boolean, canCancel: boolean, canDownload: boolean}} can */
  #enable({ canRun, canCancel, canDownload }) {
    const states = { run: canRun, cancel: canCancel, download: canDownload };
    for (const [id, enabled] of Object.entries(states)) {
      /** @type {HTMLButtonElement} */ (this.element(id)).disabled = !enabled;
    }
  }

  /** @param {Snapshot} snapshot */
  #engines({ engines, engine }) {
    const select = /** @type {HTMLSelectElement} */ (this.element('engine'));
    for (const { id, usable, why } of engines) {
      const option = [...select.options].find(({ value }) => value === id);
      if (!option) continue;
      option.disabled = !usable;
      option.title = why;
    }
    if ([...select.options].some(({ value }) => value === engine)) select.value = engine;
    this.element('engine-why').textContent = engines
      .filter(({ usable }) => !usable)
      .map(({ label, why }) => `${label}: ${why}`)
      .join(' ');
  }
}
