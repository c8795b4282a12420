// @ts-check
import { el } from "./dom.js";
import { randomHex } from "./hash.js";
import { DIGITS, keyField, keys, type } from "./keypad.js";
import { fenOf, yuan } from "./money.js";
import { Problem } from "./server.js";
import { button, choice, faultLine } from "./shiftpages.js";
import { cashLines, countLines, signed, slip, topUpLines } from "./slip.js";

const NOTES_FEN = [10000, 5000, 2000, 1000, 500, 100, 50, 10];
const NOTE_WORDS = ["change", "unclear", "later"];
const REASONS = ["holiday", "water", "kitchen", "weather"];

/** 日结: one page from the unsent records to the paper that two people sign. Nothing is closed that was not seen. */
export class CashClosePage {
  /** @param {{shift: import("./shift.js").Shift, till: any}} parts */
  constructor({ shift, till }) {
    this.shift = shift;
    this.till = till;
    this.title = till.words.say("close.heading");
    this.step = "check";
    /** @type {any} what the server says of this till since its last close */
    this.next = null;
    this.unsent = 0;
    /** @type {Record<string, string>} what was typed: counted, a meal period's portions, pieces of a note */
    this.typed = {};
    this.note = "";
    this.reason = "";
    this.countsNotes = false;
    this.fault = "";
    this.busy = false;
    /** @type {any} */
    this.done = null;
    this.key = randomHex(16);
    /** @type {HTMLInputElement | null} */
    this.field = null;
    queueMicrotask(() => this.look());
  }

  /** How many records the server has not heard of: scans and letters alike. */
  count() {
    const { outbox, letters } = this.till;
    return (outbox?.size ?? 0) + (letters?.size ?? 0);
  }

  /** Ask the server what lies in the drawer by its books. */
  async look() {
    this.unsent = this.count();
    try {
      this.next = await this.till.server.get("/cash-closes/next");
      this.fault = "";
    } catch (error) {
      this.fault = error instanceof Problem && error.detail ? error.detail : this.till.words.say("close.no-network");
    }
    this.redraw();
  }

  redraw() {
    if (this.till.sheet.page === this) this.till.sheet.draw();
  }

  async sendNow() {
    const { post, letters } = this.till;
    await Promise.allSettled([post?.flush?.(), letters?.flush?.()]);
    await this.look();
  }

  get expected_fen() {
    return this.next.expected_fen;
  }

  get counted_fen() {
    if (this.countsNotes) return NOTES_FEN.reduce((sum, fen) => sum + fen * Number(this.typed[`n${fen}`] || 0), 0);
    return this.typed.counted ? fenOf(this.typed.counted) : null;
  }

  draw() {
    if (this.step === "done") return this.finished();
    const { words } = this.till;
    if (!this.next) {
      return el("div", { class: "close-page" }, faultLine(this.fault),
        this.fault ? el("div", { class: "buttons" }, button(words.say("close.again"), "primary", () => this.look()))
          : el("p", { class: "lead", text: words.say("close.looking") }));
    }
    const body = this.next.is_empty ? this.empty() : this.checklist();
    return el("div", { class: "close-page" }, faultLine(this.fault), this.unsent || this.next.is_empty ? this.sent() : null,
      body, this.foot());
  }

  /** ① Nothing is left on this tablet that the server has not heard of. */
  sent() {
    const { words } = this.till;
    const box = el("section", { class: "close-box" }, el("h3", { text: words.say("close.unsent", { count: this.unsent }) }));
    box.classList.add(this.unsent ? "stopped" : "even");
    if (!this.unsent) return box;
    box.append(el("p", { class: "lead", text: words.say("close.unsent-why") }),
      button(words.say("close.send-now"), "plain", () => this.sendNow()));
    return box;
  }

  checklist() {
    const { words } = this.till;
    return el("div", { class: "close-columns" },
      el("div", {}, this.cash()),
      el("div", {}, this.pad(), this.notes()),
      el("div", {}, this.unsent ? null : this.sent(), this.meals(),
        this.lines("close.top-ups", topUpLines(this.next.figures, words)),
        this.lines("close.counts", countLines(this.next.figures, words))));
  }

