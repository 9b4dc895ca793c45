// @ts-check

const SCRIPT = new URL('../vendor/mediabunny/mediabunny.min.mjs', import.meta.url);

/** Mediabunny, which reads and writes video files; fetched when the first one is to be. @returns {Promise<any>} */
export function loadMediabunny() {
  return import(SCRIPT.href);
}
