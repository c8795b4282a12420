// @ts-check

const PATIENCE_MS = 3000;
const TEST_MS = 8000;
const LONGEST_S = 2.5;
const SIGNS_A_SECOND = 4.5;
const FASTEST = 1.4;

/**
 * The tablet's own voice. It counts only if it speaks the page's language, works without a network, and was heard in the
 * self-test; lists of voices come late, and a voice may be lost while the till is open.
 */
export class LocalVoice {
  /**
   * @param {string} language
   * @param {() => void} onChange
   */
  constructor(language, onChange) {
    this.language = language;
    this.onChange = onChange;
    /** The voice that spoke in the self-test. */
    this.provedUri = "";
    this.hasFailed = false;
    this.loudness = 1;
    /** @type {SpeechSynthesis | undefined} */
    this.engine = globalThis.speechSynthesis;
    this.engine?.addEventListener?.("voiceschanged", () => {
      this.hasFailed = false;
      onChange();
    });
  }

  /** @returns {SpeechSynthesisVoice[]} */
  candidates() {
    const wanted = this.language.slice(0, 2).toLowerCase();
    return (this.engine?.getVoices() ?? []).filter(
      (voice) => voice.localService === true && voice.lang.toLowerCase().replace("_", "-").split("-")[0] === wanted,
    );
  }

  /** The proved voice, if it is still there. */
  get voice() {
    if (this.hasFailed || !this.provedUri) return null;
    return this.candidates().find((voice) => voice.voiceURI === this.provedUri) ?? null;
  }

  /**
   * Speak a sentence with a voice that was not proved yet.
   * @param {string} text
   * @returns {Promise<boolean>} whether it spoke
   */
  async prove(text) {
    const voice = (await this.listed()).at(0);
    this.hasFailed = false;
    this.provedUri = voice && (await this.spoke(text, voice)) ? voice.voiceURI : "";
    this.onChange();
    return this.provedUri !== "";
  }

  /** The voices of this language; a list that is empty at first is waited for a little. */
  async listed() {
    if (!this.candidates().length && this.engine) {
      await new Promise((resolve) => {
        this.engine?.addEventListener?.("voiceschanged", resolve, { once: true });
        setTimeout(resolve, PATIENCE_MS);
      });
    }
    return this.candidates();
  }

  /**
   * @param {string} text
   * @param {SpeechSynthesisVoice} voice
   * @returns {Promise<boolean>}
   */
  spoke(text, voice) {
    return new Promise((resolve) => {
      const said = this.utter(text, voice);
      const timer = setTimeout(() => resolve(false), TEST_MS);
      said.onend = () => resolve((clearTimeout(timer), true));
      said.onerror = () => resolve((clearTimeout(timer), false));
    });
  }

  /**
   * @param {string} text
   * @returns {boolean} whether there is a voice to say it
   */
  say(text) {
    const { voice } = this;
    if (!voice) return false;
    const said = this.utter(text, voice);
    said.onerror = ({ error }) => {
      if (error === "interrupted" || error === "canceled") return;
      this.hasFailed = true;
      this.onChange();
    };
    return true;
  }

  /**
   * @param {string} text
   * @param {SpeechSynthesisVoice} voice
   */
  utter(text, voice) {
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice;
    said.lang = voice.lang.replace("_", "-");
    said.volume = this.loudness;
    // A long sentence is spoken a little faster, so that the next elder does not wait for its end.
    said.rate = Math.min(FASTEST, Math.max(1, [...text].length / (SIGNS_A_SECOND * LONGEST_S)));
    /** @type {SpeechSynthesis} */ (this.engine).speak(said);
    return said;
  }

  hush() {
    this.engine?.cancel();
  }
}

/**
 * Let the tablet's own voice be heard in the self-test, before a shift or even before the till has opened, and remember
 * the one that spoke.
 * @param {any} till
 */
export async function proveVoice(till) {
  if (till.sound) {
    await till.sound.prove();
    return;
  }
  const voice = new LocalVoice(document.documentElement.lang || "zh-CN", () => undefined);
  await voice.prove(till.words.say("say.please-eat"));
  await till.store?.put("settings", "sound", { ...(await till.store.get("settings", "sound")), voiceUri: voice.provedUri });
}
