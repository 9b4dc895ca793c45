// @ts-check
/// <reference lib="webworker" />
/**
 * The interpreter's memory as it was once Python had started in this browser, so that a later visit takes it from there.
 * It is Pyodide's own snapshot (`makeMemorySnapshot`), which cannot hold packages with compiled parts. They lie beside it as
 * files that need not be unpacked nor compiled again.
 */

import { Store } from './store.js';

/** Apart from what Python keeps, which must not wait until so much is written. */
const store = new Store('atelier-python');
const KEY = 'snapshot';
const TRIAL = 'trial';
const PROVEN = 'proven';

/** What numpy, Pillow and app_py take from the standard library: compiled once, and then part of the memory. */
const MODULES = 'csv ctypes dataclasses datetime difflib hashlib importlib.metadata json numbers pickle platform';

/**
 * @typedef {object} Snapshot
 * @property {string} maker which versions of Pyodide, of the packages and of the browser made it
 * @property {Uint8Array} memory of the interpreter
 * @property {PackageFile[]} packages what was installed, and what Python compiled of it
 */

/** @typedef {{path: string, data: Uint8Array, time: number}} PackageFile written at `time`, in ms: by it Python knows its bytecode */

/**
 * @param {{path: string, sha256: string}[]} files of the runtime
 * @returns {string} another one where a snapshot must not be used
 */
export function makerOf(files) {
  const python = files.filter(({ path }) => /^pyodide\/|^app_py/.test(path));
  return [navigator.userAgent, ...python.map(({ sha256 }) => sha256)].join(' ');
}

/**
 * What this maker kept before, unless the last start from it never ended: Python can also hang in a memory that is wrong.
 * @param {string} maker
 * @returns {Promise<Snapshot | null>}
 */
export async function recall(maker) {
  const kept = /** @type {Snapshot | null} */ (await store.read(KEY));
  // Null is a store that did not answer: whether the last start ended is then not known.
  if (kept?.maker !== maker || (await store.read(TRIAL)) !== PROVEN) return null;
  await store.write(TRIAL, maker);
  return kept;
}

/** The start from the snapshot has ended well. */
export const prove = () => store.write(TRIAL, PROVEN);

/** @param {Snapshot} snapshot */
export async function keep(snapshot) {
  await store.write(KEY, snapshot);
  await prove();
}

/**
 * @param {any} pyodide started with `_makeSnapshot`, still without packages
 * @returns {Uint8Array | null} null where this browser has no memory to spare
 */
export function takeMemory(pyodide) {
  try {
    pyodide.runPython(`import ${MODULES.split(' ').join(', ')}`);
    return pyodide.makeMemorySnapshot();
  } catch (error) {
    console.info('the start of Python cannot be kept:', error);
    return null;
  }
}

/** From now on Python writes what it compiles beside the sources. @param {any} pyodide */
export const collectBytecode = (pyodide) => pyodide.runPython('import sys; sys.dont_write_bytecode = False');

/** @param {any} pyodide @returns {PackageFile[]} */
export const takePackages = (pyodide) => [...filesBelow(pyodide.FS, packagesOf(pyodide))];

/** @param {any} FS of Emscripten @param {string} folder @returns {Generator<PackageFile>} */
function* filesBelow(FS, folder) {
  for (const name of FS.readdir(folder)) {
    if (name === '.' || name === '..') continue;
    const path = `${folder}/${name}`;
    const { mode, mtime } = FS.stat(path);
    if (FS.isDir(mode)) yield* filesBelow(FS, path);
    else yield { path, data: FS.readFile(path), time: mtime.getTime() };
  }
}

/** @param {any} pyodide @param {PackageFile[]} packages */
export function putPackages(pyodide, packages) {
  const { FS } = pyodide;
  for (const { path, data, time } of packages) {
    FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    FS.writeFile(path, data, { canOwn: true });
    FS.utime(path, time, time);
  }
  pyodide.runPython('import importlib; importlib.invalidate_caches()');
}

/** @param {any} pyodide @returns {string} the folder of its packages */
export const packagesOf = (pyodide) => pyodide.runPython('import site; site.getsitepackages()[0]');
