// @ts-check
import { Awake } from "./awake.js";
import { Decoding } from "./decoding.js";
import { Lens } from "./lens.js";
import { ReaderBox } from "./reader_box.js";
import { ReaderPage } from "./reader_page.js";
import * as selftest from "./selftest.js";
import { Sight } from "./sight.js";

const FRAME_MS = 90;
const AGAIN_MS = 5000;
const SHELF = "settings";
const KEPT_TIMES = 200;

/**
 * The camera as a reader of cards: it looks as long as the page is seen, gives each code on once, and says in its box
 * what it sees. It never leaves the tablet what it sees.
 */
export class Camera {
  /** @param {any} till */
  constructor(till) {
    this.till = till;
    this.box = new ReaderBox(till.root, till.words, {
      onTorch: () => this.turnTorch(), onHelp: () => this.openHelp(),
    });
    this.lens = new Lens(() => this.lost());
    this.decoding = new Decoding();
    this.sight = new Sight({ onCode: (text) => this.give(text), onHint: (hint) => this.hint(hint) });
    /** @type {((text: string) => void) | null} who wants the next codes for itself */
    this.taker = null;
    /** @type {(() => void) | null} who wants to know when it opens or closes */
    this.onChange = null;
    this.mode = "camera";
    this.state = "starting";
    this.look_no = 0;
    /** @type {number[]} how long the last pictures took, in ms */
    this.times = [];
  }

  async begin() {
    this.mode = (await this.till.store.get(SHELF, "reader")) ?? "camera";
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.start()));
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.state !== "open" && this.start());
    this.heedPermission();
    await this.start();
  }

  /** Whoever allows the camera in the settings need not open the page anew. */
  async heedPermission() {
    try {
      const permission = await navigator.permissions.query({ name: /** @type {any} */ ("camera") });
      permission.addEventListener("change", () => this.state !== "open" && this.start());
    } catch {
      // A browser that does not tell is asked again whenever the page is seen anew.
    }
  }

  async start() {
    clearTimeout(this.again);
    if (this.mode === "gun") {
      this.become("gun");
      return;
    }
    if (document.hidden || this.isOpening) return;
    this.isOpening = true;
    if (this.state !== "busy") this.become("starting");
    const outcome = await this.lens.open(this.box.video);
    this.isOpening = false;
    if (this.mode === "gun" || document.hidden) this.pause();
    else this.opened(outcome);
  }

  /** @param {"open" | "absent" | "denied" | "busy"} outcome */
  opened(outcome) {
    const isNews = outcome !== this.state;
    this.become(outcome === "absent" ? "gun" : outcome);
    if (outcome === "open") this.look();
    if (outcome === "busy") this.again = setTimeout(() => this.start(), AGAIN_MS);
    if (isNews && (outcome === "busy" || outcome === "denied")) this.say("R26");
  }

  /** @param {"starting" | "open" | "denied" | "busy" | "gun"} state */
  become(state) {
    this.state = state;
    this.box.show(state, this.lens.side);
    this.till.panels.readyLine = state === "open" ? "ready.camera" : "ready.line";
    this.till.counter?.redraw();
    if (state !== "open") this.look_no += 1;
    this.onChange?.();
  }

  pause() {
    this.lens.close();
    this.decoding.rest();
    this.become(this.mode === "gun" ? "gun" : "starting");
  }

  /** Another app took the camera, or it was unplugged: look whether it comes back. */
  lost() {
    if (document.hidden || this.state !== "open") return;
    this.lens.close();
    this.opened("busy");
  }

  /** One picture after the other, none before the last one was read. */
  async look() {
    const look_no = (this.look_no += 1);
    while (this.look_no === look_no) {
      const at_ms = performance.now();
      const reading = await this.decoding.read(this.box.video);
      if (reading && this.look_no === look_no) this.take(reading, at_ms);
      await new Promise((go) => setTimeout(go, Math.max(1, FRAME_MS - (performance.now() - at_ms))));
    }
  }

  /**
   * @param {import("./decoding.js").Reading} reading
   * @param {number} at_ms
   */
  take(reading, at_ms) {
    this.times = [...this.times.slice(1 - KEPT_TIMES), reading.took_ms];
    if (!this.box.isHidden) this.sight.see(reading, at_ms);
  }

  /** @param {string} text */
  give(text) {
    if (this.taker) this.taker(text);
    else this.till.read(text);
  }

  /** @param {"" | "dark" | "two" | "unclear"} hint */
  hint(hint) {
    this.box.hint(hint, this.lens.hasTorch);
    if (this.taker) return;
    if (hint === "dark") this.say("R27");
    if (hint === "unclear") this.say("R01");
  }

  /**
   * Say it on the stage too, but never over an answer that somebody may be reading.
   * @param {string} code
   */
  say(code) {
    const { till } = this;
    if (till.sheet.page || !["ready", "unclear"].includes(till.stage.root.dataset.kind)) return;
    const panel = till.panels.say(code);
    if (code === "R27" && !this.lens.hasTorch) panel.actions = [];
    till.desk.show(panel);
  }

  async turnTorch() {
    await this.lens.light(!this.lens.isLit);
    this.box.torch(this.lens.isLit);
  }

  openHelp() {
    this.till.sheet.open(new ReaderPage(this));
  }

  /** @param {"camera" | "gun"} mode */
  async choose(mode) {
    this.mode = mode;
    await this.till.store.put(SHELF, "reader", mode);
    if (mode === "gun") this.pause();
    else await this.start();
  }
}

/**
 * The camera, the choice of the reader and the self-test.
 * @param {any} till
 */
export function begin(till) {
  const camera = new Camera(till);
  till.camera = camera;
  till.acts = {
    ...till.acts, torch: () => camera.turnTorch(), "camera-help": () => camera.openHelp(),
    "gun-test": () => selftest.open(camera, "gun"),
  };
  till.tiles.push({ word: "reader.heading", open: () => camera.openHelp() });
  till.tiles.push({ word: "selftest.heading", open: () => selftest.open(camera) });
  new Awake(till.bus).begin();
  selftest.begin(camera);
  camera.begin().catch(reportError);
}

export { STATES } from "./camera_states.js";
