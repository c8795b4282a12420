// @ts-check
import { yuan } from "./money.js";

const DIGITS = "零一二三四五六七八九";
const PLACES = ["", "十", "百", "千"];
const MOST_FEN = 999999;

/**
 * An amount as it is spoken: 两元, 十五元, 五元五角. Each character is a phrase of its own in the clip pack.
 * @param {number} fen
 * @returns {string} empty beyond what is ever paid at a counter
 */
export function spokenYuan(fen) {
  if (fen < 0 || fen > MOST_FEN) return "";
  const whole = Math.trunc(fen / 100);
  const [jiao, rest] = [Math.trunc((fen % 100) / 10), fen % 10];
  const small = `${jiao ? `${ofUnit(jiao)}角` : ""}${rest ? `${jiao || !whole ? "" : "零"}${ofUnit(rest)}分` : ""}`;
  if (!whole) return small || "零元";
  return `${wholeNumber(whole)}元${small}`;
}

/**
 * @param {number} fen
 * @param {string} language
 */
export function spokenSum(fen, language) {
  if (language.startsWith("zh")) return spokenYuan(fen);
  return `${fen % 100 ? yuan(fen) : fen / 100} yuan`;
}

/** @param {number} digit before a unit two is 两 */
function ofUnit(digit) {
  return digit === 2 ? "两" : DIGITS[digit];
}

/** @param {number} number from 1 to 9999 */
function wholeNumber(number) {
  if (number === 2) return "两";
  let text = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.trunc(number / 10 ** place) % 10;
    if (!digit) {
      gap = text !== "";
      continue;
    }
    const isTen = place === 1 && digit === 1 && text === "";
    text += (gap ? "零" : "") + (isTen ? "" : place >= 2 ? ofUnit(digit) : DIGITS[digit]) + PLACES[place];
    gap = false;
  }
  return text;
}
