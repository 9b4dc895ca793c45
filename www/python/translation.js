// @ts-check
/// <reference lib="webworker" />
/** The translation that Python speaks by; the page says in the worker's address which language it is in. */

const LANGUAGE = new URLSearchParams(self.location.search).get('lang') ?? 'en';

/** English now is better than a painter that waits. */
const LONGEST_WAIT_MS = 10_000;

/** @returns {Promise<string>} a catalogue as JSON; an empty one where there is none, so that Python speaks English */
export async function fetchWords() {
  if (LANGUAGE === 'en') return '{}';
  try {
    const signal = AbortSignal.timeout(LONGEST_WAIT_MS);
    const response = await fetch(new URL(`../i18n/${LANGUAGE}.json`, import.meta.url), { signal });
    return response.ok ? await response.text() : '{}';
  } catch {
    return '{}';
  }
}
