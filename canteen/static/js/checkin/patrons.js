// @ts-check

const TURN_MS = 20000;

/** 本月爱心支持: the bottom line of the idle stage, one name after another, the same for everybody who eats. */
export class Patrons {
  /**
   * @param {HTMLElement} root
   * @param {import("./words.js").Words} words
   * @param {import("./stage.js").Stage} stage
   */
  constructor(root, words, stage) {
    this.root = root;
    this.words = words;
    this.stage = stage;
    /** @type {string[]} */
    this.names = [];
    this.at = 0;
  }

  /** @param {string[]} names as agreed with each patron */
  show(names) {
    clearInterval(this.timer);
    this.names = names;
    this.at = 0;
    this.root.hidden = names.length === 0;
    this.draw();
    if (names.length > 1 && !this.isStill) this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  get isStill() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  turn() {
    this.at = (this.at + 1) % this.names.length;
    this.draw();
  }

  draw() {
    if (!this.names.length) return;
    const shown = this.isStill ? this.all() : this.names[this.at];
    this.root.textContent = this.words.say("patrons.line", { names: shown });
    this.stage.fit();
  }

  /** Where nothing may move, two names stand and the rest are counted. */
  all() {
    const [first, second] = this.names;
    if (this.names.length <= 2) return this.names.join("、");
    return this.words.say("patrons.more", { names: `${first}、${second}`, count: this.names.length });
  }
}
