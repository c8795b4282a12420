// @ts-check

/**
 * The sounds of the till: low enough for ageing ears, told apart by count and length and not by pitch alone.
 * @typedef {{hz: number, at_ms: number, ms: number, wave: OscillatorType, low?: boolean, soft?: boolean}} Tone
 */

const RISE = /** @type {Tone[]} */ ([
  { hz: 660, at_ms: 0, ms: 90, wave: "triangle" }, { hz: 880, at_ms: 120, ms: 120, wave: "triangle" },
]);
const LOW = { hz: 330, ms: 140, wave: /** @type {OscillatorType} */ ("square"), low: true };

/** @type {Record<string, Tone[]>} */
export const PATTERNS = {
  tick: [{ hz: 1000, at_ms: 0, ms: 40, wave: "sine" }],
  accept: RISE,
  "accept-note": [...RISE, { hz: 520, at_ms: 320, ms: 380, wave: "triangle" }],
  attention: [{ hz: 520, at_ms: 0, ms: 380, wave: "triangle" }],
  soft: [{ hz: 520, at_ms: 0, ms: 200, wave: "triangle", soft: true }],
  stop: [0, 220, 440].map((at_ms) => ({ ...LOW, at_ms })),
  unclear: [{ hz: 440, at_ms: 0, ms: 120, wave: "triangle" }],
};

/** @type {Record<string, number | number[]>} */
const SHAKES = { accept: 60, "accept-note": [60, 80, 300], attention: 300, stop: [120, 80, 120, 80, 120] };

const GAINS = [0, 0.2, 0.45, 0.9];
const EDGE_S = 0.006; // A tone that begins at once clicks.
const LATEST_MS = 300; // A sound that would come later than this belongs to nobody any more.

/** Plays the patterns through one graph that is built before the first of them is needed. */
export class Chimes {
  constructor() {
    this.volume = 3;
    const { AudioContext } = /** @type {any} */ (globalThis);
    /** @type {AudioContext | null} */
    this.context = AudioContext ? new AudioContext({ latencyHint: "interactive" }) : null;
    if (this.context) this.build(this.context);
  }

  /** @param {AudioContext} context */
  build(context) {
    this.out = context.createGain();
    this.out.connect(context.destination);
    this.dull = context.createBiquadFilter();
    this.dull.type = "lowpass";
    this.dull.frequency.value = 900;
    this.dull.connect(this.out);
  }

  get isReady() {
    return this.context?.state === "running";
  }

  /** Browsers let a page sound only after a hand was on it. */
  async unlock() {
    if (this.context && !this.isReady) await this.context.resume().catch(() => undefined);
    return this.isReady;
  }

  /** @param {number} volume 0 off, 1 to 3 */
  turn(volume) {
    this.volume = volume;
    if (this.out) this.out.gain.value = GAINS[volume];
  }

  /** @param {string} kind */
  lengthOf(kind) {
    return Math.max(0, ...(PATTERNS[kind] ?? []).map((tone) => tone.at_ms + tone.ms));
  }

  /**
   * @param {string} kind
   * @returns {boolean} whether it sounds
   */
  play(kind) {
    this.shake(kind);
    if (!this.volume || !this.context) return false;
    if (this.isReady) return this.sound(kind);
    const asked_ms = performance.now();
    this.unlock().then((ready) => ready && performance.now() - asked_ms < LATEST_MS && this.sound(kind));
    return false;
  }

  /** @param {string} kind */
  sound(kind) {
    for (const tone of PATTERNS[kind] ?? []) this.tone(tone);
    performance.mark(kind === "tick" ? "till:tick" : "till:sound", { detail: kind });
    return true;
  }

  /** @param {Tone} tone */
  tone({ hz, at_ms, ms, wave, low, soft }) {
    const context = /** @type {AudioContext} */ (this.context);
    const from_s = context.currentTime + at_ms / 1000;
    const until_s = from_s + ms / 1000;
    const loud = soft ? 0.35 : 1;
    const edge = context.createGain();
    edge.gain.setValueAtTime(0, from_s);
    edge.gain.linearRampToValueAtTime(loud, from_s + EDGE_S);
    edge.gain.setValueAtTime(loud, until_s - EDGE_S);
    edge.gain.linearRampToValueAtTime(0, until_s);
    edge.connect(/** @type {AudioNode} */ (low ? this.dull : this.out));
    const source = context.createOscillator();
    source.type = wave;
    source.frequency.value = hz;
    source.connect(edge);
    source.onended = () => edge.disconnect();
    source.start(from_s);
    source.stop(until_s);
  }

  /** @param {string} kind */
  shake(kind) {
    const pattern = SHAKES[kind];
    if (pattern !== undefined && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
  }
}
