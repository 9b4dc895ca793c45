// @ts-check
/// <reference lib="webworker" />
/** The files of the Python runtime: counted, checked, and watched, whoever asks for them. */

import { download, watchedFetch } from './download.js';

/** @typedef {import('./download.js').OnProgress} OnProgress */
/** @typedef {{path: string, bytes: number, sha256: string}} RuntimeFile `path` is relative to `www/vendor/` */

const VENDOR = new URL('../vendor/', import.meta.url);

/** Installed at every start, in this order. */
const WHEELS = [/^pyodide\/numpy-.*\.whl$/, /^pyodide\/pillow-.*\.whl$/, /^app_py-.*\.whl$/];

/** The interpreter: its script, which is imported and not fetched, and its WebAssembly. */
const SCRIPT = /^pyodide\/pyodide\.asm\.js$/;
const WASM = /^pyodide\/pyodide\.asm\.wasm$/;

/** What a start cannot do without; the rest of the runtime is small, or for other pages. */
const COUNTED = [SCRIPT, WASM, /^pyodide\/python_stdlib\.zip$/, ...WHEELS];

/** @param {RuntimeFile} file */
const addressOf = ({ path }) => new URL(path, VENDOR).href;

export class Runtime {
  /** What went wrong first. @type {Error | undefined} */
  firstFailure;
  /** Rejects with the first file that cannot be had, or with what ended the interpreter. @type {Promise<never>} */
  failure;

  /** @type {Map<string, number>} */
  #loaded = new Map();
  /** @type {(error: Error) => void} */
  fail = () => {};
  #total = 0;
  #onProgress;
  /** The addresses of what is being compiled, and is not to be fetched once more. @type {Set<string>} */
  #begun = new Set();

  /** @param {RuntimeFile[]} files @param {OnProgress} onProgress */
  constructor(files, onProgress) {
    this.files = files;
    this.#onProgress = onProgress;
    for (const { path, bytes } of files.filter(({ path }) => COUNTED.some((pattern) => pattern.test(path)))) {
      this.#loaded.set(path, 0);
      this.#total += bytes;
    }
    this.failure = new Promise((_, reject) => {
      this.fail = (error) => reject((this.firstFailure ??= error));
    });
    this.#watchFetch();
  }

  /** @param {OnProgress} onProgress */
  static async open(onProgress) {
    const list = await download(new URL('runtime.json', VENDOR));
    return new Runtime(JSON.parse(new TextDecoder().decode(list)).files, onProgress);
  }

  /** @returns {Promise<Uint8Array[]>} of numpy, Pillow and app_py, in this order */
  fetchWheels() {
    const options = (/** @type {RuntimeFile} */ file) => ({ expected: file, onProgress: this.#counter(file) });
    return Promise.all(this.#wheels().map((file) => download(addressOf(file), options(file))));
  }

  /** They need not be fetched: what they hold is here. */
  countWheels() {
    for (const file of this.#wheels()) this.#counter(file)(file.bytes, file.bytes);
  }

  /**
   * Begin with what takes longest: Pyodide asks for the interpreter's script only once its own is here, and compiles the
   * WebAssembly only after that. It is given what has begun.
   */
  beginInterpreter() {
    const script = this.#find(SCRIPT);
    const isHere = () => this.#counter(script)(script.bytes, script.bytes);
    // Of what fails Pyodide hears itself, or the watch over what is fetched.
    import(addressOf(script)).then(isHere, () => {});
    const wasm = addressOf(this.#find(WASM));
    const compiling = WebAssembly.compileStreaming(self.fetch(wasm));
    compiling.catch(() => {});
    const { instantiateStreaming } = WebAssembly;
    /** @param {unknown} _begun @param {WebAssembly.Imports} imports */
    const instantiateBegun = async (_begun, imports) => {
      Object.assign(WebAssembly, { instantiateStreaming });
      const module = await compiling;
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    };
    Object.assign(WebAssembly, { instantiateStreaming: instantiateBegun });
    this.#begun.add(wasm);
  }

  #wheels() {
    return WHEELS.map((name) => this.#find(name));
  }

  /** @param {RegExp} name */
  #find(name) {
    return /** @type {RuntimeFile} */ (this.files.find(({ path }) => name.test(path)));
  }

  /** Pyodide fetches its files itself. */
  #watchFetch() {
    const listed = new Map(this.files.map((file) => [addressOf(file), file]));
    const plainFetch = self.fetch.bind(self);
    self.fetch = (input, init) => {
      const url = input instanceof Request ? '' : new URL(input, self.location.href).href;
      if (this.#begun.delete(url)) return Promise.resolve(new Response());
      const file = listed.get(url);
      return file ? watchedFetch(url, init, file, this.#counter(file), this.fail) : plainFetch(input, init);
    };
  }

  /** @param {RuntimeFile} file @returns {OnProgress} */
  #counter({ path }) {
    return (done) => {
      if (this.#loaded.has(path)) this.#loaded.set(path, done);
      this.#onProgress([...this.#loaded.values()].reduce((sum, bytes) => sum + bytes, 0), this.#total);
    };
  }
}
