// @ts-check

const GAP_MS = 100; // A longer pause between two keys is a hand at a keyboard, or the next code.
const SILENCE_MS = 120;
const SHORTEST = 8;
const AFTERMATH_MS = 300; // A late Enter of the gun must not press the button that has focus.

/** Physical keys to characters: an input method changes `key`, never `code`. */
const PLAIN = /** @type {Record<string, string>} */ ({
  Slash: "/", NumpadDivide: "/", Semicolon: ":", Period: ".", NumpadDecimal: ".", Minus: "-",
  NumpadSubtract: "-", Equal: "=", Backslash: "\\", Quote: "'", Comma: ",",
});

/**
 * A scanner gun that types as a keyboard does. It hears every key first, tells the gun's burst from a hand's typing
 * by its pace, gives the whole code on and takes it back out of the field it fell into.
 */
export class ScannerGun {
  /**
   * @param {HTMLInputElement} trap a field without a screen keyboard that holds the focus when nothing else does
   * @param {(raw: string) => void} onCode
   */
  constructor(trap, onCode) {
    this.trap = trap;
    this.onCode = onCode;
    this.buffer = "";
    this.lastKey_ms = -Infinity;
    this.lastCode_ms = -Infinity;
    this.altDigits = "";
    /** @type {{field: HTMLInputElement, value: string} | null} */
    this.spilled = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.silence = undefined;
  }

  /** Begin to listen on the whole page. */
  listen() {
    document.addEventListener("keydown", (event) => this.press(event), { capture: true });
    document.addEventListener("keyup", (event) => this.release(event), { capture: true });
    document.addEventListener("focusout", () => setTimeout(() => this.keepFocus()));
    this.trap.addEventListener("input", () => this.readTrap());
    this.keepFocus();
  }

  /** Take the focus where nothing has it, so that keys of an input method arrive at all. */
  keepFocus() {
    if (document.activeElement === document.body || document.activeElement === null) {
      this.trap.focus({ preventScroll: true });
    }
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey) return;
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      this.endAt(event);
      return;
    }
    if (event.altKey) {
      this.pressWithAlt(event);
      return;
    }
    const character = characterOf(event);
    if (character) this.take(character, event.timeStamp);
  }

  /**
   * Guns set to "Alt + number pad" spell each character as its decimal code while Alt is held.
   * @param {KeyboardEvent} event
   */
  pressWithAlt(event) {
    if (/^Numpad\d$/.test(event.code)) {
      this.altDigits += event.code.slice(-1);
      event.preventDefault();
    }
  }

  /** @param {KeyboardEvent} event */
  release(event) {
    if (event.key !== "Alt" || !this.altDigits) return;
    this.take(String.fromCharCode(Number(this.altDigits)), event.timeStamp);
    this.altDigits = "";
  }

  /**
   * One more character of what may become a code.
   * @param {string} character
   * @param {number} at_ms
   */
  take(character, at_ms) {
    if (at_ms - this.lastKey_ms > GAP_MS) this.end();
    if (!this.buffer) this.rememberField();
    this.buffer += character;
    this.lastKey_ms = at_ms;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.end(), SILENCE_MS);
  }

  /** @param {KeyboardEvent} event */
  endAt(event) {
    const wasCode = this.buffer.length >= SHORTEST && event.timeStamp - this.lastKey_ms <= SILENCE_MS;
    const isLate = event.timeStamp - this.lastCode_ms < AFTERMATH_MS;
    if (wasCode || isLate) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    this.end();
    if (wasCode) this.lastCode_ms = event.timeStamp;
  }

  /** What has come so far is all of it: a code if it is long enough, else somebody's typing. */
  end() {
    clearTimeout(this.silence);
    const code = this.buffer;
    this.buffer = "";
    if (code.length < SHORTEST) {
      this.trap.value = "";
      return;
    }
    this.lastCode_ms = this.lastKey_ms;
    this.takeBack();
    this.onCode(code);
  }

  /** Keys without a `code` (some tablets' input methods) can only be read from what they left in the field. */
  readTrap() {
    if (this.buffer && this.codeless !== this.buffer) return;
    const text = this.trap.value;
    const fresh = text.startsWith(this.buffer) ? text.slice(this.buffer.length) : text;
    if (!text.startsWith(this.buffer)) this.buffer = "";
    for (const character of fresh) this.take(character, performance.now());
    this.codeless = this.buffer;
  }

  rememberField() {
    const field = document.activeElement;
    const isText = field instanceof HTMLInputElement && field !== this.trap;
    this.spilled = isText ? { field, value: field.value } : null;
  }

  takeBack() {
    this.trap.value = "";
    this.codeless = undefined;
    if (!this.spilled) return;
    this.spilled.field.value = this.spilled.value;
    this.spilled.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.spilled = null;
  }
}

/** @param {KeyboardEvent} event */
function characterOf(event) {
  const letter = /^Key([A-Z])$/.exec(event.code);
  if (letter) return letter[1];
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit) return digit[1];
  if (event.code in PLAIN) return PLAIN[event.code];
  const isTyped = event.key.length === 1 && event.keyCode !== 229 && !event.isComposing;
  return isTyped && event.key !== " " ? event.key : "";
}
