// @ts-check
import { el } from "./dom.js";
import { LETTERS, keyField, keys, type } from "./keypad.js";

/** 登记姓名用餐: nobody knows the card, so the name is written down and the elder eats. */
export class NotePage {
  /**
   * @param {{words: import("./words.js").Words, sheet: import("./sheet.js").Sheet, onNoted: (name: string) => void}} parts
   */
  constructor({ words, sheet, onNoted }) {
    this.title = words.say("note.heading");
    this.words = words;
    this.sheet = sheet;
    this.onNoted = onNoted;
    this.fault = "";
    this.field = keyField(words.say("note.field"), () => undefined);
    this.field.removeAttribute("inputmode"); // A name in characters wants the tablet's own keyboard.
  }

  draw() {
    const { words, field } = this;
    const yes = el("button", { class: "button primary", type: "button", text: words.say("note.yes") });
    yes.addEventListener("click", () => this.done());
    const back = el("button", { class: "key wide", type: "button", text: words.say("key.back") });
    back.addEventListener("click", () => type(field, field.value.slice(0, -1)));
    const fault = this.fault ? el("p", { class: "fault", text: this.fault }) : null;
    fault?.setAttribute("role", "alert");
    return el("div", { class: "tiles-page" }, el("p", { class: "lead", text: words.say("note.ask") }), fault,
      el("div", { class: "finder-line" }, field, back), el("div", { class: "buttons" }, yes),
      keys(LETTERS, "letters", (key) => type(field, field.value + key)));
  }

  done() {
    const name = this.field.value.trim();
    if (name) {
      this.sheet.close();
      this.onNoted(name);
    } else {
      this.fault = this.words.say("note.empty");
      this.sheet.draw();
    }
  }
}
