// @ts-check
// The board looks again every minute and turns its pages. Without a network it keeps what it had, and says from when.

const LOOK_MS = 60000;
const TURN_MS = 15000;
const TICK_MS = 5000;
const SMALLEST_FIT = 0.6;

/** @param {ParentNode} root @param {string} name */
const part = (root, name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));

/** @param {string} name of a sentence that the page brings along */
const wordsOf = (name) => /** @type {HTMLTemplateElement} */ (part(document, name)).content.textContent ?? "";

export class Board {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.page = 0;
    /** When the page was taken in, by a clock that nobody sets. */
    this.since_ms = performance.now();
    new ResizeObserver(() => this.fit()).observe(root);
    document.fonts.addEventListener("loadingdone", () => this.fit());
  }

  start() {
    this.begin();
    setInterval(() => this.look(), LOOK_MS);
    setInterval(() => this.turn(), TURN_MS);
    setInterval(() => this.tick(), TICK_MS);
    addEventListener("online", () => this.look());
  }

  begin() {
    this.time = part(this.root, "clock").textContent ?? "";
    this.since_ms = performance.now();
    this.show();
  }

  get pages() {
    return /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll('[data-part="page"]')]);
  }

  /** A page that was taken in whole takes the other's place; anything else leaves what stands there. */
  async look() {
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      if (answer.status >= 500) throw new Error(String(answer.status));
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok) return this.end(told);
      const screen = part(told, "screen");
      if (!screen) throw new Error("another page");
      part(this.root, "screen").replaceWith(screen);
      this.begin();
    } catch {
      this.away();
    }
    return undefined;
  }

  /**
   * The link was revoked: nothing of the canteen stands there any more.
   * @param {Document} told
   */
  end(told) {
    const screen = told.querySelector(".screen");
    if (screen && told.body.dataset.missing !== undefined) part(this.root, "screen").replaceChildren(...screen.childNodes);
  }

  away() {
    const kept = part(this.root, "kept");
    if (!kept) return;
    kept.textContent = wordsOf("away").replace("{time}", this.time ?? "");
    kept.classList.add("away");
  }

  turn() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.page += 1;
    this.show();
  }

  show() {
    const { pages } = this;
    if (pages.length) {
      const at = this.page % pages.length;
      pages.forEach((page, number) => page.toggleAttribute("data-away", number !== at));
      const turns = part(this.root, "turns");
      const words = wordsOf("turn");
      if (turns) turns.textContent = words.replace("{page}", String(at + 1)).replace("{pages}", String(pages.length));
    }
    this.fit();
  }

  /** The clock goes on from the server's time, whatever the television believes. */
  tick() {
    const clock = part(this.root, "clock");
    if (!clock || !this.time) return;
    const [hours, minutes] = this.time.split(":").map(Number);
    const now = (hours * 60 + minutes + Math.floor((performance.now() - this.since_ms) / 60000)) % 1440;
    clock.textContent = [Math.floor(now / 60), now % 60].map((each) => String(each).padStart(2, "0")).join(":");
  }

  /** On a television nothing may be cut: what is large shrinks a little; a narrow window scrolls instead. */
  fit() {
    let scale = 1;
    const { style } = document.documentElement;
    style.setProperty("--fit", "1");
    while (innerWidth > 699 && scale > SMALLEST_FIT && document.documentElement.scrollHeight > innerHeight) {
      scale -= 0.05;
      style.setProperty("--fit", scale.toFixed(2));
    }
  }
}

const root = document.querySelector('[data-component="board"]');
if (root instanceof HTMLElement) new Board(root).start();
