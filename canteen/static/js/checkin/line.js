// @ts-check
import { Problem } from "./server.js";

const MOST_CUTS = 3;
const GOOD_PROBES = 2;
const PROBE_EVERY_MS = 10000;

/**
 * Whether answers come in time. After three cuts in a row the till decides by itself at once and probes; two good
 * probes in a row bring it back. What the browser believes of the network is never asked: it knows of the cable, not
 * of the server.
 */
export class Line {
  /**
   * @param {() => Promise<void>} probe throws where no answer came in time
   * @param {() => void} onTurn told when the line goes or comes back
   */
  constructor(probe, onTurn) {
    this.probe = probe;
    this.onTurn = onTurn;
    this.isOnline = true;
    this.cuts = 0;
    this.good = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** An answer came in time. */
  answered() {
    if (this.isOnline) this.cuts = 0;
  }

  /** No answer came in time. */
  cut() {
    this.good = 0;
    if (!this.isOnline) return;
    this.cuts += 1;
    if (this.cuts >= MOST_CUTS) this.turn(false);
  }

  /** @param {boolean} isOnline */
  turn(isOnline) {
    this.isOnline = isOnline;
    this.cuts = 0;
    this.good = 0;
    clearTimeout(this.timer);
    if (!isOnline) this.timer = setTimeout(() => this.knock(), PROBE_EVERY_MS);
    this.onTurn();
  }

  /** One probe while the till is by itself; the next follows in ten seconds. */
  async knock() {
    clearTimeout(this.timer);
    await this.ask();
    if (!this.isOnline) this.timer = setTimeout(() => this.knock(), PROBE_EVERY_MS);
  }

  /** 现在试试: probe at once, twice if the first is good. */
  async tryNow() {
    await this.ask();
    if (this.good && !this.isOnline) await this.ask();
  }

  async ask() {
    try {
      await this.probe();
      this.good += 1;
    } catch (error) {
      // A refusal is an answer: the line is good, whatever the server thinks of this tablet.
      this.good = error instanceof Problem ? this.good + 1 : 0;
    }
    if (!this.isOnline && this.good >= GOOD_PROBES) this.turn(true);
  }
}
