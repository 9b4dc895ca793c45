// @ts-check
/** What a file is, told by its first bytes: the type that it came with is only a claim. */

/** How much of a file is looked at. */
const HEAD_BYTES = 16;

/** Bytes that every file of a type begins with, as text of one character a byte (`.` is any), and where they stand. */
const SIGNATURES = /** @type {const} */ ([
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF....WEBP/s],
  ['image/bmp', /^BM....\0\0\0\0/s],
  ['image/tiff', /^(II\*\0|MM\0\*)/],
  ['image/jxl', /^(\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/],
  ['image/avif', /^....ftypavi[fs]/s],
  ['image/heic', /^....ftyp(hei[cx]|hev[cx]|mif1|msf1)/s],
  ['video/quicktime', /^....ftypqt {2}/s],
  ['video/mp4', /^....ftyp/s],
  ['video/webm', /^\x1aE\xdf\xa3/],
  ['video/ogg', /^OggS/],
]);

/** @param {Blob} file @returns {Promise<string | null>} the type of a picture or a video; null for everything else */
export async function mediaType(file) {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const text = String.fromCharCode(...head);
  return SIGNATURES.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
