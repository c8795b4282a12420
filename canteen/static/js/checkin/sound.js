// @ts-check
import { Chimes } from "./chimes.js";
import { ClipPack } from "./clips.js";
import { CustomerDisplay } from "./customer.js";
import { Patrons } from "./patrons.js";
import { Sentences } from "./sentences.js";
import { SoundPage } from "./soundpage.js";
import { Speech } from "./speech.js";
import { part } from "./dom.js";

const REFRESH_MS = 600000;
const TICK_WAIT_MS = 30;
const USUAL = { volume: 3, speech: "all", voiceUri: "" };
/** Troubles of the tablet itself: nobody stands before it who should hear them. */
const SILENT = new Set(["R24", "R26", "R27"]);
const LOUDNESS = [0, 0.4, 0.7, 1];

/**
 * Sound and speech of the till: it hears what happens on the bus, and nothing else of the till knows of it.
 * @typedef {{volume: number, speech: "all" | "stops" | "off", voiceUri: string}} SoundChoice
 */
export class Sound {
  /** @param {any} till */
  constructor(till) {
    this.till = till;
    const language = document.documentElement.lang || "zh-CN";
    /** @type {SoundChoice} */
    this.choice = /** @type {SoundChoice} */ ({ ...USUAL });
    this.chimes = new Chimes();
    this.clips = new ClipPack(till.store, this.chimes.context);
    this.sentences = new Sentences(till.words, language);
    this.speech = new Speech(this.clips, this.chimes, language, () => this.draw());
    this.patrons = new Patrons(part(till.root, "patrons"), till.words, till.stage);
    this.display = new CustomerDisplay(till);
    this.button = part(till.root, "sound");
    /** @type {any} the last answer, until another panel is shown */
    this.answered = null;
    /** The panel that sounded last for the scan in hand. */
    this.sounded = "";
    this.isOnline = true;
    this.mayTick = false;
  }

  listen() {
    const { bus } = this.till;
    bus.on("read", (/** @type {any} */ read) => this.onRead(read.kind));
    bus.on("answer", (/** @type {any} */ answer) => { this.answered = answer.result; });
    bus.on("panel", (/** @type {any} */ panel) => this.onPanel(panel));
    bus.on("undone", () => this.announce([this.sentences.plain("undone")]));
    bus.on("topped-up", (/** @type {any} */ told) => this.announce([this.sentences.toppedUp(told.amount_fen, told.balance_fen)]));
    bus.on("line", (/** @type {any} */ line) => this.onLine(line.isOnline));
    this.button.addEventListener("click", () => this.till.sheet.open(new SoundPage(this)));
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => this.chimes.unlock(), { capture: true });
  }

  /** What was set on this tablet before, and the recordings that it holds. */
  async recall() {
    Object.assign(this.choice, (await this.till.store.get("settings", "sound")) ?? {});
    this.apply();
    await this.clips.recall();
    this.learn();
    await this.refresh();
  }

  /** Take what the office recorded and chose; without a network the old holds. */
  async refresh() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), REFRESH_MS);
    const changed = await this.clips.refresh(this.till.server).catch(() => false);
    if (changed) this.learn();
  }

  learn() {
    this.patrons.show(this.clips.document?.patrons ?? [], this.clips.document?.sponsors ?? []);
    this.display.learn(this.clips.document);
    this.draw();
  }

  /** @param {Partial<SoundChoice>} change */
  async choose(change) {
    Object.assign(this.choice, change);
    this.apply();
    await this.till.store.put("settings", "sound", this.choice);
  }

  apply() {
    this.chimes.turn(this.choice.volume);
    this.speech.voice.provedUri = this.choice.voiceUri;
    this.speech.voice.loudness = LOUDNESS[this.choice.volume];
    if (!this.choice.volume || this.choice.speech === "off") this.speech.hush();
    this.draw();
  }

  /** The button in the head says in words that the sound is off, and that nothing can be spoken. */
  draw() {
    const { words } = this.till;
    const isOff = this.choice.volume === 0;
    this.button.dataset.state = isOff ? "off" : "on";
    part(this.button, "sound-word").textContent = words.say(isOff ? "sound.off" : "sound.on");
    const wanted = !isOff && this.choice.speech !== "off";
    const voiceless = part(this.till.root, "voiceless");
    voiceless.hidden = !(wanted && this.speech.engineFor(this.sentences.plain("wait")) === "none");
  }

  /** @param {string} kind */
  play(kind) {
    return this.chimes.play(kind);
  }

  /**
   * Sound and voice, once, for whoever opens a shift or sets up a tablet.
   * @returns {Promise<{sound: boolean, voice: "clips" | "local" | "none"}>}
   */
  async test() {
    const ready = await this.chimes.unlock();
    const sound = this.play("accept") && ready;
    this.speech.hush();
    const sentence = this.sentences.plain("please-eat");
    if (this.speech.engineFor(sentence) === "clips") {
      this.speech.sayAfter([sentence], this.chimes.lengthOf("accept"));
      return { sound, voice: "clips" };
    }
    return { sound, voice: (await this.prove()) ? "local" : "none" };
  }

  /** Hear the tablet's own voice once, and remember the one that spoke. */
  async prove() {
    const spoke = await this.speech.voice.prove(this.sentences.plain("please-eat").text);
    await this.choose({ voiceUri: this.speech.voice.provedUri });
    return spoke;
  }

  /**
   * A code was read: it ticks with the panel that follows, or by itself where a page of the till took the code. A card
   * that is still in view is said by the stage alone.
   * @param {string} kind
   */
  onRead(kind) {
    this.answered = null;
    this.sounded = "";
    this.mayTick = kind !== "unclear" && kind !== "garbled";
    clearTimeout(this.tickTimer);
    this.tickTimer = setTimeout(() => this.till.stage.seen.hidden && this.tick(), TICK_WAIT_MS);
  }

  tick() {
    clearTimeout(this.tickTimer);
    if (this.mayTick) this.play("tick");
    this.mayTick = false;
  }

  /** @param {import("./panels.js").Panel} panel */
  onPanel(panel) {
    this.tick();
    if (panel.kind === "checking") {
      this.sounded = "";
      this.speech.hush();
    }
    const kind = this.kindOf(panel);
    if (kind) {
      this.play(kind);
      this.sounded = panel.kind;
      this.speak(panel, this.chimes.lengthOf(kind));
    }
    this.display.show(panel, this.addressOf(panel));
    if (panel.kind === "ready") this.answered = null;
  }

  /**
   * @param {import("./panels.js").Panel} panel
   * @returns {string} empty where nothing is to be heard
   */
  kindOf(panel) {
    if (SILENT.has(panel.code)) return "";
    if (panel.kind === "accept") {
      // What the tablet served already and the server then confirmed was heard once.
      const wasHeard = this.sounded === "accept";
      return panel.note ? "accept-note" : wasHeard ? "" : "accept";
    }
    if (panel.code === "JUST") return "soft";
    return /** @type {Record<string, string>} */ ({ again: "attention", stop: "stop", unclear: "unclear" })[panel.kind] ?? "";
  }

  /**
   * @param {import("./panels.js").Panel} panel
   * @param {number} beep_ms
   */
  speak(panel, beep_ms) {
    if (!this.mayThe(panel.kind === "stop" ? "stops" : "all")) return this.speech.hush();
    const { document } = this.clips;
    const sentences = this.sentences.ofPanel(panel, this.answerTo(panel), {
      address: this.addressOf(panel), amounts: document?.speaks_amounts ?? false,
      sponsor: document?.speaks_sponsor ? this.till.day.strip : null,
    });
    return this.speech.sayAfter(sentences, beep_ms);
  }

  /** @param {"all" | "stops"} what */
  mayThe(what) {
    const { volume, speech } = this.choice;
    return volume > 0 && (speech === "all" || speech === what);
  }

  /**
   * The answer behind a panel; one that came late for another elder is not it.
   * @param {import("./panels.js").Panel} panel
   */
  answerTo(panel) {
    const name = this.answered?.elder?.name;
    return name && (name === panel.name || panel.title?.includes(name)) ? this.answered : null;
  }

  /** @param {import("./panels.js").Panel} panel */
  addressOf(panel) {
    const elder = this.answerTo(panel)?.elder;
    return elder ? elder.address ?? this.till.book?.elder?.(elder.ref)?.address ?? "" : "";
  }

  /** @param {import("./sentences.js").Sentence[]} sentences */
  announce(sentences) {
    if (this.mayThe("all")) this.speech.sayAfter(sentences, 0);
  }

  /** @param {boolean} isOnline */
  onLine(isOnline) {
    if (isOnline === this.isOnline) return;
    this.isOnline = isOnline;
    // Never into an answer that somebody waits for.
    if (this.till.stage.root.dataset.kind === "ready") this.announce([this.sentences.plain(isOnline ? "online" : "offline")]);
    if (isOnline) this.refresh();
  }
}

