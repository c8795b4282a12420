// @ts-check

/**
 * One scan as the server takes it. Of a card only the hash of its token is ever kept.
 * @typedef {{scan_id: string, boot_id: string, seq: number, token_sha256?: string, elder_ref?: string,
 *   meal_period: string, channel: string, seen_at: string, mono_ms: number, anchor: string | null,
 *   shown_elder_fen: number | null, decision: string, note: string | null, price_basis?: string, tender?: string,
 *   cash_taken_fen?: number, cashier_ref?: string, shift_id?: string}} Scan
 * @typedef {{no: number, scan: Scan, kept: {commit_no: number, epoch: number} | null}} Row
 */

export const ROOM = 5000;
export const NEARLY_FULL = 4000;

/** There is no room for another scan. */
export class Full extends Error {}

/**
 * What this tablet has seen: unsent scans in order, and kept ones, which are answered but not yet in a backup. A scan
 * lies here, on the disk, before anything is shown or sent.
 */
export class Outbox {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Row>} */
    this.unsent = new Map();
    /** @type {Map<string, Row>} */
    this.kept = new Map();
    this.nextNo = 1;
  }

  /** Take up what an earlier page left behind. */
  async recall() {
    const rows = /** @type {Row[]} */ (await this.store.all("outbox"));
    for (const row of rows.sort((a, b) => a.no - b.no)) (row.kept ? this.kept : this.unsent).set(row.scan.scan_id, row);
    this.nextNo = (rows.at(-1)?.no ?? 0) + 1;
  }

  /** How many the server has not answered. */
  get size() {
    return this.unsent.size;
  }

  /** When the oldest unsent scan was seen, in ms; null where there is none. */
  get oldest_ms() {
    const [first] = this.unsent.values();
    return first ? Date.parse(first.scan.seen_at) : null;
  }

  /** @returns {Scan[]} the unsent ones, in the order they were seen */
  list() {
    return [...this.unsent.values()].sort((a, b) => a.no - b.no).map((row) => row.scan);
  }

  /** @returns {Scan[]} all that the tablet still holds */
  everything() {
    return [...this.unsent.values(), ...this.kept.values()].sort((a, b) => a.no - b.no).map((row) => row.scan);
  }

  /**
   * Keep a scan, or what was decided about it; resolves only when it is on the disk.
   * @param {Scan} scan
   */
  async keep(scan) {
    const known = this.unsent.get(scan.scan_id) ?? this.kept.get(scan.scan_id);
    if (!known && this.unsent.size + this.kept.size >= ROOM && !(await this.makeRoom())) throw new Full("outbox");
    const no = known?.no ?? this.nextNo;
    this.nextNo = Math.max(this.nextNo, no + 1);
    const row = { no, scan, kept: null };
    await this.store.put("outbox", scan.scan_id, row);
    this.kept.delete(scan.scan_id);
    this.unsent.set(scan.scan_id, row);
  }

  /** Kept ones give way to new ones: the server has them, and only a lost backup would miss them. */
  async makeRoom() {
    const [oldest] = [...this.kept.values()].sort((a, b) => a.no - b.no);
    if (oldest) await this.drop(oldest.scan.scan_id);
    return Boolean(oldest);
  }

  /**
   * The server has answered for this scan, as it was sent.
   * @param {Scan} scan
   * @param {{commit_no: number | null}} result
   * @param {{epoch: number, backed_up_through: number}} answer
   */
  async settle(scan, result, answer) {
    const row = this.unsent.get(scan.scan_id);
    if (!row || row.scan.decision !== scan.decision) return;
    if (result.commit_no === null || result.commit_no <= answer.backed_up_through) {
      await this.drop(scan.scan_id);
      return;
    }
    const kept = { ...row, kept: { commit_no: result.commit_no, epoch: answer.epoch } };
    this.unsent.delete(scan.scan_id);
    this.kept.set(scan.scan_id, kept);
    await this.store.put("outbox", scan.scan_id, kept);
  }

  /**
   * Let go of what is inside a backup; what was answered under another epoch is unsent again.
   * @param {{epoch: number, backed_up_through: number}} answer
   */
  async review({ epoch, backed_up_through }) {
    for (const row of [...this.kept.values()]) {
      const { commit_no, epoch: known } = /** @type {{commit_no: number, epoch: number}} */ (row.kept);
      if (known !== epoch) await this.keep(row.scan);
      else if (commit_no <= backed_up_through) await this.drop(row.scan.scan_id);
    }
  }

  /** @param {string} scanId */
  async drop(scanId) {
    this.unsent.delete(scanId);
    this.kept.delete(scanId);
    await this.store.remove("outbox", scanId);
  }
}
