// @ts-check

import { fill } from './sentence.js';

/**
 * A failure whose kind is known: `code` is a word for programs, the message a sentence for people. Python says the sentence
 * in the language of the page.
 */
export class EngineFault extends Error {
  /**
   * @param {string} code
   * @param {string} sentence with the names of values in braces
   * @param {Record<string, string | number>} [values]
   */
  constructor(code, sentence, values = {}) {
    super(fill(sentence, values));
    this.code = code;
    this.sentence = sentence;
    this.values = values;
  }
}

/**
 * What to tell the owner about anything that was thrown; engines throw strings and numbers, too.
 * @param {unknown} thrown
 * @returns {{code: string, message: string, detail: string, sentence?: string, values?: Record<string, string | number>}}
 */
export function describeError(thrown) {
  if (thrown instanceof EngineFault) {
    const { code, message, sentence, values } = thrown;
    return { code, message, detail: '', sentence, values };
  }
  if (thrown instanceof Error) return { code: 'engine-failed', message: thrown.message, detail: thrown.stack ?? '' };
  return { code: 'engine-failed', message: String(thrown), detail: '' };
}
