// @ts-check
import { el } from "./dom.js";

/**
 * What stands for as long as its cause does, the most pressing first.
 * @typedef {"stopped" | "full" | "off" | "sending" | "update" | "old"} Standing
 * @typedef {{kind: "off" | "stop" | "info" | "warn", text: string, action?: {label: string, act: () => void}}} Line
 */
const ORDER = /** @type {Standing[]} */ (["stopped", "full", "off", "sending", "update", "old"]);

/**
 * The one line between header and stage; there only when there is something to say. What is said for a moment lies
 * over what stands, but never over what stops the till.
 */
export class Banner {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} text
   */
  constructor(root, text) {
    this.root = root;
    this.text = text;
    /** @type {Map<Standing, Line>} */
    this.standing = new Map();
    /** @type {Line | null} */
    this.said = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Say something for a moment.
   * @param {Line["kind"]} kind
   * @param {string} text
   * @param {number} [stays_ms] until something else is said where not given
   */
  show(kind, text, stays_ms) {
    clearTimeout(this.timer);
    this.said = { kind, text };
    if (stays_ms) this.timer = setTimeout(() => this.hide(), stays_ms);
    this.draw();
  }

  /**
   * @param {Standing} name
   * @param {Line | null} line null where its cause is gone
   */
  stand(name, line) {
    if (line) this.standing.set(name, line);
    else if (!this.standing.delete(name)) return;
    this.draw();
  }

  /** What was said for a moment goes. */
  hide() {
    clearTimeout(this.timer);
    this.said = null;
    this.draw();
  }

  /** Nothing to say at all. */
  clear() {
    this.standing.clear();
    this.hide();
  }

  draw() {
    const [first] = ORDER.filter((name) => this.standing.has(name));
    const isStopped = first === "stopped" || first === "full";
    const line = (isStopped ? null : this.said) ?? this.standing.get(first) ?? null;
    this.root.hidden = !line;
    if (!line) return;
    this.root.dataset.kind = line.kind;
    if (this.text.textContent !== line.text) this.text.textContent = line.text;
    this.offer(line.action);
  }

  /** @param {Line["action"]} action */
  offer(action) {
    const old = this.root.querySelector("button");
    if (!action || old?.textContent !== action.label) old?.remove();
    if (!action) return;
    const button = this.root.querySelector("button") ?? el("button", { class: "banner-do", type: "button", text: action.label });
    /** @type {HTMLElement} */ (button).onclick = action.act;
    this.root.append(button);
  }
}
