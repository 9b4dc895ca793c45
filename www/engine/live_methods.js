// @ts-check
/**
 * What the engine worker does for a camera.
 *
 * Methods (params -> result):
 *   live     {run, height, width, steady, strength, keep_colours} + [the buffers of run] + a MessagePort, see live.js: `run` has
 *            the parameters of a run -> {} when it has ended
 *   live-tune     the same, without a port -> {}
 *   live-picture  {} -> {height, width, run_ms} + [frame, painting], RGBA; {} before the first one
 *   live-end      {} -> {}
 */

import { Live } from './live.js';
import { Steady } from './steady.js';

/** @type {Live | null} */
let live = null;

/**
 * @param {(number: number) => import('./session.js').Session} find
 * @param {(work: () => Promise<void>) => Promise<void>} enqueue
 * @returns {import('./engine.js').Methods}
 */
export function methodsFor(find, enqueue) {
  return {
    async live(tuning, buffers, _note, port) {
      live?.end();
      const steady = await Steady.load();
      const present = new Live(steady, find(tuning.run.session), /** @type {MessagePort} */ (port), enqueue);
      live = present;
      present.tune(tuning, buffers);
      await present.ended;
      return { result: {}, buffers: [] };
    },

    async 'live-tune'(tuning, buffers) {
      live?.tune(tuning, buffers);
      return { result: {}, buffers: [] };
    },

    async 'live-picture'() {
      return live?.picture() ?? { result: {}, buffers: [] };
    },

    async 'live-end'() {
      live?.end();
      live = null;
      return { result: {}, buffers: [] };
    },
  };
}
