// @ts-check
import { characterOf, isEnd, wayOf } from "./gun_keys.js";
import { parse } from "./token.js";

const GAP_MS = 100; // A longer pause between two keys begins a new piece.
const SILENCE_MS = 120;
const JOIN_MS = 1000; // Pieces of one code may come this far apart.
const SHORTEST = 8;
const GUN_LIKE = 4; // Nobody's hand strikes so many keys within a tenth of a second of each other.
const MOST_PIECES = 64;
const AFTERMATH_MS = 300; // A late Enter of the gun must not press the button that has focus.
const LATE_MS = 50;
const CHINESE = /[⺀-鿿豈-﫿]/g;

/**
 * Keys that followed each other at a gun's pace, and what stood in the field they fell into. `isText` is what an
 * input method left in the hidden field without telling its keys.
 * @typedef {{text: string, to_ms: number, isText: boolean, ways: Set<string>,
 *   spilled: {field: HTMLInputElement, value: string} | null}} Piece
 *
 * What the gun sent and how it came: `key`, `ime`, `wide`, `alt` or `text`; which key ended it.
 * @typedef {{text: string, ways: string[], suffix: string}} Heard
 */

/** @type {((heard: Heard) => void) | null} */
let borrower = null;

/**
 * Give what the gun sends to somebody else, as the self-test wants it; null gives it back to the counter.
 * @param {((heard: Heard) => void) | null} taker
 */
export function borrowGun(taker) {
  borrower = taker;
}

/**
 * A scanner gun that types as a keyboard does. It hears every key first, tells the gun's burst from a hand's typing
 * by its pace, gives the whole code on and takes it back out of the field it fell into.
 *
 * Which keys belong together is decided by the times the keys themselves carry. Timers only say when to look: on a
 * tablet that stalls they fire between two keys, and what is no whole code yet is then given more time.
 */
export class ScannerGun {
  /**
   * @param {HTMLInputElement} trap a field without a screen keyboard that holds the focus when nothing else does
   * @param {(raw: string) => void} onCode
   */
  constructor(trap, onCode) {
    this.trap = trap;
    this.onCode = onCode;
    /** @type {Piece[]} */
    this.pieces = [];
    this.lastCode_ms = -Infinity;
    this.altDigits = "";
    this.isKeyed = false;
    this.isComposing = false;
    this.told = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.ears = new AbortController();
  }

  /** Begin to listen on the whole page. */
  listen() {
    const { signal } = this.ears;
    const first = { capture: true, signal };
    document.addEventListener("keydown", (event) => this.press(event), first);
    document.addEventListener("keyup", (event) => this.release(event), first);
    document.addEventListener("compositionstart", () => { this.isComposing = true; }, first);
    document.addEventListener("compositionend", () => { this.isComposing = false; }, first);
    document.addEventListener("focusout", () => setTimeout(() => this.keepFocus()), { signal });
    this.trap.addEventListener("input", (event) => this.readTrap(event.timeStamp), { signal });
    this.keepFocus();
  }

  /** Hear nothing more. */
  rest() {
    clearTimeout(this.timer);
    this.ears.abort();
  }

  /** Take the focus where nothing has it, so that keys of an input method arrive at all. */
  keepFocus() {
    const isFree = document.activeElement === document.body || document.activeElement === null;
    if (isFree && !this.ears.signal.aborted) this.trap.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (isEnd(event)) {
      this.endAt(event);
    } else if (event.altKey || event.key === "Alt") {
      this.pressWithAlt(event);
    } else if (!event.ctrlKey && !event.metaKey && !event.repeat) {
      const character = characterOf(event);
      if (character) this.take(character, event.timeStamp, wayOf(event));
      else if (!event.code) this.isKeyed = false; // Its text can only be read from the field.
    }
  }

  /**
   * Guns set to "Alt + number pad" spell each character as its decimal code while Alt is held.
   * @param {KeyboardEvent} event
   */
  pressWithAlt(event) {
    if (!/^Numpad\d$/.test(event.code)) return;
    this.altDigits += event.code.slice(-1);
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  release(event) {
    if (event.key !== "Alt" || !this.altDigits) return;
    this.take(String.fromCharCode(Number(this.altDigits)), event.timeStamp, "alt");
    this.altDigits = "";
  }

  /**
   * One more character of what may become a code.
   * @param {string} character
   * @param {number} at_ms the key's own time
   * @param {string} way
   */
  take(character, at_ms, way) {
    const last = this.pieces.at(-1);
    // A character spelled with Alt takes eight keys: a slow gun needs half a second for it.
    const gap_ms = way === "alt" ? JOIN_MS : GAP_MS;
    const isNext = last && !last.isText && at_ms - last.to_ms <= gap_ms;
    const piece = isNext ? last : this.beginPiece(at_ms);
    piece.text += character;
    piece.to_ms = at_ms;
    piece.ways.add(way);
    this.isKeyed = true;
    this.lookAfter(SILENCE_MS);
  }

  /**
   * The pause before this key ends what came before, however late the two are told of.
   * @param {number} at_ms
   * @returns {Piece}
   */
  beginPiece(at_ms) {
    const last = this.pieces.at(-1);
    const pause_ms = last ? at_ms - last.to_ms : 0;
    if (pause_ms > SILENCE_MS) this.giveWhole("");
    if (pause_ms > JOIN_MS || last?.isText) this.giveUp();
    const field = document.activeElement;
    const isField = field instanceof HTMLInputElement && field !== this.trap;
    const piece = {
      text: "", to_ms: at_ms, isText: false, ways: new Set(), spilled: isField ? { field, value: field.value } : null,
    };
    this.pieces = [...this.pieces.slice(1 - MOST_PIECES), piece];
    return piece;
  }

  /**
   * After so much silence see what has come. A timer that is late itself tells of a tablet that stalls, with keys
   * still waiting behind it: then once more.
   * @param {number} silence_ms
   * @param {boolean} [isLast] there was a first look, and no whole code
   * @param {boolean} [isAgain]
   */
  lookAfter(silence_ms, isLast = false, isAgain = false) {
    clearTimeout(this.timer);
    const due_ms = performance.now() + silence_ms;
    this.timer = setTimeout(() => {
      if (this.giveWhole("")) return;
      const isLate = performance.now() - due_ms > LATE_MS;
      if (!isLast || (isLate && !isAgain)) this.lookAfter(JOIN_MS, true, isLast);
      else this.giveUp(true);
    }, silence_ms);
  }

  /** @param {KeyboardEvent} event the gun's Enter or Tab, or a hand's */
  endAt(event) {
    const last = this.pieces.at(-1);
    const isNear = last !== undefined && event.timeStamp - last.to_ms < AFTERMATH_MS;
    const isGuns = isNear && (this.wholeFrom() >= 0 || this.burst() !== "");
    if (isGuns || event.timeStamp - this.lastCode_ms < AFTERMATH_MS) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.lastCode_ms = Math.max(this.lastCode_ms, last?.to_ms ?? -Infinity);
    }
    if (!this.giveWhole(event.code)) this.giveUp(false, isNear ? event.code : "");
  }

