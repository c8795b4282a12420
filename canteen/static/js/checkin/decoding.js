// @ts-check

const PATIENCE_MS = 4000;
const WIDEST_PX = 720;

/**
 * What was read in one picture.
 * @typedef {{texts: string[], isDamaged: boolean, light: import("./light.js").Light, took_ms: number}} Reading
 */

/**
 * Reads codes in pictures, away from the page's own thread: in the browser's barcode reader where there is one, in
 * the vendored one else and wherever the first found nothing.
 */
export class Decoding {
  constructor() {
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {any} */
    this.native = undefined;
    this.nextId = 0;
  }

  /**
   * @param {HTMLVideoElement} video
   * @returns {Promise<Reading | null>} null where there was no picture or no answer
   */
  async read(video) {
    const began_ms = performance.now();
    const picture = await pictureOf(video);
    if (!picture) return null;
    const texts = await this.readNatively(picture);
    const said = await this.ask(picture, texts);
    return said && { ...said, took_ms: performance.now() - began_ms };
  }

  /**
   * @param {ImageBitmap | ImageData} picture
   * @returns {Promise<string[] | null>} null where the other reader has to look
   */
  async readNatively(picture) {
    if (this.native === undefined) this.native = await nativeReader();
    if (!this.native) return null;
    try {
      const found = await this.native.detect(picture);
      return found.length ? found.map((/** @type {{rawValue: string}} */ code) => code.rawValue) : null;
    } catch {
      this.native = null; // Some tablets offer it and cannot do it.
      return null;
    }
  }

  /**
   * @param {ImageBitmap | ImageData} picture
   * @param {string[] | null} texts
   * @returns {Promise<Omit<Reading, "took_ms"> | null>}
   */
  ask(picture, texts) {
    this.worker ??= new Worker(new URL("./decoder.js", import.meta.url), { type: "module" });
    const { worker } = this;
    const id = (this.nextId += 1);
    return new Promise((resolve) => {
      const done = (/** @type {any} */ said) => {
        clearTimeout(timer);
        worker.removeEventListener("message", hear);
        resolve(said);
      };
      const hear = (/** @type {MessageEvent} */ event) => event.data.id === id && done(event.data);
      const timer = setTimeout(() => {
        this.rest(); // It hangs or never started: the next picture gets a new one.
        done(null);
      }, PATIENCE_MS);
      worker.addEventListener("message", hear);
      worker.postMessage({ id, picture, texts }, picture instanceof ImageData ? [picture.data.buffer] : [picture]);
    });
  }

  /** Start the worker before the first card comes. */
  warm() {
    this.worker ??= new Worker(new URL("./decoder.js", import.meta.url), { type: "module" });
  }

  rest() {
    this.worker?.terminate();
    this.worker = null;
  }
}

/** The browser's own reader, if it has one that reads these codes. */
async function nativeReader() {
  const Native = /** @type {any} */ (globalThis).BarcodeDetector;
  if (!Native) return null;
  const formats = await Native.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code") ? new Native({ formats: ["qr_code"] }) : null;
}

/**
 * The square in the middle of the camera's picture, at most 720 pixels wide.
 * @param {HTMLVideoElement} video
 */
async function pictureOf(video) {
  const { videoWidth, videoHeight } = video;
  const side = Math.min(videoWidth, videoHeight);
  if (!side || video.readyState < 2) return null;
  const left = Math.floor((videoWidth - side) / 2);
  const top = Math.floor((videoHeight - side) / 2);
  const width = Math.min(side, WIDEST_PX);
  if ("OffscreenCanvas" in globalThis) {
    const size = /** @type {ImageBitmapOptions} */ ({ resizeWidth: width, resizeHeight: width });
    return createImageBitmap(video, left, top, side, side, size).catch(() => null);
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = width;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, left, top, side, side, 0, 0, width, width);
  return context?.getImageData(0, 0, width, width) ?? null;
}