  /** ② Who ate, and what the kitchen made. */
  meals() {
    const { words, day } = this.till;
    const { figures, portions } = this.next;
    const periods = Object.keys(figures.periods).length ? Object.keys(figures.periods) : [day.claim()];
    const rows = periods.map((period) => {
      const { meals = 0, cash_portions = 0 } = figures.periods[period] ?? {};
      const meal = words.say(`meal.${period}`);
      const cooked = this.input(period, words.say("close.cooked", { meal }), portions[period]);
      return el("div", { class: "close-row" },
        el("p", { class: "close-figure", text: words.say("close.served", { meal, count: meals + cash_portions }) }), cooked);
    });
    return el("section", { class: "close-box" }, el("h3", { text: words.say("close.meals") }), ...rows);
  }

  /** ③ What should be there, what is there. */
  cash() {
    const { words } = this.till;
    const how = button(words.say(this.countsNotes ? "close.by-sum" : "close.by-notes"), "plain", () => {
      this.countsNotes = !this.countsNotes;
      this.redraw();
    });
    return el("section", { class: "close-box" }, el("h3", { text: words.say("close.cash") }),
      this.table(cashLines(this.next, words)), ...(this.countsNotes ? this.pieces() : [this.input("counted", words.say("close.counted"))]),
      how);
  }

