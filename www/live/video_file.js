// @ts-check
/** A video file: its first picture, and the whole of it painted, with its sound, by mediabunny. */

const LIBRARY = new URL('../vendor/mediabunny/mediabunny.min.mjs', import.meta.url);
const SUFFIXES = /\.(mp4|m4v|mov|webm|mkv)$/i;

/** Why a video cannot be painted; `code` names the sentence. */
export class VideoFault extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** @param {File} file */
export function isVideo(file) {
  return file.type.startsWith('video/') || SUFFIXES.test(file.name);
}

export class VideoFile {
  /** @param {File} file @param {any} library @param {any} input @param {any} track */
  constructor(file, library, input, track) {
    this.file = file;
    this.library = library;
    this.input = input;
    this.track = track;
    this.width = track.displayWidth;
    this.height = track.displayHeight;
  }

  /** @param {File} file @returns {Promise<VideoFile>} throws a `VideoFault` */
  static async open(file) {
    const library = await import(LIBRARY.href);
    const input = new library.Input({ formats: library.ALL_FORMATS, source: new library.BlobSource(file) });
    if (!(await input.canRead().catch(() => false))) throw new VideoFault('video-unreadable');
    const track = await input.getPrimaryVideoTrack().catch(() => null);
    if (!track) throw new VideoFault('video-without-pictures');
    if (!(await track.canDecode())) throw new VideoFault('video-codec');
    return new VideoFile(file, library, input, track);
  }

  /** The first picture, upright. @returns {Promise<Blob>} a PNG; throws a `VideoFault` */
  async firstPicture() {
    const sink = new this.library.CanvasSink(this.track);
    const first = await sink.getCanvas(await this.track.getFirstTimestamp()).catch(() => null);
    if (!first) throw new VideoFault('video-empty');
    const canvas = new OffscreenCanvas(first.canvas.width, first.canvas.height);
    canvas.getContext('2d')?.drawImage(first.canvas, 0, 0);
    return canvas.convertToBlob({ type: 'image/png' });
  }

  /** How many pictures there are, as far as the file tells without being read. @returns {Promise<number>} */
  async countPictures() {
    const { packetCount } = await this.track.computePacketStats();
    return packetCount;
  }

  /**
   * Every picture painted, at the time at which it was shown; the sound is copied where the container takes it.
   * @param {{width: number, height: number}} size even sides
   * @param {(frame: VideoFrame) => Promise<CanvasImageSource | null>} paint nothing for a picture that is left out
   * @returns {Promise<Blob>} the file; throws a `VideoFault`
   */
  async paint({ width, height }, paint) {
    const { Output, BufferTarget, Mp4OutputFormat, WebMOutputFormat, Conversion, canEncodeVideo } = this.library;
    const isWebm = (await this.input.getMimeType()).startsWith('video/webm');
    // H.264 of some browsers is refused by some players; theirs write webm.
    const toMp4 = !isWebm && !navigator.userAgent.includes('Firefox') && (await canEncodeVideo('avc', { width, height }));
    const target = new BufferTarget();
    const output = new Output({ format: toMp4 ? new Mp4OutputFormat() : new WebMOutputFormat(), target });
    const conversion = await Conversion.init({
      input: this.input,
      output,
      showWarnings: false,
      video: (/** @type {any} */ track) =>
        track.id === this.track.id
          ? {
              ...{ codec: toMp4 ? 'avc' : 'vp8', bitrate: Math.max(LEAST_BITS, Math.round(BITS_PER_PIXEL * width * height * FRAMES)) },
              ...{ width, height, fit: 'fill', allowRotationMetadata: false, forceTranscode: true },
              process: async (/** @type {any} */ sample) => {
                const frame = sample.toVideoFrame();
                return paint(frame);
              },
            }
          : { discard: true },
    });
    if (!conversion.isValid) throw new VideoFault('video-codec');
    await conversion.execute();
    return new Blob([target.buffer], { type: toMp4 ? 'video/mp4' : 'video/webm' });
  }
}

/** A painting has more fine detail than a film. */
const BITS_PER_PIXEL = 0.4;
const FRAMES = 30;
const LEAST_BITS = 500_000;
