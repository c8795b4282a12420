// @ts-check
import { NEARLY_FULL } from "./outbox.js";

const DAY_MS = 24 * 3600 * 1000;
const CLOCK_OFF_MS = 5 * 60 * 1000;
const DONE_MS = 4000;

/** What the banner has to say of the line, the outbox, the sheet and this tablet; drawn anew whenever one changes. */
export class Causes {
  /**
   * @param {import("./banner.js").Banner} banner
   * @param {import("./words.js").Words} words
   * @param {{line: import("./line.js").Line, outbox: import("./outbox.js").Outbox,
   *   letters: import("./letters.js").Letters, post: import("./post.js").Post, known: import("./known.js").Known}} parts
   */
  constructor(banner, words, parts) {
    this.banner = banner;
    this.words = words;
    this.parts = parts;
    this.isRefused = false;
    this.clockOff_ms = 0;
    this.wasSending = false;
  }

  draw() {
    this.drawStopped();
    this.drawFull();
    this.drawOff();
    this.drawSending();
    this.drawOld();
  }

  get saved() {
    return this.parts.outbox.size + this.parts.letters.size;
  }

  drawStopped() {
    const { banner, words } = this;
    if (this.isRefused) banner.stand("stopped", { kind: "stop", text: words.say("banner.refused", { saved: this.saved }) });
    else if (Math.abs(this.clockOff_ms) > CLOCK_OFF_MS) banner.stand("stopped", { kind: "stop", text: words.say("banner.clock") });
    else banner.stand("stopped", null);
  }

  drawFull() {
    const { size, oldest_ms } = this.parts.outbox;
    const isFull = size >= NEARLY_FULL || (oldest_ms !== null && Date.now() - oldest_ms >= DAY_MS);
    this.banner.stand("full", isFull ? { kind: "stop", text: this.words.say("banner.full", { saved: size }) } : null);
  }

  drawOff() {
    const { banner, words, parts: { line } } = this;
    if (line.isOnline) return banner.stand("off", null);
    const text = this.saved ? words.say("banner.off", { saved: this.saved }) : words.say("banner.off-none");
    return banner.stand("off", { kind: "off", text, action: { label: words.say("do.try"), act: () => this.tryNow() } });
  }

  async tryNow() {
    await this.parts.line.tryNow();
    if (!this.parts.line.isOnline) this.banner.show("off", this.words.say("banner.still-off"), DONE_MS);
  }

  drawSending() {
    const { banner, words, parts: { line, post } } = this;
    const left = post.ready().length;
    const isSending = line.isOnline && left > 0;
    if (isSending) {
      const all = Math.max(post.uploading, left);
      banner.stand("sending", { kind: "info", text: words.say("banner.sending", { all, left }) });
    } else {
      banner.stand("sending", null);
      if (this.wasSending && line.isOnline) banner.show("info", words.say("banner.all-sent"), DONE_MS);
    }
    this.wasSending = isSending || (this.wasSending && !line.isOnline);
  }

  drawOld() {
    const { book } = this.parts.known;
    const isOld = book !== null && Date.now() - Date.parse(book.madeAt) > DAY_MS;
    this.banner.stand("old", isOld ? { kind: "warn", text: this.words.say("banner.old") } : null);
  }
}
