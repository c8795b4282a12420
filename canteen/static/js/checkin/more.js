// @ts-check
import { el } from "./dom.js";

/** 更多: what is needed now and then. Nothing here changes how the till works. */
export class MorePage {
  /**
   * @param {{words: import("./words.js").Words, day: import("./day.js").Day, waiting: number,
   *   languages: HTMLTemplateElement, onCashMeal: () => void}} parts
   */
  constructor({ words, day, waiting, languages, onCashMeal }) {
    this.title = words.say("more.heading");
    this.words = words;
    this.day = day;
    this.waiting = waiting;
    this.languages = languages;
    this.onCashMeal = onCashMeal;
  }

  draw() {
    const { words, day } = this;
    const cash = el("button", { class: "tile", type: "button", text: words.say("cash.heading") });
    cash.addEventListener("click", this.onCashMeal);
    return el("div", { class: "tiles-page" }, el("div", { class: "tiles" }, cash), this.languages.content.cloneNode(true),
      el("p", { class: "small", text: words.say("more.device", { window: day.window, saved: this.waiting }) }),
      day.menu ? el("p", { class: "small", text: day.menuLine() }) : null);
  }
}
