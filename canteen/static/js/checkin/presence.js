// @ts-check

const STILL_THERE_MS = 3000;
const JUST_NOW_MS = 60000;

/**
 * Remembers which card was shown when, so that a card read twice is one meal and no silence.
 * Times are those of a clock that never jumps.
 */
export class Presence {
  constructor() {
    this.lastCard = "";
    this.lastSeen_ms = -Infinity;
    /** @type {Map<string, {served_ms: number, at: string, scan_id: string}>} */
    this.served = new Map();
  }

  /**
   * Whether this is the same card, still in view or shown again within three seconds.
   * @param {string} card
   * @param {number} now_ms
   */
  isStillThere(card, now_ms) {
    const same = card === this.lastCard && now_ms - this.lastSeen_ms < STILL_THERE_MS;
    this.lastCard = card;
    this.lastSeen_ms = now_ms;
    return same;
  }

  /**
   * When this card was served here within the last minute, else null.
   * @param {string} card
   * @param {number} now_ms
   */
  justServed(card, now_ms) {
    const meal = this.served.get(card);
    return meal && now_ms - meal.served_ms < JUST_NOW_MS ? meal.at : null;
  }

  /**
   * @param {string} card
   * @param {string} scanId
   * @param {string} at
   * @param {number} now_ms
   */
  serve(card, scanId, at, now_ms) {
    for (const [old, meal] of this.served) if (now_ms - meal.served_ms >= JUST_NOW_MS) this.served.delete(old);
    this.served.set(card, { served_ms: now_ms, at, scan_id: scanId });
  }

  /**
   * The meal was undone: the card may be shown again at once.
   * @param {string} scanId
   */
  forget(scanId) {
    for (const [card, meal] of this.served) if (meal.scan_id === scanId) this.served.delete(card);
    this.lastCard = "";
  }
}
