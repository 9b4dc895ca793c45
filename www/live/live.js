// @ts-check
/** Live painting: the camera's pictures go to the engine worker and come back painted. What is to be done, Python says. */

import { tr } from '../i18n/i18n.js';
import { download } from '../studio/saving.js';
import { Camera, codeOf } from './camera.js';
import { Frames } from './frames.js';
import { Recorder } from './recorder.js';

/** Python hears of what was painted so often, and chooses the size by it. */
const TELL_MS = 500;
/** Whoever looks at another page for a moment comes back to a running camera. */
const HIDDEN_MS = 3000;

/** @typedef {{id: number, open: boolean, fps: number, width: number, height: number}} LiveSnapshot */
/** @typedef {import('./frames.js').Painted} Painted */
/** @typedef {import('./video_file.js').Note} Note */

/**
 * @param {Document} document
 * @param {(event: {type: string, [key: string]: any}, file?: Blob | MessagePort) => void} send
 * @returns {{
 *   follow: (live: LiveSnapshot | null, steady: boolean) => void, start: () => void,
 *   paintVideo: (painting: import('./video_painting.js').VideoPainting, onPainted: () => void) => Promise<Note[]>,
 * }}
 */
export function installLive(document, send) {
  const live = new Live(document, send);
  return {
    follow: (snapshot, steady) => live.follow(snapshot, steady),
    start: () => void live.start(),
    paintVideo: (painting, onPainted) => live.paintVideo(painting, onPainted),
  };
}

class Live {
  #camera = new Camera();
  /** @type {Frames | null} */
  #frames = null;
  /** What is painted in the place of the camera. @type {import('./video_painting.js').VideoPainting | null} */
  #video = null;
  /** @type {Promise<Recorder> | null} */
  #recording = null;
  /** @type {Recorder | null} */
  #recorder = null;
  /** The times of what was painted since Python was told. @type {number[]} */
  #times = [];
  /** The connection that the frames go to. */
  #connected = 0;
  /** Whether the camera was asked for, and whether Python has heard of it. */
  #asked = false;
  #known = false;

