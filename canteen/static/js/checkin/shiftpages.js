// @ts-check
import { el } from "./dom.js";
import { DIGITS, keyField, keys, type } from "./keypad.js";
import { fenOf, price, yuan } from "./money.js";

const PIN_LENGTH = 8;
const FLOATS_FEN = [0, 10000, 20000, 50000];

/**
 * @param {string} text
 * @param {string} kind
 * @param {() => void} act
 */
export function button(text, kind, act) {
  const made = el("button", { class: `button ${kind}`, type: "button", text });
  made.addEventListener("click", act);
  return made;
}

/** @param {string} fault */
export function faultLine(fault) {
  if (!fault) return null;
  const line = el("p", { class: "fault", text: fault });
  line.setAttribute("role", "alert");
  return line;
}

/**
 * One of several, as a row of buttons.
 * @param {string} label
 * @param {{value: string, text: string}[]} choices
 * @param {string} chosen
 * @param {(value: string) => void} choose
 */
export function choice(label, choices, chosen, choose) {
  const row = el("div", { class: "choice-row" }, ...choices.map(({ value, text }) => {
    const made = el("button", { class: "choice", type: "button", text });
    made.setAttribute("aria-pressed", String(value === chosen));
    made.addEventListener("click", () => choose(value));
    return made;
  }));
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", label);
  return el("div", { class: "choice-box" }, label ? el("p", { class: "choice-label", text: label }) : null, row);
}

/** 开班: which meal, what change lies in the drawer, can it be heard. Closing the page, or a card, starts as well. */
export class StartPage {
  /** @param {{shift: import("./shift.js").Shift, till: any, person: import("./shift.js").Person, proof: object}} parts */
  constructor({ shift, till, person, proof }) {
    this.shift = shift;
    this.till = till;
    this.person = person;
    this.proof = proof;
    this.title = till.words.say("shift.start");
    this.meal_period = till.day.claim();
    this.float_fen = 0;
    this.isTyping = false;
    this.heard = "";
    this.isStarted = false;
  }

  draw() {
    const { words } = this.till;
    return el("div", { class: "shift-page" },
      el("p", { class: "lead strong", text: words.say("shift.hello", { name: this.person.name }) }),
      this.meals(), this.floats(), this.foot());
  }

  meals() {
    const { words, book } = this.till;
    const periods = book?.periods?.map((/** @type {any} */ one) => one.meal_period) ?? [];
    const offered = periods.length ? periods : ["breakfast", "lunch", "dinner"];
    return choice(words.say("shift.meal"), offered.map((/** @type {string} */ value) => ({ value, text: words.say(`meal.${value}`) })),
      this.meal_period, (value) => this.change({ meal_period: value }));
  }

  floats() {
    const { words } = this.till;
    const choices = FLOATS_FEN.map((fen) => ({ value: String(fen), text: price(fen).replace(".00", "") }));
    const isOther = !FLOATS_FEN.includes(this.float_fen);
    const other = { value: "other", text: isOther ? price(this.float_fen) : words.say("shift.float-other") };
    const box = choice(words.say("shift.float"), [...choices, other], isOther || this.isTyping ? "other" : String(this.float_fen),
      (value) => this.change(value === "other" ? { isTyping: true } : { float_fen: Number(value), isTyping: false }));
    if (this.isTyping) box.append(this.pad());
    return box;
  }

  pad() {
    const field = keyField(this.till.words.say("shift.float"), (typed) => { this.float_fen = fenOf(typed) ?? this.float_fen; });
    field.maxLength = 7;
    const back = el("button", { class: "key wide", type: "button", text: this.till.words.say("key.back") });
    back.addEventListener("click", () => type(field, field.value.slice(0, -1)));
    return el("div", { class: "shift-pad" }, el("div", { class: "finder-line" }, field, back),
      keys([...DIGITS, "."], "digits", (key) => type(field, field.value + key)));
  }

  foot() {
    const { words, sound } = this.till;
    const heard = el("p", { class: "small", text: this.heard });
    heard.setAttribute("role", "status");
    const test = button(words.say("shift.sound"), "plain", async () => {
      const found = await sound?.test?.();
      this.heard = words.say(found ? "shift.sound-heard" : "shift.sound-none");
      heard.textContent = this.heard;
    });
    return el("div", { class: "shift-foot" }, heard,
      el("div", { class: "buttons" }, test, button(words.say("shift.begin"), "primary", () => this.till.sheet.close())));
  }

