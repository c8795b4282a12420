// @ts-check
import { el, part } from "./dom.js";
import { STEPS } from "./selftest_steps.js";

const SHELF = "settings";
const KEY = "self-test";
const NAMES = /** @type {const} */ (["storage", "camera", "gun", "sound", "offline"]);

/**
 * What the last self-test found: true, false, or null where it was not tried.
 * @typedef {{storage: boolean | null, camera: boolean | null, gun: boolean | null, sound: boolean | null,
 *   offline: boolean | null}} Results
 * @typedef {{draw: (page: SelfTestPage) => (Node | null)[], begin?: (page: SelfTestPage) => void, end?: (page: SelfTestPage) => void}} Step
 */
const UNTRIED = /** @type {Results} */ ({ storage: null, camera: null, gun: null, sound: null, offline: null });

/**
 * Recall what the last self-test found, and offer one to a tablet that was just enrolled.
 * @param {import("./camera.js").Camera} camera
 */
export async function begin(camera) {
  const { till } = camera;
  till.selfTest = UNTRIED;
  till.bus.on("enrolled", () => open(camera));
  till.selfTest = { ...UNTRIED, ...(await till.store.get(SHELF, KEY)) };
}

/**
 * @param {import("./camera.js").Camera} camera
 * @param {string} [name] of the step to begin with
 */
export function open(camera, name = NAMES[0]) {
  camera.till.sheet.open(new SelfTestPage(camera, name));
}

/** 平板自检: five steps, each with its tick, and how to put the till on the home screen. */
export class SelfTestPage {
  /**
   * @param {import("./camera.js").Camera} camera
   * @param {string} name
   */
  constructor(camera, name) {
    this.camera = camera;
    this.till = camera.till;
    this.words = camera.till.words;
    this.title = this.words.say("selftest.heading");
    /** @type {Results} */
    this.results = { ...UNTRIED, ...camera.till.selfTest };
    /** @type {any} what the step at hand remembers */
    this.found = {};
    this.name = name;
    this.step.begin?.(this);
  }

  /** @returns {Step} */
  get step() {
    return STEPS[this.name] ?? { draw: () => this.ending() };
  }

  draw() {
    return el("div", { class: "selftest" }, this.overview(), el("div", { class: "selftest-step" }, ...this.step.draw(this)));
  }

  redraw() {
    if (this.till.sheet.page === this) this.till.sheet.draw();
  }

  /** @param {string} name */
  go(name) {
    this.step.end?.(this);
    this.found = {};
    this.name = name;
    this.step.begin?.(this);
    this.redraw();
  }

  onClose() {
    this.step.end?.(this);
  }

  next() {
    const at = NAMES.indexOf(/** @type {any} */ (this.name));
    this.go(NAMES[at + 1] ?? "end");
  }

  /**
   * Keep what a step found; the office is told with the tablet's next report.
   * @param {boolean | null} result
   */
  async keep(result) {
    this.results = { ...this.results, [this.name]: result };
    this.till.selfTest = this.results;
    this.redraw();
    await this.till.store?.put(SHELF, KEY, this.results);
  }

  overview() {
    return el("ol", { class: "selftest-overview" }, ...NAMES.map((name, at) => this.tick(name, at + 1)));
  }

  /**
   * @param {keyof Results} name
   * @param {number} number
   */
  tick(name, number) {
    const result = this.results[name];
    const state = result === null ? "open" : result ? "ok" : "bad";
    const item = el("li", { data: { state } },
      el("span", { class: "selftest-mark", text: { open: String(number), ok: "✓", bad: "！" }[state] }),
      el("span", { text: this.words.say(`selftest.${name}`) }),
      el("span", { class: "unseen", text: this.words.say(`selftest.is-${state}`) }));
    if (name === this.name) item.setAttribute("aria-current", "step");
    return item;
  }

  /**
   * @param {string} key
   * @param {() => unknown} onTap
   * @param {"primary" | "plain"} [weight]
   */
  button(key, onTap, weight = "plain") {
    const button = el("button", { class: `button ${weight}`, type: "button", text: this.words.say(key) });
    button.addEventListener("click", onTap);
    return button;
  }

  /**
   * The buttons under a step; the way on is always among them.
   * @param {...(Node | null)} own
   */
  buttons(...own) {
    const isDone = this.results[/** @type {keyof Results} */ (this.name)] === true;
    const on = this.button(isDone ? "do.on" : "selftest.skip", () => this.next(), isDone ? "primary" : "plain");
    return el("div", { class: "buttons" }, ...own, on);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  line(key, values) {
    return el("p", { text: this.words.say(key, values) });
  }

  /**
   * What a step came to, with a sign before it.
   * @param {boolean} isGood
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  verdict(isGood, key, values) {
    const text = `${isGood ? "✓" : "！"} ${this.words.say(key, values)}`;
    const line = el("p", { class: "selftest-verdict", data: { state: isGood ? "ok" : "bad" }, text });
    line.setAttribute("role", "status");
    return line;
  }

  ending() {
    const home = /** @type {HTMLTemplateElement} */ (part(this.till.root, "home-screen")).content.cloneNode(true);
    return [
      el("h3", { text: this.words.say("selftest.home") }), this.line("selftest.home-why"), home,
      el("div", { class: "buttons" }, this.button("do.ready", () => this.till.sheet.close(), "primary")),
    ];
  }
}
