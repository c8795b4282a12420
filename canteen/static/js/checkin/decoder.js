// @ts-check
/// <reference lib="webworker" />
import { prepareZXingModule, readBarcodes } from "/static/vendor/zxing-wasm/es/reader/index.js";
import { lightOf } from "./light.js";

/**
 * The worker that reads codes in the camera's pictures. A picture comes in, texts and light go out; nothing is kept
 * and nothing leaves the tablet.
 */

const READER = "/static/vendor/zxing-wasm/reader/zxing_reader.wasm";
const OPTIONS = /** @type {const} */ ({
  formats: ["QRCode"], tryHarder: true, tryRotate: true, tryInvert: false, tryDownscale: true, maxNumberOfSymbols: 4,
  returnErrors: true,
});

// Left to itself the reader would be fetched from elsewhere.
prepareZXingModule({ overrides: { locateFile: () => READER }, fireImmediately: true })
  .then(() => postMessage({ isReady: true }), () => postMessage({ isBroken: true }));

/** @type {OffscreenCanvasRenderingContext2D | null} */
let paper = null;

/** @param {MessageEvent<{id: number, picture: ImageBitmap | ImageData, texts: string[] | null}>} event */
onmessage = async ({ data: { id, picture, texts } }) => {
  const pixels = picture instanceof ImageData ? picture : drawn(picture);
  const found = texts ? texts.map((text) => ({ text, isValid: true })) : await readBarcodes(pixels, OPTIONS);
  postMessage({
    id, light: lightOf(pixels), texts: found.filter((code) => code.isValid).map((code) => code.text),
    isDamaged: found.some((code) => !code.isValid),
  });
};

/** @param {ImageBitmap} picture */
function drawn(picture) {
  const { width, height } = picture;
  if (paper?.canvas.width !== width || paper.canvas.height !== height) {
    paper = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  }
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (paper);
  context.drawImage(picture, 0, 0);
  picture.close();
  return context.getImageData(0, 0, width, height);
}
