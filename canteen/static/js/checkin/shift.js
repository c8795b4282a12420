// @ts-check
import { CashClosePage } from "./cashclose.js";
import { el } from "./dom.js";
import { randomHex, sha256 } from "./hash.js";
import { Problem } from "./server.js";
import { PeoplePage, PinPage, ShiftPage, StartPage } from "./shiftpages.js";

/**
 * Who serves at this till, and since when. A badge opens a shift and the next badge takes it over, on or offline; a
 * shift ends with the cash close, and a meal after that opens a late one by itself. Nothing here ever locks the till.
 *
 * Where nobody holds a badge the till works without shifts, and nobody is asked for one.
 * @typedef {{ref: string, name: string, is_manager: boolean, has_pin?: boolean}} Person
 * @typedef {{badge_sha256?: string, proof?: string}} Proof how somebody showed who they are
 * @typedef {{shift_id: string, cashier_ref: string | null, name: string, proof: Proof, opened_at: string,
 *   float_fen: number, meal_period: string, on: string, is_late: boolean, is_closed: boolean}} ShiftState
 */
export class Shift {
  /** @param {any} till */
  constructor(till) {
    this.till = till;
    /** @type {ShiftState | null} */
    this.now = null;
    this.usesShifts = false;
    this.asksForBadge = false;
    /** @type {Person[]} */
    this.people = [];
    /** @type {((person: Person | null, proof: Proof) => void) | null} who waits for a manager's badge */
    this.asking = null;
  }

  /** A shift is of one day: who forgot to close it last night is asked for a badge in the morning. */
  get isOpen() {
    return this.now !== null && !this.now.is_closed && this.isToday;
  }

  get isToday() {
    return this.now?.on === this.till.day.dateOf(Date.now());
  }

  /** Whether a badge is asked for before a card: never where badges are not used, never after the close of a day. */
  get isBarred() {
    return this.usesShifts && !this.isOpen && !this.isAfterClose;
  }

  get isAfterClose() {
    return this.now !== null && this.now.is_closed && this.isToday;
  }

  /** Take up the shift that an earlier page left behind, then hear what the server knows of it. */
  async recall() {
    const { store } = this.till;
    this.usesShifts = (await store.get("shift", "place"))?.uses_shifts ?? false;
    this.now = (await store.get("shift", "now")) ?? null;
    this.tell();
    await this.learn();
  }

  async learn() {
    try {
      const told = await this.till.server.get("/shifts");
      this.people = told.people;
      this.usesShifts = told.uses_shifts;
      await this.till.store.put("shift", "place", { uses_shifts: told.uses_shifts });
      if (!this.now && told.shift) await this.adopt(told.shift);
      this.drawIdle();
    } catch {
      // Offline, or a server that knows no shifts: what the tablet knows is enough.
    }
  }

  /** @param {any} told a shift of this till that only the server remembers */
  async adopt(told) {
    await this.become({
      shift_id: told.shift_id, cashier_ref: told.cashier_ref, name: told.name ?? "", proof: {}, opened_at: told.opened_at,
      float_fen: told.float_fen, meal_period: told.meal_period ?? "", on: told.service_on, is_late: told.is_late, is_closed: false,
    });
  }

  /** @param {ShiftState} state */
  async become(state) {
    this.now = state;
    this.tell();
    await this.till.store?.put("shift", "now", state);
  }

  /** Scans carry the shift from this moment on, and the head says who serves. */
  tell() {
    const { till } = this;
    const now = this.isOpen ? this.now : null;
    till.stamp = now ? { shift_id: now.shift_id, ...(now.cashier_ref ? { cashier_ref: now.cashier_ref } : {}) } : {};
    till.day.cashier = now?.name ?? "";
    till.header.draw();
    this.drawIdle();
    till.bus.tell("shift", now ? { shift_id: now.shift_id, cashier_ref: now.cashier_ref, name: now.name } : null);
  }

  /** The idle stage asks for a badge where a card would have to wait for one. */
  dressIdle() {
    const { panels, words } = this.till;
    const ready = panels.ready.bind(panels);
    panels.ready = (/** @type {any} */ last) => (
      this.isBarred ? { ...ready(last), verdict: words.say("R24.line"), line: words.say("R24.title") } : ready(last));
  }

