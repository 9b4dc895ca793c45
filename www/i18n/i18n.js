// @ts-check
/**
 * The words of the page in the visitor's language. English is in the HTML and in the code, where it is the key of its
 * translation in `<language>.json` beside this file; what a translation lacks stays English. Python says its sentences itself.
 */

import { fill } from '../engine/sentence.js';

/** Every translation there is; `python -m build words` says so where one is missing here. */
const LANGUAGES = ['de'];

/** A page in English is better than one that waits. */
const LONGEST_WAIT_MS = 10_000;
const ATTRIBUTES = ['alt', 'aria-label', 'content', 'placeholder', 'title'];

const CHOICE = 'language';

const asked = new URLSearchParams(location.search).get('lang');

/** The language that the address asks for, else the one chosen on an earlier visit, else the first of the browser's that there is. */
export const language = asked === null ? preferred([chosen(), ...navigator.languages]) : (closest(asked) ?? (isTag(asked) ? asked : 'en'));

/** @type {Map<string, string>} */
let sentences = new Map();

/**
 * The sentence in the visitor's language, with its values filled in.
 * @param {string} sentence
 * @param {Record<string, string | number>} [values]
 */
export function tr(sentence, values = {}) {
  return fill(sentences.get(sentence) ?? sentence, values);
}

/** Put the page's HTML into the visitor's language; from then on `say` knows it, too. */
export async function translatePage() {
  showLanguages();
  if (asked !== null) for (const link of document.querySelectorAll('nav a[href$=".html"]')) keepLanguage(/** @type {HTMLAnchorElement} */ (link));
  if (language === 'en') return;
  try {
    sentences = await fetchSentences();
  } catch (error) {
    console.info('the page stays English:', error);
    return;
  }
  document.documentElement.lang = language;
  document.documentElement.dir = isWrittenFromTheRight(language) ? 'rtl' : 'ltr';
  translate(document.documentElement);
}

/** By its script: Arabic, Hebrew, and those written with them. @param {string} tag */
function isWrittenFromTheRight(tag) {
  return ['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm'].includes(new Intl.Locale(tag).maximize().script ?? '');
}

/** @returns {Promise<Map<string, string>>} */
async function fetchSentences() {
  const url = new URL(`${language}.json`, import.meta.url);
  const response = await fetch(url, { signal: AbortSignal.timeout(LONGEST_WAIT_MS) });
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return new Map(Object.entries(await response.json()).filter(([, translation]) => typeof translation === 'string'));
}

/** @param {Element} root */
function translate(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = /** @type {Text} */ (node);
    const key = text.data.trim().replace(/\s+/g, ' ');
    const translation = sentences.get(key);
    if (translation) text.data = text.data.replace(/\S(?:.*\S)?/s, () => translation);
  }
  for (const name of ATTRIBUTES) {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      const translation = sentences.get(element.getAttribute(name) ?? '');
      if (translation) element.setAttribute(name, translation);
    }
  }
}

/** Every language under its own name. */
function showLanguages() {
  const links = ['en', ...LANGUAGES].map((tag) => {
    const link = Object.assign(document.createElement('a'), { href: `?lang=${tag}`, hreflang: tag, lang: tag, translate: false });
    link.textContent = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
    if (tag === language) link.setAttribute('aria-current', 'true');
    link.addEventListener('click', ({ defaultPrevented }) => defaultPrevented || choose(tag));
    return link;
  });
  document.getElementById('languages')?.replaceChildren(...links);
}

/** Later visits begin in it. @param {string} tag */
function choose(tag) {
  try {
    localStorage.setItem(CHOICE, tag);
  } catch {
    // A browser that keeps nothing: the address says it for this visit.
  }
}

/** @returns {string} empty where nothing was chosen */
function chosen() {
  try {
    return localStorage.getItem(CHOICE) ?? '';
  } catch {
    return '';
  }
}

/** Who asked for a language goes on in it. @param {HTMLAnchorElement} link to another page of ours */
function keepLanguage(link) {
  link.search = `?lang=${language}`;
}

/** @param {readonly string[]} tags in order of preference */
function preferred(tags) {
  return tags.map(closest).find((found) => found !== undefined) ?? 'en';
}

/** `de-AT` is spoken as `de`. @param {string} tag */
function closest(tag) {
  const wanted = tag.toLowerCase();
  return ['en', ...LANGUAGES].find((name) => wanted === name.toLowerCase() || wanted.startsWith(`${name.toLowerCase()}-`));
}

/** Whether that can be the name of a translation that is being worked on. @param {string} tag */
function isTag(tag) {
  try {
    return /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(tag) && Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // of the right form, and no language all the same
  }
}
