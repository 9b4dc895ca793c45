// @ts-check

/**
 * A sentence with the names in its braces replaced by values.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (braces, name) => String(values[name] ?? braces));
}
