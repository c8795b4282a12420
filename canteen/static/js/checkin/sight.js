// @ts-check
import { difference } from "./light.js";
import { parse } from "./token.js";

const AWAY_MS = 1000; // So long must a code be out of view to count as shown anew.
const MURKY_MS = 1200;
const DARK_MS = 1500;
const SCENE_MS = 5000; // What stays unreadable so long belongs to the room.
const DARK_LUMA = 38;
const BRIGHT_LUMA = 50;
const SAME_SCENE = 10;
const SURE = new Set(["token", "badge"]);

/**
 * What the camera sees over time, and what of it counts. Times are those of the pictures: a camera that stands still
 * shows nothing new and takes nothing away.
 *
 * A code counts once when it comes into view: a card's or a badge's at the first read, for its check character tells
 * a misread; any other at the second equal one. Of two cards in view neither is taken, for nobody could say which
 * was meant; a card beside some other code is taken.
 */
export class Sight {
  /**
   * @param {{onCode: (text: string) => void, onHint: (hint: "" | "dark" | "two" | "unclear") => void}} told
   */
  constructor(told) {
    this.told = told;
    /** @type {Map<string, {text: string, isSure: boolean, reads: number, isGiven: boolean, away_ms: number | null}>} */
    this.inView = new Map();
    this.hint = "";
    /** @type {number | null} */
    this.murky_ms = null;
    /** @type {number | null} */
    this.dark_ms = null;
    /** @type {Uint8Array | null} */
    this.scene = null;
  }

  /**
   * One more picture was looked at.
   * @param {Pick<import("./decoding.js").Reading, "texts" | "isDamaged" | "light">} reading
   * @param {number} at_ms when the picture was taken
   */
  see({ texts, isDamaged, light }, at_ms) {
    const isTwo = this.mark(texts, at_ms);
    if (!isTwo) this.giveNew();
    const isDark = this.isDark(texts.length > 0, light.luma, at_ms);
    const isMurky = !isDark && this.isMurky(texts.length > 0, isDamaged, light, at_ms);
    this.say(isTwo ? "two" : isDark ? "dark" : isMurky ? "unclear" : "");
  }

  /**
   * Note what is in view, forget what has left it.
   * @param {string[]} texts
   * @param {number} at_ms
   * @returns {boolean} whether two codes lie there and none can be taken
   */
  mark(texts, at_ms) {
    const seen = new Map(texts.map((text) => [keyOf(text), text]));
    for (const [key, text] of seen) {
      const code = this.inView.get(key) ?? { text, isSure: SURE.has(parse(text).kind), reads: 0, isGiven: false, away_ms: null };
      this.inView.set(key, { ...code, reads: code.reads + 1, away_ms: null });
    }
    for (const [key, code] of this.inView) {
      if (seen.has(key)) continue;
      code.away_ms ??= at_ms;
      if (at_ms - code.away_ms >= AWAY_MS) this.inView.delete(key);
      else if (!code.isGiven) code.reads = 0;
    }
    const sure = [...seen.keys()].filter((key) => this.inView.get(key)?.isSure);
    return sure.length > 1 || (sure.length === 0 && seen.size > 1);
  }

  /** Give on the one code that is in view and has not been given yet: a card's before any other. */
  giveNew() {
    const here = [...this.inView.values()].filter((code) => code.away_ms === null);
    const code = here.find((each) => each.isSure) ?? here[0];
    if (!code || code.isGiven || code.reads < (code.isSure ? 1 : 2)) return;
    code.isGiven = true;
    this.told.onCode(code.text);
  }

  /**
   * @param {boolean} isRead
   * @param {number} luma
   * @param {number} at_ms
   */
  isDark(isRead, luma, at_ms) {
    const limit = this.hint === "dark" ? BRIGHT_LUMA : DARK_LUMA;
    if (isRead || luma >= limit) this.dark_ms = null;
    else this.dark_ms ??= at_ms;
    return this.dark_ms !== null && at_ms - this.dark_ms >= DARK_MS;
  }

  /**
   * Something like a code is held up and cannot be read. What never goes away is part of the room.
   * @param {boolean} isRead
   * @param {boolean} isDamaged
   * @param {import("./light.js").Light} light
   * @param {number} at_ms
   */
  isMurky(isRead, isDamaged, light, at_ms) {
    const isRoom = this.scene !== null && difference(this.scene, light.grid) < SAME_SCENE;
    if (isRead || isRoom || !(isDamaged || light.isTextured)) {
      this.murky_ms = null;
      return false;
    }
    this.murky_ms ??= at_ms;
    if (at_ms - this.murky_ms >= SCENE_MS) this.scene = light.grid;
    return at_ms - this.murky_ms >= MURKY_MS;
  }

  /** @param {"" | "dark" | "two" | "unclear"} hint */
  say(hint) {
    if (hint === this.hint) return;
    this.hint = hint;
    this.told.onHint(hint);
  }
}

/**
 * One card however its code is written.
 * @param {string} text
 */
function keyOf(text) {
  const code = parse(text);
  return code.kind === "token" ? code.token : text;
}
