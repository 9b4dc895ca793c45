// @ts-check
/** Snapshot in, DOM out. */

import { fillGallery, fillSamples, press, showOwnModels, showSpeed, showTiles } from './gallery.js';
import { askBeforeLeaving } from './leaving.js';
import { showMix } from './mixer.js';
import { showQueue } from './queue.js';
import { language, tr } from '../i18n/i18n.js';

/** @typedef {{done: number, total: number, unit?: 'bytes' | ''}} Progress a total of 0 is not known */

/**
 * @typedef {object} Snapshot what app_py.pages.studio.view_state makes
 * @property {'loading' | 'ready' | 'running' | 'live' | 'done' | 'error'} state
 * @property {string} status
 * @property {string | null} error
 * @property {string | null} offer what the button beside an error does about it
 * @property {Progress | null} progress
 * @property {string} style
 * @property {'fast' | 'fine'} speed
 * @property {[string, number][]} mix styles that are mixed, and their weights in percent
 * @property {string} engine
 * @property {string} size
 * @property {{id: string, label: string, usable: boolean, why: string}[]} engines
 * @property {number | null} photo which one is on show
 * @property {boolean} canRun
 * @property {boolean} canCancel
 * @property {boolean} canDownload
 * @property {string | null} large what painting at the photo's own size would bring; null where nothing larger can be had
 * @property {boolean} preview whether a small painting is shown until the one under way is done
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {boolean} canTryAll
 * @property {import('./queue.js').QueuedPhoto[]} queue the photos that were chosen together
 * @property {boolean} canPaintQueue
 * @property {boolean} canSaveQueue
 * @property {import('../live/live.js').LiveSnapshot | null} live
 * @property {boolean} steady whether flicker is taken out of what moves
 * @property {number | null} kept how many paintings this browser keeps with their photo for a later visit
 * @property {boolean} canRestore
 * @property {boolean} unsaved whether leaving the page would lose work
 * @property {boolean} welcome
 * @property {number} strength
 * @property {boolean} keepColours
 * @property {string} format
 * @property {number} quality
 * @property {{id: string, title: string}[]} ownModels
 * @property {string[]} tiles the models whose painting of the photo on show is in the gallery
 * @property {{engine: string, runMs: number, width: number, height: number, style: string, reasons: string[]} | null} result
 */

const MEGABYTES = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** What events of a type change at once in the page; a wish names its own control. @type {Record<string, string[]>} */
const CHANGES = {
  adjust: ['strength', 'keep-colours'],
  saving: ['format', 'quality'],
  mix: ['mix'],
  photo: ['run', 'status'],
  paint: ['status'],
  'paint-smaller': ['status'],
};

/** Where the focus goes when its button can no longer be pressed; else to the sentence that says what happens. @type {Record<string, string>} */
const RELAYS = { undo: 'redo', redo: 'undo' };

export class View {
  /** How many events were sent, how many of them Python has ackedEvents, and which of them changed each element last. */
  #sent = 0;
  #ackedEvents = 0;
  /** @type {Map<string, number>} */
  #changed = new Map();
  /** The button from which the status has the focus, until it can be pressed again. */
  #lender = '';

  /** @param {Document} document */
  constructor(document) {
    this.document = document;
  }

  /** @type {(id: string) => HTMLElement} */
  element = (id) => /** @type {HTMLElement} */ (this.document.getElementById(id));

