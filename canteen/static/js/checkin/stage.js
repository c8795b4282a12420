// @ts-check
import { el, fill, part } from "./dom.js";

const SECOND_TAP_MS = 500; // Two taps this far apart are meant; nearer ones are a trembling hand.
const SMALLEST_FIT = 0.6;

const SYMBOLS = /** @type {Record<string, string>} */ ({
  accept: "tick", again: "mark", stop: "cross", unclear: "query", checking: "dots", ready: "card",
});

/** The large field that answers. Colour fills it only for a meal; everything else is a frame to read. */
export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {HTMLTemplateElement} symbols
   * @param {import("./words.js").Words} words
   * @param {(action: string) => void} onAction
   */
  constructor(root, symbols, words, onAction) {
    this.root = root;
    this.symbols = symbols;
    this.words = words;
    this.onAction = onAction;
    this.text = part(root, "stage-text");
    this.buttons = part(root, "stage-actions");
    this.seen = part(root, "seen");
    new ResizeObserver(() => this.fit()).observe(root);
  }

  /** @param {import("./panels.js").Panel} panel */
  show(panel) {
    this.root.dataset.kind = panel.kind;
    this.root.dataset.code = panel.code;
    this.seen.hidden = true;
    fill(this.text, ...this.lines(panel));
    fill(this.buttons, ...panel.actions.map((action) => this.button(action)));
    this.buttons.hidden = panel.actions.length === 0;
    this.fit();
  }

  /** A name of sixteen characters stands in full size, whatever the words around it. */
  get giftRoom() {
    return 16 + [...this.words.say("gift", { names: "" })].length;
  }

  /** The same card is still there: say so once, and change nothing. */
  pulse() {
    this.seen.hidden = false;
    this.root.classList.remove("pulse");
    void this.root.offsetWidth; // Restart the one fade.
    this.root.classList.add("pulse");
  }

  /**
   * @param {import("./panels.js").Panel} panel
   * @returns {(Node | null)[]}
   */
  lines(panel) {
    return [
      panel.note ? el("div", { class: "note" }, this.symbol("mark"), this.pair(panel.note)) : null,
      panel.last ? this.lastStrip(panel.last) : null,
      el("p", { class: "verdict" }, this.symbol(SYMBOLS[panel.kind]), el("span", { text: panel.verdict }), this.tag(panel.tag)),
      el("div", { class: "matter" }, ...this.matter(panel)),
      panel.gift ? line("gift", panel.gift, this.giftRoom) : null,
    ];
  }

  /** @param {import("./panels.js").Panel} panel */
  matter(panel) {
    return [
      panel.name || panel.detail ? el("div", { class: "who" }, line("name", panel.name, 6), line("detail", panel.detail)) : null,
      panel.title || panel.line ? el("div", { class: "reason" }, line("title", panel.title), line("line", panel.line)) : null,
      panel.pay ? el("div", { class: "money" }, line("pay", panel.pay), this.figures(panel)) : null,
      panel.menu ? line("menu", panel.menu) : null,
    ];
  }

  /** @param {string | undefined} text that the tablet decided by itself */
  tag(text) {
    return text ? el("span", { class: "tag" }, this.symbol("cloud"), el("span", { text })) : null;
  }

  /** @param {import("./panels.js").Panel} panel */
  figures({ figures = [], isLow }) {
    if (!figures.length) return null;
    const low = isLow ? el("span", { class: "low" }, this.symbol("low"), el("span", { class: "unseen", text: this.words.say("meal.low") })) : null;
    return el("p", { class: "figures" }, ...figures.map((text) => el("span", { text })), low);
  }

  /** @param {{at: string, name: string}} last */
  lastStrip(last) {
    return el("div", { class: "last" }, this.symbol("tick"), el("span", { text: `${last.at} ${last.name}` }));
  }

  /** @param {{title: string, line: string}} note */
  pair(note) {
    return el("div", {}, el("p", { class: "note-title", text: note.title }), line("note-line", note.line));
  }

  /** @param {string} name */
  symbol(name) {
    const drawn = this.symbols.content.querySelector(`[data-symbol="${name}"]`);
    return drawn ? drawn.cloneNode(true) : null;
  }

  /** @param {import("./panels.js").Action} action */
  button(action) {
    const button = el("button", { class: `button ${action.weight}`, type: "button", text: action.label, data: { action: action.id } });
    if (action.twice) this.askTwice(button, action);
    else button.addEventListener("click", () => this.onAction(action.id));
    return button;
  }

  /**
   * What costs somebody money wants a second tap, half a second after the first.
   * @param {HTMLElement} button
   * @param {import("./panels.js").Action} action
   */
  askTwice(button, action) {
    let first_ms = 0;
    button.addEventListener("click", (event) => {
      if (!first_ms) {
        first_ms = event.timeStamp;
        button.classList.add("asked");
        button.textContent = this.words.say("do.again", { label: action.label });
        this.fit();
      } else if (event.timeStamp - first_ms >= SECOND_TAP_MS) {
        this.onAction(action.id);
      }
    });
  }

  /** The longest names and sums still fit: everything shrinks together until nothing is cut. */
  fit() {
    let scale = 1;
    this.root.style.setProperty("--fit", "1");
    while (scale > SMALLEST_FIT && this.overflows()) {
      scale -= 0.04;
      this.root.style.setProperty("--fit", scale.toFixed(2));
    }
  }

  overflows() {
    const { root } = this;
    return root.scrollHeight > root.clientHeight + 1 || root.scrollWidth > root.clientWidth + 1;
  }
}

/**
 * A paragraph; `long` beyond so many characters, which the style sheet sets smaller.
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} [most]
 */
function line(name, text, most = Infinity) {
  if (!text) return null;
  return el("p", { class: [...text].length > most ? `${name} long` : name, text });
}
