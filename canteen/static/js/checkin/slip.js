// @ts-check
import { el } from "./dom.js";
import { yuan } from "./money.js";

/**
 * The paper of a cash close: 80 mm or A4, with lines for two signatures.
 * @param {any} close as the server answered it
 * @param {import("./words.js").Words} words
 * @param {import("./day.js").Day} day
 */
export function slip(close, words, day) {
  const { figures } = close;
  const head = [day.canteen, day.window, close.service_on].filter(Boolean).join(" · ");
  return el("section", { class: "slip" }, el("h3", { class: "slip-title", text: words.say("slip.title") }),
    el("p", { class: "slip-head", text: head }),
    el("p", { class: "slip-head", text: words.say("slip.number", { number: close.number, at: day.time(close.closed_at), name: close.cashier ?? "—" }) }),
    close.is_late ? el("p", { class: "slip-head", text: words.say("slip.late") }) : null,
    close.no_meals_reason ? el("p", { class: "slip-note", text: words.say("slip.no-meals", { reason: close.no_meals_reason }) }) : null,
    table(words.say("slip.meals"), mealLines(figures, words)), table(words.say("slip.cash"), cashLines(close, words)),
    table(words.say("slip.top-ups"), topUpLines(figures, words)), table(words.say("slip.counts"), countLines(figures, words)),
    close.note ? el("p", { class: "slip-note", text: words.say("slip.note", { note: close.note }) }) : null,
    el("div", { class: "slip-signs" }, el("p", { text: words.say("slip.by") }), el("p", { text: words.say("slip.checked") })));
}

/**
 * @param {string} caption
 * @param {[string, string, boolean?][]} lines text, figure, whether it is a sum
 */
function table(caption, lines) {
  if (!lines.length) return null;
  const rows = lines.map(([text, figure, isSum]) => {
    const name = el("th", { text });
    name.setAttribute("scope", "row");
    return el("tr", isSum ? { class: "sum" } : {}, name, el("td", { text: figure }));
  });
  return el("table", { class: "slip-lines" }, el("caption", { text: caption }), el("tbody", {}, ...rows));
}

/**
 * @param {any} figures
 * @param {import("./words.js").Words} words
 * @returns {[string, string, boolean?][]}
 */
function mealLines(figures, words) {
  const cooked = figures.portions ?? {};
  const periods = [...new Set([...Object.keys(figures.periods), ...Object.keys(cooked)])];
  return periods.flatMap((period) => {
    const { meals = 0, cash_portions = 0 } = figures.periods[period] ?? {};
    const meal = words.say(`meal.${period}`);
    const served = /** @type {[string, string]} */ ([words.say("slip.served", { meal }), String(meals + cash_portions)]);
    return period in cooked ? [served, /** @type {[string, string]} */ ([words.say("slip.cooked", { meal }), String(cooked[period])])] : [served];
  });
}

/**
 * What must lie in the drawer, line by line; those of nothing are left out, but not the sums.
 * @param {any} close
 * @param {import("./words.js").Words} words
 * @returns {[string, string, boolean?][]}
 */
export function cashLines(close, words) {
  const { figures } = close;
  const parts = /** @type {[string, number][]} */ ([
    ["cash.float", close.float_fen], ["cash.meals", figures.meals_cash_fen], ["cash.sold", figures.cash_meals_fen],
    ["cash.top-ups", figures.top_ups_cash_fen], ["cash.refunds", figures.refunds_cash_fen],
    ["cash.cancelled", figures.cancelled_cash_fen], ["cash.held", figures.held_fen],
  ]);
  const lines = parts.filter(([, fen]) => fen).map(([word, fen]) => /** @type {[string, string]} */ ([words.say(`close.${word}`), yuan(fen)]));
  const sums = /** @type {[string, string, boolean][]} */ ([[words.say("close.expected"), yuan(close.expected_fen), true]]);
  if (close.counted_fen === undefined) return [...lines, ...sums];
  return [...lines, ...sums, [words.say("close.counted"), yuan(close.counted_fen), true], [words.say("close.difference"), signed(close.difference_fen), true]];
}

/**
 * @param {any} figures
 * @param {import("./words.js").Words} words
 * @returns {[string, string, boolean?][]}
 */
export function topUpLines(figures, words) {
  return Object.entries(figures.top_ups).map(([method, { count, fen }]) => (
    [words.say("close.top-up", { method: words.say(`topup.${method}`), count }), yuan(fen)]));
}

/**
 * @param {any} figures
 * @param {import("./words.js").Words} words
 * @returns {[string, string, boolean?][]}
 */
export function countLines(figures, words) {
  return ["cancelled", "by_hand", "offline", "waiting"].map((key) => [words.say(`close.${key}`), String(figures[key])]);
}

/** @param {number} fen */
export function signed(fen) {
  return fen > 0 ? `+${yuan(fen)}` : yuan(fen);
}
