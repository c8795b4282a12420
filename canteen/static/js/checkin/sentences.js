// @ts-check
import { spokenSum } from "./spoken.js";
import { inLatin } from "./surnames.js";

/**
 * A sentence: the text for the tablet's own voice, and the recorded phrases that say the same. A part in `optional` may
 * be left out where it was not recorded; with `keys` null the sentence cannot be put together from phrases.
 * @typedef {{text: string, keys: string[] | null, optional?: string[]}} Sentence
 */

const NO_VOICE_FOR = new Set(["R21", "R24", "R26", "R27", "STORE"]);
const ALLERGY = "过敏";

/** Words what the till says. Never a category, a number of identity, or a balance but after a top-up. */
export class Sentences {
  /**
   * @param {import("./words.js").Words} words
   * @param {string} language
   */
  constructor(words, language) {
    this.words = words;
    this.language = language;
  }

  /**
   * What is said with a panel: the first sentence is the answer, others follow it.
   * @param {import("./panels.js").Panel} panel
   * @param {any} result the answer behind it, or null
   * @param {{address: string, amounts: boolean, sponsor: string | null}} how
   * @returns {Sentence[]}
   */
  ofPanel(panel, result, how) {
    if (NO_VOICE_FOR.has(panel.code)) return [];
    if (panel.kind === "accept") {
      return [this.accept(result, how), ...this.cares(result), ...this.gift(how.sponsor)];
    }
    const key = { again: "already", stop: "wait", unclear: "unclear" }[panel.kind];
    return key ? [this.plain(key)] : [];
  }

  /**
   * @param {any} result
   * @param {{address: string, amounts: boolean}} how
   * @returns {Sentence}
   */
  accept(result, { address, amounts }) {
    const called = this.called(address);
    const cash_fen = result?.cash_fen ?? 0;
    const pays_fen = cash_fen || (amounts ? result?.elder_fen ?? 0 : 0);
    // That somebody pays nothing is not said either.
    const sum = pays_fen > 0 ? spokenSum(pays_fen, this.language) : "";
    const name = called ? "called" : "plain";
    if (!sum) return { text: this.words.say(`say.accept.${name}`, { called }), keys: ["please-eat"], optional: this.addressKeys(address) };
    const way = cash_fen ? "cash" : "pays";
    const keys = this.amountKeys(pays_fen, ["please-eat", cash_fen ? "please-pay" : "pay"]);
    return { text: this.words.say(`say.${way}.${name}`, { called, sum }), keys, optional: this.addressKeys(address) };
  }

  /**
   * Soft food and the like, and an allergy that today's dishes hit.
   * @param {any} result
   * @returns {Sentence[]}
   */
  cares(result) {
    const labels = /** @type {string[]} */ (result?.elder?.labels ?? []);
    const isHit = (result?.notices ?? []).includes("R17");
    const said = labels.filter((label) => this.words.has(`diet.${label}`) && (isHit || !label.endsWith(ALLERGY)));
    return said.map((label) => {
      const [way, keys] = label.endsWith(ALLERGY) ? ["say.allergy", ["look", `diet-${label}`]] : ["say.diet", [`diet-${label}`, "look"]];
      return { text: this.words.say(way, { label: this.words.say(`diet.${label}`) }), keys };
    });
  }

  /**
   * @param {string | null} names
   * @returns {Sentence[]}
   */
  gift(names) {
    return names ? [{ text: this.words.say("say.gift", { names }), keys: null }] : [];
  }

  /**
   * @param {number} amount_fen
   * @param {number} balance_fen
   * @returns {Sentence}
   */
  toppedUp(amount_fen, balance_fen) {
    const [sum, balance] = [amount_fen, balance_fen].map((fen) => spokenSum(fen, this.language));
    const added = this.amountKeys(amount_fen, ["topped-up"]);
    const left = this.amountKeys(balance_fen, ["balance"]);
    return { text: this.words.say("say.topped-up", { sum, balance }), keys: added && left && [...added, ...left] };
  }

  /**
   * @param {string} key of a phrase that is a sentence by itself
   * @returns {Sentence}
   */
  plain(key) {
    return { text: this.words.say(`say.${key}`), keys: [key] };
  }

  /**
   * @param {number} fen
   * @param {string[]} first
   */
  amountKeys(fen, first) {
    const spoken = spokenSum(fen, "zh");
    return spoken ? [...first, ...[...spoken].map((each) => `number-${each}`)] : null;
  }

  /** @param {string} address 王奶奶 */
  addressKeys(address) {
    const [surname, title] = [address.slice(0, -2), address.slice(-2)];
    return surname ? [`surname-${surname}`, `address-${title}`] : [];
  }

  /** @param {string} address as an English voice can say it; empty where it cannot */
  called(address) {
    return this.language.startsWith("zh") ? address : inLatin(address);
  }
}
