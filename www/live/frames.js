// @ts-check
/** Sends the newest picture of a video to the engine worker, no more than two at a time, and gets paintings back. */

const MOST_UNDER_WAY = 2;

/** @typedef {{at: number, painting: ImageBitmap, ms: number, runMs: number}} Painted what www/engine/live.js answers */

export class Frames {
  #underWay = 0;
  #stopped = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {() => boolean} isMirrored
   * @param {MessagePort} port
   * @param {(painted: Painted) => void} onPainted
   */
  constructor(video, isMirrored, port, onPainted) {
    this.video = video;
    this.isMirrored = isMirrored;
    this.port = port;
    port.onmessage = ({ data }) => {
      this.#underWay -= 1;
      if (this.#stopped) data.painting.close();
      else onPainted(data);
    };
    this.#waitForNext();
  }

  stop() {
    this.#stopped = true;
    // The worker closes the port: it has to give back the frames that are on their way.
    this.port.postMessage({ done: true });
  }

  #waitForNext() {
    const send = () => void this.#send();
    if ('requestVideoFrameCallback' in this.video) this.video.requestVideoFrameCallback(send);
    else requestAnimationFrame(send);
  }

  async #send() {
    if (this.#stopped) return;
    this.#waitForNext();
    if (this.#underWay >= MOST_UNDER_WAY || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#underWay += 1;
    const frame = await grab(this.video).catch(() => null);
    if (!frame || this.#stopped) {
      this.#underWay -= 1;
      frame?.close();
      return;
    }
    this.port.postMessage({ frame, mirrored: this.isMirrored(), at: performance.now() }, [frame]);
  }
}

/**
 * A VideoFrame takes half the time of an ImageBitmap; not every browser makes one.
 * @param {HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas} source
 * @returns {Promise<VideoFrame | ImageBitmap>}
 */
export async function grab(source) {
  if (typeof VideoFrame === 'function') {
    try {
      return new VideoFrame(source, { timestamp: Math.round(performance.now() * 1000) });
    } catch {
      // as below
    }
  }
  return createImageBitmap(source);
}
