// @ts-check
/** A photo from the camera: live preview, shutter, and the picture goes the way of every other photo. */

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installCamera(document, send) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById('camera'));
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('camera-dialog'));
  const video = /** @type {HTMLVideoElement} */ (document.getElementById('camera-view'));
  const shutter = /** @type {HTMLButtonElement} */ (document.getElementById('shutter'));

  const stop = () => {
    for (const track of /** @type {MediaStream | null} */ (video.srcObject)?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    shutter.disabled = true;
  };

  button.addEventListener('click', async () => {
    try {
      if (!navigator.mediaDevices) throw new DOMException('', 'NotSupportedError');
      const wanted = { facingMode: 'environment', width: { ideal: 2560 }, height: { ideal: 1440 } };
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
      dialog.showModal();
    } catch (error) {
      send({ type: 'fail', code: 'camera-unavailable', sentence: why(/** @type {DOMException} */ (error)) });
    }
  });
  video.addEventListener('loadeddata', () => (shutter.disabled = false));
  shutter.addEventListener('click', async () => {
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    dialog.close();
    send({ type: 'photo', name: 'camera photo' }, await canvas.convertToBlob({ type: 'image/png' }));
  });
  document.getElementById('camera-close')?.addEventListener('click', () => dialog.close());
  // However the dialog ends, Escape included, the camera's light goes out.
  dialog.addEventListener('close', stop);
}

/** @param {DOMException} error */
function why({ name }) {
  if (name === 'NotAllowedError') return 'The camera was not allowed. Allow it in the browser’s address bar, or choose a photo.';
  if (name === 'NotFoundError') return 'No camera was found on this device. Choose a photo instead.';
  if (name === 'NotReadableError') return 'Another program is using the camera. Close it and try again, or choose a photo.';
  return 'This browser gives pages no camera here. Choose a photo instead.';
}
