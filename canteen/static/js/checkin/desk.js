// @ts-check
import { OF_CODE } from "./answers.js";
import { sha256 } from "./hash.js";
import { Problem, Unreachable } from "./server.js";
import { Choices } from "./choices.js";
import { Shelter } from "./shelter.js";
import { parse } from "./token.js";
import { judge } from "./verdict.js";

const CUT_MS = 1150; // After the token: what is left of 1200 ms is for the disk and the screen.

/**
 * The counter: a code comes in, a scan is kept and sent, an answer fills the stage; where no answer comes in time the
 * tablet gives its own. The next card is always possible, and what comes late goes to the list.
 * @typedef {import("./outbox.js").Scan} Scan
 * @typedef {{scan: Scan, who: string, card: string | null, elder: any, name: string, began_ms: number,
 *   isWaved: boolean, verdict?: import("./verdict.js").Verdict}} Case
 */
export class Desk {
  /** @param {import("./parts.js").Parts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Case | null} */
    this.current = null;
    this.shelter = new Shelter(this, parts);
    this.choices = new Choices(this, parts);
    /** Whether a card is served at once: not while a badge is asked for. */
    this.mayServe = () => true;
  }

  /**
   * Something was scanned or typed.
   * @param {string} raw
   */
  async read(raw) {
    const { panels, sheet, bus, onBadge } = this.parts;
    const code = parse(raw);
    bus.tell("read", { kind: code.kind });
    if (code.kind === "badge") {
      onBadge(code.badge);
    } else if (code.kind !== "token") {
      this.leave();
      this.show(panels.say(OF_CODE[code.kind]));
    } else if (!sheet.takes(code.token)) {
      sheet.close();
      await this.readToken(code.token);
    }
  }

  /** @param {string} token */
  async readToken(token) {
    performance.mark("till:token");
    const { presence, stage, panels, known } = this.parts;
    const began_ms = performance.now();
    const card = await sha256(token);
    const elder = known.book?.ofCard(card) ?? null;
    const who = elder?.ref ?? card;
    if (presence.isStillThere(who, began_ms)) {
      stage.pulse();
      return;
    }
    const at = presence.justServed(who, began_ms);
    if (!at) {
      await this.ask({ token_sha256: card }, { who, card, elder, name: elder?.name ?? "", began_ms });
    } else {
      this.leave();
      this.show(panels.say("JUST", { at }));
    }
  }

  /** @param {import("./elders.js").Elder} found chosen by hand */
  async serveByHand(found) {
    const elder = this.parts.known.book?.elder(found.ref) ?? null;
    const began_ms = performance.now();
    await this.ask({ elder_ref: found.ref }, { who: found.ref, card: null, elder, name: found.name, began_ms });
  }

  /**
   * A new scan of somebody; the name stands on the stage before anything else is done.
   * @param {Partial<Scan>} whom
   * @param {{who: string, card: string | null, elder: any, name: string, began_ms: number}} diner
   * @param {Partial<Scan>} [how]
   */
  async ask(whom, diner, how = {}) {
    this.leave();
    this.show(this.parts.panels.checking(diner.name));
    performance.mark("till:name");
    const mayServe = this.mayServe();
    const one = { scan: await this.record(whom, how), isWaved: false, ...diner };
    if (mayServe) await this.submit(one);
    else this.waitForBadge(one);
  }

  /** @param {Case} one */
  waitForBadge(one) {
    this.current = one;
    this.show(this.parts.panels.say("R24"));
  }

  /**
   * @param {Partial<Scan>} whom
   * @param {Partial<Scan>} how
   * @returns {Promise<Scan>}
   */
  async record(whom, how) {
    const { device, day, post } = this.parts;
    return {
      ...(await device.nextScan()), ...whom, meal_period: day.claim(), channel: "dine-in",
      seen_at: new Date().toISOString(), mono_ms: Math.round(performance.now()), anchor: post.anchor,
      shown_elder_fen: null, decision: "ONLINE", note: null, ...this.parts.stamp(), ...how,
    };
  }

  /** @param {Case} one */
  async submit(one) {
    this.current = one;
    if (this.decidesAlone(one)) await this.shelter.decide(one);
    else await this.send(one);
  }

  /**
   * Whether the server need not be asked: it does not answer, or the tablet knows of the slot what the server cannot.
   * @param {Case} one
   */
  decidesAlone(one) {
    const { line, outbox, letters, known } = this.parts;
    const verdict = one.verdict = judge(this.sceneOf(one), one);
    if (!line.isOnline) return true;
    if (one.scan.decision !== "ONLINE") return false;
    if (["R14", "R15", "R16"].includes(verdict.say ?? "")) return true;
    if (verdict.first && outbox.unsent.has(verdict.first.scan_id)) return true;
    return known.slots.all(one.who).some((meal) => meal.undone && letters.has(`/scans/${meal.scan_id}/cancel`));
  }

  /** @param {Case} one */
  sceneOf(one) {
    const { known, day, outbox } = this.parts;
    const { on, meal_period } = day.moment(Date.now());
    return {
      book: known.book, hashes: known.hashes, slots: known.slots, now_ms: Date.now(), on, meal_period,
      isUnsent: (/** @type {string} */ scanId) => scanId !== one.scan.scan_id && outbox.unsent.has(scanId),
    };
  }

  /** @param {Case} one */
  async send(one) {
    const { post, line } = this.parts;
    post.held.add(one.scan.scan_id);
    if (!(await this.shelter.keep(one))) return;
    try {
      const result = await post.ask(one.scan, Math.max(CUT_MS - (performance.now() - one.began_ms), 50));
      line.answered();
      this.answer(one, result);
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) await this.refuse(error, one);
      else if (error instanceof Problem || error instanceof Unreachable) await this.shelter.afterCut(one, error);
      else throw error;
    }
  }

  /**
   * The server does not know this tablet, or not any more. What it holds is safe, and nobody has to go hungry.
   * @param {Problem} problem
   * @param {Case} one
   */
  async refuse(problem, one) {
    const { panels, outbox, onRefused } = this.parts;
    onRefused(problem);
    if (one.scan.decision !== "ONLINE") {
      await this.shelter.decide(one);
    } else {
      one.scan = { ...one.scan, decision: "REFUSED" };
      if ((await this.shelter.keep(one)) && this.current === one) this.show(panels.say("R21", { saved: outbox.size }));
    }
  }

  /**
   * @param {Case} one
   * @param {any} result
   */
  answer(one, result) {
    const { panels, bus, recent, day } = this.parts;
    bus.tell("answer", { scan: one.scan, result, by: "server" });
    if (result.state === "MEAL" || result.code === "SERVED_ANYWAY") this.serve(one, result);
    else recent.remove(one.scan.scan_id);
    if (result.state === "MEAL") day.hear(result);
    const panel = panels.answer(result);
    if (this.current?.scan.scan_id === one.scan.scan_id) {
      this.show(panel);
      performance.mark("till:verdict");
    } else if (panel.kind !== "accept") {
      this.tellLate(one.name || result.elder?.name, panel);
    }
  }

  /**
   * @param {string | undefined} name
   * @param {import("./panels.js").Panel} panel
   */
  tellLate(name, panel) {
    const { words, banner } = this.parts;
    const reason = panel.title ?? panel.verdict;
    banner.show("warn", words.say("banner.late", { name: name || words.say("recent.unnamed"), reason }), 60000);
  }

  /**
   * A meal was served, by the server's word or the tablet's own.
   * @param {Case} one
   * @param {any} result
   */
  serve(one, result) {
    const { day, recent, presence, known, onCount } = this.parts;
    const { scan_id, seen_at } = one.scan;
    const isNew = !known.slots.eaten.has(scan_id);
    const { on, meal_period } = day.moment(Date.parse(seen_at));
    const name = result.elder?.name ?? one.name;
    recent.add({
      scan_id, at: seen_at, name, state: stateOf(result),
      wallet_fen: result.isLocal ? undefined : result.wallet_fen, cash_fen: result.cash_fen,
    });
    known.slots.add({ who: one.who, slot: `${on}/${meal_period}`, scan_id, at: seen_at, name, wallet_fen: result.wallet_fen ?? 0 });
    if (isNew) presence.serve(one.who, scan_id, day.time(seen_at), performance.now());
    if (isNew && result.state === "MEAL") day.served += 1;
    onCount();
  }

  /** Nobody waits for what was shown any more: what the cashier left undecided goes as it is. */
  leave() {
    this.shelter.letGo(this.current);
    this.current = null;
  }

  /** Back to the idle stage, whatever was shown. */
  rest() {
    this.leave();
    this.show(this.parts.panels.ready());
    this.parts.bus.tell("rest");
  }

  /** @param {import("./panels.js").Panel} panel */
  show(panel) {
    this.parts.screen.show(panel);
  }
}

/** @param {any} result */
function stateOf(result) {
  if (result.state !== "MEAL") return "look";
  return result.isLocal ? "waiting" : "served";
}
