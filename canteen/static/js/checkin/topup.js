// @ts-check
import { el } from "./dom.js";
import { Finder } from "./finder.js";
import { randomHex } from "./hash.js";
import { DIGITS, keyField, keys, type } from "./keypad.js";
import { fenOf, price } from "./money.js";
import { Problem } from "./server.js";

const TILES_FEN = [5000, 10000, 20000, 50000];
const MOST_FEN = 100000;
const METHODS = ["cash", "wechat", "alipay", "transfer", "family"];

/** 充值: card, amount, way of paying, confirm. What is paid is recorded here, not taken. */
export class TopUpPage {
  /**
   * @param {{elders: import("./elders.js").Elders, words: import("./words.js").Words,
   *   server: import("./server.js").Server, sheet: import("./sheet.js").Sheet, elder?: import("./elders.js").Elder,
   *   onDone: (told: {amount_fen: number, balance_fen: number, elder: any}) => void}} parts
   */
  constructor({ elders, words, server, sheet, onDone, elder }) {
    this.title = words.say("topup.heading");
    this.elders = elders;
    this.words = words;
    this.server = server;
    this.sheet = sheet;
    this.onDone = onDone;
    this.step = elder ? "amount" : "who";
    this.fault = "";
    /** @type {import("./elders.js").Elder | null} */
    this.elder = elder ?? null;
    this.amount_fen = 0;
    this.method = "";
    this.key = "";
    this.balance_fen = 0;
    this.busy = false;
    this.finder = new Finder(elders, words, (elder) => this.take(elder), "topup.card");
  }

  draw() {
    const steps = /** @type {Record<string, () => Node>} */ ({
      who: () => this.who(), amount: () => this.amount(), other: () => this.other(), method: () => this.ways(),
      confirm: () => this.confirm(), done: () => this.done(),
    });
    return steps[this.step]();
  }

  /** @param {string} step */
  go(step) {
    this.step = step;
    this.fault = "";
    this.sheet.draw();
  }

  /** While it asks whose wallet, a card says who it is and serves nothing. */
  get onCard() {
    return this.step === "who" ? (/** @type {string} */ token) => this.identify(token) : undefined;
  }

  /** @param {string} token */
  async identify(token) {
    try {
      const elder = await this.elders.ofCard(token);
      if (elder) this.take(elder);
      else this.fail("topup.unknown");
    } catch (error) {
      this.fail(error instanceof Problem ? "topup.unknown" : "topup.offline");
    }
  }

  /** @param {import("./elders.js").Elder} elder */
  take(elder) {
    this.elder = elder;
    this.go("amount");
  }

  /**
   * @param {string} word
   * @param {string} [sentence] the server's own words
   */
  fail(word, sentence = "") {
    this.fault = sentence || this.words.say(word);
    this.sheet.draw();
  }

  faultLine() {
    if (!this.fault) return null;
    const line = el("p", { class: "fault", text: this.fault });
    line.setAttribute("role", "alert");
    return line;
  }

  who() {
    return el("div", {}, this.faultLine(), this.finder.draw());
  }

  head() {
    const elder = /** @type {import("./elders.js").Elder} */ (this.elder);
    return el("p", { class: "lead strong", text: [elder.name, this.finder.facts(elder)].filter(Boolean).join(" · ") });
  }

  amount() {
    const tiles = TILES_FEN.map((fen) => this.tile(price(fen).replace(".00", ""), () => this.choose(fen)));
    const other = this.tile(this.words.say("topup.other"), () => this.go("other"));
    return el("div", { class: "tiles-page" }, this.head(), el("div", { class: "tiles" }, ...tiles, other),
      el("p", { class: "small", text: this.words.say("topup.recorded") }));
  }

  /**
   * The key is made when the amount is chosen, so that a second tap can never pay in twice.
   * @param {number} fen
   */
  choose(fen) {
    this.amount_fen = fen;
    this.key = randomHex(16);
    this.go("method");
  }

  other() {
    const field = keyField(this.words.say("topup.amount"), () => undefined);
    const put = (/** @type {string} */ key) => type(field, field.value + key);
    const back = el("button", { class: "key wide", type: "button", text: this.words.say("key.back") });
    back.addEventListener("click", () => type(field, field.value.slice(0, -1)));
    const on = el("button", { class: "button primary", type: "button", text: this.words.say("do.on") });
    on.addEventListener("click", () => this.chooseTyped(field.value));
    return el("div", { class: "tiles-page" }, this.head(), this.faultLine(), el("div", { class: "finder-line" }, field, back),
      keys([...DIGITS, "."], "digits", put), el("div", { class: "buttons" }, on));
  }

  /** @param {string} typed */
  chooseTyped(typed) {
    const fen = fenOf(typed);
    if (fen === null || fen === 0) this.fail("topup.not-an-amount");
    else if (fen > MOST_FEN) this.fail("topup.too-much");
    else this.choose(fen);
  }

  ways() {
    const tiles = METHODS.map((way) => this.tile(this.words.say(`topup.${way}`), () => {
      this.method = way;
      this.go("confirm");
    }));
    return el("div", { class: "tiles-page" }, this.head(), el("div", { class: "tiles" }, ...tiles),
      el("p", { class: "small", text: this.words.say("topup.recorded") }));
  }

  confirm() {
    const amount = price(this.amount_fen);
    const yes = el("button", { class: "button primary", type: "button", text: this.words.say("topup.yes", { amount }) });
    yes.addEventListener("click", () => this.pay());
    const no = el("button", { class: "button plain", type: "button", text: this.words.say("topup.no") });
    no.addEventListener("click", () => this.go("amount"));
    const before = this.elder?.balance_fen;
    const sums = typeof before === "number"
      ? this.words.say("topup.sums", { before: price(before), after: price(before + this.amount_fen) }) : amount;
    return el("div", { class: "ask" }, this.head(), el("p", { class: "ask-sums", text: sums }),
      el("p", { class: "ask-facts", text: this.words.say(`topup.${this.method}`) }), this.faultLine(),
      el("div", { class: "buttons" }, yes, no));
  }

  async pay() {
    if (this.busy) return;
    this.busy = true;
    const body = { id: this.key, elder_ref: this.elder?.ref, amount_fen: this.amount_fen, method: this.method };
    try {
      const said = await this.server.post("/top-ups", body);
      this.balance_fen = said.balance_fen;
      this.go("done");
      this.onDone({ amount_fen: this.amount_fen, balance_fen: this.balance_fen, elder: this.elder });
    } catch (error) {
      this.fail("topup.offline", error instanceof Problem ? error.detail : "");
    } finally {
      this.busy = false;
    }
  }

  done() {
    const close = el("button", { class: "button primary", type: "button", text: this.words.say("do.ready") });
    close.addEventListener("click", () => this.sheet.close());
    return el("div", { class: "ask" }, this.head(),
      el("p", { class: "ask-sums", text: this.words.say("topup.done", { amount: price(this.amount_fen), balance: price(this.balance_fen) }) }),
      el("div", { class: "buttons" }, close));
  }

  /**
   * @param {string} text
   * @param {() => void} onTap
   */
  tile(text, onTap) {
    const tile = el("button", { class: "tile", type: "button", text });
    tile.addEventListener("click", onTap);
    return tile;
  }
}
