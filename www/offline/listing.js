// @ts-check
/// <reference lib="webworker" />
/** The list of all files of the site, made by `python -m build` (build/site/listing.py). */

/**
 * @typedef {object} Entry
 * @property {string} path relative to the page's folder
 * @property {number} bytes
 * @property {string} sha256 hexadecimal
 * @property {'always' | 'roomy' | 'used'} keep when a copy is kept for visits without a network: before the site
 *   counts as kept; afterwards, where the connection is not metered; only once it was used
 *
 * @typedef {object} Listing
 * @property {1} version
 * @property {'development' | 'release'} mode a release never changes; the files of a working copy change at any time
 * @property {string} release changes whenever a file does
 * @property {Entry[]} files
 */

export const SCOPE = new URL('../', import.meta.url);
export const MODELS = new URL('../models/', SCOPE);
export const LISTING = new URL('vendor/site.json', SCOPE).href;
const NAME_LENGTH = 16;

/** @param {string} path */
export const urlOf = (path) => new URL(path, SCOPE).href;

/** @returns {Promise<Listing | null | undefined>} null: the site has none; undefined: the network does not answer */
export async function fetchListing() {
  const response = await fetch(LISTING, { cache: 'no-store' }).catch(() => undefined);
  return response && parseListing(response);
}

/** @param {Response} response @returns {Promise<Listing | null>} */
export async function parseListing(response) {
  if (!response.ok) return null;
  const listing = await response.json().catch(() => null);
  return listing?.version === 1 && Array.isArray(listing.files) ? listing : null;
}

/**
 * The address under which a request's answer is listed and kept: a page's query is for the page alone.
 * @param {Request} request
 */
export function keptUrl(request) {
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  if (url.pathname.endsWith('/')) url.pathname += 'index.html';
  return url.href;
}

/** @param {ArrayBuffer} data @param {Entry} entry */
export async function isListed(data, { bytes, sha256 }) {
  return data.byteLength === bytes && (await hashOf(data)) === sha256;
}

/** The name that a listing's files give a release, as build/site/listing.py makes it. @param {Listing} listing */
export async function releaseName({ files }) {
  const lines = files.map(({ path, sha256 }) => `${path} ${sha256}`);
  return (await hashOf(new TextEncoder().encode(lines.join('\n')))).slice(0, NAME_LENGTH);
}

/** @param {BufferSource} data @returns {Promise<string>} SHA-256, hexadecimal */
async function hashOf(data) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
