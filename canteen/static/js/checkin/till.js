// @ts-check
import { Banner } from "./banner.js";
import { Bus } from "./bus.js";
import { CashMealPage } from "./cashmeal.js";
import { Day } from "./day.js";
import { Desk } from "./desk.js";
import { Device } from "./device.js";
import { part } from "./dom.js";
import { Elders } from "./elders.js";
import { Enrol } from "./enrol.js";
import { FEATURES } from "./features.js";
import { FindPage } from "./find.js";
import { ScannerGun } from "./gun.js";
import { Header } from "./header.js";
import { MorePage } from "./more.js";
import { Letters } from "./letters.js";
import { Outbox } from "./outbox.js";
import { Panels } from "./panels.js";
import { Post } from "./post.js";
import { Presence } from "./presence.js";
import { Recent } from "./recent.js";
import { Problem, Server } from "./server.js";
import { Sheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";
import { TopUpPage } from "./topup.js";
import { UndoPage } from "./undo.js";
import { Words } from "./words.js";

const REFRESH_MS = 60000;
const RETRY_MS = 5000;

/** Puts the till together: the parts that only draw here, those that need a device and a server in `open`. */
export class Till {
  /** @param {HTMLElement} root */
  constructor(root) {
    const template = (/** @type {string} */ name) => /** @type {HTMLTemplateElement} */ (part(root, name));
    this.root = root;
    this.bus = new Bus();
    /** What every scan carries of the shift: who serves, and since when. */
    this.stamp = /** @type {{cashier_ref?: string, shift_id?: string}} */ ({});
    /** @type {((badge: string) => void) | null} what a staff badge does; null: a badge is no card */
    this.onBadge = null;
    /** @type {{word: string, open: () => void}[]} further tiles under 更多 */
    this.tiles = [];
    /** @type {any} the day sheet, null until one was taken in */
    this.book = null;
    this.languages = template("languages");
    this.words = new Words(template("words"));
    this.day = new Day(this.words);
    this.panels = new Panels(this.words, this.day);
    this.header = new Header(root, this.day, this.words);
    this.stage = new Stage(part(root, "stage"), template("symbols"), this.words, (action) => this.act(action));
    this.recent = new Recent(part(root, "recent"), template("symbols"), this.day, this.words);
    this.sheet = new Sheet(part(root, "sheet"));
    this.banner = new Banner(part(root, "banner"), part(root, "banner-text"));
    this.enrolment = new Enrol(part(root, "enrol"), this.words, (given) => this.enrolled(given));
    /** @type {(name: string) => void} */
    this.onNav = () => {};
    for (const button of root.querySelectorAll("[data-nav]")) {
      button.addEventListener("click", () => this.onNav(/** @type {HTMLElement} */ (button).dataset.nav ?? ""));
    }
  }

  /** A tablet that knows its canteen opens the counter; a new one asks for its code. */
  async start() {
    this.store = await Store.open();
    const device = await Device.recall(this.store);
    if (device) await this.open(device);
    else this.askForCode();
  }

  askForCode() {
    part(this.root, "counter").hidden = true;
    this.enrolment.show();
  }

  /** @param {import("./device.js").Credentials} credentials */
  async enrolled(credentials) {
    const device = await Device.settle(/** @type {Store} */ (this.store), credentials);
    part(this.root, "enrol").hidden = true;
    await this.open(device);
  }

  /** @param {Device} device */
  async open(device) {
    part(this.root, "counter").hidden = false;
    this.server = new Server("/api/v1", device.credentials.token);
    this.outbox = new Outbox(/** @type {Store} */ (this.store));
    await this.outbox.recall();
    this.letters = new Letters(/** @type {Store} */ (this.store), this.server);
    await this.letters.recall();
    this.device = device;
    this.desk = this.furnish(device, this.server, this.outbox);
    for (const feature of FEATURES) feature.begin(this);
    this.listen(this.desk);
    this.day.learn({ window: device.credentials.name });
    this.desk.rest();
    await this.refresh();
    await this.post?.flush();
    await this.letters.flush();
  }

  /**
   * A code came in, from the camera, the gun or a field.
   * @param {string} raw
   */
  async read(raw) {
    await this.desk?.read(raw);
  }

  /**
   * Show an answer by its code.
   * @param {string} code
   * @param {Record<string, string | number>} [values]
   */
  say(code, values) {
    if (this.desk) this.desk.show(this.panels.say(code, values));
    else this.stage.show(this.panels.say(code, values));
  }

  get isOnline() {
    return !this.post?.isCut;
  }

  /**
   * @param {Device} device
   * @param {Server} server
   * @param {Outbox} outbox
   */
  furnish(device, server, outbox) {
    this.post = new Post(server, outbox, {
      onLateAnswer: (scan, result) => this.desk?.answerLate(scan, result),
      onChange: () => this.tellWaiting(outbox.size),
      onRefused: (problem) => this.desk?.refuse(problem),
    });
    const { panels, stage, day, recent, banner, words, sheet } = this;
    return new Desk({
      device, post: this.post, panels, stage, day, recent, presence: new Presence(), banner, words, sheet,
      bus: this.bus, stamp: () => this.stamp, onBadge: (badge) => this.onBadge?.(badge),
      onCount: () => this.header.draw(),
    });
  }

  /** @param {Desk} desk */
  listen(desk) {
    this.elders = new Elders(/** @type {Server} */ (this.server));
    const trap = /** @type {HTMLInputElement} */ (part(this.root, "trap"));
    new ScannerGun(trap, (raw) => this.read(raw)).listen();
    this.onNav = (name) => this.go(name);
  }

  /** Ask what the day is; while there is no answer, ask again and say so calmly. */
  async refresh() {
    clearTimeout(this.timer);
    try {
      const told = await /** @type {Server} */ (this.server).get("/till");
      this.day.learn(told);
      if (!this.recent.meals.length) this.recall(told.recent ?? []);
      this.header.draw();
      if (this.stage.root.dataset.kind === "ready") this.desk?.rest();
      this.tellWaiting(this.outbox?.size ?? 0);
      this.timer = setTimeout(() => this.refresh(), REFRESH_MS);
    } catch (error) {
      if (error instanceof Problem) this.desk?.refuse(error);
      else this.banner.show("off", this.words.say("banner.unreachable"));
      this.timer = setTimeout(() => this.refresh(), RETRY_MS);
    }
  }

  /** @param {any[]} meals newest first */
  recall(meals) {
    for (const meal of [...meals].reverse()) this.recent.add({ ...meal, state: "served" });
  }

  /** @param {number} waiting */
  tellWaiting(waiting) {
    this.bus.tell("line", { isOnline: this.isOnline, unsent: waiting, kept: 0 });
    const { banner, words } = this;
    if (waiting) banner.show("off", words.say("banner.waiting", { saved: waiting }));
    else if (!banner.root.hidden && banner.root.dataset.kind === "off") {
      banner.show("info", words.say("banner.all-sent"), 4000);
    }
  }

  /** @param {string} name of one of the four fixed buttons */
  go(name) {
    const { words, sheet, day, recent } = this;
    const server = /** @type {Server} */ (this.server);
    const elders = /** @type {Elders} */ (this.elders);
    const pages = /** @type {Record<string, () => import("./sheet.js").Page>} */ ({
      find: () => new FindPage({
        elders, words, sheet, onServe: (elder) => this.desk?.serveByHand(elder), onToken: (raw) => this.desk?.read(raw),
      }),
      topup: () => new TopUpPage({
        elders, words, server, sheet, onDone: (told) => this.bus.tell("topped-up", told),
      }),
      undo: () => new UndoPage({ recent, words, server, sheet, day, onUndone: (meal) => this.undone(meal) }),
      cash: () => new CashMealPage({ words, server, sheet, day, onServed: (portions) => this.soldForCash(portions) }),
      more: () => new MorePage({
        words, day, waiting: this.outbox?.size ?? 0, languages: this.languages, onCashMeal: () => this.go("cash"),
        tiles: this.tiles,
      }),
    });
    if (pages[name]) sheet.open(pages[name]());
  }

  /** @param {import("./recent.js").Served} meal */
  undone(meal) {
    this.desk?.forget(meal.scan_id);
    this.desk?.rest();
    this.bus.tell("undone", meal);
    this.banner.show("info", this.words.say("undo.done", { name: meal.name }), 8000);
  }

  /** @param {number} portions */
  soldForCash(portions) {
    this.day.served += portions;
    this.header.draw();
    this.banner.show("info", this.words.say("cash.done", { portions }), 8000);
  }

  /** @param {string} action of a button on the stage */
  act(action) {
    const desk = this.desk;
    const acts = /** @type {Record<string, () => void>} */ ({
      find: () => this.go("find"),
      serve: () => desk?.serveAnyway(),
      "full-price": () => desk?.sellAnother(),
      decline: () => this.decline(),
      enrol: () => this.enrolAgain(),
    });
    if (acts[action]) acts[action]();
    else desk?.rest();
  }

  /** The elder does not want the meal at this price: the meal that the answer made is undone. */
  decline() {
    const scanId = this.desk?.current?.scan.scan_id;
    if (this.recent.undoable().some((meal) => meal.scan_id === scanId)) this.go("undo");
    else this.desk?.rest();
  }

  /** Scans that wait belong to this device; only with none left may it become another. */
  enrolAgain() {
    if (this.outbox?.size) return;
    this.askForCode();
  }
}

const root = document.querySelector('[data-component="till"]');
if (root instanceof HTMLElement) {
  const till = new Till(root);
  const { state } = root.dataset;
  if (state) import("./states.js").then(({ present }) => present(till, state));
  else till.start();
}
