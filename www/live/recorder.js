// @ts-check
/** A recording of live paintings, with sound if that is wanted. */

import { loadMediabunny } from './mediabunny.js';

/** mp4 plays everywhere; browsers that cannot write it write webm. */
const TYPES = [
  'video/mp4;codecs=avc1.42E01F,mp4a.40.2',
  'video/mp4;codecs=avc1.42E01F,opus',
  'video/webm;codecs=vp9,opus',
  'video/webm;codecs=vp8,opus',
  'video/webm',
];

const LONGEST_PX = 640;
const BITS_PER_SECOND = 6_000_000;
/** A longer recording stays as the browser wrote it: rewriting holds it in memory. */
const MOST_REWRITTEN_BYTES = 256 * 2 ** 20;
/** Parts are handed over as they come, so that the browser may put them on the disk. */
const PART_MS = 1000;

export class Recorder {
  /** @type {Blob[]} */
  #parts = [];

  /** @param {HTMLCanvasElement} canvas @param {MediaStream} stream */
  constructor(canvas, stream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    this.stream = stream;
    this.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND });
    this.recorder.ondataavailable = ({ data }) => this.#parts.push(data);
    this.recorder.start(PART_MS);
  }

  /**
   * @param {CanvasImageSource & {width: number, height: number}} picture the first one
   * @param {boolean} withSound asks for the microphone; throws what the browser throws
   */
  static async start(picture, withSound) {
    const sound = withSound ? await navigator.mediaDevices.getUserMedia({ audio: true }) : null;
    // A canvas of its own: players do not follow when the size changes with what the device can paint.
    const scale = LONGEST_PX / Math.max(picture.width, picture.height);
    const [width, height] = [picture.width, picture.height].map((side) => 2 * Math.round((side * scale) / 2));
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
    return new Recorder(canvas, new MediaStream([...canvas.captureStream().getTracks(), ...(sound?.getTracks() ?? [])]));
  }

  /** @param {CanvasImageSource} picture */
  draw(picture) {
    this.context.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height);
  }

  /** @returns {Promise<Blob>} the file, of the type that was recorded */
  async stop() {
    const { recorder } = this;
    if (recorder.state !== 'inactive') {
      const ended = new Promise((resolve) => (recorder.onstop = resolve));
      recorder.stop();
      await ended;
    }
    for (const track of this.stream.getTracks()) track.stop();
    const [type] = recorder.mimeType.split(';');
    const recorded = new Blob(this.#parts, { type });
    return recorded.size > MOST_REWRITTEN_BYTES ? recorded : rewritten(recorded).catch(() => recorded);
  }
}

/**
 * The same pictures and sound in a file that says how long it is: browsers write before they know.
 * @param {Blob} recorded @returns {Promise<Blob>}
 */
async function rewritten(recorded) {
  const { Input, Output, BlobSource, BufferTarget, Conversion, Mp4OutputFormat, WebMOutputFormat, ALL_FORMATS } = await loadMediabunny();
  const target = new BufferTarget();
  const format = recorded.type === 'video/mp4' ? new Mp4OutputFormat() : new WebMOutputFormat();
  const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(recorded) });
  const conversion = await Conversion.init({ input, output: new Output({ format, target }), showWarnings: false });
  if (!conversion.isValid || conversion.discardedTracks.length) return recorded;
  await conversion.execute();
  return new Blob([target.buffer], { type: recorded.type });
}
