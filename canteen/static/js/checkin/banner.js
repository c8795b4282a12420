// @ts-check

/** The one line between header and stage; there only when there is something to say. */
export class Banner {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} text
   */
  constructor(root, text) {
    this.root = root;
    this.text = text;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {"off" | "stop" | "info" | "warn"} kind
   * @param {string} text
   * @param {number} [stays_ms] for ever where not given
   */
  show(kind, text, stays_ms) {
    clearTimeout(this.timer);
    this.root.dataset.kind = kind;
    if (this.text.textContent !== text) this.text.textContent = text;
    this.root.hidden = false;
    if (stays_ms) this.timer = setTimeout(() => this.hide(), stays_ms);
  }

  hide() {
    clearTimeout(this.timer);
    this.root.hidden = true;
  }
}
