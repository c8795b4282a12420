// @ts-check
import { Problem, Unreachable } from "./server.js";

const PATIENCE_MS = 1200;
const RETRY_PATIENCE_MS = 10000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10000;
const BATCH = 100;

/**
 * The way of scans to the server: at once, and where no answer came, the same scan again until there is one.
 * @typedef {import("./outbox.js").Scan} Scan
 */
export class Post {
  /**
   * @param {import("./server.js").Server} server
   * @param {import("./outbox.js").Outbox} outbox
   * @param {{onLateAnswer: (scan: Scan, result: any) => void, onChange: () => void,
   *   onRefused: (problem: Problem) => void}} listeners
   */
  constructor(server, outbox, listeners) {
    this.server = server;
    this.outbox = outbox;
    this.listeners = listeners;
    /** @type {Set<string>} scans whose first answer is still being waited for */
    this.inFlight = new Set();
    /** @type {string | null} */
    this.anchor = null;
    this.isCut = false;
    this.wait_ms = FIRST_WAIT_MS;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Keep a scan, send it, and give the answer; null where none came in time (it stays in the outbox).
   * @param {Scan} scan
   * @returns {Promise<any | null>}
   */
  async send(scan) {
    this.inFlight.add(scan.scan_id);
    try {
      await this.outbox.keep(scan);
      const [result] = await this.deliver([scan], PATIENCE_MS);
      return result ?? null;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.retrySoon();
      return null;
    } finally {
      this.inFlight.delete(scan.scan_id);
      this.listeners.onChange();
    }
  }

  /** Send what waits; called by the timer, and when the page starts. */
  async flush() {
    const batch = this.outbox.list().filter((scan) => !this.inFlight.has(scan.scan_id)).slice(0, BATCH);
    if (!batch.length) return;
    try {
      const results = await this.deliver(batch, RETRY_PATIENCE_MS);
      this.wait_ms = FIRST_WAIT_MS;
      results.forEach((result) => this.listeners.onLateAnswer(scanOf(batch, result), result));
    } catch (error) {
      this.wait_ms = Math.min(this.wait_ms * 2, LONGEST_WAIT_MS);
      if (error instanceof Problem) this.listeners.onRefused(error);
      else if (!(error instanceof Unreachable)) throw error;
    } finally {
      this.listeners.onChange();
      if (this.outbox.size) this.retrySoon();
    }
  }

  retrySoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.wait_ms);
  }

  /**
   * @param {Scan[]} scans
   * @param {number} patience_ms
   * @returns {Promise<any[]>}
   */
  async deliver(scans, patience_ms) {
    const records = scans.map((scan) => (scan.token ? without(scan, "token_sha256") : scan));
    const body = { sent_at: new Date().toISOString(), records };
    const answer = await this.server.post("/scans", body, patience_ms);
    this.anchor = answer.anchor ?? this.anchor;
    const known = new Set(scans.map((scan) => scan.scan_id));
    const results = answer.results.filter((/** @type {any} */ result) => known.has(result.scan_id));
    for (const result of results) await this.outbox.settle(result.scan_id);
    return results;
  }
}

/**
 * @param {Scan} scan
 * @param {"token_sha256"} key
 */
function without(scan, key) {
  const { [key]: _left, ...rest } = scan;
  return rest;
}

/**
 * @param {Scan[]} batch
 * @param {{scan_id: string}} result
 */
function scanOf(batch, result) {
  return /** @type {Scan} */ (batch.find((scan) => scan.scan_id === result.scan_id));
}
