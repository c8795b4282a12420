// @ts-check
import { el } from "./dom.js";
import { yuan } from "./money.js";
import { Problem } from "./server.js";

/** 撤销上一笔: this till's meals of the last ten minutes; says in words what will be undone. */
export class UndoPage {
  /**
   * @param {{recent: import("./recent.js").Recent, words: import("./words.js").Words,
   *   sheet: import("./sheet.js").Sheet, day: import("./day.js").Day,
   *   onUndo: (meal: import("./recent.js").Served) => Promise<void>}} parts `onUndo` takes the meal back; a Problem
   *   where the server refuses at once
   */
  constructor({ recent, words, sheet, day, onUndo }) {
    this.title = words.say("undo.heading");
    this.words = words;
    this.sheet = sheet;
    this.day = day;
    this.onUndo = onUndo;
    this.meals = recent.undoable();
    this.meal = this.meals[0] ?? null;
    this.fault = "";
    this.busy = false;
  }

  draw() {
    const { words, meal } = this;
    if (!meal) return el("div", { class: "ask" }, el("p", { class: "ask-question", text: words.say("undo.none") }));
    const yes = el("button", { class: "button primary", type: "button", text: words.say("undo.yes") });
    yes.addEventListener("click", () => this.undo(meal));
    const no = el("button", { class: "button plain", type: "button", text: words.say("undo.no") });
    no.addEventListener("click", () => this.sheet.close());
    return el("div", { class: "ask" }, el("p", { class: "ask-question", text: this.sentence(meal) }), this.faultLine(),
      el("div", { class: "buttons" }, yes, no), this.others());
  }

  /** @param {import("./recent.js").Served} meal */
  sentence(meal) {
    const values = { name: meal.name || this.words.say("recent.unnamed"), at: this.day.time(meal.at), meal: this.day.mealName() };
    if (meal.cash_fen && meal.wallet_fen) {
      return this.words.say("undo.both", { ...values, wallet: yuan(meal.wallet_fen), cash: yuan(meal.cash_fen) });
    }
    if (meal.cash_fen) return this.words.say("undo.cash", { ...values, amount: yuan(meal.cash_fen) });
    if (meal.wallet_fen === undefined) return this.words.say("undo.plain", values);
    return this.words.say("undo.wallet", { ...values, amount: yuan(meal.wallet_fen) });
  }

  others() {
    const others = this.meals.filter((meal) => meal !== this.meal);
    if (!others.length) return null;
    return el("div", { class: "others" }, el("p", { class: "small", text: this.words.say("undo.others") }),
      ...others.map((meal) => this.other(meal)));
  }

  /** @param {import("./recent.js").Served} meal */
  other(meal) {
    const button = el("button", { class: "found-row", type: "button", text: this.named(meal) });
    button.addEventListener("click", () => {
      this.meal = meal;
      this.sheet.draw();
    });
    return button;
  }

  /** @param {import("./recent.js").Served} meal */
  named(meal) {
    return `${this.day.time(meal.at)} ${meal.name || this.words.say("recent.unnamed")}`;
  }

  faultLine() {
    if (!this.fault) return null;
    const line = el("p", { class: "fault", text: this.fault });
    line.setAttribute("role", "alert");
    return line;
  }

  /** @param {import("./recent.js").Served} meal */
  async undo(meal) {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.onUndo(meal);
      this.sheet.close();
    } catch (error) {
      this.fault = (error instanceof Problem && error.detail) || this.words.say("undo.offline");
      this.sheet.draw();
    } finally {
      this.busy = false;
    }
  }
}
