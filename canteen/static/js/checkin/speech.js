// @ts-check
import { LocalVoice } from "./localvoice.js";

const AFTER_BEEP_MS = 120;
const BETWEEN_MS = 150;

/**
 * Says sentences, each by one voice: the canteen's own recordings where they are whole, else the tablet's own voice if
 * it was heard in the self-test, else nothing. A new scan cuts what is being said.
 */
export class Speech {
  /**
   * @param {import("./clips.js").ClipPack} clips
   * @param {import("./chimes.js").Chimes} chimes
   * @param {string} language
   * @param {() => void} onChange
   */
  constructor(clips, chimes, language, onChange) {
    this.clips = clips;
    this.chimes = chimes;
    this.voice = new LocalVoice(language, onChange);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Which voice would say a sentence.
   * @param {import("./sentences.js").Sentence} sentence
   * @returns {"clips" | "local" | "none"}
   */
  engineFor(sentence) {
    if (this.clips.keysFor(sentence)) return "clips";
    return this.voice.voice ? "local" : "none";
  }

  /**
   * Say sentences after a beep of so many milliseconds.
   * @param {import("./sentences.js").Sentence[]} sentences
   * @param {number} beep_ms
   */
  sayAfter(sentences, beep_ms) {
    this.hush();
    if (sentences.length) this.timer = setTimeout(() => this.say(sentences), beep_ms + AFTER_BEEP_MS);
  }

  /** @param {import("./sentences.js").Sentence[]} sentences */
  say([first, ...rest]) {
    if (!first) return;
    const keys = this.clips.keysFor(first);
    if (keys && this.chimes.out && this.chimes.isReady) {
      const length_s = this.clips.play(keys, this.chimes.out);
      this.timer = setTimeout(() => this.say(rest), length_s * 1000 + BETWEEN_MS);
    } else {
      // The tablet's voice keeps a queue of its own.
      this.voice.say(first.text);
      this.say(rest);
    }
  }

  hush() {
    clearTimeout(this.timer);
    this.clips.hush();
    this.voice.hush();
  }
}
