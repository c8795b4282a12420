// @ts-check
import { Problem, Unreachable } from "./server.js";

const RETRY_PATIENCE_MS = 10000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10000;
const BATCH = 100;

/**
 * The way of scans to the server: one at once, and what had no answer in time again and again until it has one.
 * @typedef {import("./outbox.js").Scan} Scan
 */
export class Post {
  /**
   * @param {{server: import("./server.js").Server, outbox: import("./outbox.js").Outbox,
   *   letters: import("./letters.js").Letters, line: import("./line.js").Line}} parts
   * @param {{onLateAnswer: (scan: Scan, result: any) => void, onChange: () => void,
   *   onRefused: (problem: Problem) => void}} listeners
   */
  constructor({ server, outbox, letters, line }, listeners) {
    this.server = server;
    this.outbox = outbox;
    this.letters = letters;
    this.line = line;
    this.listeners = listeners;
    /** @type {Set<string>} scans whose first answer, or whose cashier, is still being waited for */
    this.held = new Set();
    /** @type {string | null} */
    this.anchor = null;
    this.most = BATCH;
    this.wait_ms = FIRST_WAIT_MS;
    /** How many the running upload began with; 0 where none runs. */
    this.uploading = 0;
    /** @type {Promise<void> | null} */
    this.flight = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Send a kept scan and give its answer. Raises Unreachable or Problem; it stays in the outbox then.
   * @param {Scan} scan
   * @param {number} patience_ms
   * @returns {Promise<any>}
   */
  async ask(scan, patience_ms) {
    this.held.add(scan.scan_id);
    const { answered, settled } = await this.deliver([scan], patience_ms);
    settled.then(() => this.held.delete(scan.scan_id));
    return answered[0][1];
  }

  /**
   * Nobody waits for this scan any more: it goes with the others.
   * @param {string} scanId
   */
  release(scanId) {
    this.held.delete(scanId);
    this.changed();
    this.retrySoon(0);
  }

  /** The outbox holds more or less than before: whoever shows it should count again. */
  changed() {
    this.listeners.onChange();
  }

  /** @returns {Scan[]} what may be sent now */
  ready() {
    return this.outbox.list().filter((scan) => !this.held.has(scan.scan_id));
  }

  /** Send what waits; one upload at a time. */
  flush() {
    this.flight ??= this.fly().finally(() => {
      this.flight = null;
      this.uploading = 0;
      this.listeners.onChange();
      if (this.ready().length && this.line.isOnline) this.retrySoon(this.wait_ms);
    });
    return this.flight;
  }

  async fly() {
    // Cancellations go first: the server holds one that is early, and a slot must be free before its next meal comes.
    await this.letters.flush();
    this.uploading = this.ready().length;
    for (let batch = this.ready().slice(0, this.most); batch.length; batch = this.ready().slice(0, this.most)) {
      if (!(await this.upload(batch))) return;
    }
  }

  /**
   * @param {Scan[]} batch
   * @returns {Promise<boolean>} whether to go on with the next
   */
  async upload(batch) {
    try {
      const { answered, settled } = await this.deliver(batch, RETRY_PATIENCE_MS);
      this.wait_ms = FIRST_WAIT_MS;
      this.most = Math.min(this.most * 2, BATCH);
      for (const [scan, result] of answered) this.listeners.onLateAnswer(scan, result);
      return await settled;
    } catch (error) {
      this.wait_ms = Math.min(this.wait_ms * 2, LONGEST_WAIT_MS);
      // A batch that cannot get through whole may do so in parts; what is refused is never thrown away.
      this.most = Math.max(1, Math.floor(this.most / 2));
      if (error instanceof Problem) this.listeners.onRefused(error);
      else if (!(error instanceof Unreachable)) throw error;
      else if (error.why !== "late") this.line.cut();
      return false;
    }
  }

  /** @param {number} wait_ms */
  retrySoon(wait_ms) {
    clearTimeout(this.timer);
    if (this.line.isOnline) this.timer = setTimeout(() => this.flush(), wait_ms);
  }

  /**
   * @param {Scan[]} scans
   * @param {number} patience_ms
   * @returns {Promise<{answered: [Scan, any][], settled: Promise<boolean>}>} each scan that was answered, with its
   *   result; `settled` once the outbox knows, false where it could not be written
   */
  async deliver(scans, patience_ms) {
    const body = { sent_at: new Date().toISOString(), records: scans };
    const answer = await this.server.post("/scans", body, patience_ms);
    this.anchor = answer.anchor ?? this.anchor;
    const asked = new Map(scans.map((scan) => [scan.scan_id, scan]));
    const answered = /** @type {[Scan, any][]} */ (answer.results
      .filter((/** @type {any} */ result) => asked.has(result.scan_id))
      .map((/** @type {any} */ result) => [asked.get(result.scan_id), result]));
    if (!answered.length) throw new Unreachable("no results");
    const settled = this.settle(answered, answer).then(() => true, () => false);
    return { answered, settled: settled.finally(() => this.goOn()) };
  }

  /** Told by an answer that the server was restored, the tablet has more to send than before. */
  goOn() {
    this.listeners.onChange();
    if (!this.flight && this.ready().length) this.retrySoon(0);
  }

  /**
   * @param {[Scan, any][]} answered
   * @param {{epoch: number, backed_up_through: number}} answer
   */
  async settle(answered, answer) {
    for (const [scan, result] of answered) await this.outbox.settle(scan, result, answer);
    await this.outbox.review(answer);
  }
}
