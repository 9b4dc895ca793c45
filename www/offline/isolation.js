// @ts-check
/// <reference lib="webworker" />
/**
 * The headers that a plain static host does not send. Pages and worker scripts need them, other files do not:
 * COOP and COEP make the page cross-origin isolated (https://html.spec.whatwg.org/#cross-origin-isolated), without
 * which WebAssembly has no threads; a page states its Content-Security-Policy itself, but that one does not reach its workers,
 * nor can it say who may frame the page (https://www.w3.org/TR/CSP3/#meta-element).
 */

const WORKERS = ['worker', 'sharedworker'];
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
const POLICY = 'Content-Security-Policy';
const PAGE_HEADERS = {
  ...ISOLATION,
  [POLICY]: "frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
const WORKER_HEADERS = {
  ...ISOLATION,
  [POLICY]:
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src blob:",
};

/**
 * @param {Request} request
 * @param {Response} response
 */
export function withHeaders({ destination, mode }, response) {
  // Whatever shows it: a window, or a frame of any kind in somebody else's.
  const isPage = mode === 'navigate';
  // A redirect that is not followed yet, and a failure, have no headers that could be set.
  if (!(isPage || WORKERS.includes(destination)) || response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(isPage ? PAGE_HEADERS : WORKER_HEADERS)) {
    // Of several policies each holds: the host's own, too.
    if (name === POLICY) headers.append(name, value);
    else headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
