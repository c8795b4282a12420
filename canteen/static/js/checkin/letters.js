// @ts-check
import { Problem, Unreachable } from "./server.js";

const PATIENCE_MS = 10000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10000;
const NOT_NOW = new Set([401, 403, 408, 429]); // Nothing is wrong with the letter: it waits.

/**
 * What the server has to hear, now or later: a meal taken back, a cash meal, a shift that opened. Each is kept before
 * it is sent, carries its own id, and is sent in order until it is answered.
 * @typedef {{no: number, path: string, body: any}} Letter
 * @typedef {{letter: Letter, told: (answer: any) => void, refused: (problem: Problem) => void}} Asker
 */
export class Letters {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./server.js").Server} server
   * @param {{onChange?: () => void, onRefused?: (letter: Letter, problem: Problem) => void, mayFly?: () => boolean}} [listeners]
   */
  constructor(store, server, listeners = {}) {
    this.store = store;
    this.server = server;
    this.listeners = listeners;
    /** @type {Letter[]} in the order they were written */
    this.waiting = [];
    this.nextNo = 1;
    /** @type {Map<number, Asker>} who wants to know the answer, by the letter's number */
    this.askers = new Map();
    /** @type {Promise<void> | null} */
    this.flight = null;
    this.wait_ms = FIRST_WAIT_MS;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Take up what an earlier page left behind. */
  async recall() {
    this.waiting = (await this.store.all("letters")).sort((a, b) => a.no - b.no);
    this.nextNo = (this.waiting.at(-1)?.no ?? 0) + 1;
  }

  get size() {
    return this.waiting.length;
  }

  /**
   * Keep a letter and send it; resolves when it is on the disk, whether there is a network or not.
   * @param {string} path
   * @param {any} body carries its own id, so that the server takes it once
   * @returns {Promise<{answer: Promise<any>}>} `answer` is what the server says, whenever that is; a Problem where it refuses
   */
  async send(path, body) {
    const letter = { no: this.nextNo, path, body };
    this.nextNo += 1;
    await this.store.put("letters", keyOf(letter), letter);
    const answer = new Promise((told, refused) => this.askers.set(letter.no, { letter, told, refused }));
    answer.catch(() => undefined);
    this.waiting.push(letter);
    this.listeners.onChange?.();
    this.flush();
    return { answer };
  }

  /**
   * Whether a letter to this address has not been answered yet.
   * @param {string} path
   */
  has(path) {
    return this.waiting.some((letter) => letter.path === path);
  }

  /** Send what waits, one after another. */
  flush() {
    this.flight ??= this.fly().finally(() => {
      this.flight = null;
      this.listeners.onChange?.();
      if (this.size) this.retrySoon();
    });
    return this.flight;
  }

  async fly() {
    while (this.waiting.length && (this.listeners.mayFly?.() ?? true)) {
      const [letter] = this.waiting;
      if (!(await this.deliver(letter))) return;
      this.waiting.shift();
      await this.store.remove("letters", keyOf(letter));
    }
  }

  /**
   * @param {Letter} letter
   * @returns {Promise<boolean>} whether it is done with: taken, or refused for good
   */
  async deliver(letter) {
    try {
      const said = await this.server.post(letter.path, letter.body, PATIENCE_MS);
      this.wait_ms = FIRST_WAIT_MS;
      this.askers.get(letter.no)?.told(said);
      this.askers.delete(letter.no);
      return true;
    } catch (error) {
      this.wait_ms = Math.min(this.wait_ms * 2, LONGEST_WAIT_MS);
      if (error instanceof Unreachable) return false;
      if (!(error instanceof Problem)) throw error;
      if (NOT_NOW.has(error.status)) return false;
      if (this.askers.has(letter.no)) this.askers.get(letter.no)?.refused(error);
      else this.listeners.onRefused?.(letter, error);
      this.askers.delete(letter.no);
      return true;
    }
  }

  retrySoon() {
    clearTimeout(this.timer);
    if (!(this.listeners.mayFly?.() ?? true)) return;
    this.timer = setTimeout(() => this.flush(), this.wait_ms);
  }
}

/** @param {Letter} letter */
function keyOf(letter) {
  return String(letter.no).padStart(12, "0");
}
