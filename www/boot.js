// @ts-check
/**
 * Speaks when the page's modules cannot: if one of them does not arrive or cannot be read, none runs. A classic script in
 * words that old browsers know, listed first, so that it listens before anything can fail.
 */
(function () {
  'use strict';

  /** @param {string} code of a sentence in the page */
  function say(code) {
    var status = /** @type {HTMLElement} */ (document.getElementById('status'));
    var words = document.querySelector('[data-broken="' + code + '"]');
    status.setAttribute('data-state', 'error');
    status.setAttribute('data-error', code);
    status.textContent = words ? words.textContent : code;
    /** @type {HTMLElement} */ (document.getElementById('progress')).setAttribute('data-idle', '');
  }

  /** @param {ErrorEvent | Event} event */
  function explain(event) {
    if (event.target instanceof HTMLScriptElement) say('script-missing');
    // Only what was thrown: browsers also report here what is no fault of the page.
    else if (event instanceof ErrorEvent && event.error) say(event.error instanceof SyntaxError ? 'python-failed' : 'internal');
  }

  // Captured, because a script's failure to load does not bubble.
  window.addEventListener('error', explain, true);

  document.addEventListener('DOMContentLoaded', function () {
    if (!('noModule' in HTMLScriptElement.prototype)) say('browser-old');
  });
})();
