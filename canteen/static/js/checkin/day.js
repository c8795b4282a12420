// @ts-check

/** What the counter knows of the day: canteen, meal period, menu, price, how many have eaten. */
export class Day {
  /** @param {import("./words.js").Words} words */
  constructor(words) {
    this.words = words;
    this.canteen = "";
    this.window = "";
    this.cashier = "";
    this.meal_period = "";
    this.period_name = "";
    this.hours = "";
    this.zone = "Asia/Shanghai";
    this.served = 0;
    /** @type {string | null} */
    this.strip = null;
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
    this.cashier = told.cashier ?? "";
    this.meal_period = told.meal_period ?? "";
    this.period_name = told.meal_period_name ?? "";
    this.hours = told.hours ?? "";
    this.zone = told.zone ?? this.zone;
    this.served = told.served ?? this.served;
    this.strip = told.strip ?? null;
    this.menu = told.menu ?? null;
    this.price_fen = told.price_fen ?? null;
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
}
