// @ts-check
/** Every way in for a photo: file, drop, paste, samples, address. All of them end in the same message. */

/** @typedef {(event: {type: string, [key: string]: any}, bytes?: ArrayBuffer) => void} Send */

/**
 * @param {Document} document
 * @param {Send} send
 */
export function installIntake(document, send) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById('photo'));

  /** @param {Blob & {name?: string}} blob */
  const open = async (blob) => send({ type: 'photo', name: blob.name ?? 'picture' }, await blob.arrayBuffer());

  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    // Emptied so that choosing the same file again is a change too.
    if (file) open(file).finally(() => (input.value = ''));
  });

  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.dataset.dragging = '';
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) delete document.body.dataset.dragging;
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    delete document.body.dataset.dragging;
    const [file] = event.dataTransfer?.files ?? [];
    if (file) open(file);
    else fail(send, 'drop-empty', 'What was dropped is not a file. Drop a photo from your device, or choose one.');
  });

  document.addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (file) open(file);
    else fail(send, 'paste-empty', 'There is no picture in the clipboard. Copy one, then paste it here.');
  });

  /** @param {string} address */
  const openUrl = async (address) => {
    const url = new URL(address, document.baseURI);
    if (url.origin !== location.origin) {
      fail(send, 'photo-foreign', 'This page opens photos of its own site only. Save the photo and choose the file instead.');
      return;
    }
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(String(response.status));
      const name = decodeURIComponent(url.pathname.split('/').pop() || 'photo');
      send({ type: 'photo', name }, await response.arrayBuffer());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      fail(send, 'photo-not-found', `The photo at ${url.pathname} could not be loaded (${why}). Choose another one.`);
    }
  };

  document.getElementById('samples')?.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button?.dataset.photo) openUrl(button.dataset.photo);
  });

  return { openUrl };
}

/**
 * @param {Send} send
 * @param {string} code
 * @param {string} sentence
 */
function fail(send, code, sentence) {
  send({ type: 'fail', code, sentence });
}
