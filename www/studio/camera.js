// @ts-check
/** A picture from the camera: live preview, shutter, and it goes the way of every other photo, or of every painting. */

import { tr } from '../i18n/i18n.js';

/** Why there is no camera: the browser's name for it, and ours. @type {Record<string, string>} */
const CODES = {
  NotAllowedError: 'camera-refused',
  NotFoundError: 'camera-missing',
  NotReadableError: 'camera-busy',
};

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installCamera(document, send) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('camera-dialog'));
  const video = /** @type {HTMLVideoElement} */ (document.getElementById('camera-view'));
  const shutter = /** @type {HTMLButtonElement} */ (document.getElementById('shutter'));

  const stop = () => {
    for (const track of /** @type {MediaStream | null} */ (video.srcObject)?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    shutter.disabled = true;
  };

  let wantedAs = 'photo';
  /** @param {'photo' | 'painting'} kind what the picture is for */
  const open = async (kind) => {
    wantedAs = kind;
    try {
      if (!navigator.mediaDevices) throw new DOMException('', 'NotSupportedError');
      const wanted = { facingMode: 'environment', width: { ideal: 2560 }, height: { ideal: 1440 } };
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
      dialog.showModal();
    } catch (error) {
      send({ type: 'fail', code: CODES[/** @type {DOMException} */ (error).name] ?? 'camera-unavailable' });
    }
  };
  document.getElementById('camera')?.addEventListener('click', () => open('photo'));
  document.getElementById('painting-camera')?.addEventListener('click', () => open('painting'));
  video.addEventListener('loadeddata', () => {
    shutter.disabled = false;
    // The dialog gave the focus to what could be pressed before: Close.
    shutter.focus();
  });
  shutter.addEventListener('click', async () => {
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    dialog.close();
    send({ type: wantedAs, name: tr('camera photo') }, await canvas.convertToBlob({ type: 'image/png' }));
  });
  document.getElementById('camera-close')?.addEventListener('click', () => dialog.close());
  // However the dialog ends, Escape included, the camera's light goes out.
  dialog.addEventListener('close', stop);
}
