// @ts-check
import { isAllergic } from "./diet.js";

const OLD_MS = 24 * 3600 * 1000;

/**
 * What the tablet decides by itself. `say` is the number of a stop, `result` an answer as the server would give it;
 * `decision` and `change` are what the record says of it.
 * @typedef {{serves: boolean, decision: string, change: object, say?: string, values?: Record<string, string | number>,
 *   result?: any, first?: import("./slots.js").Eaten | null}} Verdict
 *
 * @typedef {{book: any, hashes: any, slots: import("./slots.js").Slots, now_ms: number, on: string,
 *   meal_period: string | null, isUnsent: (scanId: string) => boolean}} Scene
 * @typedef {{who: string, card: string | null, elder: any, isWaved: boolean}} Diner
 */

/**
 * The verdict from what lies on this tablet. No rule of a subsidy is known here: the sheet holds answers.
 * @param {Scene} scene
 * @param {Diner} diner `isWaved`: the cashier has said to serve in spite of what the sheet says of the meal
 * @returns {Verdict}
 */
export function judge(scene, diner) {
  return ofPerson(scene, diner) ?? ofSlot(scene, diner) ?? ofMeal(scene, diner);
}

/**
 * @param {Scene} scene
 * @param {Diner} diner
 * @returns {Verdict | null}
 */
function ofPerson(scene, { card, elder }) {
  const { book, hashes, now_ms } = scene;
  if (!book || now_ms > Date.parse(book.leaseUntil)) return stop("R19");
  const mark = card && hashes ? hashes.look(card) : null;
  const taken = /** @type {Record<string, string>} */ ({ lost: "R05", replaced: "R06", ask: "R08" })[mark];
  if (taken) return stop(taken, elder);
  if (elder || mark === "valid") return null;
  return stop(now_ms - Date.parse(book.madeAt) > OLD_MS ? "R19" : "R04");
}

/**
 * @param {Scene} scene
 * @param {Diner} diner
 * @returns {Verdict | null}
 */
function ofSlot({ slots, on, meal_period }, { who, elder }) {
  if (!meal_period) return stop("R10", elder);
  const slot = `${on}/${meal_period}`;
  const first = slots.served(who, slot);
  const isUndoneHere = slots.all(who).some((one) => one.slot === slot && one.undone);
  if (!first && (isUndoneHere || !elder?.served?.includes(slot))) return null;
  return { ...stop("R11", elder), first };
}

/**
 * @param {Scene} scene
 * @param {Diner} diner
 * @returns {Verdict}
 */
function ofMeal({ book, slots, on, meal_period, isUnsent }, { who, elder, isWaved }) {
  const meal = book.period(on, meal_period);
  if (!elder) return guest(meal);
  const blocked = isWaved ? null : ofKitchen(meal, elder, `${on}/${meal_period}`);
  if (blocked) return stop(blocked, elder);
  const answer = meal ? book.answer(elder, on, meal_period) : null;
  if (!answer) return stop("PRICE", elder);
  const free_fen = elder.wallet_offline_fen - slots.promised_fen(who, book.madeAt, isUnsent);
  if (answer.elder_fen > free_fen && answer.elder_fen > 0) return cashFirst(meal, answer, elder);
  return accept(meal, answer, elder, { tender: "wallet" });
}

/**
 * What kitchen and bookings say; facts of the sheet, as far as it has them.
 * @param {any} meal
 * @param {any} elder
 * @param {string} slot
 */
function ofKitchen(meal, elder, slot) {
  if (meal?.sold_out) return "R14";
  if (elder.delivery?.includes(slot)) return "R16";
  return meal?.bookings_only && !elder.booked?.includes(slot) ? "R15" : "";
}

/**
 * @param {any} meal
 * @param {any} answer
 * @param {any} elder
 * @param {{tender: "wallet"} | {tender: "cash", cash_taken_fen: number}} means
 * @returns {Verdict}
 */
export function accept(meal, answer, elder, means) {
  const cash_fen = means.tender === "cash" ? means.cash_taken_fen : 0;
  const { elder_fen } = answer;
  return {
    serves: true, decision: "ACCEPTED",
    change: { shown_elder_fen: elder_fen, price_basis: "subsidised", ...means },
    result: {
      state: "MEAL", code: null, price_fen: meal.price_fen, elder_fen, wallet_fen: elder_fen - cash_fen, cash_fen,
      notices: noticesOf(meal, answer, elder), strip: meal.strip, strip_sponsors: meal.strip_sponsors, elder, isLocal: true,
    },
  };
}

/**
 * The wallet may not pay so much without the server: cash, once the cashier says that it was taken.
 * @param {any} meal
 * @param {any} answer
 * @param {any} elder
 * @returns {Verdict}
 */
function cashFirst(meal, answer, elder) {
  const taken = accept(meal, answer, elder, { tender: "cash", cash_taken_fen: answer.elder_fen });
  return { ...stop("R20", elder), values: { elder_fen: answer.elder_fen }, result: taken.result, change: taken.change };
}

/**
 * A valid card of the district whose elder is not on this list: what the meal costs is known when it is sent.
 * @param {any} meal
 * @returns {Verdict}
 */
function guest(meal) {
  return {
    serves: true, decision: "GUEST", change: {},
    result: {
      state: "MEAL", code: "GUEST", notices: ["R09"], strip: meal?.strip ?? null, strip_sponsors: meal?.strip_sponsors ?? null,
      elder: null, isLocal: true,
    },
  };
}

/**
 * @param {any} meal
 * @param {any} answer
 * @param {any} elder
 */
function noticesOf(meal, answer, elder) {
  const isSpent = (answer.left ?? []).some((/** @type {{meals: number}} */ limit) => limit.meals <= 0);
  return [...(isAllergic(elder.labels, meal.dishes) ? ["R17"] : []), ...(isSpent ? ["R12"] : [])];
}

/**
 * @param {string} say
 * @param {any} [elder]
 * @returns {Verdict}
 */
function stop(say, elder) {
  return { serves: false, decision: "REFUSED", change: {}, say, result: elder ? { elder } : undefined };
}
