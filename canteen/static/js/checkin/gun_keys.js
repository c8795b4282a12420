// @ts-check

/** Physical keys to characters: an input method changes `key`, never `code`. */
const PLAIN = /** @type {Record<string, string>} */ ({
  Slash: "/", NumpadDivide: "/", Semicolon: ":", Period: ".", NumpadDecimal: ".", Minus: "-",
  NumpadSubtract: "-", Equal: "=", Backslash: "\\", Quote: "'", Comma: ",",
});

const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const ENDS_WITH_CTRL = new Set(["KeyJ", "KeyM"]); // A line feed and a return, as some guns send them.

/**
 * The character a key stands for; empty where it stands for none, or does not say.
 * @param {KeyboardEvent} event
 */
export function characterOf(event) {
  const letter = /^Key([A-Z])$/.exec(event.code);
  if (letter) return letter[1];
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit) return digit[1];
  if (event.code in PLAIN) return PLAIN[event.code];
  const isTyped = [...event.key].length === 1 && event.keyCode !== 229 && !event.isComposing;
  return isTyped && event.key !== " " ? event.key : "";
}

/**
 * Whether a key ends a code.
 * @param {KeyboardEvent} event
 */
export function isEnd(event) {
  return event.ctrlKey ? ENDS_WITH_CTRL.has(event.code) : ENDS.has(event.code || event.key);
}

/**
 * How a key came, for the advice of the self-test: straight, through an input method, or in full width.
 * @param {KeyboardEvent} event
 */
export function wayOf(event) {
  if (event.keyCode === 229 || event.isComposing || event.key === "Process") return "ime";
  return /[^\0-\x7f]/.test(event.key) ? "wide" : "key";
}
