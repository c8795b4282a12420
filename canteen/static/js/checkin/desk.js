// @ts-check
import { OF_CODE } from "./answers.js";
import { sha256 } from "./hash.js";
import { Problem } from "./server.js";
import { parse } from "./token.js";

const SHRINKS_MS = 8000;
const UNCLEAR_MS = 3000;

/**
 * The counter: a code comes in, a scan is kept and sent, an answer fills the stage.
 * The next card is always possible; an answer that comes after it goes to the list and, if need be, to the banner.
 * @typedef {import("./outbox.js").Scan} Scan
 * @typedef {{scan: Scan, card: string, name: string}} Case
 */
export class Desk {
  /**
   * @param {{device: import("./device.js").Device, post: import("./post.js").Post,
   *   panels: import("./panels.js").Panels, stage: import("./stage.js").Stage, day: import("./day.js").Day,
   *   recent: import("./recent.js").Recent, presence: import("./presence.js").Presence,
   *   banner: import("./banner.js").Banner, words: import("./words.js").Words,
   *   sheet: import("./sheet.js").Sheet, bus: import("./bus.js").Bus, stamp: () => object,
   *   onBadge: (badge: string) => void, onCount: () => void}} parts
   */
  constructor(parts) {
    this.parts = parts;
    /** @type {Case | null} */
    this.current = null;
    /** @type {Map<string, Case>} scans shown as saved, whose answer is still to come */
    this.open = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
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
      this.current = null;
      this.show(panels.say(OF_CODE[code.kind]));
    } else if (!sheet.takes(code.token)) {
      sheet.close();
      await this.readToken(code.token);
    }
  }

  /** @param {string} token */
  async readToken(token) {
    performance.mark("till:token");
    const { presence, stage, panels } = this.parts;
    const now_ms = performance.now();
    const card = await sha256(token);
    if (presence.isStillThere(card, now_ms)) {
      stage.pulse();
      return;
    }
    const at = presence.justServed(card, now_ms);
    if (at) this.show(panels.say("JUST", { at }));
    else await this.ask({ token, token_sha256: card }, card, "");
  }

  /** @param {import("./elders.js").Elder} elder chosen by hand */
  async serveByHand(elder) {
    await this.ask({ elder_ref: elder.ref }, `ref:${elder.ref}`, elder.name);
  }

  /**
   * @param {Partial<Scan>} who
   * @param {string} card
   * @param {string} name
   * @param {Partial<Scan>} [how]
   */
  async ask(who, card, name, how = {}) {
    const scan = await this.record(who, how);
    await this.submit({ scan, card, name });
  }

  /**
   * @param {Partial<Scan>} who
   * @param {Partial<Scan>} how
   * @returns {Promise<Scan>}
   */
  async record(who, how) {
    const { device, day, post } = this.parts;
    return {
      ...(await device.nextScan()), ...who, meal_period: day.claim(), channel: "dine-in",
      seen_at: new Date().toISOString(), mono_ms: Math.round(performance.now()), anchor: post.anchor,
      shown_elder_fen: null, decision: "ONLINE", note: null, ...this.parts.stamp(), ...how,
    };
  }

  /** @param {Case} one */
  async submit(one) {
    this.current = one;
    this.show(this.parts.panels.checking(one.name));
    try {
      const result = await this.parts.post.send(one.scan);
      if (result) this.answer(one, result);
      else this.save(one);
    } catch (error) {
      if (this.current === one) this.refuse(error);
    }
  }

  /**
   * No answer in time: it is kept, the elder eats, the answer comes later.
   * @param {Case} one
   */
  save(one) {
    const { panels, recent, presence, day } = this.parts;
    this.open.set(one.scan.scan_id, one);
    this.parts.bus.tell("answer", { scan: one.scan, result: null, by: "tablet" });
    recent.add({ scan_id: one.scan.scan_id, at: one.scan.seen_at, name: one.name, state: "waiting" });
    presence.serve(one.card, one.scan.scan_id, day.time(one.scan.seen_at), performance.now());
    if (this.current === one) this.show(panels.say("R25", { name: one.name }));
  }

  /** @param {unknown} error */
  refuse(error) {
    const { panels, post } = this.parts;
    const isUnknown = error instanceof Problem && (error.status === 401 || error.status === 403);
    if (isUnknown) this.show(panels.say("R21", { saved: post.outbox.size }));
    else this.show(panels.say(error instanceof Problem ? "UNREAD" : "STORE"));
  }

  /**
   * @param {Case} one
   * @param {any} result
   */
  answer(one, result) {
    const { panels, words, banner } = this.parts;
    this.open.delete(one.scan.scan_id);
    if (result.state === "MEAL") this.serve(one, result);
    else this.parts.recent.remove(one.scan.scan_id);
    const panel = panels.answer(result);
    this.parts.bus.tell("answer", { scan: one.scan, result, by: "server" });
    if (this.current?.scan.scan_id === one.scan.scan_id) {
      this.show(panel);
      performance.mark("till:verdict");
    } else if (panel.kind !== "accept") {
      const name = result.elder?.name ?? words.say("recent.unnamed");
      banner.show("warn", words.say("banner.late", { name, reason: panel.title ?? panel.verdict }), 60000);
    }
  }

  /**
   * The answer to a scan that was sent again.
   * @param {Scan} scan
   * @param {any} result
   */
  answerLate(scan, result) {
    const card = scan.token_sha256 ?? `ref:${scan.elder_ref}`;
    this.answer(this.open.get(scan.scan_id) ?? { scan, card, name: "" }, result);
  }

  /**
   * @param {Case} one
   * @param {any} result
   */
  serve(one, result) {
    const { day, recent, presence, onCount } = this.parts;
    const { scan_id, seen_at } = one.scan;
    const name = result.elder?.name ?? one.name;
    recent.add({
      scan_id, at: seen_at, name, state: "served", wallet_fen: result.wallet_fen, cash_fen: result.cash_fen,
    });
    presence.serve(one.card, scan_id, day.time(seen_at), performance.now());
    day.served += 1;
    onCount();
  }

  /**
   * The tablet's own decision, once: the elder eats, the office sees to it.
   */
  async serveAnyway() {
    if (!this.current) return;
    const { scan, card, name } = this.current;
    await this.submit({ scan: { ...scan, decision: "SERVED_ANYWAY" }, card, name });
  }

  /** A second portion at the full price: a scan of its own. */
  async sellAnother() {
    if (!this.current) return;
    const { scan, card, name } = this.current;
    const who = scan.elder_ref ? { elder_ref: scan.elder_ref } : { token: scan.token, token_sha256: scan.token_sha256 };
    const shown = { shown_elder_fen: this.parts.day.price_fen };
    await this.ask(who, card, name, { decision: "FULL_PRICE", price_basis: "full", ...shown });
  }

  /** @param {string} scanId */
  forget(scanId) {
    const { presence, recent, day, onCount } = this.parts;
    presence.forget(scanId);
    recent.remove(scanId);
    day.served -= 1;
    onCount();
  }

  /** Back to the idle stage, whatever was shown. */
  rest() {
    this.current = null;
    this.show(this.parts.panels.ready());
    this.parts.bus.tell("rest");
  }

  /** @param {import("./panels.js").Panel} panel */
  show(panel) {
    const { stage, panels, day } = this.parts;
    clearTimeout(this.timer);
    stage.show(panel);
    this.parts.bus.tell("panel", panel);
    if (panel.kind === "accept" && !panel.stays && !panel.actions.length) {
      const last = { at: day.time(Date.now()), name: panel.name ?? "" };
      this.timer = setTimeout(() => stage.show(panels.ready(last)), SHRINKS_MS);
    } else if (panel.kind === "unclear") {
      this.timer = setTimeout(() => stage.show(panels.ready()), UNCLEAR_MS);
    }
  }
}
