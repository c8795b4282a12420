// @ts-check
import { fill, part } from "./dom.js";

/**
 * A page of the till that lies over the stage until it is put away: find, top up, undo, more.
 * @typedef {{title: string, draw: () => Node, onCard?: (token: string) => void, onClose?: () => void}} Page
 */
export class Sheet {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.title = part(root, "sheet-title");
    this.body = part(root, "sheet-body");
    /** @type {Page | null} */
    this.page = null;
    part(root, "sheet-close").addEventListener("click", () => this.close());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** @param {Page} page */
  open(page) {
    const previous = this.page;
    this.page = page;
    if (previous && previous !== page) previous.onClose?.();
    this.title.textContent = page.title;
    this.draw();
    this.root.hidden = false;
    this.root.focus({ preventScroll: true });
  }

  /** Draw the open page anew, at its next step. */
  draw() {
    if (!this.page) return;
    fill(this.body, this.page.draw());
    this.root.scrollTop = 0;
  }

  close() {
    if (!this.page) return;
    const { page } = this;
    this.page = null;
    this.root.hidden = true;
    fill(this.body);
    page.onClose?.();
  }

  /**
   * A card was shown. Whether the open page wants it for itself; if not, it is a meal and the page goes away.
   * @param {string} token
   */
  takes(token) {
    if (!this.page?.onCard) return false;
    this.page.onCard(token);
    return true;
  }
}
