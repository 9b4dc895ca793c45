// @ts-check

/** Why a video cannot be painted, or not to its end; `code` names the sentence, `values` are what it says. */
export class VideoFault extends Error {
  /** @param {string} code @param {Record<string, string | number>} [values] */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** @param {unknown} error @returns {VideoFault} */
export function faultOf(error) {
  if (error instanceof VideoFault) return error;
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'QuotaExceededError') return new VideoFault('disk-full');
  if (['NotAllowedError', 'NoModificationAllowedError', 'NotFoundError', 'InvalidStateError'].includes(name)) {
    return new VideoFault('file-unwritable');
  }
  console.warn(error);
  return new VideoFault('video-failed');
}
