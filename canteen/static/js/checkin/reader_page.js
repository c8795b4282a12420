// @ts-check
import { el } from "./dom.js";
import * as selftest from "./selftest.js";

/** 读卡方式: camera or gun, what to do when the camera does not open, and the way to the self-test. */
export class ReaderPage {
  /** @param {import("./camera.js").Camera} camera */
  constructor(camera) {
    this.camera = camera;
    this.words = camera.till.words;
    this.title = this.words.say("reader.heading");
  }

  draw() {
    return el("div", { class: "tiles-page" },
      el("p", { class: "lead strong", text: this.words.say(`reader.now-${this.camera.state}`) }), this.advice(),
      el("div", { class: "tiles" }, this.choice("camera"), this.choice("gun"),
        this.tile(this.words.say("selftest.heading"), () => selftest.open(this.camera))));
  }

  advice() {
    const { state } = this.camera;
    if (state !== "denied" && state !== "busy") return null;
    const steps = ["one", "two", "three"].map((step) => el("li", { text: this.words.say(`reader.${state}-${step}`) }));
    return el("ol", { class: "advice" }, ...steps);
  }

  /** @param {"camera" | "gun"} mode */
  choice(mode) {
    const tile = this.tile(this.words.say(`reader.${mode}`), async () => {
      await this.camera.choose(mode);
      this.camera.till.sheet.draw();
    });
    tile.setAttribute("aria-pressed", String(this.camera.mode === mode));
    return tile;
  }

  /**
   * @param {string} text
   * @param {() => void} onTap
   */
  tile(text, onTap) {
    const tile = el("button", { class: "tile", type: "button", text });
    tile.addEventListener("click", onTap);
    return tile;
  }
}
