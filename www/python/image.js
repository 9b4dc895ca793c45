// @ts-check
/// <reference lib="webworker" />
/** The browser's own picture decoder: colour profiles, orientation, and formats that Pillow does not know. */

/**
 * @param {Blob} file
 * @returns {Promise<{width: number, height: number, rgba: Uint8ClampedArray} | null>} sRGB, upright, alpha not
 *   premultiplied; null where this browser cannot decode the file, or does not let a page read pixels back
 */
export async function decodeImage(file) {
  if (!readsBackTruly()) return null;
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' }).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  const context = readableContext(width, height);
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context && { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/** On the processor: a graphics card may round colours differently. @param {number} width @param {number} height */
function readableContext(width, height) {
  return new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
}

/** Browsers that guard against fingerprinting disturb what a canvas gives back; painted, that would be noise. */
function readsBackTruly() {
  const context = readableContext(16, 16);
  if (!context) return false;
  const pattern = new ImageData(16, 16);
  pattern.data.forEach((_, i) => (pattern.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256));
  context.putImageData(pattern, 0, 0);
  return context.getImageData(0, 0, 16, 16).data.every((value, i) => value === pattern.data[i]);
}
