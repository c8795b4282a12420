// @ts-check
import { el } from "./dom.js";
import { randomHex } from "./hash.js";
import { price } from "./money.js";

const MOST_PORTIONS = 20;

/** 临时用餐: somebody without a card eats at the full price, in cash. */
export class CashMealPage {
  /**
   * @param {{words: import("./words.js").Words, letters: import("./letters.js").Letters,
   *   sheet: import("./sheet.js").Sheet, day: import("./day.js").Day, stamp: object, onServed: (portions: number) => void}} parts
   */
  constructor({ words, letters, sheet, day, stamp, onServed }) {
    this.title = words.say("cash.heading");
    this.words = words;
    this.letters = letters;
    this.stamp = stamp;
    this.sheet = sheet;
    this.day = day;
    this.onServed = onServed;
    this.key = randomHex(16);
    this.portions = 1;
    this.fault = "";
    this.busy = false;
  }

  draw() {
    const { words, day } = this;
    if (day.price_fen === null) {
      return el("div", { class: "ask" }, el("p", { class: "ask-question", text: words.say("cash.no-price") }));
    }
    const sum = price(day.price_fen * this.portions);
    const yes = el("button", { class: "button primary", type: "button", text: words.say("cash.yes", { sum }) });
    yes.addEventListener("click", () => this.serve());
    const fault = this.fault ? el("p", { class: "fault", text: this.fault }) : null;
    fault?.setAttribute("role", "alert");
    return el("div", { class: "ask" }, el("p", { class: "ask-question", text: words.say("cash.ask") }), this.steps(),
      el("p", { class: "ask-sums", text: sum }), fault, el("div", { class: "buttons" }, yes));
  }

  steps() {
    const count = el("p", { class: "portions", text: this.words.say("cash.portions", { portions: this.portions }) });
    return el("div", { class: "steps" }, this.step("−", -1), count, this.step("+", 1));
  }

  /**
   * @param {string} text
   * @param {number} by
   */
  step(text, by) {
    const button = el("button", { class: "key", type: "button", text });
    button.setAttribute("aria-label", this.words.say(by > 0 ? "cash.more" : "cash.less"));
    button.addEventListener("click", () => {
      this.portions = Math.min(Math.max(this.portions + by, 1), MOST_PORTIONS);
      this.key = randomHex(16);
      this.sheet.draw();
    });
    return button;
  }

  async serve() {
    if (this.busy) return;
    this.busy = true;
    const body = {
      id: this.key, meal_period: this.day.claim(), portions: this.portions, price_fen: this.day.price_fen,
      seen_at: new Date().toISOString(), ...this.stamp,
    };
    try {
      await this.letters.send("/cash-meals", body);
      this.sheet.close();
      this.onServed(this.portions);
    } catch {
      this.fault = this.words.say("cash.offline");
      this.sheet.draw();
    } finally {
      this.busy = false;
    }
  }
}
