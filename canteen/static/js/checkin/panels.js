// @ts-check
import { ANSWERS, NOTICES, OF_MEAL, OF_OUTCOME, OF_REVOKED } from "./answers.js";
import { price, yuan } from "./money.js";

/**
 * What the stage shows: kind is the look, the rest are texts in the order they stand.
 * @typedef {{id: string, label: string, weight: "primary" | "plain" | "serve", twice: boolean}} Action
 * @typedef {{kind: string, code: string, verdict: string, tag?: string, name?: string, detail?: string, pay?: string,
 *   figures?: string[], gift?: string, note?: {title: string, line: string}, stays?: boolean, title?: string, line?: string,
 *   isLow?: boolean, menu?: string, last?: {at: string, name: string}, actions: Action[]}} Panel
 * @typedef {import("./day.js").Day} Day
 * @typedef {import("./words.js").Words} Words
 */

const NEEDS_SECOND_TAP = new Set(["serve", "full-price"]);
/** What the elder waits for, or what may do harm, goes before whose money has ended. */
const PRESSING = new Set(["R12", "R13", "R17"]);
const BANDS = /** @type {Record<string, string>} */ ({ R11: "again", JUST: "just", TAB: "tab", TURN: "tab", PLAIN: "stop" });

/** Turns what the server answered into what the stage shows. It words and arranges; it decides nothing. */
export class Panels {
  /**
   * @param {Words} words
   * @param {Day} day
   */
  constructor(words, day) {
    this.words = words;
    this.day = day;
    /** Where to hold the card, as the reader that is in use wants it. */
    this.readyLine = "ready.line";
  }

  /**
   * @param {{at: string, name: string}} [last] the meal before, as a strip on top
   * @returns {Panel}
   */
  ready(last) {
    const { words, day } = this;
    return {
      kind: "ready", code: "ready", verdict: words.say("ready.verdict"), line: words.say(this.readyLine),
      menu: day.menuLine(), gift: this.gift(), last, actions: [],
    };
  }

  /** @returns {Panel} */
  checking(name = "") {
    return { kind: "checking", code: "checking", verdict: this.words.say("checking.verdict"), name, actions: [] };
  }

  /**
   * @param {any} result one of the results of `POST /scans`
   * @returns {Panel}
   */
  answer(result) {
    if (result.state === "MEAL") return this.meal(result);
    if (result.code === "SERVED_ANYWAY") return this.servedAnyway(result);
    if (result.code === "REVOKED") return this.say(OF_REVOKED[result.reason] ?? "R05", this.whoOf(result));
    const code = OF_OUTCOME[result.code] ?? "UNREAD";
    return this.say(code, { ...this.whoOf(result), ...this.firstOf(result) });
  }

  /**
   * A meal: the one answer that fills the stage.
   * @param {any} result
   * @returns {Panel}
   */
  meal(result) {
    const { words } = this;
    const isPriced = typeof result.elder_fen === "number";
    return {
      kind: "accept", code: result.code ?? "MEAL", verdict: words.say("meal.verdict"), tag: this.tagOf(result),
      name: result.elder?.name ?? "", detail: this.detailOf(result.elder),
      pay: isPriced ? words.say("meal.pays", { amount: price(result.elder_fen) }) : words.say("meal.priced-later"),
      figures: isPriced ? this.figuresOf(result) : [], isLow: Boolean(result.elder?.low),
      gift: this.gift(result), note: this.noteOf(result),
      stays: result.cash_fen > 0, actions: this.mealActions(result),
    };
  }

  /** @param {any} result */
  figuresOf(result) {
    const { words } = this;
    const subsidy = words.say("meal.subsidy", { amount: price(result.price_fen - result.elder_fen) });
    if (result.isLocal) return [subsidy, words.say("meal.balance-later")];
    if (typeof result.balance_fen !== "number") return [subsidy];
    return [subsidy, words.say("meal.balance", { amount: price(result.balance_fen) })];
  }

  /** @param {any} result */
  tagOf(result) {
    return result.isLocal ? this.words.say("meal.offline") : undefined;
  }

  /**
   * A stop by the tablet's own word.
   * @param {import("./verdict.js").Verdict} verdict
   * @returns {Panel}
   */
  local(verdict) {
    const { say = "R04", values = {}, result, first } = verdict;
    const next = this.day.nextMeal(Date.now());
    const panel = this.say(say, {
      ...(result ? this.whoOf(result) : {}), ...(first ? { at: this.day.time(first.at) } : {}),
      ...(next ? { meal: next.name, start: next.from } : {}),
      ...(typeof values.elder_fen === "number" ? { elder: yuan(values.elder_fen) } : {}),
    });
    return { ...panel, tag: this.words.say("meal.offline") };
  }

  /**
   * @param {any} result
   * @returns {Panel}
   */
  servedAnyway(result) {
    return {
      kind: "accept", code: "SERVED_ANYWAY", verdict: this.words.say("meal.verdict"), tag: this.tagOf(result),
      name: result.elder?.name ?? "", detail: this.detailOf(result.elder), note: this.noteFrom("SERVED"),
      gift: this.gift(), actions: [],
    };
  }

  /**
   * An answer by its code, in the words of the page.
   * @param {string} code
   * @param {Record<string, string | number>} [values]
   * @returns {Panel}
   */
  say(code, values = {}) {
    const { words } = this;
    const answer = ANSWERS[code];
    const filled = this.filled(values);
    return {
      kind: answer.kind, code, verdict: words.say(`${this.band(code, answer)}.verdict`),
      title: words.say(this.titleKey(code, filled), filled), line: words.say(this.lineKey(code, filled), filled),
      detail: code === "R11" ? "" : String(filled.who ?? ""), actions: this.actionsOf(code, answer, filled),
      stays: code === "TAB" || code === "TURN",
    };
  }

