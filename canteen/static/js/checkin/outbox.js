// @ts-check

/**
 * One scan as the server takes it. Of a card only the hash of its token is kept here.
 * @typedef {{scan_id: string, boot_id: string, seq: number, token?: string, token_sha256?: string,
 *   elder_ref?: string, meal_period: string, channel: string, seen_at: string, mono_ms: number,
 *   anchor: string | null, shown_elder_fen: number | null, decision: string, note: string | null,
 *   price_basis?: string}} Scan
 */

/** The scans that have no answer yet. A scan lies here before anything is shown or sent. */
export class Outbox {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Scan>} */
    this.waiting = new Map();
  }

  /** Take up what an earlier page left behind. */
  async recall() {
    for (const scan of await this.store.all("outbox")) this.waiting.set(scan.scan_id, scan);
  }

  get size() {
    return this.waiting.size;
  }

  /** @returns {Scan[]} in the order they were seen */
  list() {
    return [...this.waiting.values()].sort((a, b) => a.seen_at.localeCompare(b.seen_at));
  }

  /**
   * Keep a scan; resolves only when it is on the disk.
   * @param {Scan} scan
   */
  async keep(scan) {
    const { token: _card, ...kept } = scan;
    await this.store.put("outbox", kept.scan_id, kept);
    this.waiting.set(kept.scan_id, kept);
  }

  /**
   * The server has answered for it.
   * @param {string} scanId
   */
  async settle(scanId) {
    this.waiting.delete(scanId);
    await this.store.remove("outbox", scanId);
  }
}
