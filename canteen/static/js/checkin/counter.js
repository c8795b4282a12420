// @ts-check
import { Causes } from "./causes.js";
import { Desk } from "./desk.js";
import { part } from "./dom.js";
import { Elders } from "./elders.js";
import { FEATURES } from "./features.js";
import { ScannerGun } from "./gun.js";
import { Known } from "./known.js";
import { Letters } from "./letters.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Pages } from "./pages.js";
import { Post } from "./post.js";
import { Presence } from "./presence.js";
import { Problem, Server, Unreachable } from "./server.js";
import { Screen } from "./screen.js";

const REFRESH_MS = 60000;
const RETRY_MS = 5000;
const TICK_MS = 5000;
const PROBE_MS = 1200;

/** The counter of a tablet that knows its canteen: it opens from what lies on the disk, and asks the server then. */
export class Counter {
  /**
   * @param {import("./till.js").Till} till
   * @param {import("./device.js").Device} device
   */
  constructor(till, device) {
    const store = /** @type {import("./store.js").Store} */ (till.store);
    this.till = till;
    this.device = device;
    this.store = store;
    this.server = new Server("/api/v1", device.credentials.token);
    this.outbox = new Outbox(store);
    this.known = new Known(store, (book) => this.taken(book));
    this.line = new Line(() => this.probe(), () => this.turned());
    this.letters = new Letters(store, this.server, {
      onChange: () => this.tell(), onRefused: (letter, problem) => this.letterRefused(letter, problem),
      mayFly: () => this.line.isOnline,
    });
    this.post = new Post(this, {
      onLateAnswer: (scan, result) => this.desk.shelter.answerLate(scan, result),
      onChange: () => this.tell(), onRefused: (problem) => this.refused(problem),
    });
    this.elders = new Elders(this.server, {
      known: () => this.known, isOnline: () => this.line.isOnline, slot: () => `${till.day.on}/${till.day.meal_period}`,
    });
    this.desk = new Desk(this.parts());
    this.causes = new Causes(till.banner, till.words, this);
    this.pages = new Pages(this);
  }

  /** @returns {import("./parts.js").Parts} */
  parts() {
    const { till, device, server, outbox, letters, line, post, known } = this;
    const { panels, stage, day, recent, banner, words, sheet, bus } = till;
    return {
      device, server, outbox, letters, line, post, known, panels, stage, day, recent, banner, words, sheet, bus,
      screen: new Screen({ panels, stage, day, bus }), presence: new Presence(), stamp: () => till.stamp,
      onBadge: (badge) => till.onBadge?.(badge), onCount: () => till.header.draw(),
      onRefused: (problem) => this.refused(problem),
    };
  }

  /** The till opens from the disk alone; what the server says comes when it comes. */
  async open() {
    const { till, device } = this;
    till.day.learn({ window: device.credentials.name });
    await Promise.all([this.outbox.recall(), this.letters.recall(), this.known.recall()]);
    this.post.anchor = (await this.store.get("device", "anchor")) ?? null;
    for (const feature of FEATURES) feature.begin(till);
    new ScannerGun(/** @type {HTMLInputElement} */ (part(till.root, "trap")), (raw) => till.read(raw)).listen();
    till.onNav = (name) => this.pages.go(name);
    this.adopt();
    this.remember();
    this.desk.rest();
    till.header.draw();
    performance.mark("till:open");
    navigator.storage?.persist?.().then((isSafe) => { this.isSafe = isSafe; });
    setInterval(() => this.tick(), TICK_MS);
    this.tell();
    await this.refresh();
  }

  /** Ask what the day is, and for what changed on the sheet; while there is no answer, ask again. */
  async refresh() {
    clearTimeout(this.timer);
    let wait_ms = REFRESH_MS;
    try {
      await this.probe(RETRY_MS);
      this.line.answered();
      await this.known.refresh(this.server);
      this.till.root.dataset.knows = this.known.book?.version ?? "";
      await this.afterContact();
    } catch (error) {
      if (error instanceof Problem) this.refused(error);
      else if (error instanceof Unreachable) this.line.cut();
      else reportError(error);
      if (error instanceof Unreachable) wait_ms = RETRY_MS;
    }
    this.tell();
    this.timer = setTimeout(() => this.line.isOnline && this.refresh(), wait_ms);
  }

  /** A small question with a short patience: the running meal. Raises Unreachable or Problem. */
  async probe(patience_ms = PROBE_MS) {
    const { till, causes } = this;
    const told = await this.server.get("/till", patience_ms);
    causes.isRefused = false;
    if (told.now) causes.clockOff_ms = Date.parse(told.now) - Date.now();
    till.day.learn({ ...told, served: (told.served ?? 0) + this.unsentMeals() });
    if (!till.recent.meals.length) {
      for (const meal of [...(told.recent ?? [])].reverse()) till.recent.add({ ...meal, state: "served" });
    }
    this.redraw();
  }

  async afterContact() {
    const { book } = this.known;
    if (book) await this.outbox.review({ epoch: book.epoch, backed_up_through: book.backedUpThrough });
    if (this.post.anchor) await this.store.put("device", "anchor", this.post.anchor);
    await this.post.flush();
  }