/** @param {any} till */
export function begin(till) {
  const sound = new Sound(till);
  till.sound = { play: (/** @type {string} */ kind) => sound.play(kind), test: () => sound.test(), prove: () => sound.prove() };
  sound.listen();
  till.tiles.push({ word: "display.heading", open: () => sound.display.open() });
  sound.recall().catch(reportError);
}

/** @type {Record<string, (till: any) => Promise<void>>} */
export const STATES = {
  "sound-page": async (till) => till.sheet.open(new SoundPage(shownSound(till, { ...USUAL }))),
  "sound-off": async (till) => {
    const usual = shownSound(till, { ...USUAL });
    shownSound(till, { ...USUAL, volume: 0 }).draw();
    till.stage.show(till.panels.ready());
    whenLeft(till, () => usual.draw());
  },
  "sound-voiceless": async (till) => {
    const usual = shownSound(till, { ...USUAL });
    shownSound(till, { ...USUAL }, "none").draw();
    till.stage.show(till.panels.ready());
    whenLeft(till, () => usual.draw());
  },
  "idle-patrons": async (till) => {
    till.stage.show(till.panels.ready());
    const patrons = new Patrons(part(till.root, "patrons"), till.words, till.stage);
    patrons.show(["德康大药房", "上海市浦东新区某某街道爱心企业联合会"]);
    whenLeft(till, () => patrons.show([]));
  },
};

/**
 * Sound as it looks, without any that could be heard.
 * @param {any} till
 * @param {object} choice
 * @param {string} engine
 */
function shownSound(till, choice, engine = "local") {
  return {
    till, choice, button: part(till.root, "sound"), draw: Sound.prototype.draw, choose: async () => undefined,
    test: async () => ({ sound: true, voice: "none" }), sentences: { plain: () => null }, speech: { engineFor: () => engine },
  };
}

/**
 * The next state begins as if this one had not been shown: it puts away whatever page lies over the stage.
 * @param {any} till
 * @param {() => void} act
 */
function whenLeft(till, act) {
  till.sheet.page = { title: "", draw: () => document.createTextNode(""), onClose: act };
}
