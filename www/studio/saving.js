// @ts-check
/** Every way out for a painting: download, clipboard, share sheet. */

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 * @returns {{receiveFile: (file: {name: string, mime: string, bytes: ArrayBuffer, purpose: string}) => void}}
 */
export function installSaving(document, send) {
  /** @template {HTMLElement} Kind @param {string} id @returns {Kind} */
  const element = (id) => /** @type {Kind} */ (document.getElementById(id));
  const format = /** @type {HTMLSelectElement} */ (element('format'));
  const quality = /** @type {HTMLInputElement} */ (element('quality'));
  const canvas = /** @type {HTMLCanvasElement} */ (element('result'));

  const wish = () => send({ type: 'saving', format: format.value, quality: quality.valueAsNumber });
  format.addEventListener('change', wish);
  quality.addEventListener('input', wish);
  element('download').addEventListener('click', () => send({ type: 'save', purpose: 'download' }));

  element('copy').addEventListener('click', async () => {
    try {
      const png = new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
      // The promise is handed over as it is: Safari demands that writing begins within the click.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': /** @type {Promise<Blob>} */ (png) })]);
      send({ type: 'copied' });
    } catch {
      send({ type: 'fail', code: 'copy-refused' });
    }
  });

  element('save-both').addEventListener('click', () => send({ type: 'save-both' }));
  element('save-sheet').addEventListener('click', async () => {
    const { contactSheet } = await import('./contact_sheet.js');
    download(await contactSheet(document));
  });

  const large = /** @type {HTMLDialogElement} */ (element('large-dialog'));
  element('save-large').addEventListener('click', () => large.showModal());
  element('large-close').addEventListener('click', () => large.close());
  element('large-go').addEventListener('click', () => {
    large.close();
    send({ type: 'paint-large' });
  });

  const share = element('share');
  const probe = new File([], 'painting.png', { type: 'image/png' });
  share.hidden = !navigator.canShare?.({ files: [probe] });
  share.addEventListener('click', () => send({ type: 'save', purpose: 'share' }));

  return {
    receiveFile({ name, mime, bytes, purpose }) {
      const file = new File([bytes], name, { type: mime });
      if (purpose !== 'share') return download(file);
      navigator.share({ files: [file] }).catch((error) => {
        // Closing the share sheet is no failure.
        if (error.name !== 'AbortError') download(file);
      });
    },
  };
}

/** @param {File} file */
export function download(file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The download has its own reference once it has begun; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