  /** @param {string} id */
  #input(id) {
    return /** @type {HTMLInputElement} */ (this.element(id));
  }

  /** The gallery and the samples do not wait for Python. */
  showCatalogue() {
    // Python reads the same list and says what is wrong with it.
    fillGallery(this.element('styles'), this.element('search-row'), this.element('speed')).catch(() => undefined);
    fillSamples(this.element('samples')).catch(() => this.element('samples').remove());
  }

  /** @param {Snapshot} snapshot @param {number} ackedEvents how many events Python had taken in */
  render(snapshot, ackedEvents) {
    this.#ackedEvents = ackedEvents;
    if (!this.#isAhead('status')) this.status(snapshot.state, snapshot.status, snapshot.error);
    const status = this.element('status');
    if (snapshot.result) {
      status.dataset.engine = snapshot.result.engine;
      status.dataset.runMs = String(snapshot.result.runMs);
    } else {
      delete status.dataset.engine;
      delete status.dataset.runMs;
    }
    this.element('paint-smaller').hidden = snapshot.offer === null;
    this.element('paint-smaller').textContent = snapshot.offer;
    this.progress(snapshot.progress, snapshot.state === 'running');
    this.#enable(snapshot);
    this.#engines(snapshot);
    this.#follow(snapshot);
    showOwnModels(this.element('styles'), this.element('own-models'), snapshot.ownModels);
    showMix(this.document, snapshot.mix, this.#isAhead('mix'));
    showTiles(this.element('styles'), snapshot.tiles);
    const frame = this.element('frame');
    frame.toggleAttribute('data-empty', snapshot.photo === null);
    const painted = snapshot.result !== null || snapshot.preview;
    frame.toggleAttribute('data-painted', painted);
    frame.toggleAttribute('data-preview', snapshot.preview);
    this.#announce(snapshot.photo);
    this.element('compare').hidden = !painted;
    showQueue(this.document, snapshot.queue, { canPaint: snapshot.canPaintQueue, canSave: snapshot.canSaveQueue });
    this.element('look').hidden = snapshot.photo === null && snapshot.live === null;
    this.element('large-estimate').textContent = snapshot.large;
    this.element('toolbar').hidden = snapshot.photo === null || frame.hasAttribute('data-cropping');
    this.element('restore').hidden = !snapshot.canRestore;
    this.element('kept').hidden = snapshot.kept === null;
    this.element('kept').dataset.paintings = String(snapshot.kept);
    askBeforeLeaving(snapshot.unsaved);
    this.element('welcome').hidden = !snapshot.welcome;
  }

  /** Zoom and cut are of the photo that they were made on. @param {number | null} photo */
  #announce(photo) {
    const frame = this.element('frame');
    if (frame.dataset.shown === String(photo)) return;
    frame.dataset.shown = String(photo);
    frame.dispatchEvent(new Event('newphoto'));
  }

  /** Whether Python has yet to hear of what changed an element: then it stays as it is. @param {string} id */
  #isAhead(id) {
    return (this.#changed.get(id) ?? 0) > this.#ackedEvents;
  }

  /** The controls show what Python knows. @param {Snapshot} snapshot */
  #follow({ style, speed, engine, size, strength, keepColours, format, quality }) {
    for (const [id, value] of Object.entries({ engine, size, strength, format, quality })) {
      if (!this.#isAhead(id)) choose(this.#input(id), String(value));
    }
    if (!this.#isAhead('keep-colours')) this.#input('keep-colours').checked = keepColours;
    if (!this.#isAhead('speed')) showSpeed(this.element('styles'), this.element('speed'), speed);
    if (!this.#isAhead('style')) this.#press(style);
    this.#label();
  }

  /** What stands beside a control goes with it. */
  #label() {
    this.element('strength-value').textContent = `${this.#input('strength').value} %`;
    this.element('quality-value').textContent = this.#input('quality').value;
    this.element('quality-row').hidden = this.#input('format').value === 'png';
  }

  /**
   * Show at once what an event will bring, before Python (which may still be loading) has taken it in.
   * @param {{type: string, [key: string]: any}} event
   */
  applyOptimistically(event) {
    this.#sent += 1;
    for (const id of event.type === 'setting' ? [event.field] : (CHANGES[event.type] ?? [])) this.#changed.set(id, this.#sent);
    this.#label();
    if (event.type === 'setting' && event.field === 'style') this.#press(event.value);
    if (event.type === 'setting' && event.field === 'speed') showSpeed(this.element('styles'), this.element('speed'), event.value);
    if (event.type === 'paint' || event.type === 'paint-smaller') this.status('running', tr('Starting …'), null);
    if (event.type === 'photo') {
      /** @type {HTMLButtonElement} */ (this.element('run')).disabled = false;
      const { state } = this.element('status').dataset;
      if (state === 'loading') this.status(state, tr('{name} is chosen. The painter is still getting ready.', { name: event.name }), null);
    }
  }

  /** @param {{done: number, total: number, what: string, failed?: string}} params */
  loading({ done, total, failed }) {
    if (failed) this.broken(failed);
    else this.progress({ done, total, unit: 'bytes' }, false);
  }

  /** What is said when Python cannot speak is in the page itself. @param {string} code */
  broken(code) {
    const words = this.document.querySelector(`[data-broken="${code}"]`);
    this.status('error', words?.textContent ?? code, code);
    this.progress(null, false);
  }

  /** @param {{canvas: string, width: number, height: number, rgba: ArrayBuffer}} params */
  draw({ canvas: id, width, height, rgba }) {
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.element(id));
    if (!canvas) return; // a tile of a gallery that is not there
    // Even the size that it has already would make a canvas' memory anew.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
    // What it was drawn from is given back at once, in browsers that can (ES2024): it may be 48 MB and more.
    /** @type {any} */ (rgba).transfer?.(0);
    if (id === 'before') this.element('view').style.setProperty('--ratio', String(width / height));
  }

  /** @param {string} state @param {string} sentence @param {string | null} error */
  status(state, sentence, error) {
    const status = this.element('status');
    status.dataset.state = state;
    if (status.textContent !== sentence) status.textContent = sentence;
    if (error) status.dataset.error = error;
    else delete status.dataset.error;
  }

  /** @param {Progress | null} progress @param {boolean} busy */
  progress(progress, busy) {
    const bar = /** @type {HTMLProgressElement} */ (this.element('progress'));
    // Full is not done: what was loaded is then unpacked and started.
    if (progress && progress.done < progress.total) bar.value = progress.done / progress.total;
    else if (progress || busy) bar.removeAttribute('value');
    else bar.value = 0;
    bar.toggleAttribute('data-idle', !progress && !busy);
    // Not in the sentence, which is read aloud whenever it changes.
    this.element('received').textContent = progress?.unit === 'bytes' ? received(progress) : '';
  }

  /** @param {string} style */
  #press(style) {
    const gallery = this.element('styles');
    gallery.dataset.chosen = style;
    press(gallery);
  }

  /** @param {Snapshot} can */
  #enable({ canRun, canCancel, canDownload, canUndo, canRedo, canTryAll, large, tiles }) {
    const states = {
      run: canRun,
      cancel: canCancel,
      download: canDownload,
      copy: canDownload,
      share: canDownload,
      'save-large': canDownload && large !== null,
      'save-both': canDownload,
      'save-sheet': tiles.length > 0,
      undo: canUndo,
      redo: canRedo,
      'try-all': canTryAll,
      'use-as-style': canTryAll,
    };
    const focused = this.document.activeElement?.id ?? '';
    for (const [id, enabled] of Object.entries(states)) {
      if (!this.#isAhead(id)) this.#input(id).disabled = !enabled;
    }
    // Nothing to stop, no button for it.
    this.element('cancel').hidden = !canCancel;
    this.#keepFocus(focused);
  }

  /** A button that is switched off would drop the focus of who uses the keyboard. @param {string} focused the id of what had it */
  #keepFocus(focused) {
    const status = this.element('status');
    if (focused === 'status' && this.#lender && !this.#input(this.#lender).disabled) this.element(this.#lender).focus({ preventScroll: true });
    if (focused === 'status' || !this.#isOff(focused)) return;
    const relay = RELAYS[focused];
    this.#lender = focused;
    (relay && !this.#isOff(relay) ? this.element(relay) : status).focus({ preventScroll: true });
  }

  /** @param {string} id */
  #isOff(id) {
    const button = this.document.getElementById(id);
    return button instanceof HTMLButtonElement && button.disabled;
  }

  /** @param {Snapshot} snapshot */
  #engines({ engines, result }) {
    const select = /** @type {HTMLSelectElement} */ (this.element('engine'));
    for (const { id, usable, why } of engines) {
      const option = [...select.options].find(({ value }) => value === id);
      if (!option) continue;
      option.disabled = !usable;
      option.title = why;
    }
    const reasons = result?.reasons ?? [];
    const refusals = engines
      .filter(({ usable, why }) => !usable && !reasons.includes(why))
      .map(({ label, why }) => `${label}: ${why}`);
    const lines = [...reasons, ...refusals];
    this.element('engine-details').hidden = lines.length === 0;
    this.element('engine-why').replaceChildren(
      ...lines.map((reason) => Object.assign(this.document.createElement('li'), { textContent: reason })),
    );
  }
}

/** How much of a download is here. @param {Progress} progress */
function received({ done, total }) {
  const [here, all] = [done, total].map((bytes) => MEGABYTES.format(bytes / 1e6));
  return total ? tr('{here} of {all} MB', { here, all }) : tr('{here} MB', { here });
}

/** An address may have asked for what a list does not offer: then the list stays as it is. @param {HTMLElement} control @param {string} value */
function choose(control, value) {
  if (control instanceof HTMLInputElement) control.value = value;
  if (control instanceof HTMLSelectElement && [...control.options].some((option) => option.value === value)) control.value = value;
}
