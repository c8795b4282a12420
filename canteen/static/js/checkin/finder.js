// @ts-check
import { el, fill } from "./dom.js";
import { DIGITS, LETTERS, keyField, keys, type } from "./keypad.js";

const PAUSE_MS = 150;

/** Typing with large keys, and the people who may be meant. Used to serve by hand and to top up. */
export class Finder {
  /**
   * @param {import("./elders.js").Elders} elders
   * @param {import("./words.js").Words} words
   * @param {(elder: import("./elders.js").Elder) => void} onChosen
   * @param {string} [hint] what to do, as long as nothing is typed
   */
  constructor(elders, words, onChosen, hint = "find.hint") {
    this.elders = elders;
    this.words = words;
    this.onChosen = onChosen;
    this.hint = hint;
    this.asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pause = undefined;
    this.field = keyField(words.say("find.field"), (typed) => this.askSoon(typed));
    this.found = el("ul", { class: "found" });
    this.said = el("p", { class: "found-said", text: words.say(hint) });
    this.said.setAttribute("role", "status");
  }

  draw() {
    const left = el("div", { class: "finder-keys" }, this.line(), this.pads());
    return el("div", { class: "finder" }, left, el("div", { class: "finder-found" }, this.said, this.found));
  }

  line() {
    const back = el("button", { class: "key wide", type: "button", text: this.words.say("key.back") });
    back.addEventListener("click", () => type(this.field, this.field.value.slice(0, -1)));
    return el("div", { class: "finder-line" }, this.field, back);
  }

  pads() {
    const put = (/** @type {string} */ key) => type(this.field, this.field.value + key);
    const pads = el("div", { class: "pads", data: { shown: "digits" } },
      keys(DIGITS, "digits", put), keys(LETTERS, "letters", put), this.turn());
    return pads;
  }

  /** On a phone there is room for one pad at a time. */
  turn() {
    const turn = el("button", { class: "key turn", type: "button", text: this.words.say("key.letters") });
    turn.addEventListener("click", () => {
      const pads = /** @type {HTMLElement} */ (turn.parentElement);
      const letters = pads.dataset.shown === "digits";
      pads.dataset.shown = letters ? "letters" : "digits";
      turn.textContent = this.words.say(letters ? "key.digits" : "key.letters");
    });
    return turn;
  }

  /** @param {string} typed */
  askSoon(typed) {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.ask(typed.trim()), PAUSE_MS);
  }

  /** @param {string} typed */
  async ask(typed) {
    this.asked += 1;
    const asked = this.asked;
    if (!typed) return this.show([], this.hint);
    try {
      const elders = await this.elders.search(typed);
      if (asked === this.asked) this.show(elders, elders.length ? "find.choose" : "find.none");
    } catch {
      if (asked === this.asked) this.show([], "find.offline");
    }
    return undefined;
  }

  /**
   * @param {import("./elders.js").Elder[]} elders
   * @param {string} word
   */
  show(elders, word) {
    this.said.textContent = this.words.say(word);
    fill(this.found, ...elders.slice(0, 8).map((elder) => el("li", {}, this.row(elder))));
  }

  /** @param {import("./elders.js").Elder} elder */
  row(elder) {
    const button = el("button", { class: "found-row", type: "button" },
      el("span", { class: "found-name", text: elder.name }),
      elder.hint ? el("strong", { class: "found-hint", text: elder.hint }) : null,
      el("span", { class: "found-facts", text: this.facts(elder) }));
    button.addEventListener("click", () => this.onChosen(elder));
    return button;
  }

  /** @param {import("./elders.js").Elder} elder */
  facts(elder) {
    const facts = [];
    if (typeof elder.age_years === "number") facts.push(this.words.say("who.age", { years: elder.age_years }));
    if (elder.tail) facts.push(this.words.say("who.tail", { tail: elder.tail }));
    if (elder.served) facts.push(this.words.say("find.served"));
    return facts.join(" · ");
  }
}
