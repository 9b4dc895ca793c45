// @ts-check
/** A video file: its first picture, and the whole of it painted, with its sound, by mediabunny. */

import { loadMediabunny } from './mediabunny.js';
import { checkCodec } from './video_codecs.js';
import { VideoFault } from './video_fault.js';
import { Pictures } from './video_pictures.js';
import { Sound, isCopied } from './video_sound.js';

const SUFFIXES = /\.(mp4|m4v|mov|webm|mkv)$/i;

/** A painting has more fine detail than a film. */
const BITS_PER_PIXEL = 0.4;
const FRAMES = 30;
const LEAST_BITS = 500_000;
/** So many pictures are counted; how many more there are follows from their rate. */
const COUNTED = 500;
/** As `MAX_PAINTED_PIXELS` in app_py/photo/sizing.py, as a side. */
const LONGEST_PX = 2048;
const LEAST_PX = 16;

/**
 * @typedef {{width: number, height: number}} Size
 * @typedef {'hdr' | 'damaged' | 'sound-encoded' | 'sound-left-out' | 'room' | 'stopped'} Note what is to be said of a painted video
 */

/** @param {File} file */
export function isVideo(file) {
  return file.type.startsWith('video/') || SUFFIXES.test(file.name);
}

export class VideoFile {
  /** @param {File} file @param {any} library @param {any} input @param {any} track @param {{seconds: number, mp4: boolean}} facts */
  constructor(file, library, input, track, { seconds, mp4 }) {
    this.file = file;
    this.library = library;
    this.input = input;
    this.track = track;
    this.seconds = seconds;
    this.mp4 = mp4;
  }

  /** @param {File} file @returns {Promise<VideoFile>} throws a `VideoFault` */
  static async open(file) {
    const library = await loadMediabunny();
    const input = new library.Input({ formats: library.ALL_FORMATS, source: new library.BlobSource(file) });
    if (!(await input.canRead().catch(() => false))) throw new VideoFault('video-unreadable');
    const track = await input.getPrimaryVideoTrack().catch(() => null);
    if (!track) throw new VideoFault('video-without-pictures');
    await checkCodec(library, track);
    const seconds = (await track.getDurationFromMetadata().catch(() => null)) ?? (await track.computeDuration().catch(() => 0));
    const isWebm = (await input.getMimeType()).startsWith('video/webm');
    // H.264 of some browsers is refused by some players; theirs write webm.
    const mp4 = !isWebm && !navigator.userAgent.includes('Firefox') && (await library.canEncodeVideo('avc', { width: 640, height: 480 }));
    return new VideoFile(file, library, input, track, { seconds, mp4 });
  }

  /** Of a painting: even sides, which video has. @param {number} longestPx @returns {Size} */
  sizeFor(longestPx) {
    const { displayWidth, displayHeight } = this.track;
    const scale = Math.min(1, Math.min(longestPx, LONGEST_PX) / Math.max(displayWidth, displayHeight));
    const even = (/** @type {number} */ side) => Math.max(LEAST_PX, 2 * Math.floor((side * scale) / 2));
    return { width: even(displayWidth), height: even(displayHeight) };
  }

  /** What the painted one is called. @param {string} word that says that it is one */
  nameOf(word) {
    return `${this.file.name.replace(/\.\w+$/, '')}-${word}.${this.mp4 ? 'mp4' : 'webm'}`;
  }

  get type() {
    return this.mp4 ? 'video/mp4' : 'video/webm';
  }

  /** @param {Size} size */
  bytesOf(size) {
    return (this.seconds * bitrateOf(size)) / 8;
  }

  /** The first picture, upright. @returns {Promise<Blob>} a PNG; throws a `VideoFault` */
  async firstPicture() {
    for await (const { canvas: first } of new Pictures(this.library, this.track, this.sizeFor(LONGEST_PX))) {
      const canvas = new OffscreenCanvas(first.width, first.height);
      canvas.getContext('2d')?.drawImage(first, 0, 0);
      return canvas.convertToBlob({ type: 'image/png' });
    }
    throw new VideoFault('video-empty');
  }

