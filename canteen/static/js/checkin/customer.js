// @ts-check

/** The channel between the till and the screen that faces the diners, in one browser. */
export const CHANNEL = "till-display";
const PULSE_MS = 5000;
/** What the diners' screen shows; a result while it is being checked is none of it. */
const SHOWN = new Set(["ready", "accept", "again", "stop", "unclear"]);

/**
 * Tells the diners' screen what to show: the verdict and how the elder is called. Reasons, cards, lists and sponsors of a
 * single meal stay with the cashier, and amounts too unless the manager chose otherwise.
 */
export class CustomerDisplay {
  /** @param {any} till */
  constructor(till) {
    this.till = till;
    this.showsAmounts = false;
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => data === "hello" && this.tell();
    /** @type {object} */
    this.shown = { kind: "ready" };
    setInterval(() => this.channel?.postMessage({ pulse: true }), PULSE_MS);
  }

  open() {
    window.open("/till/display", "till-display");
    this.till.sheet.close();
  }

  /** @param {{shows_amounts: boolean} | null} document */
  learn(document) {
    this.showsAmounts = document?.shows_amounts ?? false;
  }

  /**
   * @param {import("./panels.js").Panel} panel
   * @param {string} address
   */
  show(panel, address) {
    if (!SHOWN.has(panel.kind)) return;
    const isMeal = panel.kind === "accept";
    this.shown = {
      kind: panel.kind, verdict: panel.verdict,
      called: isMeal || panel.kind === "again" ? address || panel.name || "" : "",
      pay: isMeal && this.showsAmounts ? panel.pay ?? "" : "",
    };
    this.tell();
  }

  tell() {
    this.channel?.postMessage({ ...this.shown, idle: this.idle() });
  }

  idle() {
    const { day } = this.till;
    return { canteen: day.canteen, meal: day.mealName(), hours: day.hours, menu: day.menu ?? "", strip: day.strip ?? "", sponsors: day.sponsors ?? "" };
  }
}
