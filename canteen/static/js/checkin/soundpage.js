// @ts-check
import { el } from "./dom.js";

/** 声音: how loud, what is spoken, and a test that says in words what was heard. */
export class SoundPage {
  /** @param {any} sound */
  constructor(sound) {
    this.sound = sound;
    this.words = sound.till.words;
    this.title = this.words.say("sound.heading");
    this.said = "";
  }

  draw() {
    const { words, sound } = this;
    const test = el("button", { class: "button primary", type: "button", text: words.say("sound.test") });
    test.addEventListener("click", () => this.test());
    return el("div", { class: "tiles-page sound-page" },
      this.group("sound.volume", "volume", [["sound.off", 0], ["sound.low", 1], ["sound.middle", 2], ["sound.loud", 3]]),
      this.group("sound.speech", "speech", [["speech.all", "all"], ["speech.stops", "stops"], ["speech.off", "off"]]),
      el("div", { class: "buttons" }, test),
      this.said || sound.choice.volume === 0 ? el("p", { class: "lead", text: this.said || words.say("sound.is-off") }) : null);
  }

  /**
   * @param {string} title
   * @param {"volume" | "speech"} name
   * @param {[string, number | string][]} options
   */
  group(title, name, options) {
    const buttons = options.map(([word, value]) => {
      const button = el("button", { class: "key wide choice", type: "button", text: this.words.say(word) });
      button.setAttribute("aria-pressed", String(this.sound.choice[name] === value));
      button.addEventListener("click", () => this.choose({ [name]: value }));
      return button;
    });
    const row = el("div", { class: "choices" }, ...buttons);
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", this.words.say(title));
    return el("div", { class: "choice-group" }, el("p", { class: "lead strong", text: this.words.say(title) }), row);
  }

  /** @param {object} change */
  async choose(change) {
    await this.sound.choose(change);
    this.said = "";
    this.sound.till.sheet.draw();
  }

  async test() {
    this.say("sound.testing");
    const { sound, voice } = await this.sound.test();
    if (this.sound.till.sheet.page === this) this.say(sound ? `sound.heard.${voice}` : "sound.not-heard");
  }

  /** @param {string} word */
  say(word) {
    this.said = this.words.say(word);
    this.sound.till.sheet.draw();
  }
}
