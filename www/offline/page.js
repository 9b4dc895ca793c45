// @ts-check
/** The page's side of the service worker: visits without a network, new versions, threads. Works without it too. */

/**
 * @typedef {object} OfflineState
 * @property {boolean} kept whether the page works without a network from now on
 * @property {{done: number, total: number} | null} progress bytes, while the site is being kept
 * @property {boolean} update whether a new version waits; `applyUpdate` reloads every open page for it
 * @property {boolean} held whether that was asked for, and a page has work that would be lost
 */

/** A reload that makes the page isolated costs what was loaded so far: past this it waits for the next visit. */
const LATEST_RELOAD_MS = 5_000;
/** Who paints, paints again: keeping waits until nothing has happened for so long. */
const IDLE_MS = 1_500;
const RELOADED = 'reloaded for isolation';

/**
 * @param {(state: OfflineState) => void} [onState]
 * @returns {{applyUpdate(): void}}
 */
export function installOffline(onState = () => undefined) {
  const container = window.isSecureContext ? navigator.serviceWorker : undefined;
  if (!container) return { applyUpdate: () => location.reload() };
  /** @type {OfflineState} */
  let state = { kept: false, progress: null, update: false, held: false };
  container.addEventListener('message', ({ data: { method, params }, ports }) => {
    if (method === 'busy') return ports[0].postMessage(hasWork());
    if (method === 'held') state = { ...state, held: true };
    if (method === 'keeping') state = { ...state, progress: params };
    if (method === 'kept') state = { ...state, kept: params.outcome !== 'partly', progress: null, update: params.outcome === 'update' };
    onState(state);
  });
  register(container).catch(() => undefined); // private windows may refuse: the page works without
  return { applyUpdate: () => container.controller?.postMessage({ method: 'update' }) };
}

/** @param {ServiceWorkerContainer} container */
async function register(container) {
  const untouched = watchTouches();
  await container.register(new URL('../service-worker.js', import.meta.url), { type: 'module', updateViaCache: 'none' });
  if (!container.controller) await new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
  if (isolate(untouched())) return;
  const tell = (/** @type {object} */ message) => container.controller?.postMessage(message);
  const keep = () => tell({ method: 'keep', params: { roomy: isRoomy(), used: usedFiles() } });
  // Keeping the site must slow neither its start nor a painting: what those need comes first, and alone.
  watchIdle((isIdle) => (isIdle ? keep() : tell({ method: 'pause' })));
  // A page that is open for days learns of new versions too.
  document.addEventListener('visibilitychange', () => document.hidden || !isIdle() || keep());
}

/** Reload once for the headers that make the page isolated. @param {boolean} untouched @returns {boolean} */
function isolate(untouched) {
  if (window.crossOriginIsolated || !untouched || performance.now() > LATEST_RELOAD_MS) return false;
  // A page that is ready is about to be used: it keeps one thread for this visit.
  if (!isLoading()) return false;
  if (sessionStorage.getItem(RELOADED)) return false;
  sessionStorage.setItem(RELOADED, 'yes');
  location.reload();
  return true;
}

/** @returns {() => boolean} whether nobody has done anything here yet */
function watchTouches() {
  let untouched = true;
  for (const type of ['pointerdown', 'keydown', 'input', 'change', 'drop', 'paste']) {
    addEventListener(type, () => (untouched = false), { capture: true, once: true });
  }
  return () => untouched;
}

/** What `#status` says. */
const phase = () => document.getElementById('status')?.dataset.state ?? '';
const isLoading = () => phase() === 'loading';
const isAtWork = () => ['running', 'live'].includes(phase());
const isIdle = () => !isLoading() && !isAtWork();

/** Whether this page is at work, or would ask before it is left. */
function hasWork() {
  const asks = !dispatchEvent(new Event('beforeunload', { cancelable: true }));
  return asks || isAtWork();
}

/**
 * Tell when the page has had nothing to do for a moment, and when it has again.
 * @param {(isIdle: boolean) => void} tell
 */
function watchIdle(tell) {
  let timer = 0;
  let told = false;
  const look = () => {
    clearTimeout(timer);
    if (isIdle()) timer = window.setTimeout(() => tell((told = true)), IDLE_MS);
    else if (told) tell((told = false));
  };
  const status = document.getElementById('status');
  if (status) new MutationObserver(look).observe(status, { attributes: true, attributeFilter: ['data-state'] });
  look();
}

/** What was fetched before the service worker could see it, and belongs to this visitor's page. */
function usedFiles() {
  const { lang } = document.documentElement;
  return lang && lang !== 'en' ? [`i18n/${lang}.json`] : [];
}

/** Whether more may be fetched than this visit needs: the visitor may pay by the megabyte. */
function isRoomy() {
  const { connection } = /** @type {any} */ (navigator);
  if (connection) return !connection.saveData && connection.type !== 'cellular' && !/2g|3g/.test(connection.effectiveType ?? '');
  // Some browsers do not tell. A phone or a tablet may be anywhere, unless the page was installed there to be used anywhere.
  return !matchMedia('(pointer: coarse)').matches || matchMedia('(display-mode: standalone)').matches;
}
