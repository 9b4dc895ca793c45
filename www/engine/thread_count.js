// @ts-check

/**
 * How many threads an engine gets: as many as are asked for, else as the processor has cores, up to what it gains by; one
 * where the page is not isolated, since its threads could share no memory.
 * @param {import('./session.js').Options} options
 */
export function threadCount({ threads, most_threads = 1 }) {
  const wished = self.crossOriginIsolated ? (threads ?? navigator.hardwareConcurrency ?? 1) : 1;
  return Math.max(1, Math.min(wished, most_threads));
}
