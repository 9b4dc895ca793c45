// @ts-check
/// <reference lib="webworker" />
/** Text, bytes and records of them by key, in IndexedDB. Where a browser grants no storage, reading gives null and writing does nothing. */

const NAME = 'atelier';
const TABLE = 'entries';

/** @type {Promise<IDBDatabase> | undefined} */
let database;

function open() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return database;
}

/**
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest<Result>} act
 * @returns {Promise<Result | null>}
 */
async function transact(mode, act) {
  try {
    const request = act((await open()).transaction(TABLE, mode).objectStore(TABLE));
    return await new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch (error) {
    // A private window or a full disk: the page works without, it only forgets.
    console.info('nothing is kept in this browser:', error);
    return null;
  }
}

/** @typedef {string | Uint8Array | object} Value */

/** @param {string} key @returns {Promise<Value | null>} */
export const read = async (key) => (await transact('readonly', (table) => table.get(key))) ?? null;

/** @param {string} key @param {Value} value */
export const write = (key, value) => transact('readwrite', (table) => table.put(value, key));

/** @param {string} key */
export const remove = (key) => transact('readwrite', (table) => table.delete(key));