  /** Meals that lie in the outbox and were not written down as eaten before the page went. */
  adopt() {
    const { known: { book, slots }, till: { day } } = this;
    for (const scan of this.outbox.list()) {
      if (slots.eaten.has(scan.scan_id) || !["ACCEPTED", "GUEST", "SERVED_ANYWAY"].includes(scan.decision)) continue;
      const elder = scan.elder_ref ? book?.elder(scan.elder_ref) : book?.ofCard(scan.token_sha256 ?? "");
      slots.add({
        who: elder?.ref ?? scan.elder_ref ?? scan.token_sha256 ?? "", slot: `${day.dateOf(Date.parse(scan.seen_at))}/${scan.meal_period}`,
        scan_id: scan.scan_id, at: scan.seen_at, name: elder?.name ?? "",
        wallet_fen: scan.tender === "cash" ? 0 : scan.shown_elder_fen ?? 0,
        undone: this.letters.has(`/scans/${scan.scan_id}/cancel`),
      });
    }
  }

  /** The last meals of this till before the page was opened, and how many there were. */
  remember() {
    const { day, recent } = this.till;
    const { on, meal_period } = day.moment(Date.now());
    const meals = [...this.known.slots.eaten.values()].filter((meal) => meal.slot === `${on}/${meal_period}` && !meal.undone);
    day.served = Math.max(day.served, meals.length);
    for (const { scan_id, at, name } of meals.slice(-5)) {
      recent.add({ scan_id, at, name, state: this.outbox.unsent.has(scan_id) ? "waiting" : "served" });
    }
  }

  /** Meals of the running slot that the server does not count yet. */
  unsentMeals() {
    const { on, meal_period } = this.till.day.moment(Date.now());
    const isServed = (/** @type {string} */ decision) => ["ACCEPTED", "GUEST", "FULL_PRICE"].includes(decision);
    return this.outbox.list().filter((scan) => isServed(scan.decision) && scan.meal_period === meal_period
      && this.till.day.dateOf(Date.parse(scan.seen_at)) === on).length;
  }

  /** @param {import("./book.js").Book | null} book */
  taken(book) {
    this.till.day.follow(book);
    this.redraw();
    this.till.bus.tell("book", book);
  }

  /** The line went or came back. */
  turned() {
    this.tell();
    if (this.line.isOnline) this.refresh();
    else clearTimeout(this.timer);
  }

  /** Every few seconds: another meal, another day, a lease that is over. */
  async tick() {
    const { day, recent } = this.till;
    const { on } = day;
    if (day.turn(Date.now())) this.redraw();
    if (on && day.on !== on) recent.clear();
    await this.known.endLease(Date.now());
    this.causes?.draw();
  }

  redraw() {
    this.till.header.draw();
    if (this.till.stage.root.dataset.kind === "ready") this.till.stage.show(this.till.panels.ready());
  }

  /** What the line and the outbox are like, told to all who show it. */
  tell() {
    this.causes?.draw();
    this.till.bus.tell("line", { isOnline: this.line.isOnline, unsent: this.outbox.size, kept: this.outbox.kept.size });
  }

  /** @param {Problem} problem */
  async refused(problem) {
    if (problem.status !== 401 && problem.status !== 403) return;
    this.causes.isRefused = true;
    this.tell();
    if (problem.code !== "device-revoked") return;
    // What was seen is uploaded first, then nothing of anybody stays here.
    await this.post.flush();
    if (!this.outbox.size && this.known.book) await this.known.drop();
  }

  /**
   * @param {import("./letters.js").Letter} letter
   * @param {Problem} problem
   */
  letterRefused(letter, problem) {
    const { banner, words, bus } = this.till;
    bus.tell("letter-refused", { letter, problem });
    banner.show("warn", problem.detail || words.say("banner.letter"), 60000);
  }

  /** @param {string} action of a button on the stage */
  act(action) {
    const { desk, pages } = this;
    const { choices } = desk;
    const acts = /** @type {Record<string, () => unknown>} */ ({
      find: () => pages.go("find"), renew: () => this.renew(), serve: () => choices.serveAnyway(),
      "as-usual": () => choices.asUsual(), "eat-here": () => choices.asUsual(), "pay-cash": () => choices.payCash(),
      "note-name": () => pages.go("note"), "full-price": () => choices.sellAnother(), decline: () => pages.decline(),
      topup: () => pages.topUp(desk.current), enrol: () => this.enrolAgain(),
    });
    (acts[action] ?? this.till.acts[action] ?? (() => desk.rest()))();
  }

  /** 现在更新名单 */
  async renew() {
    this.till.banner.show("info", this.till.words.say("banner.renewing"), 3000);
    await this.refresh();
    this.desk.rest();
  }

  /** Scans that wait belong to this device; only with none left may it become another. */
  enrolAgain() {
    const { till, outbox, letters } = this;
    if (outbox.size + letters.size) till.banner.show("stop", till.words.say("tablet.unsent", { saved: outbox.size + letters.size }), 8000);
    else till.askForCode();
  }
}