  /** @param {Document} document @param {Parameters<typeof installLive>[1]} send */
  constructor(document, send) {
    this.document = document;
    this.send = send;
    this.canvas = /** @type {HTMLCanvasElement} */ (this.#element('live-canvas'));
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d'));
    this.#listen();
  }

  async start() {
    if (this.#asked) return;
    this.#asked = true;
    try {
      await this.#camera.open();
    } catch (error) {
      this.#asked = false;
      this.send({ type: 'fail', code: codeOf(error) });
      return;
    }
    if (!this.#asked) return this.#camera.close();
    await this.#begin();
  }

  /** @param {import('./video_painting.js').VideoPainting} video @param {() => void} onPainted @returns {Promise<Note[]>} */
  async paintVideo(video, onPainted) {
    if (this.#asked) this.#stop();
    this.#asked = true;
    this.#video = video;
    const { width, height } = video.canvas;
    Object.assign(this.canvas, { width, height });
    this.#show(true);
    this.send({ type: 'live', width, height, video: true });
    try {
      return await video.run((painted) => {
        this.#draw(painted);
        onPainted();
      });
    } finally {
      if (this.#video === video) this.#stop();
    }
  }

  /** @param {LiveSnapshot | null} snapshot @param {boolean} steady */
  follow(snapshot, steady) {
    /** @type {HTMLInputElement} */ (this.#element('steady')).checked = steady;
    const { dataset } = this.#element('status');
    if (snapshot?.open) dataset.fps = String(snapshot.fps);
    else delete dataset.fps;
    // Until Python has heard of the camera, its snapshots know of none.
    if (!snapshot) return this.#known ? this.#stop() : undefined;
    this.#known = this.#asked;
    this.#element('live-fps').textContent = snapshot.open
      ? tr('{fps} pictures a second, {width} × {height}', {
          fps: Math.round(snapshot.fps),
          width: snapshot.width,
          height: snapshot.height,
        })
      : '';
    if (snapshot.open && snapshot.id !== this.#connected && (this.#video || this.#camera.isOpen)) this.#connect(snapshot.id);
  }

  /** A camera runs: Python is asked for an engine. */
  async #begin() {
    const { videoWidth, videoHeight } = this.#camera.video;
    this.canvas.width = videoWidth;
    this.canvas.height = videoHeight;
    this.#show(true);
    this.send({ type: 'live', width: videoWidth, height: videoHeight });
    this.#element('live-switch').hidden = (await this.#camera.list()).length < 2;
  }

  /** @param {number} id */
  #connect(id) {
    this.#frames?.stop();
    this.#connected = id;
    const { port1, port2 } = new MessageChannel();
    this.send({ type: 'live-port', id }, port2);
    if (this.#video) this.#video.connect(port1);
    else this.#frames = new Frames(this.#camera.video, () => this.#camera.isMirrored, port1, (painted) => this.#draw(painted));
  }

  /** @param {Painted} painted */
  #draw({ painting, ms }) {
    if (this.canvas.width !== painting.width) this.canvas.width = painting.width;
    if (this.canvas.height !== painting.height) this.canvas.height = painting.height;
    this.context.drawImage(painting, 0, 0);
    this.#recorder?.draw(painting);
    painting.close();
    this.#times.push(ms);
  }

  #tell() {
    if (this.#connected) this.send({ type: 'live-told', id: this.#connected, ms: this.#times.splice(0) });
  }

  /** Everything that the page has of it ends: the camera's light goes out. */
  #stop() {
    this.#asked = this.#known = false;
    this.#connected = 0;
    this.#frames?.stop();
    this.#frames = null;
    this.#video?.stop();
    this.#video = null;
    this.#times = [];
    void this.#endRecording();
    this.#camera.close();
    this.#show(false);
  }

  /** @param {string} [code] why, if it was not wished */
  #stopAndSay(code) {
    if (!this.#asked) return;
    this.#stop();
    this.send({ type: 'live-stop' });
    if (code) this.send({ type: 'fail', code });
  }

  /** @param {boolean} on */
  #show(on) {
    this.canvas.hidden = !on;
    this.#element('live-tools').hidden = !on || Boolean(this.#video);
    this.canvas.closest('.stage')?.toggleAttribute('data-live', on);
    this.#element('live').setAttribute('aria-pressed', String(on && !this.#video));
    if (on) this.canvas.scrollIntoView({ block: 'nearest' });
  }

  async #switch() {
    try {
      await this.#camera.openNext();
    } catch (error) {
      return this.#stopAndSay(codeOf(error));
    }
    await this.#begin();
  }

  async #toggleRecording() {
    if (this.#recording) return this.#endRecording();
    const sound = /** @type {HTMLInputElement} */ (this.#element('record-sound')).checked;
    this.#recording = Recorder.start(this.canvas, sound);
    this.#element('record').setAttribute('aria-pressed', 'true');
    try {
      this.#recorder = await this.#recording;
    } catch {
      this.#recording = null;
      this.#element('record').setAttribute('aria-pressed', 'false');
      this.send({ type: 'fail', code: sound ? 'microphone-refused' : 'recording-unavailable' });
    }
  }

  async #endRecording() {
    const recording = this.#recording;
    this.#recording = this.#recorder = null;
    this.#element('record').setAttribute('aria-pressed', 'false');
    if (!recording) return;
    const file = await (await recording).stop();
    const ending = file.type === 'video/mp4' ? 'mp4' : 'webm';
    const name = tr('live painting');
    download(new File([file], `${name}.${ending}`, { type: file.type }));
  }

  #listen() {
    this.#camera.onlost = () => this.#stopAndSay('camera-lost');
    this.#on('live', () => (this.#asked ? this.#stopAndSay() : this.start()));
    this.#on('live-picture', () => this.send({ type: 'live-picture' }));
    this.#on('live-switch', () => this.#switch());
    this.#on('record', () => this.#toggleRecording());
    const steady = /** @type {HTMLInputElement} */ (this.#element('steady'));
    steady.addEventListener('change', () => this.send({ type: 'steady', on: steady.checked }));
    setInterval(() => this.#tell(), TELL_MS);
    let hidden = 0;
    this.document.addEventListener('visibilitychange', () => {
      clearTimeout(hidden);
      // A video may take its time while something else is looked at.
      if (this.document.hidden && !this.#video) hidden = setTimeout(() => this.#stopAndSay(), HIDDEN_MS);
    });
    addEventListener('pagehide', () => this.#stopAndSay());
  }

  /** @param {string} id @param {() => unknown} listener */
  #on(id, listener) {
    this.#element(id).addEventListener('click', () => void listener());
  }

  /** @param {string} id */
  #element(id) {
    return /** @type {HTMLElement} */ (this.document.getElementById(id));
  }
}
