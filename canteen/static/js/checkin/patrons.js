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
    /** @type {string[]} what stands there, one after another */
    this.lines = [];
    /** @type {string[]} what stands there where nothing may move */
    this.still = [];
    this.at = 0;
  }

  /**
   * @param {string[]} names as agreed with each patron
   * @param {string[]} [sponsors] commercial ones, who give nothing and stand apart
   */
  show(names, sponsors = []) {
    clearInterval(this.timer);
    const said = /** @type {[string, string[]][]} */ ([["patrons.line", names], ["patrons.paid", sponsors]]);
    this.lines = said.flatMap(([way, all]) => all.map((each) => this.words.say(way, { names: each })));
    this.still = said.filter(([, all]) => all.length).map(([way, all]) => this.words.say(way, { names: this.all(all) }));
    this.at = 0;
    this.root.hidden = this.lines.length === 0;
    this.draw();
    if (this.lines.length > 1 && !this.isStill) this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  get isStill() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  turn() {
    this.at = (this.at + 1) % this.lines.length;
    this.draw();
  }

  draw() {
    if (!this.lines.length) return;
    this.root.textContent = this.isStill ? this.still.join("　") : this.lines[this.at];
    this.stage.fit();
  }

  /**
   * Where nothing may move, two names stand and the rest are counted.
   * @param {string[]} names
   */
  all(names) {
    const [first, second] = names;
    if (names.length <= 2) return names.join("、");
    return this.words.say("patrons.more", { names: `${first}、${second}`, count: names.length });
  }
}
