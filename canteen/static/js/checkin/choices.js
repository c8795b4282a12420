// @ts-check

const SOON_MS = 1200;

/**
 * What the cashier chooses under an answer. Each is the record of the person who stands there, decided anew.
 * @typedef {import("./desk.js").Case} Case
 */
export class Choices {
  /**
   * @param {import("./desk.js").Desk} desk
   * @param {import("./parts.js").Parts} parts
   */
  constructor(desk, parts) {
    this.desk = desk;
    this.parts = parts;
  }

  /**
   * 先用餐，稍后核对: the elder eats, the office sees to it.
   * @param {string | null} [note] the name, where the list does not have it
   */
  async serveAnyway(note = null) {
    await this.again({ decision: "SERVED_ANYWAY", shown_elder_fen: null, note });
  }

  /** 照常用餐, 改成堂食: the meal is served as if kitchen and bookings had said nothing. */
  async asUsual() {
    if (this.desk.current) this.desk.current.isWaved = true;
    await this.again({ decision: "ONLINE" });
  }

  /** @param {Partial<import("./outbox.js").Scan>} change */
  async again(change) {
    const one = this.desk.current;
    if (!one) return;
    this.desk.show(this.parts.panels.checking(one.name));
    await this.desk.submit({ ...one, scan: { ...one.scan, ...change }, began_ms: performance.now() });
  }

  /** 现金付: the money is in the drawer, and the tablet serves by itself. */
  async payCash() {
    const one = this.desk.current;
    if (!one?.verdict?.result?.state) return;
    one.scan = { ...one.scan, ...one.verdict.change, decision: "ACCEPTED" };
    if (await this.desk.shelter.keep(one)) this.desk.shelter.serve(one, one.verdict.result);
  }

  /** A second portion at the full price: a scan of its own. */
  async sellAnother() {
    const one = this.desk.current;
    if (!one) return;
    const { day, line, known, outbox } = this.parts;
    const price_fen = /** @type {number} */ (day.price_fen);
    const promised_fen = known.book
      ? known.slots.promised_fen(one.who, known.book.madeAt, (scanId) => outbox.unsent.has(scanId)) : 0;
    const isCovered = line.isOnline || price_fen <= (one.elder?.wallet_offline_fen ?? 0) - promised_fen;
    const means = isCovered ? {} : { tender: "cash", cash_taken_fen: price_fen };
    await this.desk.ask(whomOf(one), dinerOf(one), {
      decision: "FULL_PRICE", price_basis: "full", shown_elder_fen: price_fen, ...means,
    });
  }

  /**
   * The wallet was filled while the elder stood there: the meal is taken back and asked for anew.
   * @param {Case} one
   */
  async afterTopUp(one) {
    const { answer } = await this.takeBack(one.scan.scan_id);
    await Promise.race([answer.catch(() => undefined), new Promise((tell) => setTimeout(tell, SOON_MS))]);
    await this.desk.ask(whomOf(one), dinerOf(one));
  }

  /**
   * Take a meal back, with or without a network.
   * @param {string} scanId
   * @returns {Promise<{answer: Promise<any>}>} resolves when it is on the disk
   */
  async takeBack(scanId) {
    const { letters, post } = this.parts;
    const body = { cancel_id: scanId, reason: "till", seen_at: new Date().toISOString() };
    const sent = await letters.send(`/scans/${scanId}/cancel`, body);
    this.forget(scanId);
    post.release(scanId);
    return sent;
  }

  /** @param {string} scanId */
  forget(scanId) {
    const { presence, recent, known, day, onCount } = this.parts;
    presence.forget(scanId);
    recent.remove(scanId);
    known.slots.undo(scanId);
    day.served = Math.max(0, day.served - 1);
    onCount();
  }
}

/** @param {Case} one */
function whomOf({ scan: { elder_ref, token_sha256 } }) {
  return elder_ref ? { elder_ref } : { token_sha256 };
}

/** @param {Case} one */
function dinerOf({ who, card, elder, name }) {
  return { who, card, elder, name, began_ms: performance.now() };
}
