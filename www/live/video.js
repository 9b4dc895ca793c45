// @ts-check
/** Video files in the page: chosen like a photo, painted picture by picture through the engine worker, played and saved. */

import { tr } from '../i18n/i18n.js';
import { download } from '../studio/saving.js';
import { Destination } from './destination.js';
import { faultOf } from './video_fault.js';
import { VideoFile } from './video_file.js';
import { VideoPainting } from './video_painting.js';
import { VideoPair } from './video_pair.js';

const DISCARD_MS = 60_000;

/** @typedef {(event: {type: string, [key: string]: any}, file?: Blob) => void} Send */

/**
 * @param {Document} document
 * @param {Send} send
 * @param {{paintVideo: (painting: VideoPainting, onPainted: () => void) => Promise<import('./video_file.js').Note[]>}} live
 * @returns {{open: (file: File) => void, close: () => void}}
 */
export function installVideo(document, send, live) {
  const tools = new VideoTools(document, send, live);
  return { open: (file) => void tools.open(file), close: () => tools.close() };
}

class VideoTools {
  /** @type {VideoFile | null} */
  #video = null;
  /** @type {File | null} */
  #result = null;
  /** @type {Destination | null} */
  #destination = null;

  /** @param {Document} document @param {Send} send @param {Parameters<typeof installVideo>[2]} live */
  constructor(document, send, live) {
    this.document = document;
    this.send = send;
    this.live = live;
    this.pair = new VideoPair(document);
    this.button = /** @type {HTMLButtonElement} */ (this.#element('video-run'));
    /** Is where it is about something: with the camera's tools, or with those of a video. */
    this.steady = /** @type {HTMLElement} */ (this.#element('steady').parentElement);
    this.#listen();
  }

  /** @param {File} file */
  async open(file) {
    this.close();
    try {
      const opened = await VideoFile.open(file);
      this.send({ type: 'photo', name: file.name }, await opened.firstPicture());
      this.#video = opened;
      this.#element('video-tools').hidden = this.button.hidden = false;
      this.#element('video-save').after(this.steady);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Something else is to be painted. */
  close() {
    this.#video = this.#result = null;
    this.#element('video-tools').hidden = this.button.hidden = this.#element('video-save').hidden = true;
    this.pair.hide();
    this.#element('video-progress').textContent = '';
    this.#element('live-fps').before(this.steady);
    this.#leave(null);
  }

  /** @param {Destination | null} next in whose place the present one goes, when a download that has begun is ample over */
  #leave(next) {
    const last = this.#destination;
    if (last) setTimeout(() => void last.discard(), DISCARD_MS);
    this.#destination = next;
  }

  async #paint() {
    const video = this.#video;
    if (!video) return;
    this.button.disabled = true;
    try {
      await this.#paintTo(video);
    } catch (error) {
      this.send({ type: 'live-stop' });
      this.#fail(error);
    } finally {
      this.#element('video-progress').textContent = '';
      this.button.disabled = false;
    }
  }

  /** @param {VideoFile} video */
  async #paintTo(video) {
    const wished = Number(/** @type {HTMLSelectElement} */ (this.#element('size')).value);
    const size = video.sizeFor(wished || Infinity);
    const name = video.nameOf(tr('painted'));
    const destination = await Destination.choose(video.library, name, video.type, video.bytesOf(size));
    if (!destination) return;
    this.#element('video-save').hidden = true;
    this.pair.hide();
    this.#leave(destination);
    const painting = new VideoPainting(video, destination, size);
    const count = await video.countPictures();
    const began = performance.now();
    const notes = await this.live.paintVideo(painting, () => {
      const seconds = Math.round(((performance.now() - began) / 1000 / painting.done) * Math.max(0, count - painting.done));
      this.#element('video-progress').textContent = tr('{done} of {count} pictures, {seconds} s left', { done: painting.done, count, seconds });
    });
    // Something else was chosen meanwhile.
    if (this.#video !== video) return void destination.discard();
    const blob = await destination.read();
    this.#result = new File([blob], destination.chosen || name, { type: video.type });
    this.pair.show(this.#result, video.file);
    this.#element('video-save').hidden = Boolean(destination.chosen);
    this.send({ type: 'live-stop', painted: painting.done, notes, saved: destination.chosen });
  }

  /** @param {unknown} error */
  #fail(error) {
    const { code, values } = faultOf(error);
    if (code !== 'video-stopped') this.send({ type: 'fail', code, values });
  }

  #listen() {
    this.button.addEventListener('click', () => void this.#paint());
    this.#element('video-save').addEventListener('click', () => this.#result && download(this.#result));
    // Its first picture is painted as a photo: the video makes room, and can be painted again.
    this.#element('panel').addEventListener('submit', () => this.pair.hide());
    // A photo or a camera that is chosen takes the place of the video.
    for (const id of ['samples', 'camera', 'live', 'restore', 'queue-photos']) {
      this.#element(id).addEventListener('click', () => this.close(), { capture: true });
    }
  }

  /** @param {string} id */
  #element(id) {
    return /** @type {HTMLElement} */ (this.document.getElementById(id));
  }
}
