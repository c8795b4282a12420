// @ts-check

const TOLERANCE_MIN = 30;

/**
 * What the counter knows of the day: canteen, meal period, menu, price, how many have eaten. It comes from the day
 * sheet, so that a day begins without a network; what the server says of the running meal is newer and goes first.
 */
export class Day {
  /** @param {import("./words.js").Words} words */
  constructor(words) {
    this.words = words;
    /** @type {import("./book.js").Book | null} */
    this.book = null;
    this.canteen = "";
    this.window = "";
    this.cashier = "";
    this.on = "";
    this.meal_period = "";
    this.period_name = "";
    this.hours = "";
    this.zone = "Asia/Shanghai";
    this.served = 0;
    /** @type {number | null} */
    this.booked = null;
    this.forgetStrip();
    /** @type {string | null} */
    this.menu = null;
    /** @type {number | null} */
    this.price_fen = null;
  }

  /**
   * Take over what `GET /till` says; what it leaves out stays as it is.
   * @param {any} told
   */
  learn(told) {
    this.canteen = told.canteen?.name ?? this.canteen;
    this.window = told.window ?? this.window;
    this.cashier = told.cashier ?? this.cashier;
    this.zone = told.zone ?? this.zone;
    if (!("meal_period" in told)) return;
    if (this.on !== this.dateOf(Date.now()) || this.meal_period !== (told.meal_period ?? "")) this.forgetStrip();
    this.meal_period = told.meal_period ?? "";
    this.period_name = told.meal_period_name ?? "";
    this.hours = told.hours ?? "";
    this.on = this.dateOf(Date.now());
    this.served = told.served ?? this.served;
    this.booked = told.booked ?? this.booked;
    this.menu = told.menu ?? null;
    this.price_fen = told.price_fen ?? null;
    this.learnStrip(told);
  }

  /** Another meal: nothing is known of whose money helps it. */
  forgetStrip() {
    /** @type {string | null} who gives to this meal, as it may be shown */
    this.strip = null;
    /** @type {string | null} the commercial sponsors, who stand apart from those who give */
    this.sponsors = null;
    /** @type {string | null} whose money has ended, until the cashier has seen it once */
    this.usedUp = null;
    /** @type {Set<string> | null} whose money is known to have ended; null: nobody has told yet */
    this.ended = null;
  }

  /** @param {{strip?: string | null, strip_sponsors?: string | null, used_up?: string[]}} told */
  learnStrip({ strip = null, strip_sponsors = null, used_up = [] }) {
    this.strip = strip;
    this.sponsors = strip_sponsors;
    this.learnEnded(used_up);
  }

  /**
   * Whose money had ended before anybody looked is no news; whose ends while people eat is told once.
   * @param {string[]} names
   */
  learnEnded(names) {
    const { ended } = this;
    const news = ended ? names.filter((name) => !ended.has(name)) : [];
    if (news.length) this.usedUp = [this.usedUp, ...news].filter(Boolean).join("、");
    this.ended = new Set([...(ended ?? []), ...names]);
  }

  /**
   * What the server said of a meal is newer than what it said of the day.
   * @param {{used_up?: string[]}} result
   */
  hear({ used_up = [] }) {
    if (!used_up.length) return;
    this.learnEnded(used_up);
    this.strip = without(this.strip, used_up);
    this.sponsors = without(this.sponsors, used_up);
  }

  /** @param {import("./book.js").Book | null} book */
  follow(book) {
    this.book = book;
    if (!book) return;
    this.canteen = book.canteen.name;
    this.zone = book.zone;
    this.window = book.window || this.window;
    this.turn(Date.now());
    const meal = book.period(this.on, this.meal_period);
    if (meal) this.takeMeal(meal);
  }

  /**
   * The clock goes on: another meal, or another day.
   * @param {number} now_ms
   * @returns {boolean} whether it is another one now
   */
  turn(now_ms) {
    if (!this.book) return false;
    const { on, meal_period } = this.moment(now_ms);
    if (on === this.on && (meal_period ?? "") === this.meal_period) return false;
    Object.assign(this, {
      on, meal_period: meal_period ?? "", period_name: "", hours: "", served: 0, booked: null, menu: null, price_fen: null,
    });
    this.forgetStrip();
    const meal = meal_period && this.book.period(on, meal_period);
    if (meal) this.takeMeal(meal);
    return true;
  }

  /** @param {import("./book.js").Period} meal */
  takeMeal(meal) {
    this.period_name = meal.name;
    this.hours = meal.hours.join("-");
    this.booked = meal.booked;
    this.menu = meal.menu;
    this.price_fen = meal.price_fen;
    this.learnStrip(meal);
  }

  /**
   * The canteen's own date and the meal that runs, within half an hour of its hours; where two meet, the later.
   * @param {number} instant_ms
   * @returns {{on: string, meal_period: string | null}}
   */
  moment(instant_ms) {
    const on = this.dateOf(instant_ms);
    if (!this.book) return { on, meal_period: this.meal_period || null };
    const at = minutes(this.time(instant_ms));
    const within = (/** @type {number} */ slack) => (/** @type {{from: string, to: string}} */ { from, to }) => (
      at >= minutes(from) - slack && at <= minutes(to) + slack);
    const { periods } = this.book;
    const found = periods.find(within(0)) ?? periods.findLast(within(TOLERANCE_MIN));
    return { on, meal_period: found?.meal_period ?? null };
  }

  /** The meal in a word, 午餐. */
  mealName() {
    if (this.period_name && !this.words.has(`meal.${this.meal_period}`)) return this.period_name;
    return this.meal_period ? this.words.say(`meal.${this.meal_period}`) : "";
  }

  /** The period that a scan claims; between two meals the server decides, and says so. */
  claim() {
    return this.meal_period || "lunch";
  }

  /** When the period begins, 10:30; empty between two meals. */
  startsAt() {
    return this.hours.split(/[-–]/)[0] ?? "";
  }

  /**
   * The next meal of this day, for who comes too early.
   * @param {number} now_ms
   */
  nextMeal(now_ms) {
    const at = minutes(this.time(now_ms));
    return this.book?.periods.find((period) => minutes(period.from) > at) ?? null;
  }

  menuLine() {
    return this.menu ? this.words.say("menu.line", { meal: this.mealName(), dishes: this.menu }) : undefined;
  }

  /**
   * The time of day in the canteen's zone, 11:42.
   * @param {string | number | Date} instant
   */
  time(instant) {
    const as = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.zone };
    return new Date(instant).toLocaleTimeString("zh-CN", /** @type {Intl.DateTimeFormatOptions} */ (as));
  }

  /** @param {number} instant_ms */
  dateOf(instant_ms) {
    return new Date(instant_ms).toLocaleDateString("sv-SE", { timeZone: this.zone });
  }
}

/**
 * The names that are left; beyond two only their number was told, and the rest comes with the next look at the day.
 * @param {string | null} names
 * @param {string[]} ended
 */
function without(names, ended) {
  const kept = (names ?? "").replace(/等 \d+ 家$/, "").split("、").filter((name) => name && !ended.includes(name));
  return kept.length ? kept.join("、") : null;
}

/** @param {string} clock such as 10:30 */
function minutes(clock) {
  const [hours, rest] = clock.split(":").map(Number);
  return hours * 60 + rest;
}
