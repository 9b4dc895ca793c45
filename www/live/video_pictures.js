// @ts-check
/** The pictures of a video in the order of showing, upright and of one size; what is damaged is left out. */

/** Pictures are used one after the other; some are decoded ahead. */
const CANVASES = 3;
/** After damage the pictures just before it are decoded once more, so many at most. */
const MOST_RESCUED = 16;
/** In seconds: shorter than any picture is shown. */
const MOMENT = 1e-6;

/** @typedef {{canvas: HTMLCanvasElement | OffscreenCanvas, timestamp: number, duration: number}} Picture */

export class Pictures {
  /** How often something could not be decoded. */
  damaged = 0;

  /** @param {any} library @param {any} track @param {{width: number, height: number}} size */
  constructor(library, track, size) {
    this.library = library;
    this.track = track;
    this.size = size;
    this.packets = new library.EncodedPacketSink(track);
  }

  /** @returns {AsyncGenerator<Picture>} */
  async *[Symbol.asyncIterator]() {
    let begin = await this.packets.getFirstKeyPacket().catch(() => null);
    let last = -Infinity;
    while (begin) {
      try {
        for await (const picture of this.#decode(begin.timestamp, CANVASES)) {
          if (picture.timestamp <= last) continue;
          last = picture.timestamp;
          yield picture;
        }
        return;
      } catch (error) {
        console.warn(error);
        this.damaged += 1;
      }
      for (const picture of await this.#rescue(Math.max(last, begin.timestamp - MOMENT))) {
        last = picture.timestamp;
        yield picture;
      }
      begin = await this.#nextBegin(begin, last);
    }
  }

  /** @param {number} from @param {number} [poolSize] */
  #decode(from, poolSize) {
    return new this.library.CanvasSink(this.track, { ...this.size, fit: 'fill', poolSize }).canvases(from);
  }

  /** What had been decoded before the damage, but not yet used. @param {number} after @returns {Promise<Picture[]>} */
  async #rescue(after) {
    /** @type {Picture[]} */
    const found = [];
    try {
      for await (const picture of this.#decode(after + MOMENT)) {
        if (picture.timestamp > after) found.push(picture);
        if (found.length === MOST_RESCUED) break;
      }
    } catch {
      // As far as it goes.
    }
    return found;
  }

  /** The next picture that stands for itself. @param {any} begin the one before the damage @param {number} last */
  async #nextBegin(begin, last) {
    try {
      const present = Number.isFinite(last) ? await this.packets.getKeyPacket(last) : begin;
      const from = present && present.timestamp > begin.timestamp ? present : begin;
      return await this.packets.getNextKeyPacket(from, { verifyKeyPackets: true });
    } catch {
      return null;
    }
  }
}
