// @ts-check
/** The painted video and the original: they play together, and a slider says how much of each is seen. */

import { tr } from '../i18n/i18n.js';

/** Further apart than this, in seconds, and the original follows. */
const APART = 0.08;
const HALF = 50;

export class VideoPair {
  #painted;
  #original;
  #slider;

  /** @param {Document} document */
  constructor(document) {
    /** @template {HTMLElement} Kind @param {string} id @returns {Kind} */
    const element = (id) => /** @type {Kind} */ (document.getElementById(id));
    this.pair = element('video-pair');
    this.row = element('video-split-row');
    this.#painted = /** @type {HTMLVideoElement} */ (element('painted'));
    this.#original = /** @type {HTMLVideoElement} */ (element('original'));
    this.#slider = /** @type {HTMLInputElement} */ (element('video-split'));
    this.#slider.addEventListener('input', () => this.#split());
    for (const moment of ['play', 'pause', 'seeking', 'seeked', 'ratechange', 'timeupdate']) {
      this.#painted.addEventListener(moment, () => this.#follow());
    }
    this.#painted.addEventListener('loadedmetadata', () => {
      const { videoWidth, videoHeight } = this.#painted;
      this.pair.style.setProperty('--shape', String(videoWidth / videoHeight));
    });
    // Not every browser plays every container that can be painted.
    this.#original.addEventListener('error', () => (this.row.hidden = this.#original.hidden = true));
  }

  /** @param {Blob} painted @param {Blob} original */
  show(painted, original) {
    this.hide();
    this.#painted.src = URL.createObjectURL(painted);
    this.#original.src = URL.createObjectURL(original);
    this.#slider.valueAsNumber = HALF;
    this.#split();
    this.#original.hidden = this.row.hidden = this.pair.hidden = this.#painted.hidden = false;
    this.pair.closest('.stage')?.setAttribute('data-video', '');
  }

  hide() {
    this.pair.hidden = this.row.hidden = this.#painted.hidden = true;
    this.pair.closest('.stage')?.removeAttribute('data-video');
    for (const video of [this.#painted, this.#original]) {
      video.pause();
      URL.revokeObjectURL(video.src);
      video.removeAttribute('src');
    }
  }

  #split() {
    const percent = this.#slider.valueAsNumber;
    this.pair.style.setProperty('--split', `${percent}%`);
    const shares = { photo: percent, painting: 100 - percent };
    this.#slider.setAttribute('aria-valuetext', tr('{photo} % original, {painting} % painting', shares));
  }

  #follow() {
    const [painted, original] = [this.#painted, this.#original];
    if (Math.abs(painted.currentTime - original.currentTime) > APART) original.currentTime = painted.currentTime;
    original.playbackRate = painted.playbackRate;
    this.pair.toggleAttribute('data-playing', !painted.paused && !painted.ended);
    if (painted.paused || painted.ended) original.pause();
    else original.play().catch(() => {});
  }
}
