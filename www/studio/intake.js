// @ts-check
/** Every way in for a photo: file, drop, paste, samples, address. All of them end in the same message. */

import { tr } from '../i18n/i18n.js';
import { isVideo } from '../live/video_file.js';
import { enqueue } from './queue.js';

/** @typedef {{type: string, [key: string]: any}} Event */
/** @typedef {(event: Event, file?: Blob) => void} Send */

/**
 * @param {Document} document
 * @param {Send} send
 * @param {{open: (file: File) => void, close: () => void}} videos
 */
export function installIntake(document, send, videos) {
  /** @param {string} id */
  const input = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

  /** @param {File} file */
  const open = (file) => send({ type: file.name.toLowerCase().endsWith('.onnx') ? 'model' : 'photo', name: file.name }, file);

  /** @param {string} code */
  const fail = (code) => send({ type: 'fail', code });

  /** Several photos become a strip of them. @param {Iterable<File>} chosen */
  const openAll = (chosen) => {
    const files = [...chosen].filter((file) => !isVideo(file));
    const video = [...chosen].find(isVideo);
    if (video) videos.open(video);
    const photos = files.filter(({ name }) => !name.toLowerCase().endsWith('.onnx'));
    if (photos.length && !video) videos.close();
    if (photos.length > 1) enqueue(photos, document, send);
    else if (photos.length === 1) open(photos[0]);
    for (const file of files) if (!photos.includes(file)) open(file);
  };

  for (const chooser of [input('photo'), input('model')]) {
    chooser.addEventListener('change', () => {
      openAll(chooser.files ?? []);
      // Emptied so that choosing the same file again is a change too.
      chooser.value = '';
    });
  }

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
    const files = event.dataTransfer?.files ?? [];
    // A picture of this page, such as a sample photo, comes as its address.
    const address = event.dataTransfer?.getData('text/uri-list');
    if (files.length) openAll(files);
    else if (address) send(photoAt(address));
    else fail('drop-empty');
  });

  document.addEventListener('paste', (event) => {
    if (event.target instanceof HTMLInputElement && ['search', 'text'].includes(event.target.type)) return;
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith('image/') || isVideo(one));
    if (file) openAll([file]);
    else fail('paste-empty');
  });
  input('paste').addEventListener('click', async () => {
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((name) => name.startsWith('image/'));
        if (type) return open(new File([await item.getType(type)], tr('pasted picture'), { type }));
      }
      fail('paste-empty');
    } catch {
      fail('paste-refused');
    }
  });

  document.getElementById('samples')?.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (button?.dataset.photo) send(photoAt(button.dataset.photo));
  });
}

/** The event of a photo at an address of this site. @param {string} address @returns {Event} */
export function photoAt(address) {
  const url = parse(address);
  if (url?.origin !== location.origin) return { type: 'fail', code: 'photo-foreign' };
  return { type: 'photo', name: fileName(url), url: url.href };
}

/** @param {string} address */
function parse(address) {
  try {
    return new URL(address, document.baseURI);
  } catch {
    return null;
  }
}

/** @param {URL} url */
function fileName({ pathname }) {
  const name = pathname.split('/').pop() || 'photo';
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a stray % is part of the name
  }
}