  /**
   * @param {string} code
   * @param {Record<string, string | number>} filled
   */
  titleKey(code, filled) {
    return code === "R11" && !(filled.at && filled.name) ? "R11.title-plain" : `${code}.title`;
  }

  /**
   * @param {string} code
   * @param {Record<string, string | number>} filled
   */
  lineKey(code, filled) {
    return code === "R10" && !filled.start ? "R10.line-plain" : `${code}.line`;
  }

  /**
   * @param {string} code
   * @param {import("./answers.js").Answer} answer
   */
  band(code, answer) {
    return BANDS[code] ?? answer.kind;
  }

  /**
   * @param {Record<string, string | number>} values
   * @returns {Record<string, string | number>}
   */
  filled(values) {
    const { day } = this;
    return {
      meal: day.mealName(), start: day.startsAt(), window: day.window, saved: 0,
      price: day.price_fen === null ? "" : yuan(day.price_fen), ...values,
    };
  }

  /**
   * @param {string} code
   * @param {import("./answers.js").Answer} answer
   * @param {Record<string, string | number>} values
   * @returns {Action[]}
   */
  actionsOf(code, answer, values) {
    const offered = answer.actions.filter((id) => id !== "full-price" || this.day.price_fen !== null);
    const actions = offered.map((id, at) => this.action(id, at === 0 ? "primary" : "plain", values));
    return answer.serve ? [...actions, this.action("serve", "serve", values)] : actions;
  }

  /**
   * @param {string} id
   * @param {Action["weight"]} weight
   * @param {Record<string, string | number>} values
   * @returns {Action}
   */
  action(id, weight, values = {}) {
    return { id, label: this.words.say(`do.${id}`, values), weight, twice: NEEDS_SECOND_TAP.has(id) };
  }

  /** @param {any} result */
  mealActions(result) {
    if ((result.notices ?? []).includes("R12")) return [this.action("full-price-yes", "primary"), this.action("decline", "plain")];
    if (!(result.cash_fen > 0)) return [];
    return result.isLocal ? [] : [this.action("cash-taken", "primary"), this.action("topup", "plain")];
  }

  /** @param {any} result */
  noteOf(result) {
    const code = this.noteCode(result);
    const used = this.day.usedUp;
    if (used && !PRESSING.has(code)) {
      this.day.usedUp = null; // Said once.
      return this.noteFrom("USEDUP", { names: used });
    }
    if (code) return this.noteFrom(code, this.noteValues(result));
    return undefined;
  }

  /**
   * Cash to take comes first: it is the only note that the elder waits for.
   * @param {any} result
   */
  noteCode(result) {
    const notices = /** @type {string[]} */ (result.notices ?? []);
    if (result.cash_fen > 0) return "R13";
    if (OF_MEAL[result.code]) return OF_MEAL[result.code];
    const named = NOTICES.find((code) => notices.includes(code));
    if (named) return named;
    return (result.elder?.labels ?? []).length ? "DIET" : "";
  }

  /**
   * @param {string} code
   * @param {Record<string, string | number>} [values]
   */
  noteFrom(code, values = {}) {
    const filled = this.filled(values);
    return { title: this.words.say(`${code}.title`, filled), line: this.words.say(`${code}.line`, filled) };
  }

  /** @param {any} result */
  noteValues(result) {
    return {
      cash: yuan(result.cash_fen ?? 0), wallet: yuan(result.wallet_fen ?? 0), elder: yuan(result.elder_fen ?? 0),
      price: yuan(result.price_fen ?? 0), labels: (result.elder?.labels ?? []).join("、"),
      home: result.elder?.home ?? "",
    };
  }

  /**
   * @param {any} result
   * @returns {Record<string, string | number>}
   */
  whoOf(result) {
    return result.elder ? { name: result.elder.name, who: this.whoLine(result.elder) } : {};
  }

  /**
   * @param {any} result
   * @returns {Record<string, string | number>}
   */
  firstOf(result) {
    if (!result.first) return {};
    return { at: this.day.time(result.first.at), window: result.first.window ?? this.day.window };
  }

  /** @param {any} elder */
  whoLine(elder) {
    return this.words.say("who.stopped", { name: elder.name, tail: elder.tail ?? "" });
  }

  /** @param {any} elder */
  detailOf(elder) {
    if (!elder) return "";
    const parts = [];
    if (typeof elder.age_years === "number") parts.push(this.words.say("who.age", { years: elder.age_years }));
    if (elder.tail) parts.push(this.words.say("who.tail", { tail: elder.tail }));
    return [...parts, ...(elder.labels ?? [])].join(" · ");
  }

  /**
   * Whose money helps the meal, for all alike; commercial sponsors in words of their own.
   * @param {{strip?: string | null, strip_sponsors?: string | null}} [result]
   */
  gift(result) {
    const donors = result?.strip ?? this.day.strip;
    const sponsors = result?.strip_sponsors ?? this.day.sponsors;
    const said = [
      donors ? this.words.say("gift", { names: donors }) : "", sponsors ? this.words.say("gift.paid", { names: sponsors }) : "",
    ].filter(Boolean);
    return said.length ? said.join("\n") : undefined;
  }
}
