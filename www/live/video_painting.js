// @ts-check
/** Gives the pictures of a video file to the engine worker one at a time, in the place of a camera's. */

import { grab } from './frames.js';

/**
 * @typedef {import('./frames.js').Painted} Painted
 * @typedef {HTMLCanvasElement | OffscreenCanvas} Picture
 */

export class VideoPainting {
  /** @type {MessagePort | null} */
  #port = null;
  /** The picture that is being painted, and who waits for it. @type {{picture: Picture, resolve: (painted: Painted | null) => void} | null} */
  #waiting = null;
  #stopped = false;

  /**
   * @param {import('./video_file.js').VideoFile} video
   * @param {import('./destination.js').Destination} destination
   * @param {{width: number, height: number}} size even sides
   */
  constructor(video, destination, { width, height }) {
    this.video = video;
    this.destination = destination;
    this.canvas = new OffscreenCanvas(width, height);
    this.done = 0;
  }

  /** @param {MessagePort} port another one for another style */
  connect(port) {
    this.#port?.postMessage({ done: true });
    this.#port = port;
    port.onmessage = ({ data }) => this.#finish(data);
    void this.#post();
  }

  /** What was painted so far becomes the video. */
  stop() {
    this.#stopped = true;
    this.#port?.postMessage({ done: true });
    this.#finish(null);
  }

  /** @param {(painted: Painted) => void} onPainted @returns {Promise<import('./video_file.js').Note[]>} */
  run(onPainted) {
    return this.video.paint(this.canvas, this.destination, async (picture) => {
      const painted = await this.#paint(picture);
      if (!painted) return false;
      this.canvas.getContext('2d')?.drawImage(painted.painting, 0, 0, this.canvas.width, this.canvas.height);
      this.done += 1;
      onPainted(painted);
      return true;
    });
  }

  /** @param {Picture} picture @returns {Promise<Painted | null>} */
  async #paint(picture) {
    if (this.#stopped) return null;
    /** @type {Promise<Painted | null>} */
    const painted = new Promise((resolve) => (this.#waiting = { picture, resolve }));
    void this.#post();
    return painted;
  }

  /** Should the connection change, the picture is sent again. */
  async #post() {
    const [waiting, port] = [this.#waiting, this.#port];
    if (!waiting || !port) return;
    const frame = await grab(waiting.picture);
    if (waiting !== this.#waiting || port !== this.#port) return frame.close();
    port.postMessage({ frame, mirrored: false, at: performance.now() }, [frame]);
  }

  /** @param {Painted | null} painted */
  #finish(painted) {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(painted);
  }
}