  /** @param {object} change */
  change(change) {
    Object.assign(this, change);
    this.till.sheet.draw();
  }

  /** However the page goes away, the person who held up a badge has begun. */
  onClose() {
    if (this.isStarted) return;
    this.isStarted = true;
    this.shift.open(this.person, this.proof, { float_fen: this.float_fen, meal_period: this.meal_period });
    this.till.desk?.rest();
  }
}

/** Who is it? Those who have a PIN, by name; everybody else has a badge. */
export class PeoplePage {
  /** @param {{shift: import("./shift.js").Shift, till: any}} parts */
  constructor({ shift, till }) {
    this.shift = shift;
    this.till = till;
    this.title = till.words.say(shift.isOpen ? "shift.hand-over" : "shift.start");
  }

  draw() {
    const { words, day } = this.till;
    const people = this.shift.people.filter((person) => person.has_pin);
    const tiles = people.map((person) => {
      const tile = el("button", { class: "tile", type: "button", text: person.name });
      tile.addEventListener("click", () => this.shift.showPin(person));
      return tile;
    });
    return el("div", { class: "tiles-page" }, el("p", { class: "ask-question", text: words.say("shift.scan-badge") }),
      people.length ? el("p", { class: "lead", text: words.say("shift.or-name") }) : null,
      people.length ? el("div", { class: "tiles" }, ...tiles) : el("p", { class: "lead", text: words.say("shift.no-pins") }),
      el("p", { class: "small", text: day.canteen }));
  }
}

/** Eight digits on keys of our own: no system keyboard covers the page, and nobody reads them. */
export class PinPage {
  /** @param {{shift: import("./shift.js").Shift, till: any, person: import("./shift.js").Person}} parts */
  constructor({ shift, till, person }) {
    this.shift = shift;
    this.till = till;
    this.person = person;
    this.title = person.name;
    this.typed = "";
    this.fault = "";
    this.busy = false;
  }

  draw() {
    const { words } = this.till;
    const dots = el("p", { class: "pin-dots", text: "●".repeat(this.typed.length) + "○".repeat(PIN_LENGTH - this.typed.length) });
    dots.setAttribute("role", "img");
    dots.setAttribute("aria-label", words.say("shift.pin-typed", { count: this.typed.length }));
    const back = el("button", { class: "key wide", type: "button", text: words.say("key.back") });
    back.addEventListener("click", () => this.put(this.typed.slice(0, -1)));
    return el("div", { class: "shift-page pin-page" }, el("p", { class: "lead strong", text: words.say("shift.pin") }),
      faultLine(this.fault), el("div", { class: "finder-line" }, dots, back),
      keys(DIGITS, "digits", (key) => this.put(this.typed + key)));
  }

  /** @param {string} typed */
  async put(typed) {
    if (this.busy || typed.length > PIN_LENGTH) return;
    this.typed = typed;
    this.fault = "";
    this.till.sheet.draw();
    if (typed.length < PIN_LENGTH) return;
    this.busy = true;
    const fault = await this.shift.enterByPin(this.person, typed);
    this.busy = false;
    if (!fault) return;
    Object.assign(this, { typed: "", fault });
    this.till.sheet.draw();
  }
}

/** The shift that runs: who, since when; hand over or close. */
export class ShiftPage {
  /** @param {{shift: import("./shift.js").Shift, till: any}} parts */
  constructor({ shift, till }) {
    this.shift = shift;
    this.till = till;
    this.title = till.words.say("shift.heading");
  }

  draw() {
    const { words, day } = this.till;
    const now = /** @type {import("./shift.js").ShiftState} */ (this.shift.now);
    return el("div", { class: "shift-page" },
      el("p", { class: "ask-question", text: now.name ? words.say("head.cashier", { name: now.name }) : words.say("shift.nobody") }),
      el("p", { class: "lead", text: words.say("shift.since", { at: day.time(now.opened_at), float: yuan(now.float_fen) }) }),
      el("p", { class: "lead", text: words.say("shift.how-to-hand-over") }),
      el("div", { class: "buttons" },
        button(words.say("shift.hand-over-pin"), "plain", () => this.shift.showPeople()),
        button(words.say("close.heading"), "primary", () => this.shift.showClose())));
  }
}
