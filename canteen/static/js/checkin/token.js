// @ts-check

/**
 * What a reader or a keyboard sent, sorted by what the cashier has to do about it.
 * @typedef {{kind: "token", token: string} | {kind: "badge", badge: string}
 *   | {kind: "unclear" | "foreign" | "payment" | "garbled"}} Code
 */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 17;
const BADGE = /(?:^|[^0-9A-Z])B[^0-9A-Z]+([0-9A-Z]{26})$/; // A staff badge holds 128 bits.
const LOOKALIKES = /** @type {Record<string, string>} */ ({ I: "1", L: "1", O: "0" });

// Whatever an input method makes of the slashes, a K between two characters that no token holds marks the token.
const MARKED = /[^0-9A-Z]K[^0-9A-Z]+([^]*)$/;
const PAYMENT = /^(1[0-5]\d{16}|(2[5-9]|30)\d{14,22})$/;
const CHINESE = /[⺀-鿿豈-﫿]/;

/**
 * Tell a card's token from a misread, a payment code, some other code and an input method's Chinese.
 * @param {string} raw
 * @returns {Code}
 */
export function parse(raw) {
  const text = raw.normalize("NFKC").trim().toUpperCase();
  const badge = BADGE.exec(text);
  if (badge && isSpelled(fold(badge[1]))) return { kind: "badge", badge: fold(badge[1]) };
  const marked = MARKED.exec(text);
  const bare = (marked ? marked[1] : text).replace(/[^0-9A-Z]+$/, "");
  // Seventeen digits that a payment code could be are not taken for a card: one in 32 would fit by chance.
  if (!marked && PAYMENT.test(bare)) return { kind: "payment" };
  const token = fold(bare);
  if (isSound(token)) return { kind: "token", token };
  if (CHINESE.test(text)) return { kind: "garbled" };
  if (marked || bare.length === LENGTH) return { kind: "unclear" };
  return { kind: "foreign" };
}

/**
 * The check character of a token's first sixteen: odd weights, so that every single misread is caught.
 * @param {string} body
 */
export function checkCharacter(body) {
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) sum += ALPHABET.indexOf(body[at]) * (2 * at + 1);
  return ALPHABET[sum % 32];
}

/** @param {string} text */
function fold(text) {
  return text.replace(/[ILO]/g, (letter) => LOOKALIKES[letter]);
}

/** @param {string} token */
function isSound(token) {
  return token.length === LENGTH && isSpelled(token) && checkCharacter(token.slice(0, -1)) === token[LENGTH - 1];
}

/** @param {string} text */
function isSpelled(text) {
  return [...text].every((letter) => ALPHABET.includes(letter));
}
