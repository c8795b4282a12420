// @ts-check
import { el } from "./dom.js";

/** 更多: what is needed now and then. Nothing here changes how the till works. */
export class MorePage {
  /**
   * @param {{words: import("./words.js").Words, day: import("./day.js").Day, waiting: number,
   *   languages: HTMLTemplateElement, onCashMeal: () => void, tiles: {word: string, open: () => void}[]}} parts
   */
  constructor({ words, day, waiting, languages, onCashMeal, tiles }) {
    this.title = words.say("more.heading");
    this.words = words;
    this.day = day;
    this.waiting = waiting;
    this.languages = languages;
    this.tiles = [{ word: "cash.heading", open: onCashMeal }, ...tiles];
  }

  draw() {
    const { words, day } = this;
    const tiles = this.tiles.map((tile) => this.tile(tile));
    return el("div", { class: "tiles-page" }, el("div", { class: "tiles" }, ...tiles), this.languages.content.cloneNode(true),
      el("p", { class: "small", text: words.say("more.device", { window: day.window, saved: this.waiting }) }),
      day.menu ? el("p", { class: "small", text: day.menuLine() }) : null);
  }

  /** @param {{word: string, open: () => void}} tile */
  tile({ word, open }) {
    const button = el("button", { class: "tile", type: "button", text: this.words.say(word) });
    button.addEventListener("click", open);
    return button;
  }
}
