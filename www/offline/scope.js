// @ts-check
/// <reference lib="webworker" />

/** TypeScript does not know of which kind a worker is. */
export const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
