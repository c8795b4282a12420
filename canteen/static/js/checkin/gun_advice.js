// @ts-check

/** What the test code says: letters, digits, and the signs an input method turns into others. No card's code. */
export const SENT = "CANTEEN:TEST/0123456789-XYZ";

const CHINESE = /[⺀-鿿豈-﫿]/;
const OF_WAY = /** @type {Record<string, string>} */ ({ alt: "alt", ime: "ime", text: "ime", wide: "wide" });

/**
 * What a gun's keys say about how it and the keyboard are set: whether cards will be read, and what to change.
 * @param {import("./gun.js").Heard} heard
 * @returns {{isGood: boolean, advice: string[]}} keys of the words
 */
export function adviceOn({ text, ways, suffix }) {
  if (CHINESE.test(text)) return { isGood: false, advice: ["chinese"] };
  const isRight = plain(text) === plain(SENT);
  const advice = [...new Set(ways.flatMap((way) => OF_WAY[way] ?? []))];
  if (!isRight) advice.unshift(plain(SENT).includes(plain(text)) || text.length < SENT.length ? "missing" : "other");
  if (!suffix) advice.push("suffix");
  return { isGood: isRight, advice };
}

/**
 * What arrived, each character beside the one that was sent.
 * @param {string} text
 */
export function compared(text) {
  const sent = [...SENT];
  return [...text].map((character, at) => ({ character, isRight: plain(character) === plain(sent[at] ?? "") }));
}

/**
 * In the form the till reads: what a card's token survives does not count as a fault.
 * @param {string} text
 */
function plain(text) {
  return text.normalize("NFKC").toUpperCase().replace(/[、，。：；／]/g, (sign) => ({ "：": ":", "；": ":" }[sign] ?? "/"));
}