  /**
   * Where a whole code begins among the pieces, -1 where there is none. Pieces before it that came at a gun's pace
   * and fit are its beginning; single keys before it were somebody's hand.
   */
  wholeFrom() {
    let found = -1;
    for (let at = this.pieces.length - 1; at >= 0; at -= 1) {
      const isFirst = found < 0 || this.pieces[at].text.length >= GUN_LIKE;
      if (isFirst && this.isWhole(this.pieces.slice(at))) found = at;
    }
    return found;
  }

  /** @param {Piece[]} pieces */
  isWhole(pieces) {
    const text = joined(pieces);
    // A hand that types a card's number key by key is no gun; seventeen digits may be the most of a payment code.
    return text.length >= 2 * pieces.length && !/^\d+$/.test(text) && ["token", "badge"].includes(parse(text).kind);
  }

  /**
   * Give a whole code on, if there is one.
   * @param {string} suffix
   */
  giveWhole(suffix) {
    const at = this.wholeFrom();
    if (at < 0) return false;
    this.give(this.pieces.slice(at), suffix);
    return true;
  }

  /** What came at a gun's pace, whatever it is; empty where it was somebody's typing. */
  burst() {
    const first = this.pieces.findIndex((piece) => piece.text.length >= GUN_LIKE || piece.isText);
    if (first < 0) return "";
    const text = joined(this.pieces.slice(first));
    const paced = this.pieces.filter((piece) => piece.text.length >= GUN_LIKE);
    return joined(paced).length >= SHORTEST || isGarbled(this.pieces[first]) ? text : "";
  }

  /**
   * No whole code will come: say what it was if a gun sent it, else it was typing.
   * @param {boolean} [mayGoOn] whether keys that the tablet still holds back may make a code of it
   * @param {string} [suffix]
   */
  giveUp(mayGoOn = false, suffix = "") {
    const { pieces } = this;
    const text = this.burst() || (borrower ? joined(pieces) : "");
    if (text && text !== this.told) this.give(pieces, suffix);
    else this.clear();
    if (!mayGoOn || pieces[0]?.isText) return;
    this.pieces = pieces;
    this.told = text;
  }

  /**
   * @param {Piece[]} pieces
   * @param {string} suffix
   */
  give(pieces, suffix) {
    const text = joined(pieces);
    this.lastCode_ms = Math.max(this.lastCode_ms, /** @type {Piece} */ (pieces.at(-1)).to_ms);
    this.stopComposing();
    this.clear();
    this.takeBack(pieces[0].spilled);
    if (borrower) borrower({ text, ways: [...new Set(pieces.flatMap((piece) => [...piece.ways]))], suffix });
    else this.onCode(text);
  }

  clear() {
    clearTimeout(this.timer);
    this.pieces = [];
    this.told = "";
    if (!this.isComposing) this.trap.value = "";
    // What an input method still puts into the field just now belongs to the keys that were read.
    this.timer = setTimeout(() => this.forgetKeys(), AFTERMATH_MS);
  }

  forgetKeys() {
    this.isKeyed = false;
    if (!this.isComposing) this.trap.value = "";
  }

  /** An input method that waits for its choice lets go when its field loses the focus. */
  stopComposing() {
    const field = document.activeElement;
    if (!this.isComposing || !(field instanceof HTMLElement)) return;
    this.isComposing = false;
    field.blur();
    field.focus({ preventScroll: true });
  }

  /** @param {Piece["spilled"]} spilled */
  takeBack(spilled) {
    if (!spilled) return;
    spilled.field.value = spilled.value;
    spilled.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /**
   * Keys without a `code` (some tablets' input methods) can only be read from what they left in the field.
   * @param {number} at_ms
   */
  readTrap(at_ms) {
    if (this.isKeyed) return;
    const text = this.trap.value;
    this.pieces = text ? [{ text, to_ms: at_ms, isText: true, ways: new Set(["text"]), spilled: null }] : [];
    this.lookAfter(SILENCE_MS);
  }
}

/** @param {Piece[]} pieces */
function joined(pieces) {
  return pieces.map((piece) => piece.text).join("");
}

/** @param {Piece} piece what no hand has put into a field that nobody sees */
function isGarbled(piece) {
  return piece.isText && (piece.text.match(CHINESE) ?? []).length >= 2;
}
