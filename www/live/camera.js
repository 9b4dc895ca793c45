// @ts-check
/** The camera: opened, switched, given back; and the browser's reasons for not giving it, by our names. */

/** @type {Record<string, string>} */
const CODES = {
  NotAllowedError: 'camera-refused',
  NotFoundError: 'camera-missing',
  OverconstrainedError: 'camera-missing',
  NotReadableError: 'camera-busy',
  AbortError: 'camera-busy',
};

/** Larger pictures than are ever painted live only cost time. */
const WANTED = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

/** @param {unknown} error @returns {string} the code of its sentence */
export function codeOf(error) {
  return CODES[/** @type {DOMException} */ (error)?.name] ?? 'camera-unavailable';
}

export class Camera {
  /** @type {MediaStream | null} */
  #stream = null;
  video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  /** Called when the camera is taken away while it runs. */
  onlost = () => {};

  get isOpen() {
    return this.#stream !== null;
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  /** People know their face from mirrors. A camera that does not say where it looks is one above a screen. */
  get isMirrored() {
    return this.#track?.getSettings().facingMode !== 'environment';
  }

  /** @returns {Promise<void>} when its first picture is there; throws what the browser throws */
  async open(deviceId = '') {
    if (!navigator.mediaDevices) throw new DOMException('', 'NotSupportedError');
    // Phones have cameras that cannot run at the same time.
    this.close();
    const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'user' };
    this.#stream = await navigator.mediaDevices.getUserMedia({ video: { ...WANTED, ...which } });
    this.#track?.addEventListener('ended', () => this.isOpen && this.onlost());
    this.video.srcObject = this.#stream;
    await this.video.play();
  }

  close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }

  /** @returns {Promise<string[]>} the ids of all cameras; more than one can be switched */
  async list() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
  }

  /** Open the camera that comes after the present one. */
  async openNext() {
    const cameras = await this.list();
    const present = cameras.indexOf(this.#track?.getSettings().deviceId ?? '');
    await this.open(cameras[(present + 1) % cameras.length]);
  }
}
