// @ts-check
/**
 * Where a painted video is written: a file that the visitor chose; else a file of this browser's own, on its disk; else memory.
 * So memory does not grow with the video, as far as the browser lets it.
 */

import { VideoFault } from './video_fault.js';

const FOLDER = 'videos';
/** From here on it is worth asking where to; smaller videos are kept until they are saved. */
const ASK_FROM_BYTES = 64 * 2 ** 20;
const MEMORY_BYTES = 512 * 2 ** 20;
/** For what is written last: the list of pictures. */
const RESERVE_BYTES = 8 * 2 ** 20;
/** What a visit that ended otherwise has left behind goes, once no page can be at work on it any more. */
const LEFT_BEHIND_MS = 24 * 60 * 60 * 1000;

export class Destination {
  /** Bytes that were written. */
  bytes = 0;

  /**
   * @param {any} target of Mediabunny
   * @param {number} most bytes
   * @param {() => Promise<Blob>} read the file, when it is finished
   * @param {{discard?: () => Promise<void>, chosen?: string}} [more]
   */
  constructor(target, most, read, { discard = async () => {}, chosen = '' } = {}) {
    this.target = target;
    this.most = most;
    this.read = read;
    this.discard = discard;
    /** The name of the file, where the visitor chose one. */
    this.chosen = chosen;
    target.on('write', (/** @type {{end: number}} */ { end }) => (this.bytes = Math.max(this.bytes, end)));
  }

  /** Whether painting must end now, for the file to be whole. */
  get isFull() {
    return this.bytes > this.most - RESERVE_BYTES;
  }

  /**
   * Within a click, so that the visitor can be asked.
   * @param {any} library
   * @param {string} name of the file
   * @param {string} type
   * @param {number} bytes probably
   * @returns {Promise<Destination | null>} nothing where the visitor does not want it
   */
  static async choose(library, name, type, bytes) {
    const pick = /** @type {any} */ (self).showSaveFilePicker;
    if (bytes < ASK_FROM_BYTES || !pick) return Destination.keep(library);
    try {
      const types = [{ accept: { [type]: [name.slice(name.lastIndexOf('.'))] } }];
      const handle = await pick.call(self, { suggestedName: name, types });
      const target = new library.StreamTarget(await handle.createWritable(), { chunked: true });
      return new Destination(target, Infinity, () => handle.getFile(), { chosen: handle.name });
    } catch (error) {
      const { name: why } = /** @type {DOMException} */ (error);
      if (why === 'AbortError') return null;
      if (why === 'SecurityError') return Destination.keep(library);
      throw new VideoFault('file-unwritable');
    }
  }

  /** @param {any} library @returns {Promise<Destination>} */
  static async keep(library) {
    try {
      const folder = await ownFolder();
      const name = crypto.randomUUID();
      const handle = await folder.getFileHandle(name, { create: true });
      const target = new library.StreamTarget(await handle.createWritable(), { chunked: true });
      const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
      const discard = () => folder.removeEntry(name).catch(() => {});
      return new Destination(target, quota - usage, () => handle.getFile(), { discard });
    } catch {
      // Private windows of some browsers have no disk.
      const target = new library.BufferTarget();
      return new Destination(target, MEMORY_BYTES, async () => new Blob([target.buffer]));
    }
  }
}

/** @returns {Promise<FileSystemDirectoryHandle>} */
async function ownFolder() {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  for await (const [name, handle] of /** @type {any} */ (folder).entries()) {
    const { lastModified } = await handle.getFile();
    if (Date.now() - lastModified > LEFT_BEHIND_MS) await folder.removeEntry(name).catch(() => {});
  }
  return folder;
}
