// @ts-check
import { el } from "./dom.js";
import { exported } from "./export.js";

/** 这台平板: what it holds, whether it is safe, and the last resort when it cannot be sent. */
export class TabletPage {
  /** @param {import("./counter.js").Counter} counter */
  constructor(counter) {
    this.counter = counter;
    this.words = counter.till.words;
    this.title = this.words.say("tablet.heading");
    this.fault = "";
  }

  draw() {
    const fault = this.fault ? el("p", { class: "fault", text: this.fault }) : null;
    fault?.setAttribute("role", "alert");
    return el("div", { class: "tiles-page" }, fault, this.facts(), el("div", { class: "tiles" },
      this.tile("tablet.renew", () => this.renew()), this.tile("tablet.export", () => this.export()),
      this.tile("do.enrol", () => this.enrolAgain()), this.tile("tablet.clear", () => this.clear())));
  }

  facts() {
    const { counter, words } = this;
    const { outbox, letters, known: { book }, till: { day } } = counter;
    const when = (/** @type {string} */ at) => `${day.dateOf(Date.parse(at))} ${day.time(at)}`;
    const lines = [
      words.say("tablet.name", { window: day.window, canteen: day.canteen }),
      words.say("tablet.unsent-count", { saved: outbox.size + letters.size, kept: outbox.kept.size }),
      book ? words.say("tablet.sheet", { at: when(book.madeAt), until: when(book.leaseUntil) }) : words.say("tablet.no-sheet"),
      words.say(counter.isSafe ? "tablet.safe" : "tablet.unsafe"),
    ];
    return el("ul", { class: "facts" }, ...lines.map((text) => el("li", { text })));
  }

  /**
   * @param {string} word
   * @param {() => void} onTap
   */
  tile(word, onTap) {
    const tile = el("button", { class: "tile", type: "button", text: this.words.say(word) });
    tile.addEventListener("click", onTap);
    return tile;
  }

  async renew() {
    await this.counter.refresh();
    this.counter.till.sheet.draw();
  }

  enrolAgain() {
    if (this.mayLeave(false)) this.counter.till.askForCode();
  }

  /** Nothing of this canteen stays: credentials, sheet, and what is already in a backup. */
  async clear() {
    if (!this.mayLeave(true)) return;
    await this.counter.store.wipe();
    location.reload();
  }

  /**
   * @param {boolean} isClearing kept scans block clearing only
   * @returns {boolean}
   */
  mayLeave(isClearing) {
    const { outbox, letters } = this.counter;
    const saved = outbox.size + letters.size;
    if (saved) this.fault = this.words.say("tablet.unsent", { saved });
    else if (isClearing && outbox.kept.size) this.fault = this.words.say("tablet.kept", { kept: outbox.kept.size });
    else return true;
    this.counter.till.sheet.draw();
    return false;
  }

  async export() {
    const { device, outbox, letters, till } = this.counter;
    try {
      const file = await exported(device.credentials, outbox.everything(), letters.waiting);
      download(file, `canteen-outbox-${device.credentials.device_id}.json`);
    } catch {
      this.fault = this.words.say("tablet.no-key");
      till.sheet.draw();
    }
  }
}

/**
 * @param {string} text
 * @param {string} name
 */
function download(text, name) {
  const link = /** @type {HTMLAnchorElement} */ (el("a"));
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