  drawIdle() {
    const { stage, desk } = this.till;
    if (this.isBarred === this.asksForBadge) return;
    this.asksForBadge = this.isBarred;
    if (desk && stage.root.dataset.kind === "ready") desk.rest();
  }

  /**
   * A staff badge was held up.
   * @param {string} badge
   */
  async badge(badge) {
    const digest = await sha256(badge.replace(/^B\//, ""));
    const person = this.till.book?.badge?.(digest) ?? (await this.ask(digest));
    if (person) await this.enter(person, { badge_sha256: digest });
    else this.refuse();
  }

  /**
   * @param {string} digest of a badge that is newer than the day sheet
   * @returns {Promise<Person | null>}
   */
  async ask(digest) {
    try {
      return await this.till.server.post("/shifts/badge", { badge_sha256: digest }, 3000);
    } catch {
      return null;
    }
  }

  /** Nobody of this canteen: say it, and what to do. */
  refuse() {
    const { words, panels, sheet, desk } = this.till;
    sheet.close();
    const panel = panels.say("R24");
    desk.leave?.();
    desk.show({ ...panel, code: "BADGE", title: words.say("BADGE.title"), line: words.say("BADGE.line"),
      actions: panel.actions.filter((/** @type {{id: string}} */ action) => action.id === "ok") });
  }

  /**
   * Somebody has shown who they are.
   * @param {Person} person
   * @param {Proof} proof
   */
  async enter(person, proof) {
    const { till } = this;
    const { words } = till;
    if (this.asking) {
      const { asking } = this;
      this.asking = null;
      asking(person, proof);
    } else if (!this.isOpen) {
      till.sheet.open(new StartPage({ shift: this, till, person, proof }));
    } else if (this.now?.cashier_ref === person.ref) {
      till.sheet.close();
      till.banner.show("info", words.say("shift.same", { name: person.name }), 4000);
    } else {
      await this.handOver(person, proof);
    }
  }

  /**
   * @param {Person | null} person
   * @param {Proof} proof
   * @param {{float_fen?: number, meal_period?: string, is_late?: boolean}} how
   */
  open(person, proof, { float_fen = 0, meal_period = "", is_late = false }) {
    const { day } = this.till;
    const state = {
      shift_id: randomHex(16), cashier_ref: person?.ref ?? null, name: person?.name ?? "", proof,
      opened_at: new Date().toISOString(), float_fen, meal_period, on: day.dateOf(Date.now()), is_late, is_closed: false,
    };
    const kept = this.become(state);
    this.till.desk?.parts?.presence?.forget(""); // The card that had to wait may be shown again at once.
    return Promise.all([kept, this.send("open", proof, { float_fen, meal_period: meal_period || null, late: is_late })]);
  }

  /**
   * The next badge takes over at once; the shift goes on, and so does the queue.
   * @param {Person} person
   * @param {Proof} proof
   */
  async handOver(person, proof) {
    const now = /** @type {ShiftState} */ (this.now);
    const { sheet, banner, words } = this.till;
    sheet.close();
    banner.show("info", words.say("shift.handed-over", { name: person.name }), 4000);
    const kept = this.become({ ...now, cashier_ref: person.ref, name: person.name, proof });
    await Promise.all([kept, this.send("hand-over", proof, {})]);
  }

  /**
   * @param {string} kind
   * @param {Proof} proof
   * @param {object} more
   */
  async send(kind, proof, more) {
    const { letters, device } = this.till;
    await letters?.send("/shifts", {
      id: randomHex(16), kind, shift_id: /** @type {ShiftState} */ (this.now).shift_id, ...proof, at: new Date().toISOString(),
      mono_ms: Math.round(performance.now()), boot_id: device?.bootId, ...more,
    });
  }

  /**
   * Somebody wants to eat. After the day's close a late shift opens by itself; before a shift the card has to wait.
   * @returns {boolean} whether the card may be served
   */
  mayServe() {
    if (this.isOpen) return true;
    if (this.till.stamp.shift_id) this.tell(); // It was yesterday's.
    if (this.isAfterClose) {
      this.openLate();
      return true;
    }
    return !this.isBarred;
  }

  openLate() {
    const { now, till } = this;
    const { words } = till;
    const person = now?.cashier_ref ? { ref: now.cashier_ref, name: now.name, is_manager: false } : null;
    this.open(person, now?.proof ?? {}, { is_late: true, meal_period: till.day.meal_period });
    till.banner.show("info", `${words.say("R23.title")}：${words.say("R23.line")}`, 8000);
  }

  /** Served before anybody had scanned a badge: that is a shift too, and the next badge takes it over. */
  servedWithout() {
    if (!this.isOpen && this.isBarred) this.open(null, {}, { is_late: true, meal_period: this.till.day.meal_period });
  }

  /** The cash was counted: this shift is over, and what comes now is a late one. */
  async ended() {
    const on = this.till.day.dateOf(Date.now());
    const blank = { shift_id: "", cashier_ref: null, name: "", proof: {}, opened_at: "", float_fen: 0, meal_period: "", is_late: false };
    await this.become({ ...(this.now ?? blank), on, is_closed: true });
  }

  /**
   * Ask for a manager's badge; what they approve without a network is looked at later.
   * @param {string} what a short word for the record
   * @returns {Promise<Person | null>} null where somebody else's badge came
   */
  approve(what) {
    const { till } = this;
    till.sheet.open({
      title: till.words.say("shift.manager"),
      draw: () => el("div", { class: "ask" }, el("p", { class: "ask-question", text: till.words.say("shift.manager-ask") })),
      onClose: () => { this.asking = null; },
    });
    return new Promise((resolve) => {
      this.asking = (person, proof) => {
        till.sheet.close();
        const isRight = Boolean(person?.is_manager);
        if (isRight && this.now) this.send("approval", proof, { note: what.slice(0, 200) });
        resolve(isRight ? person : null);
      };
    });
  }

  show() {
    const { till } = this;
    if (this.isOpen) till.sheet.open(new ShiftPage({ shift: this, till }));
    else this.showPeople();
  }

  /** Name and PIN: online only, since no tablet holds a PIN. */
  async showPeople() {
    await this.learn();
    this.till.sheet.open(new PeoplePage({ shift: this, till: this.till }));
  }

  /** @param {Person} person */
  showPin(person) {
    this.till.sheet.open(new PinPage({ shift: this, till: this.till, person }));
  }

  showClose() {
    this.till.sheet.open(new CashClosePage({ shift: this, till: this.till }));
  }

  /**
   * @param {Person} person
   * @param {string} pin
   * @returns {Promise<string>} what went wrong, empty where nothing did
   */
  async enterByPin(person, pin) {
    try {
      const told = await this.till.server.post("/shifts/pin", { staff_ref: person.ref, pin });
      await this.enter(told, { proof: told.proof });
      return "";
    } catch (error) {
      return error instanceof Problem && error.detail ? error.detail : this.till.words.say("shift.pin-offline");
    }
  }
}

/** @param {any} till */
export function begin(till) {
  const shift = new Shift(till);
  till.shift = shift;
  shift.dressIdle();
  till.onBadge = (/** @type {string} */ badge) => shift.badge(badge);
  till.approve = (/** @type {string} */ what) => shift.approve(what);
  if (till.desk) till.desk.mayServe = () => shift.mayServe();
  till.tiles.push({ word: "shift.heading", open: () => shift.show() }, { word: "close.heading", open: () => shift.showClose() });
  till.bus.on("answer", (/** @type {any} */ told) => {
    if (told.scan?.decision === "SERVED_ANYWAY") shift.servedWithout();
  });
  till.bus.on("line", (/** @type {any} */ line) => {
    if (line.isOnline && !shift.people.length) shift.learn();
  });
  shift.recall();
}

const CHEN = { ref: "staff:3", name: "陈桂花", is_manager: false, has_pin: true };
const PEOPLE = [CHEN, { ref: "staff:4", name: "阿卜杜热西提·吾买尔", is_manager: true, has_pin: true }, { ref: "staff:5", name: "李秀英", is_manager: true, has_pin: true }];
const FIGURES = {
  records: 133, meals: 126, cash_portions: 2, periods: { lunch: { meals: 126, cash_portions: 2 } }, by_hand: 9, offline: 31,
  waiting: 2, rejected: 5, cancelled: 1, meals_cash_fen: 3500, cancelled_cash_fen: -500, cash_meals_fen: 3000,
  top_ups_cash_fen: 20000, refunds_cash_fen: 0, held_fen: 500, booked_fen: 26000,
  top_ups: { cash: { count: 2, fen: 20000 }, wechat: { count: 5, fen: 50000 } },
};
const NEXT = {
  state: "133.1.9.1", service_on: "2026-11-20", figures: FIGURES, float_fen: 20000, expected_fen: 46500, served_in_canteen: 128,
  portions: {}, is_late: false, shift_id: "a".repeat(32), is_closed: false, is_empty: false,
};
const EMPTY = {
  ...NEXT, is_empty: true, float_fen: 0, expected_fen: 0,
  figures: { ...FIGURES, records: 0, meals: 0, cash_portions: 0, periods: {}, by_hand: 0, offline: 0, waiting: 0, rejected: 0,
    cancelled: 0, meals_cash_fen: 0, cancelled_cash_fen: 0, cash_meals_fen: 0, top_ups_cash_fen: 0, held_fen: 0, booked_fen: 0, top_ups: {} },
};
const DONE = {
  ...NEXT, number: 17, close_no: 241, counted_fen: 46000, difference_fen: -500, note: "找零错了", cashier: "陈桂花",
  no_meals_reason: null, denominations: null, closed_at: "2026-11-20T05:20:00Z", figures: { ...FIGURES, portions: { lunch: 150 } },
};

/** @param {any} till a till with somebody at it, for states */
function staged(till) {
  const shift = new Shift(till);
  Object.assign(shift, { people: PEOPLE, usesShifts: true, learn: async () => undefined });
  shift.now = {
    shift_id: "a".repeat(32), cashier_ref: CHEN.ref, name: CHEN.name, proof: {}, opened_at: "2026-11-20T02:20:00Z",
    float_fen: 20000, meal_period: "lunch", on: "2026-11-20", is_late: false, is_closed: false,
  };
  till.shift = shift;
  return shift;
}

/**
 * @param {any} till
 * @param {any} next what the server would say
 * @param {object} typed
 */
function closing(till, next, typed = {}) {
  const page = new CashClosePage({ shift: staged(till), till });
  page.look = async () => undefined;
  Object.assign(page, { next, unsent: 0, step: "check" }, typed);
  till.sheet.open(page);
  return page;
}

/** @type {Record<string, (till: any) => Promise<void>>} */
export const STATES = {
  "shift-none": async (till) => till.stage.show(till.panels.say("R24")),
  "shift-unknown": async (till) => {
    const { words, panels } = till;
    till.stage.show({ ...panels.say("R24"), title: words.say("BADGE.title"), line: words.say("BADGE.line"),
      actions: panels.say("R24").actions.filter((/** @type {{id: string}} */ action) => action.id === "ok") });
  },
  "shift-start": async (till) => till.sheet.open(new StartPage({ shift: staged(till), till, person: CHEN, proof: {} })),
  "shift-people": async (till) => till.sheet.open(new PeoplePage({ shift: staged(till), till })),
  "shift-pin": async (till) => {
    const page = new PinPage({ shift: staged(till), till, person: PEOPLE[1] });
    Object.assign(page, { typed: "7031", fault: till.words.say("shift.pin-offline") });
    till.sheet.open(page);
  },
  "shift-now": async (till) => till.sheet.open(new ShiftPage({ shift: staged(till), till })),
  "shift-over": async (till) => {
    till.stage.show(till.panels.ready());
    till.banner.show("info", till.words.say("shift.handed-over", { name: "李秀英" }));
  },
  "shift-late": async (till) => {
    till.stage.show(till.panels.ready());
    till.banner.show("info", `${till.words.say("R23.title")}：${till.words.say("R23.line")}`);
  },
  close: async (till) => { closing(till, NEXT); },
  "close-short": async (till) => { closing(till, NEXT, { typed: { counted: "460", lunch: "150" }, note: "找零错了" }); },
  "close-notes": async (till) => { closing(till, NEXT, { typed: { counted: "465", n10000: "3", n5000: "3", n1000: "1", n500: "1" }, countsNotes: true }); },
  "close-unsent": async (till) => { closing(till, NEXT, { unsent: 7 }); },
  "close-empty": async (till) => { closing(till, EMPTY); },
  "close-offline": async (till) => { closing(till, null, { fault: till.words.say("close.no-network") }); },
  "close-done": async (till) => {
    closing(till, NEXT, { step: "done", done: DONE });
  },
};