  /** How many pictures there are, as far as the file tells without being read. @returns {Promise<number>} */
  async countPictures() {
    const { packetCount, averagePacketRate } = await this.track.computePacketStats(COUNTED);
    return packetCount < COUNTED ? packetCount : Math.max(packetCount, Math.round(averagePacketRate * this.seconds));
  }

  /**
   * Every picture painted, at the time at which it was shown; the sound is copied where the container takes it.
   * @param {OffscreenCanvas} canvas on which paintings are drawn, of even sides
   * @param {import('./destination.js').Destination} destination
   * @param {(picture: HTMLCanvasElement | OffscreenCanvas) => Promise<boolean>} paint draws the painting; false to end here
   * @returns {Promise<Note[]>} what else is to be said; throws a `VideoFault`, or what the browser throws
   */
  async paint(canvas, destination, paint) {
    const { Output, Mp4OutputFormat, WebMOutputFormat, CanvasSource } = this.library;
    const format = this.mp4 ? new Mp4OutputFormat() : new WebMOutputFormat();
    const output = new Output({ format, target: destination.target });
    const source = new CanvasSource(canvas, { codec: this.mp4 ? 'avc' : 'vp8', bitrate: bitrateOf(canvas) });
    output.addVideoTrack(source);
    const sounds = await this.input.getAudioTracks();
    const shift = await this.#shift(sounds, format);
    const copied = await Promise.all(sounds.map((/** @type {any} */ track) => Sound.of(this.library, track, output, shift)));
    const pictures = new Pictures(this.library, this.track, { width: canvas.width, height: canvas.height });
    /** @type {Set<Note>} */
    const notes = new Set();
    let end = -Infinity;
    let whole = true;
    try {
      await output.start();
      for await (const { canvas: picture, timestamp, duration } of pictures) {
        whole = !destination.isFull && (await paint(picture));
        if (!whole) break;
        await source.add(Math.max(0, timestamp + shift), duration);
        end = timestamp + duration;
        for (const sound of copied) await sound?.until(end);
      }
      if (end === -Infinity) throw new VideoFault(whole ? 'video-empty' : 'video-stopped');
      if (whole) for (const sound of copied) await sound?.until(Infinity);
      await output.finalize();
    } catch (error) {
      await output.cancel().catch(() => {});
      throw error;
    } finally {
      for (const sound of copied) await sound?.end();
    }
    if (!whole) notes.add(destination.isFull ? 'room' : 'stopped');
    if (pictures.damaged) notes.add('damaged');
    if (copied.includes(null)) notes.add('sound-left-out');
    if (copied.some((sound) => sound?.encoded)) notes.add('sound-encoded');
    if (await this.track.hasHighDynamicRange().catch(() => false)) notes.add('hdr');
    return [...notes];
  }

  /** By how much everything is later, for the video to begin at 0. @param {any[]} sounds @param {any} format */
  async #shift(sounds, format) {
    const first = (/** @type {any[]} */ tracks) => Promise.all(tracks.map((track) => track.getFirstTimestamp().catch(() => 0)));
    const begin = Math.max(0, Math.min(...(await first([this.track, ...sounds]))));
    if (format.negativeTimestampSupport === 'full') return -begin;
    // What begins before the first picture, as encoders' first samples do, is copied as well.
    const copied = await Promise.all(sounds.map(async (track) => isCopied(await track.getCodec(), format)));
    return -Math.min(begin, ...(await first(sounds.filter((_, place) => copied[place]))));
  }
}

/** @param {Size} size @returns {number} bits a second */
function bitrateOf({ width, height }) {
  return Math.max(LEAST_BITS, Math.round(BITS_PER_PIXEL * width * height * FRAMES));
}
