// @ts-check
import { Full } from "./outbox.js";
import { Problem } from "./server.js";
import { judge } from "./verdict.js";

/**
 * What the tablet does without the server: it decides, keeps its decision on the disk, and shows green only then.
 * @typedef {import("./desk.js").Case} Case
 * @typedef {import("./outbox.js").Scan} Scan
 */
export class Shelter {
  /**
   * @param {import("./desk.js").Desk} desk
   * @param {import("./parts.js").Parts} parts
   */
  constructor(desk, parts) {
    this.desk = desk;
    this.parts = parts;
    this.slip = 0;
  }

  /**
   * Put a scan on the disk. If that fails: red, a number for a paper slip, and why.
   * @param {Case} one
   * @returns {Promise<boolean>}
   */
  async keep(one) {
    const { outbox, panels, words, device } = this.parts;
    try {
      await outbox.keep(one.scan);
      return true;
    } catch (error) {
      this.slip += 1;
      const slip = `${device.bootId.slice(0, 3).toUpperCase()}-${String(this.slip).padStart(2, "0")}`;
      if (this.desk.current === one) this.desk.show(panels.say("STORE", { slip, reason: words.say(`store.${whyNot(error)}`) }));
      return false;
    }
  }

  /**
   * The answer did not come in time, or was none.
   * @param {Case} one
   * @param {Error} error
   */
  async afterCut(one, error) {
    const { line } = this.parts;
    if (!(error instanceof Problem)) line.cut();
    one.verdict = judge(this.desk.sceneOf(one), one);
    const isBusy = error instanceof Problem || /** @type {any} */ (error).why === "busy";
    await this.decide(one, isBusy);
  }

  /**
   * Decide by what lies here. A stop is held back until the cashier has chosen: what was sent cannot be changed twice.
   * @param {Case} one
   * @param {boolean} [isBusy] the server was reached and could not say
   */
  async decide(one, isBusy = false) {
    const { post } = this.parts;
    const verdict = /** @type {import("./verdict.js").Verdict} */ (one.verdict);
    post.held.add(one.scan.scan_id);
    if (one.scan.decision === "FULL_PRICE" || one.scan.decision === "SERVED_ANYWAY") return this.stand(one);
    one.scan = { ...one.scan, ...(verdict.serves ? verdict.change : {}), decision: verdict.decision };
    if (!(await this.keep(one))) return undefined;
    post.changed();
    if (verdict.serves) this.serve(one, verdict.result, isBusy);
    else this.stop(one, verdict);
    return undefined;
  }

  /**
   * Green, by the tablet's own word.
   * @param {Case} one
   * @param {any} result
   * @param {boolean} [isBusy]
   */
  serve(one, result, isBusy = false) {
    const { panels, bus, post } = this.parts;
    bus.tell("answer", { scan: one.scan, result, by: "tablet" });
    this.desk.serve(one, result);
    if (this.desk.current === one) {
      this.desk.show(panels.answer(isBusy ? { ...result, notices: [...(result.notices ?? []), "R25"] } : result));
      performance.mark("till:verdict");
    }
    post.release(one.scan.scan_id);
  }

  /**
   * @param {Case} one
   * @param {import("./verdict.js").Verdict} verdict
   */
  stop(one, verdict) {
    const { bus, post } = this.parts;
    bus.tell("answer", { scan: one.scan, result: null, by: "tablet" });
    if (this.desk.current !== one) {
      post.release(one.scan.scan_id);
      this.desk.tellLate(one.name, this.parts.panels.local(verdict));
      return;
    }
    this.desk.show(this.parts.panels.local(verdict));
    performance.mark("till:verdict");
  }

  /**
   * What the cashier decided stands as it is: served, and looked at later.
   * @param {Case} one
   */
  async stand(one) {
    if (!(await this.keep(one))) return;
    const { price_fen } = this.parts.day;
    const elder = one.elder ?? (one.name ? { name: one.name } : null);
    const isFull = one.scan.decision === "FULL_PRICE";
    const cash_fen = one.scan.tender === "cash" ? one.scan.cash_taken_fen : 0;
    this.serve(one, isFull
      ? { state: "MEAL", code: "FULL_PRICE", price_fen, elder_fen: price_fen, cash_fen, notices: [], elder, isLocal: true }
      : { state: "EXCEPTION", code: "SERVED_ANYWAY", elder, isLocal: true });
  }

  /**
   * A stop that the cashier has walked away from is a refusal, and may be sent.
   * @param {Case | null} one
   */
  letGo(one) {
    if (one && one.scan.decision !== "ONLINE") this.parts.post.release(one.scan.scan_id);
  }

  /**
   * A scan of a page that is gone: it asked the server, and nobody was there for the answer.
   * @param {Scan} scan
   * @param {any} result
   * @returns {Case}
   */
  caseOf(scan, result) {
    const who = result.elder?.ref ?? scan.elder_ref ?? scan.token_sha256 ?? "";
    return { scan, who, card: scan.token_sha256 ?? null, elder: null, name: "", began_ms: 0, isWaved: false };
  }

  /**
   * The answer to a scan that was sent after the tablet had decided. The first effect stays; a meal that the tablet
   * refused and nobody ate is taken back.
   * @param {Scan} scan
   * @param {any} result
   */
  answerLate(scan, result) {
    const { recent, known, bus, panels, letters, onCount, day } = this.parts;
    bus.tell("answer", { scan, result, by: "server" });
    const meal = recent.meals.find((one) => one.scan_id === scan.scan_id);
    if (scan.decision === "REFUSED") {
      if (result.state === "MEAL") letters.send(`/scans/${scan.scan_id}/cancel`, takenBack(scan));
    } else if (result.state === "MEAL" || result.code === "SERVED_ANYWAY") {
      if (!known.slots.eaten.has(scan.scan_id)) this.desk.serve(this.caseOf(scan, result), result);
      else if (meal) recent.add({ ...meal, name: result.elder?.name ?? meal.name, state: "served", wallet_fen: result.wallet_fen, cash_fen: result.cash_fen });
    } else if (scan.decision === "ONLINE") {
      recent.remove(scan.scan_id);
    } else {
      recent.remove(scan.scan_id);
      if (result.code === "DUPLICATE_SAME" && known.slots.eaten.has(scan.scan_id)) day.served -= 1;
      if (!QUIET.has(result.code)) this.desk.tellLate(meal?.name || result.elder?.name, panels.answer(result));
    }
    onCount();
  }
}

/** Served at two windows, or waiting for a person as the cashier knew: nothing for the queue to hear. */
const QUIET = new Set(["DUPLICATE_SAME", "UNKNOWN", "SERVED_ANYWAY"]);

/** @param {Scan} scan */
function takenBack(scan) {
  return { cancel_id: scan.scan_id, reason: "refused at the till", seen_at: new Date().toISOString() };
}

/** @param {unknown} error */
function whyNot(error) {
  if (error instanceof Full) return "full";
  return error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "broken";
}
