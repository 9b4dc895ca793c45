// @ts-check
/** Pictures that become styles: chosen, dropped on the gallery, pasted into it, or the photo at hand. */

/**
 * @param {Document} document
 * @param {import('./intake.js').Send} send
 */
export function installPaintings(document, send) {
  const section = /** @type {HTMLElement} */ (document.getElementById('styles')?.closest('section'));
  const chooser = /** @type {HTMLInputElement} */ (document.getElementById('painting'));

  /** @param {File} file */
  const read = (file) => send({ type: 'painting', name: file.name }, file);

  chooser.addEventListener('change', () => {
    for (const file of chooser.files ?? []) read(file);
    // Emptied so that choosing the same file again is a change too.
    chooser.value = '';
  });

  section.addEventListener('drop', (event) => {
    const files = [...(event.dataTransfer?.files ?? [])].filter(({ name }) => !name.toLowerCase().endsWith('.onnx'));
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    delete document.body.dataset.dragging;
    files.forEach(read);
  });

  // Before the page's own listener, which takes a pasted picture for a photo.
  document.addEventListener(
    'paste',
    (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (!file || !section.contains(document.activeElement)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      read(file);
    },
    { capture: true },
  );

  document.getElementById('use-as-style')?.addEventListener('click', () => send({ type: 'use-as-style' }));

  document.getElementById('own-models')?.addEventListener('change', ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    send({ type: 'rename-style', id: input.dataset.model, title: input.value });
  });
}
