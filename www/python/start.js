// @ts-check
/** The page's side of the logic worker's start, which ends: with Python, or with a sentence. */

/** Longer than the worker itself waits for bytes (download.js), which then says better what is wrong. */
const SILENCE_S = 25;

/** Once everything is there a slow device computes, and says nothing while it does. */
const COMPUTING_S = 120;

/**
 * Tell when nothing is heard of the start of Python any more. Should it speak again later, the page goes on.
 * @param {Worker} logic
 * @param {(code: string) => void} onSilence
 */
export function watchStart(logic, onSilence) {
  let [quiet, limit] = [0, SILENCE_S];
  const timer = setInterval(() => {
    quiet += 1;
    if (quiet < limit) return;
    stop();
    onSilence('script-missing');
  }, 1000);
  const stop = () => clearInterval(timer);
  logic.addEventListener('error', stop);
  logic.addEventListener('message', ({ data: { method, params } }) => {
    quiet = 0;
    if (method !== 'loading' || params.failed) return stop();
    limit = params.done < params.total ? SILENCE_S : COMPUTING_S;
  });
}
