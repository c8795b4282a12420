// @ts-check
import { part } from "./dom.js";

const TICK_MS = 5000;

/** The head of the page and the counter: which canteen, which meal, who serves, what time it is, how many ate. */
export class Header {
  /**
   * @param {HTMLElement} root
   * @param {import("./day.js").Day} day
   * @param {import("./words.js").Words} words
   */
  constructor(root, day, words) {
    this.root = root;
    this.day = day;
    this.words = words;
    setInterval(() => this.tick(), TICK_MS);
  }

  draw() {
    const { root, day, words } = this;
    part(root, "canteen").textContent = day.canteen;
    part(root, "period").textContent = [day.mealName(), day.hours.replace("-", "–")].filter(Boolean).join(" ");
    part(root, "cashier").textContent = day.cashier ? words.say("head.cashier", { name: day.cashier }) : day.window;
    part(root, "served").textContent = String(day.served);
    part(root, "booked").hidden = day.booked === null;
    part(root, "booked").textContent = day.booked === null ? "" : words.say("count.booked", { booked: day.booked });
    this.tick();
  }

  tick() {
    part(this.root, "clock").textContent = this.day.time(Date.now());
  }
}
