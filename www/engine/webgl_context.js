// @ts-check

import { EngineFault } from './fault.js';

/**
 * A lost context and a full GPU raise nothing: WebGL goes on and reads back zeros.
 * @param {WebGL2RenderingContext} gl
 */
export function checkContext(gl) {
  if (gl.isContextLost()) throw new EngineFault('context-lost', 'The browser took the WebGL context away.');
  for (let error = gl.getError(); error !== gl.NO_ERROR; error = gl.getError()) {
    if (error === gl.OUT_OF_MEMORY) throw new EngineFault('out-of-memory', 'The GPU has no memory left for this size.');
  }
}
