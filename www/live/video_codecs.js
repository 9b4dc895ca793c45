// @ts-check
/** Whether this browser reads the pictures of a video, and if not, in which words. */

import { VideoFault } from './video_fault.js';

/** @type {Record<string, string>} Mediabunny's names, the sample entries of mp4 and the codec ids of Matroska. */
const NAMES = {
  ...{ avc: 'H.264', hevc: 'H.265 (HEVC)', vp8: 'VP8', vp9: 'VP9', av1: 'AV1', prores: 'ProRes' },
  ...{ mp4v: 'MPEG-4 Visual', 'V_MPEG4/ISO/ASP': 'MPEG-4 Visual', V_MPEG2: 'MPEG-2', V_THEORA: 'Theora', V_FFV1: 'FFV1' },
};
/** The sample entry of encrypted video in ISO/IEC 23001-7. */
const ENCRYPTED = 'encv';
/** A size that every decoder can do: what is refused at its own size alone is too large. */
const SMALL = { codedWidth: 640, codedHeight: 360 };

/** @param {any} library @param {any} track @returns {Promise<void>} throws a `VideoFault` */
export async function checkCodec(library, track) {
  const id = await track.getInternalCodecId();
  if (id === ENCRYPTED) throw new VideoFault('video-encrypted');
  const codec = await track.getCodec();
  if (codec !== null && (await track.canDecode())) return;
  const config = codec === null ? null : await track.getDecoderConfig().catch(() => null);
  if (config && (await isSupported({ ...config, ...SMALL }))) {
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    throw new VideoFault('video-too-large', { width, height });
  }
  const known = await library.getDecodableVideoCodecs();
  throw new VideoFault('video-codec', {
    codec: NAMES[codec ?? id] ?? String(id ?? '?'),
    known: known.map((/** @type {string} */ name) => NAMES[name] ?? name).join(', ') || '–',
  });
}

/** @param {VideoDecoderConfig} config */
async function isSupported(config) {
  const answer = await VideoDecoder.isConfigSupported(config).catch(() => null);
  return Boolean(answer?.supported);
}
