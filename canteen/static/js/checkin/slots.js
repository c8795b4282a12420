// @ts-check

const MOST = 2000;
const KEPT_MS = 72 * 3600 * 1000;
const PAUSE_MS = 500;

/**
 * One meal of this till: who (the elder's ref, or the hash of a card that is not on the sheet) and which slot
 * (`2026-11-20/lunch`). `wallet_fen` is what the wallet was promised to pay.
 * @typedef {{who: string, slot: string, scan_id: string, at: string, name: string, wallet_fen: number,
 *   undone?: boolean}} Eaten
 */

/**
 * What this till knows to be eaten, and what it has promised from wallets since the sheet was made. It lies beside
 * the sheet and goes with it.
 */
export class Slots {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Eaten>} by scan id */
    this.eaten = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Take up what was written down, as far as a sheet may not know of it yet. */
  async recall() {
    const since = new Date(Date.now() - KEPT_MS).toISOString();
    for (const one of (await this.store.get("sheet", "eaten")) ?? []) if (one.at > since) this.eaten.set(one.scan_id, one);
  }

  /**
   * @param {string} who
   * @param {string} slot
   * @returns {Eaten | null}
   */
  served(who, slot) {
    return this.all(who).find((one) => one.slot === slot && !one.undone) ?? null;
  }

  /**
   * What the wallet of this elder was promised to pay, and the sheet does not know of yet.
   * @param {string} who
   * @param {string} since when the sheet was made
   * @param {(scanId: string) => boolean} isUnsent
   */
  promised_fen(who, since, isUnsent) {
    const open = this.all(who).filter((one) => !one.undone && (isUnsent(one.scan_id) || one.at > since));
    return open.reduce((sum, one) => sum + one.wallet_fen, 0);
  }

  /**
   * @param {string} who
   * @returns {Eaten[]} newest first
   */
  all(who) {
    return [...this.eaten.values()].filter((one) => one.who === who).reverse();
  }

  /** @param {Eaten} one */
  add(one) {
    this.eaten.delete(one.scan_id);
    this.eaten.set(one.scan_id, one);
    this.keep();
  }

  /**
   * The meal was taken back: the slot is free again.
   * @param {string} scanId
   */
  undo(scanId) {
    const one = this.eaten.get(scanId);
    if (one) this.add({ ...one, undone: true });
  }

  /**
   * The server made no meal of it.
   * @param {string} scanId
   */
  forget(scanId) {
    if (this.eaten.delete(scanId)) this.keep();
  }

  /** Write it down beside the sheet, a moment later: the outbox is what must not be lost, and this follows from it. */
  keep() {
    while (this.eaten.size > MOST) this.eaten.delete([...this.eaten.keys()][0]);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.store.put("sheet", "eaten", [...this.eaten.values()]).catch(() => undefined);
    }, PAUSE_MS);
  }
}
