// @ts-check
/** The photo in every style, as one picture with the names of the styles. */

import { tr } from '../i18n/i18n.js';

const CELL_PX = 320;
const GAP_PX = 16;
const LINE_PX = 30;
const MOST_COLUMNS = 6;

/** @param {Document} document @returns {Promise<File>} a PNG of the small paintings that the gallery shows */
export async function contactSheet(document) {
  const faces = [...document.querySelectorAll('#styles .face')].filter((face) => face.querySelector('canvas:not([hidden])'));
  const tiles = faces.map((face) => ({
    canvas: /** @type {HTMLCanvasElement} */ (face.querySelector('canvas')),
    title: face.querySelector('span')?.textContent ?? '',
  }));
  const columns = Math.min(MOST_COLUMNS, Math.ceil(Math.sqrt(tiles.length)));
  const { width, height } = tiles[0].canvas;
  const cell = { width: CELL_PX, height: Math.round((CELL_PX * height) / width) };
  const sheet = new OffscreenCanvas(
    GAP_PX + columns * (cell.width + GAP_PX),
    GAP_PX + Math.ceil(tiles.length / columns) * (cell.height + LINE_PX + GAP_PX),
  );
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (sheet.getContext('2d'));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = '#222';
  context.font = `18px ${getComputedStyle(document.body).fontFamily}`;
  context.imageSmoothingQuality = 'high';
  tiles.forEach(({ canvas, title }, place) => {
    const x = GAP_PX + (place % columns) * (cell.width + GAP_PX);
    const y = GAP_PX + Math.floor(place / columns) * (cell.height + LINE_PX + GAP_PX);
    context.drawImage(canvas, x, y, cell.width, cell.height);
    context.fillText(title, x, y + cell.height + LINE_PX - 8, cell.width);
  });
  const blob = await sheet.convertToBlob({ type: 'image/png' });
  return new File([blob], `${tr('all styles')}.png`, { type: 'image/png' });
}
