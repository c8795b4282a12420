// @ts-check

/**
 * Fen as yuan in figures, `9,999.99`. Whole fen in, never a fraction.
 * @param {number} fen
 */
export function yuan(fen) {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, "0");
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "-" : ""}${grouped}.${rest}`;
}

/**
 * Fen as it stands on a screen, `¥5.00`.
 * @param {number} fen
 */
export function price(fen) {
  return `¥${yuan(fen)}`;
}

/**
 * What was typed as yuan, in fen; null where it is not an amount down to 角.
 * @param {string} typed
 */
export function fenOf(typed) {
  const match = /^(\d{1,5})(?:\.(\d))?$/.exec(typed);
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) * 10 : null;
}
