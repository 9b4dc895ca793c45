// @ts-check
/** Leaving the page with work that is not saved: the browser asks. */

/** Only while there is something to lose: a page that listens for its end is not kept for a way back. @param {boolean} ask */
export function askBeforeLeaving(ask) {
  removeEventListener('beforeunload', holdBack);
  if (ask) addEventListener('beforeunload', holdBack);
}

/** @param {Event} event */
function holdBack(event) {
  event.preventDefault();
}

/** Whether this page was here before: by a reload, after a crash, or after the browser had put it away to save memory. */
export function cameBack() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  return ['reload', 'back_forward'].includes(navigation?.type) || 'wasDiscarded' in document && Boolean(document.wasDiscarded);
}
