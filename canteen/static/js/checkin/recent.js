// @ts-check
import { el, fill } from "./dom.js";

const SHOWN = 5;
const UNDO_MS = 10 * 60 * 1000;

/**
 * A meal of this till, as long as it can be undone.
 * @typedef {{scan_id: string, at: string, name: string, wallet_fen?: number, cash_fen?: number,
 *   card?: string, state: "served" | "waiting" | "look"}} Served
 */

/** The last meals of this till: names and a tick, never an amount. */
export class Recent {
  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} symbols
   * @param {import("./day.js").Day} day
   * @param {import("./words.js").Words} words
   */
  constructor(list, symbols, day, words) {
    this.list = list;
    this.symbols = symbols;
    this.day = day;
    this.words = words;
    /** @type {Served[]} newest first */
    this.meals = [];
  }

  /** @param {Served} meal */
  add(meal) {
    this.meals = [meal, ...this.meals.filter((one) => one.scan_id !== meal.scan_id)].slice(0, SHOWN);
    this.draw();
  }

  /** @param {string} scanId */
  remove(scanId) {
    this.meals = this.meals.filter((meal) => meal.scan_id !== scanId);
    this.draw();
  }

  /** Another day. */
  clear() {
    this.meals = [];
    this.draw();
  }

  /** @returns {Served[]} those of the last ten minutes, newest first */
  undoable() {
    const since = Date.now() - UNDO_MS;
    return this.meals.filter((meal) => new Date(meal.at).getTime() >= since);
  }

  draw() {
    fill(this.list, ...this.meals.map((meal) => this.row(meal)));
  }

  /** @param {Served} meal */
  row(meal) {
    const name = meal.name || this.words.say("recent.unnamed");
    const symbol = this.symbols.content.querySelector(`[data-symbol="${meal.state === "served" ? "tick" : "dots"}"]`);
    const said = el("span", { class: "unseen", text: this.words.say(`recent.${meal.state}`) });
    return el("li", { data: { state: meal.state } },
      el("span", { class: "at", text: this.day.time(meal.at) }), el("span", { class: "eater", text: name }),
      symbol ? symbol.cloneNode(true) : null, said);
  }
}
