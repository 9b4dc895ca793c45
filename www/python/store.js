// @ts-check
/// <reference lib="webworker" />
/**
 * Text, bytes and records of them by key, in IndexedDB. Where a browser grants no storage, or does not answer, reading gives
 * null and writing does nothing that anyone waits for.
 */

const TABLE = 'entries';
/** A browser that is longer about it is stuck, or slower than doing without. */
const PATIENCE_MS = 5000;

/** @typedef {string | Uint8Array | object} Value */

export class Store {
  /** @type {Promise<IDBDatabase> | undefined} */
  #database;
  #name;
  /** Whether a request is without an answer: nobody waits for the next ones until it comes. */
  #isStuck = false;

  /** @param {string} name of the database: those that wait for one do not wait for another */
  constructor(name) {
    this.#name = name;
  }

  /** @param {string} key @returns {Promise<Value | null>} */
  async read(key) {
    return (await this.#transact('readonly', (table) => settled(table.get(key)))) ?? null;
  }

  /**
   * Once this has ended the value stays, even if the page is closed at that moment.
   * @param {string} key
   * @param {Value} value
   * @returns {Promise<boolean>} whether it is kept
   */
  async write(key, value) {
    return this.writeAll([[key, value]]);
  }

  /**
   * All of them or none.
   * @param {[string, Value][]} entries
   * @returns {Promise<boolean>} whether they are kept
   */
  async writeAll(entries) {
    return (await this.#transact('readwrite', (table) => committed(entries.map(([key, value]) => table.put(value, key))))) ?? false;
  }

  /** @param {string[]} keys */
  async remove(keys) {
    await this.#transact('readwrite', (table) => committed(keys.map((key) => table.delete(key))));
  }

  /** @param {string} prefix @returns {Promise<string[]>} the keys that begin so, in order */
  async keys(prefix) {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const keys = await this.#transact('readonly', (table) => settled(table.getAllKeys(range)));
    return (keys ?? []).filter((key) => typeof key === 'string');
  }

  /**
   * @template Result
   * @param {IDBTransactionMode} mode
   * @param {(table: IDBObjectStore) => Promise<Result>} act
   * @returns {Promise<Result | null>}
   */
  async #transact(mode, act) {
    const answer = this.#open().then((database) => act(database.transaction(TABLE, mode).objectStore(TABLE)));
    answer.catch(() => {}).finally(() => (this.#isStuck = false));
    try {
      return await Promise.race([answer, this.#isStuck ? stuck() : late()]);
    } catch (error) {
      if (error instanceof LateError) this.#isStuck = true;
      // A private window or a full disk: the page works without, it only forgets.
      console.info('nothing is kept in this browser:', error);
      return null;
    }
  }

  #open() {
    if (!this.#database) {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      this.#database = settled(request);
      // Another try may find room, or the page that blocked it gone.
      const forget = () => void (this.#database = undefined);
      this.#database.then((database) => {
        database.onclose = forget;
        // A page of a newer version waits until nobody holds the database, and so does who deletes it.
        database.onversionchange = () => {
          forget();
          database.close();
        };
      }, forget);
    }
    return this.#database;
  }
}

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * A request that has succeeded can still be taken back with its transaction: a page that is closed before the end aborts it.
 * @param {IDBRequest[]} requests of one transaction
 * @returns {Promise<true>}
 */
function committed([request]) {
  return new Promise((resolve, reject) => {
    const transaction = /** @type {IDBTransaction} */ (request.transaction);
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => reject(transaction.error);
    transaction.commit();
  });
}

class LateError extends Error {}

/** Waits in steps: after a long computation the answer may lie behind the first timer. @returns {Promise<never>} */
async function late() {
  const steps = 5;
  for (let step = 0; step < steps; step += 1) await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS / steps));
  throw new LateError(`IndexedDB has not answered for ${PATIENCE_MS} ms`);
}

/** @returns {Promise<never>} */
async function stuck() {
  await new Promise((resolve) => setTimeout(resolve));
  throw new LateError('IndexedDB does not answer');
}
