// @ts-check
import { Camera } from "./camera.js";
import { open } from "./selftest.js";

/**
 * A camera of the state pages: it opens nothing and shows a card that is drawn.
 * @param {any} till
 * @param {"starting" | "open" | "denied" | "busy" | "gun"} state
 * @param {"" | "dark" | "two" | "unclear"} [hint]
 */
async function shown(till, state, hint = "") {
  const camera = new Camera(till);
  till.camera = camera;
  camera.state = state;
  camera.become(state);
  till.stage.show(till.panels.ready());
  if (state === "open") {
    camera.lens.stream = drawnCard(hint === "dark");
    camera.box.video.srcObject = camera.lens.stream;
    await camera.box.video.play().catch(() => undefined);
  }
  camera.box.side = "user";
  camera.box.hint(hint, hint === "dark");
  return camera;
}

/** @param {boolean} isDark */
function drawnCard(isDark) {
  const canvas = document.createElement("canvas");
  canvas.width = 1280;
  canvas.height = 720;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const fill = (/** @type {string} */ colour, /** @type {number[]} */ [x, y, width, height]) => {
    context.fillStyle = colour;
    context.fillRect(x, y, width, height);
  };
  fill(isDark ? "#0d0d0f" : "#6d6a66", [0, 0, 1280, 720]);
  if (!isDark) {
    fill("#fff", [290, 140, 700, 440]);
    for (let at = 0; at < 400; at += 1) if ((at * 7919) % 13 < 6) fill("#000", [330 + (at % 20) * 14, 220 + Math.floor(at / 20) * 14, 14, 14]);
    for (let at = 0; at < 4; at += 1) fill("#333", [660, 240 + at * 60, 260 - at * 30, 22]);
  }
  return canvas.captureStream(1);
}

/**
 * @param {any} till
 * @param {string} step
 * @param {object} [found]
 * @param {object} [results]
 */
async function tested(till, step, found = {}, results = {}) {
  const camera = await shown(till, "gun");
  const kept = new Map();
  till.store = {
    get: async (/** @type {string} */ _shelf, /** @type {string} */ key) => kept.get(key),
    put: async (/** @type {string} */ _shelf, /** @type {string} */ key, /** @type {unknown} */ value) => kept.set(key, value),
  };
  till.selfTest = { storage: true, camera: null, gun: null, sound: null, offline: null, ...results };
  open(camera, step);
  Object.assign(till.sheet.page.found, found);
  till.sheet.draw();
}

/** @type {Record<string, (till: any) => Promise<void>>} */
export const STATES = {
  camera: async (till) => { await shown(till, "open"); },
  "camera-dark": async (till) => { await shown(till, "open", "dark"); },
  "camera-two": async (till) => { await shown(till, "open", "two"); },
  "camera-denied": async (till) => { await shown(till, "denied"); },
  "camera-busy": async (till) => { await shown(till, "busy"); },
  "camera-help": async (till) => (await shown(till, "denied")).openHelp(),
  "selftest-gun": (till) => tested(till, "gun"),
  "selftest-gun-bad": (till) => tested(till, "gun", { heard: { text: "餐厅：特斯特、012", ways: ["text"], suffix: "" } }, { gun: false }),
  "selftest-sound": (till) => tested(till, "sound", { isPlayed: true }, { gun: true }),
  "selftest-offline": (till) => tested(till, "offline", { isCut: true, isRead: true }, { gun: true, sound: true, offline: true }),
  "selftest-end": (till) => tested(till, "end", {}, { camera: true, gun: true, sound: true, offline: true }),
};
