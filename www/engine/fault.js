// @ts-check

/** A failure whose kind is known: `code` is a word for programs, the message a sentence for people. */
export class EngineFault extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * What to tell the owner about anything that was thrown; engines throw strings and numbers, too.
 * @param {unknown} thrown
 * @returns {{code: string, message: string, detail: string}}
 */
export function describeError(thrown) {
  if (thrown instanceof EngineFault) return { code: thrown.code, message: thrown.message, detail: '' };
  if (thrown instanceof Error) return { code: 'engine-failed', message: thrown.message, detail: thrown.stack ?? '' };
  return { code: 'engine-failed', message: String(thrown), detail: '' };
}
