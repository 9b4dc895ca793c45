// @ts-check
/** The sound of a video: copied as it is where the new file takes it, encoded anew where the browser can. */

const BITS_PER_SECOND = 160_000;

/** @typedef {{timestamp: number, close?: () => void}} Piece a packet, or samples */

/** @param {string | null} codec @param {any} format of the new file */
export function isCopied(codec, format) {
  return codec !== null && format.getSupportedAudioCodecs().includes(codec);
}

export class Sound {
  /** @type {Piece | null} */
  #next = null;

  /**
   * @param {AsyncGenerator<Piece>} pieces
   * @param {(piece: any) => Promise<void>} add
   * @param {boolean} encoded
   */
  constructor(pieces, add, encoded) {
    this.pieces = pieces;
    this.add = add;
    this.encoded = encoded;
  }

  /**
   * @param {any} library
   * @param {any} track
   * @param {any} output that is not started yet
   * @param {number} shift seconds by which everything is later
   * @returns {Promise<Sound | null>} nothing where neither is possible
   */
  static async of(library, track, output, shift) {
    const codec = await track.getCodec();
    const metadata = { languageCode: await track.getLanguageCode() };
    if (isCopied(codec, output.format)) {
      const source = new library.EncodedAudioPacketSource(codec);
      output.addAudioTrack(source, metadata);
      const meta = { decoderConfig: (await track.getDecoderConfig()) ?? undefined };
      const add = (/** @type {any} */ packet) => source.add(packet.clone({ timestamp: packet.timestamp + shift }), meta);
      return new Sound(new library.EncodedPacketSink(track).packets(), add, false);
    }
    const shape = { numberOfChannels: await track.getNumberOfChannels(), sampleRate: await track.getSampleRate() };
    const kinds = output.format.getSupportedAudioCodecs();
    const target = codec && (await track.canDecode()) ? await library.getFirstEncodableAudioCodec(kinds, shape) : null;
    if (!target) return null;
    const source = new library.AudioSampleSource({ codec: target, bitrate: BITS_PER_SECOND });
    output.addAudioTrack(source, metadata);
    const add = async (/** @type {any} */ sample) => {
      const at = sample.timestamp + shift;
      // Encoders' first samples come before the first picture, and are silent.
      if (at + sample.duration / 2 > 0) {
        sample.setTimestamp(Math.max(0, at));
        await source.add(sample);
      }
      sample.close();
    };
    return new Sound(new library.AudioSampleSink(track).samples(), add, true);
  }

  /** Go on to a moment of the source. @param {number} end in seconds */
  async until(end) {
    this.#next ??= await this.#read();
    while (this.#next && this.#next.timestamp < end) {
      await this.add(this.#next);
      this.#next = await this.#read();
    }
  }

  async end() {
    this.#next?.close?.();
    await this.pieces.return(undefined);
  }

  /** Where the sound is damaged, it ends. */
  async #read() {
    try {
      const { value, done } = await this.pieces.next();
      return done ? null : value;
    } catch (error) {
      console.warn(error);
      return null;
    }
  }
}
