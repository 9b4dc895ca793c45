// @ts-check
/** Video files in the page: chosen like a photo, painted picture by picture through the engine worker, played and saved. */

import { tr } from '../i18n/i18n.js';
import { download } from '../studio/saving.js';
import { VideoFault, VideoFile } from './video_file.js';

/** As `MAX_PAINTED_PIXELS` in app_py/photo/sizing.py, as a side. */
const LONGEST_PX = 2048;
/** @typedef {import('./frames.js').Painted} Painted */

/** Gives its pictures to the engine worker one at a time, in the place of a camera's. */
export class VideoPainting {
  /** @type {MessagePort | null} */
  #port = null;
  /** The picture that is being painted, and who waits for it. @type {{frame: VideoFrame, resolve: (painted: Painted | null) => void} | null} */
  #waiting = null;
  #stopped = false;

  /** @param {VideoFile} video @param {number} longestPx */
  constructor(video, longestPx) {
    this.video = video;
    const scale = Math.min(1, longestPx / Math.max(video.width, video.height));
    const [width, height] = [video.width, video.height].map((side) => Math.max(16, 2 * Math.floor((side * scale) / 2)));
    this.canvas = new OffscreenCanvas(width, height);
    this.done = 0;
  }

  /** @param {MessagePort} port another one for another style */
  connect(port) {
    this.#port?.postMessage({ done: true });
    this.#port = port;
    port.onmessage = ({ data }) => this.#finish(data);
    this.#post();
  }

  /** What was painted so far becomes the video. */
  stop() {
    this.#stopped = true;
    this.#port?.postMessage({ done: true });
    this.#finish(null);
  }

  /** @param {(painted: Painted) => void} onPainted @returns {Promise<Blob>} */
  run(onPainted) {
    return this.video.paint(this.canvas, async (frame) => {
      const painted = await this.#paint(frame);
      if (!painted) return null;
      this.canvas.getContext('2d')?.drawImage(painted.painting, 0, 0, this.canvas.width, this.canvas.height);
      this.done += 1;
      onPainted(painted);
      return this.canvas;
    });
  }

  /** @param {VideoFrame} frame @returns {Promise<Painted | null>} */
  async #paint(frame) {
    if (this.#stopped) {
      frame.close();
      return null;
    }
    /** @type {Promise<Painted | null>} */
    const painted = new Promise((resolve) => (this.#waiting = { frame, resolve }));
    this.#post();
    return painted;
  }

  #post() {
    if (!this.#waiting || !this.#port) return;
    // A copy, which costs nothing: should the connection change, the picture is sent again.
    const frame = this.#waiting.frame.clone();
    this.#port.postMessage({ frame, mirrored: false, at: performance.now() }, [frame]);
  }

  /** @param {Painted | null} painted */
  #finish(painted) {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.frame.close();
    waiting?.resolve(painted);
  }
}

/**
 * @param {Document} document
 * @param {(event: {type: string, [key: string]: any}, file?: Blob) => void} send
 * @param {{paintVideo: (painting: VideoPainting, onPainted: () => void) => Promise<Blob>}} live
 * @returns {{open: (file: File) => void}}
 */
export function installVideo(document, send, live) {
  /** @template {HTMLElement} Kind @param {string} id @returns {Kind} */
  const element = (id) => /** @type {Kind} */ (document.getElementById(id));
  const button = /** @type {HTMLButtonElement} */ (element('video-run'));
  const player = /** @type {HTMLVideoElement} */ (element('painted'));
  const save = /** @type {HTMLButtonElement} */ (element('video-save'));
  const progress = element('video-progress');
  /** @type {VideoFile | null} */
  let video = null;
  /** @type {File | null} */
  let result = null;

  /** @param {unknown} error */
  const fail = (error) => send({ type: 'fail', code: error instanceof VideoFault ? error.code : 'video-failed' });

  const forget = () => {
    video = result = null;
    element('video-tools').hidden = button.hidden = save.hidden = player.hidden = true;
    URL.revokeObjectURL(player.src);
    player.removeAttribute('src');
    player.closest('.stage')?.removeAttribute('data-video');
    progress.textContent = '';
  };

  /** @param {File} file */
  const open = async (file) => {
    forget();
    try {
      const opened = await VideoFile.open(file);
      send({ type: 'photo', name: file.name }, await opened.firstPicture());
      video = opened;
      element('video-tools').hidden = button.hidden = false;
    } catch (error) {
      fail(error);
    }
  };

  const paint = async () => {
    if (!video) return;
    const size = /** @type {HTMLSelectElement} */ (element('size')).value;
    const painting = new VideoPainting(video, Math.min(Number(size) || LONGEST_PX, LONGEST_PX));
    const { file } = video;
    button.disabled = true;
    save.hidden = player.hidden = true;
    player.closest('.stage')?.removeAttribute('data-video');
    try {
      const count = await video.countPictures();
      const began = performance.now();
      const blob = await live.paintVideo(painting, () => {
        const seconds = Math.round(((performance.now() - began) / 1000 / painting.done) * (count - painting.done));
        progress.textContent = tr('{done} of {count} pictures, {seconds} s left', { done: painting.done, count, seconds });
      });
      // Something else was chosen meanwhile.
      if (video?.file !== file) return;
      if (painting.done === 0) throw new VideoFault('video-empty');
      const stem = file.name.replace(/\.\w+$/, '');
      result = new File([blob], `${stem}-${tr('painted')}.${blob.type.endsWith('mp4') ? 'mp4' : 'webm'}`, { type: blob.type });
      player.src = URL.createObjectURL(blob);
      player.closest('.stage')?.setAttribute('data-video', '');
      player.hidden = save.hidden = false;
      send({ type: 'live-stop', painted: painting.done });
    } catch (error) {
      if (!(error instanceof VideoFault)) console.warn(error);
      send({ type: 'live-stop' });
      fail(error);
    } finally {
      button.disabled = false;
    }
  };

  button.addEventListener('click', paint);
  // Its first picture is painted as a photo: the video makes room, and can be painted again.
  element('panel').addEventListener('submit', () => {
    player.hidden = true;
    player.pause();
    player.closest('.stage')?.removeAttribute('data-video');
  });
  save.addEventListener('click', () => result && download(result));
  // A photo that is chosen takes the place of the video.
  for (const id of ['photo', 'samples', 'camera', 'live']) {
    element(id).addEventListener(id === 'photo' ? 'change' : 'click', forget, { capture: true });
  }
  return { open: (file) => void open(file) };
}
