// @ts-check
/** Every way in for a photo: file, drop, paste, samples, address. All of them end in the same message. */

/** @typedef {{type: string, [key: string]: any}} Event */
/** @typedef {(event: Event, file?: Blob) => void} Send */

/**
 * @param {Document} document
 * @param {Send} send
 */
export function installIntake(document, send) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById('photo'));

  /** @param {File} file */
  const open = (file) => send({ type: 'photo', name: file.name }, file);

  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) open(file);
    // Emptied so that choosing the same file again is a change too.
    input.value = '';
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

  document.getElementById('samples')?.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button?.dataset.photo) send(photoAt(button.dataset.photo));
  });
}

/** The event of a photo at an address of this site. @param {string} address @returns {Event} */
export function photoAt(address) {
  const url = URL.parse(address, document.baseURI);
  if (url?.origin !== location.origin) {
    const sentence = 'This page opens photos of its own site only. Save the photo and choose the file instead.';
    return { type: 'fail', code: 'photo-foreign', sentence };
  }
  return { type: 'photo', name: decodeURIComponent(url.pathname.split('/').pop() || 'photo'), url: url.href };
}

/**
 * @param {Send} send
 * @param {string} code
 * @param {string} sentence
 */
function fail(send, code, sentence) {
  send({ type: 'fail', code, sentence });
}
