// @ts-check
import { el, fill, part } from "./dom.js";

/** The box beside the stage: what the camera sees and where to hold the card, or that the gun is ready. */
export class ReaderBox {
  /**
   * @param {HTMLElement} root
   * @param {import("./words.js").Words} words
   * @param {{onTorch: () => void, onHelp: () => void}} told
   */
  constructor(root, words, { onTorch, onHelp }) {
    this.root = part(root, "reader");
    this.words = words;
    this.video = /** @type {HTMLVideoElement} */ (part(root, "reader-video"));
    this.place = part(root, "reader-place");
    this.button = part(root, "reader-torch");
    this.button.addEventListener("click", onTorch);
    part(root, "reader-help").addEventListener("click", onHelp);
    this.side = "";
    this.isLit = false;
  }

  /** Whether nobody can see it: a page that asks for something else lies over the whole counter. */
  get isHidden() {
    return this.root.closest("[hidden]") !== null;
  }

  /**
   * @param {"starting" | "open" | "denied" | "busy" | "gun"} state
   * @param {string} side of the tablet the camera is on: `environment`, `user` or unknown
   */
  show(state, side) {
    this.root.dataset.eye = state;
    this.side = side;
    this.isLit = false;
    this.hint("", false);
  }

  /**
   * @param {"" | "dark" | "two" | "unclear"} hint
   * @param {boolean} hasTorch
   */
  hint(hint, hasTorch) {
    this.root.dataset.hint = hint;
    this.root.dataset.side = this.side;
    const known = this.side === "environment" || this.side === "user" ? this.side : "unknown";
    const key = hint || known;
    fill(this.place, ...["long", "short"].map((form) => el("span", { class: form, text: this.words.say(`camera.${form}.${key}`) })));
    this.torch(this.isLit, hint === "dark" && hasTorch);
  }

  /**
   * @param {boolean} isLit
   * @param {boolean} [isOffered]
   */
  torch(isLit, isOffered = false) {
    this.isLit = isLit;
    this.button.hidden = !isLit && !isOffered;
    this.button.textContent = this.words.say(isLit ? "camera.torch-off" : "do.torch");
  }
}
