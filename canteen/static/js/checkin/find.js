// @ts-check
import { el } from "./dom.js";
import { Finder } from "./finder.js";

/** 查找老人: the card was forgotten. Type, choose, ask, serve. */
export class FindPage {
  /**
   * @param {{elders: import("./elders.js").Elders, words: import("./words.js").Words,
   *   sheet: import("./sheet.js").Sheet, onServe: (elder: import("./elders.js").Elder) => void,
   *   onToken: (raw: string) => void}} parts
   */
  constructor({ elders, words, sheet, onServe, onToken }) {
    this.words = words;
    this.sheet = sheet;
    this.onServe = onServe;
    this.title = words.say("find.heading");
    /** @type {import("./elders.js").Elder | null} */
    this.chosen = null;
    this.finder = new Finder(elders, words, (elder) => this.choose(elder));
    this.finder.field.addEventListener("input", () => {
      if (this.finder.field.value.length === 17) onToken(this.finder.field.value);
    });
  }

  draw() {
    return this.chosen ? this.confirm(this.chosen) : this.finder.draw();
  }

  /** @param {import("./elders.js").Elder | null} elder */
  choose(elder) {
    this.chosen = elder;
    this.sheet.draw();
  }

  /** @param {import("./elders.js").Elder} elder */
  confirm(elder) {
    const { words } = this;
    const yes = el("button", { class: "button primary", type: "button", text: words.say("find.yes") });
    const no = el("button", { class: "button plain", type: "button", text: words.say("find.no") });
    yes.addEventListener("click", () => {
      this.sheet.close();
      this.onServe(elder);
    });
    no.addEventListener("click", () => this.choose(null));
    return el("div", { class: "ask" },
      el("p", { class: "ask-name", text: elder.name }), el("p", { class: "ask-facts", text: this.finder.facts(elder) }),
      elder.hint ? el("p", { class: "ask-hint", text: elder.hint }) : null,
      el("p", { class: "ask-question", text: words.say("find.ask") }), el("div", { class: "buttons" }, yes, no));
  }
}
