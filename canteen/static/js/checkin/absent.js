// @ts-check
import { el, fill, part } from "./dom.js";
import { randomHex } from "./hash.js";

const BEFORE_END_MINUTES = 30;
const TOLERANCE_MINUTES = 30;
const LOOK_MS = 20000;
const TILE = "absent.heading";

/**
 * Who of the regulars has not come: known from the day sheet and from what this tablet served since, so that it works
 * without a network.
 * @typedef {{ref: string, name: string, served?: string[]}} Elder
 */
export class Absences {
  /** @param {any} till */
  constructor(till) {
    this.till = till;
    /** @type {Set<string>} elders served here since the sheet was made, as `date/period/ref` */
    this.served = new Set();
    /** @type {Map<string, {state: string}>} who was asked after, as `date/period/ref` */
    this.ticks = new Map();
    this.onTick = () => {};
  }

  /** The day and the minute in the canteen's zone. */
  now() {
    const parts = new Intl.DateTimeFormat("sv-SE", {
      timeZone: this.till.day.zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    }).format(Date.now());
    const [on, time] = parts.split(" ");
    return { on, minute: minuteOf(time) };
  }

  /** The meal whose end is near or just over, or null. */
  meal() {
    const { day } = this.till;
    const [, end] = day.hours.split(/[-–]/);
    if (!day.meal_period || !end) return null;
    const { on, minute } = this.now();
    const left = minuteOf(end) - minute;
    const isNear = left <= BEFORE_END_MINUTES && left >= -TOLERANCE_MINUTES;
    return isNear ? { on, meal_period: day.meal_period, key: `${on}/${day.meal_period}` } : null;
  }

  /** @returns {Elder[]} regulars of the meal who have neither eaten nor a pause */
  missing() {
    const meal = this.meal();
    const { book } = this.till;
    if (!meal || !book) return [];
    const regulars = /** @type {Elder[]} */ (book.regulars(meal.on, meal.meal_period));
    return regulars.filter((elder) => !(elder.served ?? []).includes(meal.key) && !this.served.has(`${meal.key}/${elder.ref}`));
  }

  /** @param {Elder} elder */
  tickOf(elder) {
    return this.ticks.get(`${this.meal()?.key}/${elder.ref}`);
  }

  /** How many nobody has asked after yet. */
  get open() {
    return this.missing().filter((elder) => !this.tickOf(elder)).length;
  }

  /** @param {any} answer */
  learn({ scan, result }) {
    const ref = result?.elder?.ref ?? scan?.elder_ref;
    if (!ref || (result && result.state !== "MEAL" && result.code !== "DUPLICATE_SAME")) return;
    this.served.add(`${this.now().on}/${scan?.meal_period ?? this.till.day.meal_period}/${ref}`);
  }

  async recall() {
    for (const { key, state } of await this.till.store.all("absent")) this.ticks.set(key, { state });
  }

  /**
   * Keep a tick on this tablet and send it; twice the same is once.
   * @param {Elder} elder
   * @param {"asked" | "phoned"} state
   */
  async tick(elder, state) {
    const meal = this.meal();
    if (!meal || this.tickOf(elder)?.state === state) return;
    const key = `${meal.key}/${elder.ref}`;
    this.ticks.set(key, { state });
    this.onTick();
    await this.till.store.put("absent", key, { key, state });
    await this.till.letters.send("/absences", {
      id: randomHex(16), elder_ref: elder.ref, service_on: meal.on, meal_period: meal.meal_period, state,
      ticked_at: new Date().toISOString(), cashier_ref: this.till.stamp.cashier_ref ?? null,
    });
  }
}

/** 今天谁还没来: names, and one tap each. */
export class AbsentPage {
  /** @param {Absences} absences */
  constructor(absences) {
    this.absences = absences;
    this.words = absences.till.words;
    this.title = this.words.say(TILE);
  }

  draw() {
    const missing = this.absences.missing();
    const rows = missing.map((elder) => this.row(elder));
    return el("div", { class: "tiles-page" },
      el("p", { class: "lead", text: this.words.say(missing.length ? "absent.lead" : "absent.none") }),
      el("ul", { class: "absent" }, ...rows));
  }

  /** @param {Elder} elder */
  row(elder) {
    const state = this.absences.tickOf(elder)?.state;
    const buttons = /** @type {("asked" | "phoned")[]} */ (["asked", "phoned"]).map((each) => this.button(elder, each, state));
    return el("li", { class: "absent-row", data: state ? { state } : {} }, el("span", { class: "absent-name", text: elder.name }), ...buttons);
  }

  /**
   * @param {Elder} elder
   * @param {"asked" | "phoned"} each
   * @param {string | undefined} state
   */
  button(elder, each, state) {
    const isSet = state === each;
    const text = this.words.say(`absent.${each}`);
    const button = el("button", { class: "key wide", type: "button", text: isSet ? `${text} ✓` : text });
    button.setAttribute("aria-pressed", String(isSet));
    button.setAttribute("aria-label", `${text}：${elder.name}`);
    button.addEventListener("click", async () => {
      await this.absences.tick(elder, each);
      const { sheet } = this.absences.till;
      if (sheet.page === this) sheet.draw();
    });
    return button;
  }
}

/** The tile under 更多 and the small line beside the list, there while there is somebody to ask after. */
class AbsentHint {
  /** @param {Absences} absences */
  constructor(absences) {
    this.absences = absences;
    this.till = absences.till;
    this.root = part(this.till.root, "absent-hint");
    this.root.addEventListener("click", () => this.open());
    this.tile = { word: TILE, open: () => this.open() };
  }

  open() {
    this.till.sheet.open(new AbsentPage(this.absences));
  }

  draw() {
    const isNear = this.absences.meal() !== null && Boolean(this.till.book);
    const at = this.till.tiles.indexOf(this.tile);
    if (isNear && at < 0) this.till.tiles.push(this.tile);
    else if (!isNear && at >= 0) this.till.tiles.splice(at, 1);
    const { open } = this.absences;
    this.root.hidden = open === 0;
    if (open) fill(this.root, el("span", { text: this.till.words.say("absent.hint", { count: open }) }));
  }
}

/** @param {any} till */
export function begin(till) {
  const absences = new Absences(till);
  const hint = new AbsentHint(absences);
  till.bus.on("answer", (/** @type {any} */ answer) => absences.learn(answer));
  for (const event of ["book", "rest", "panel"]) till.bus.on(event, () => hint.draw());
  absences.onTick = () => hint.draw();
  absences.recall().then(() => hint.draw()).catch(reportError);
  setInterval(() => hint.draw(), LOOK_MS);
}

/** @param {string} time 12:30 */
function minuteOf(time) {
  const [hour, minute] = time.split(":").map(Number);
  return hour * 60 + minute;
}

const SHOWN = ["赵德福", "张桂兰", "阿卜杜热西提·吾买尔", "司马玉珍"];

/** @type {Record<string, (till: any) => Promise<void>>} */
export const STATES = {
  absent: async (till) => {
    const absences = new Absences(till);
    absences.meal = () => ({ on: "2026-11-20", meal_period: "lunch", key: "2026-11-20/lunch" });
    absences.missing = () => SHOWN.map((name) => ({ ref: name, name }));
    absences.ticks.set("2026-11-20/lunch/张桂兰", { state: "asked" });
    till.sheet.open(new AbsentPage(absences));
  },
};