  pieces() {
    return [el("div", { class: "pieces" }, ...NOTES_FEN.map((fen) => this.input(`n${fen}`, this.till.words.say("close.piece", { note: yuan(fen).replace(".00", "") }))))];
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {number} [preset]
   */
  input(name, label, preset) {
    const field = keyField(label, (typed) => this.put(name, typed));
    field.value = this.typed[name] ?? (preset === undefined ? "" : String(preset));
    field.maxLength = 8;
    field.id = `close-${name}`;
    field.addEventListener("focus", () => { this.field = field; });
    const caption = el("label", { class: "close-label", text: label });
    caption.setAttribute("for", field.id);
    field.removeAttribute("aria-label");
    if (name === (this.countsNotes ? `n${NOTES_FEN[0]}` : "counted") && !this.field?.isConnected) this.field = field;
    return el("div", { class: "close-input" }, caption, field);
  }

  /**
   * @param {string} name
   * @param {string} typed
   */
  put(name, typed) {
    this.typed[name] = typed;
    this.weigh();
  }

  /** How far the drawer is off, in words and by its state for the style sheet. */
  get standing() {
    const { words } = this.till;
    const counted = this.next.is_empty ? null : this.counted_fen;
    if (counted === null) return { state: "none", text: "" };
    const difference_fen = counted - this.expected_fen;
    if (!difference_fen) return { state: "even", text: words.say("close.even") };
    return { state: "off", text: words.say("close.off", { fen: signed(difference_fen) }) };
  }

  pad() {
    const { words } = this.till;
    const put = (/** @type {string} */ key) => this.field && type(this.field, this.field.value + key);
    const back = el("button", { class: "key wide", type: "button", text: words.say("key.back") });
    back.addEventListener("click", () => this.field && type(this.field, this.field.value.slice(0, -1)));
    // A tap on a key must not take the focus from the field that it types into.
    const box = el("div", { class: "close-pad" }, keys([...DIGITS, "."], "digits", put), back);
    back.classList.add("close-back");
    box.addEventListener("pointerdown", (event) => event.preventDefault());
    return box;
  }

  /**
   * @param {string} word
   * @param {[string, string, boolean?][]} lines
   */
  lines(word, lines) {
    const { words } = this.till;
    const body = lines.length ? this.table(lines) : el("p", { class: "lead", text: words.say("close.none") });
    return el("section", { class: "close-box" }, el("h3", { text: words.say(word) }), body);
  }

  /** @param {[string, string, boolean?][]} lines */
  table(lines) {
    return el("dl", { class: "close-lines" }, ...lines.map(([text, figure, isSum]) => (
      el("div", isSum ? { class: "sum" } : {}, el("dt", { text }), el("dd", { text: figure })))));
  }

  /** ⑥ A difference needs a word, not a manager. */
  notes() {
    const { words } = this.till;
    const label = el("label", { class: "close-label", text: words.say("close.note") });
    label.setAttribute("for", "close-note");
    const area = /** @type {HTMLTextAreaElement} */ (el("textarea", { class: "close-note" }));
    area.id = "close-note";
    area.maxLength = 200;
    area.value = this.note;
    area.addEventListener("input", () => {
      this.note = area.value;
      this.weigh();
    });
    const ready = choice("", NOTE_WORDS.map((key) => ({ value: words.say(`close.note.${key}`), text: words.say(`close.note.${key}`) })),
      this.note, (value) => {
        this.note = value;
        this.redraw();
      });
    ready.querySelector("[role=group]")?.setAttribute("aria-label", words.say("close.note-ready"));
    return el("section", { class: "close-box" }, label, ready, area);
  }

  /** Nobody ate: that is a close too, with the reason. */
  empty() {
    const { words } = this.till;
    return el("section", { class: "close-box" }, el("p", { class: "ask-question", text: words.say("close.empty") }),
      choice(words.say("close.reason"), REASONS.map((key) => ({ value: words.say(`close.reason.${key}`), text: words.say(`close.reason.${key}`) })),
        this.reason, (value) => {
          this.reason = value;
          this.redraw();
        }));
  }

  /** Why it cannot be closed yet; empty where it can. */
  get obstacle() {
    const { words } = this.till;
    if (this.unsent) return words.say("close.unsent-why");
    if (this.next.is_empty) return this.reason ? "" : words.say("close.reason-first");
    const counted = this.counted_fen;
    if (counted === null) return words.say("close.count-it");
    return counted !== this.expected_fen && !this.note.trim() ? words.say("close.note-first") : "";
  }

  foot() {
    const { words } = this.till;
    const yes = button(words.say(this.next.is_empty ? "close.yes-empty" : "close.yes"), "primary", () => this.close());
    const why = el("p", { class: "small", data: { part: "obstacle" } });
    const difference = el("p", { class: "close-difference", data: { part: "difference" } });
    const said = el("div", { class: "close-said" }, difference, why);
    said.setAttribute("role", "status");
    yes.dataset.part = "close-yes";
    const foot = el("div", { class: "close-foot" }, said, el("div", { class: "buttons" }, yes));
    this.weigh(foot);
    return foot;
  }

  /** @param {ParentNode} [root] */
  weigh(root = this.till.sheet.body) {
    const at = (/** @type {string} */ name) => /** @type {HTMLElement | null} */ (root.querySelector(`[data-part="${name}"]`));
    const [yes, why, difference] = [at("close-yes"), at("obstacle"), at("difference")];
    if (!yes || !why || !difference) return;
    const { state, text } = this.standing;
    /** @type {HTMLButtonElement} */ (yes).disabled = Boolean(this.obstacle);
    why.textContent = this.obstacle;
    difference.dataset.state = state;
    difference.textContent = text;
  }

  get body() {
    const { next, typed } = this;
    const periods = Object.keys(next.figures.periods).length ? Object.keys(next.figures.periods) : [this.till.day.claim()];
    const cooked = periods.filter((period) => /^\d{1,4}$/.test(typed[period] ?? "")).map((period) => [period, Number(typed[period])]);
    const pieces = NOTES_FEN.filter((fen) => Number(typed[`n${fen}`] || 0)).map((fen) => [fen, Number(typed[`n${fen}`])]);
    return {
      id: this.key, state: next.state, shift_id: next.shift_id, cashier_ref: this.shift.now?.cashier_ref ?? null,
      float_fen: next.float_fen, counted_fen: next.is_empty ? next.expected_fen : this.counted_fen,
      portions: Object.fromEntries(cooked), note: this.note.trim() || null, no_meals_reason: this.reason || null,
      denominations: this.countsNotes && !next.is_empty ? Object.fromEntries(pieces) : null,
    };
  }

  async close() {
    this.unsent = this.count();
    if (this.busy || this.obstacle) {
      this.redraw();
      return;
    }
    this.busy = true;
    try {
      this.done = await this.till.server.post("/cash-closes", this.body);
      await this.shift.ended();
      Object.assign(this, { step: "done", fault: "" });
      this.redraw();
      this.print();
    } catch (error) {
      await this.explain(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {unknown} error */
  async explain(error) {
    const { words } = this.till;
    if (error instanceof Problem && error.code === "figures-changed") {
      this.key = randomHex(16);
      await this.look();
    }
    // The same id is sent again after a lost answer, so a close that did happen is found and not made twice.
    this.fault = error instanceof Problem && error.detail ? error.detail : words.say("close.no-network");
    this.redraw();
  }

  print() {
    window.print();
  }

  finished() {
    const { words, day, sheet } = this.till;
    return el("div", { class: "close-page" }, el("p", { class: "ask-question", text: words.say("close.done") }),
      slip(this.done, words, day),
      el("div", { class: "buttons close-end" }, button(words.say("close.print"), "plain", () => this.print()),
        button(words.say("close.over"), "primary", () => sheet.close())));
  }
}
