// @ts-check
/**
 * Paints what comes through a MessagePort from the page, frame by frame. The page sends the newest frame, and no more than two
 * at a time; each is answered.
 *
 * In:  {frame: VideoFrame | ImageBitmap, mirrored: boolean, at: number}, at last {done: true}
 * Out: {at, painting: ImageBitmap, ms, runMs}, where `ms` is all the time that the frame took here
 */

import { EngineFault } from './fault.js';
import { Steady } from './steady.js';

/**
 * @typedef {{frame: VideoFrame | ImageBitmap, mirrored: boolean, at: number}} Frame
 * @typedef {import('./steady.js').Tuning} Tuning
 * @typedef {(work: () => Promise<void>) => void} Enqueue
 */

export class Live {
  #steady;
  #session;
  /** @type {any} the parameters of a run */
  #run = null;
  /** @type {ArrayBuffer[]} */
  #buffers = [];
  #port;
  #canvas = new OffscreenCanvas(1, 1);
  #context;
  #shown = new OffscreenCanvas(1, 1);
  #runMs = 0;
  #painted = false;
  #ending = false;

  /**
   * @param {Steady} steady
   * @param {import('./session.js').Session} session
   * @param {MessagePort} port
   * @param {Enqueue} enqueue has work done when the engine is free
   */
  constructor(steady, session, port, enqueue) {
    this.#steady = steady;
    this.#session = session;
    this.#port = port;
    this.#context = /** @type {OffscreenCanvasRenderingContext2D} */ (this.#canvas.getContext('2d', { willReadFrequently: true }));
    /** Settled when the connection has ended; fails where the engine does. @type {Promise<void>} */
    this.ended = new Promise((resolve, reject) => {
      this.end = () => {
        this.#ending = true;
        resolve();
      };
      port.onmessage = ({ data }) => {
        if (data.done) return port.close();
        enqueue(async () => {
          // Frames that are on their way when it ends must be given back, too.
          if (this.#ending) return data.frame.close();
          await this.#paint(data).catch((error) => {
            this.#ending = true;
            reject(error);
          });
        });
      };
    });
  }

  /** @param {Tuning & {run: any}} tuning @param {ArrayBuffer[]} buffers of its run */
  tune(tuning, buffers) {
    this.#steady.tune(tuning);
    this.#run = tuning.run;
    this.#buffers = buffers;
    this.#painted = false;
    for (const canvas of [this.#canvas, this.#shown]) {
      if (canvas.width !== tuning.width) canvas.width = tuning.width;
      if (canvas.height !== tuning.height) canvas.height = tuning.height;
    }
  }

  /** The last frame and its painting; nothing before the first one. */
  picture() {
    if (!this.#painted) return { result: {}, buffers: [] };
    const { source, painting } = this.#steady.picture();
    const { height, width } = this.#steady;
    return { result: { height, width, run_ms: this.#runMs }, buffers: [source, painting] };
  }

  /** @param {Frame} message */
  async #paint({ frame, mirrored, at }) {
    const began = performance.now();
    const { width, height } = this.#canvas;
    this.#context.setTransform(mirrored ? -1 : 1, 0, 0, 1, mirrored ? width : 0, 0);
    this.#context.drawImage(frame, 0, 0, width, height);
    // A camera whose pictures are not given back stops.
    frame.close();
    const planes = this.#steady.take(this.#context.getImageData(0, 0, width, height).data);
    const ran = performance.now();
    const output = await this.#paintPlanes(planes);
    this.#runMs = performance.now() - ran;
    if (!this.#steady.give(output)) throw new EngineFault('output-invalid', 'The engine gave values that are not numbers.');
    this.#painted = true;
    this.#shown.getContext('2d')?.putImageData(this.#steady.show(), 0, 0);
    const painting = this.#shown.transferToImageBitmap();
    this.#port.postMessage({ at, painting, ms: performance.now() - began, runMs: this.#runMs }, [painting]);
  }

  /** @param {ArrayBuffer} picture @returns {Promise<ArrayBuffer>} */
  async #paintPlanes(picture) {
    const { feeds, outputs, program } = this.#run;
    const dims = [1, 3, ...this.#steady.lattice].join();
    const isPicture = (/** @type {{dims: number[]}} */ feed) => feed.dims.join() === dims;
    const tensors = feeds.map((/** @type {any} */ feed, /** @type {number} */ i) => ({
      ...feed,
      buffer: isPicture(feed) ? picture : this.#buffers[i],
    }));
    // An engine with programs gets its picture last (`app_py/kernels/plan.py`).
    const buffers = program ? [...this.#buffers.slice(0, -1), picture] : [];
    const [output] = await this.#session.run(tensors, outputs, { program, buffers, kept: [], progress: () => {} });
    if (output.type !== 'float32' || output.dims.join() !== dims) {
      throw new EngineFault('output-invalid', 'The engine gave a picture of another size.');
    }
    return output.buffer;
  }
}
