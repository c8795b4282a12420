// @ts-check

const QUIET_MS = 600000;
const LOOK_MS = 60000;
const ASK_MS = 3600000;
const AGAIN_MS = 20000;
const PRESS_MS = 2000;

/**
 * Whether the page may be changed under the cashier's hands: nobody is served now, nor was a moment ago.
 * @param {{isShiftOpen: boolean, isMealTime: boolean, isPageOpen: boolean, idle_ms: number}} facts
 */
export function isQuiet({ isShiftOpen, isMealTime, isPageOpen, idle_ms }) {
  return !isShiftOpen && !isMealTime && !isPageOpen && idle_ms >= QUIET_MS;
}

/** The version of the till that this tablet keeps: it opens without a network, and changes after service only. */
export class Release {
  /** @param {any} till */
  constructor(till) {
    this.till = till;
    /** @type {ServiceWorkerRegistration | undefined} */
    this.registration = undefined;
    this.isShiftOpen = false;
    this.isTaken = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.busy_at_ms = performance.now();
  }

  get version() {
    return this.till.root.dataset.release ?? "";
  }

  async begin() {
    const { till } = this;
    till.bus.on("shift", (/** @type {any} */ shift) => { this.isShiftOpen = Boolean(shift); });
    for (const event of ["read", "answer", "panel"]) till.bus.on(event, () => { this.busy_at_ms = performance.now(); });
    if (!("serviceWorker" in navigator)) {
      this.till.banner.show("warn", this.till.words.say("device.not-kept"), 20000);
      return;
    }
    navigator.serviceWorker.addEventListener("controllerchange", () => this.changed());
    setInterval(() => this.look(), LOOK_MS);
    this.changed();
    await this.register();
  }

  /** Ask for the newest version; one that could not be taken in whole is asked for again. */
  async register() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.register(), ASK_MS);
    try {
      this.registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
      await this.registration?.update();
    } catch {
      // No network, or not the whole version: an older one may be in charge, and it stays so.
      this.again();
    }
    if (!this.registration) return;
    this.registration.onupdatefound = () => this.attend();
    this.attend();
    this.look();
  }

  attend() {
    const { installing } = this.registration ?? {};
    if (!installing) return;
    installing.onstatechange = () => {
      if (installing.state === "redundant") this.again();
      this.look();
    };
  }

  again() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.register(), AGAIN_MS);
  }

  /** Another version may have taken charge: the first one ever, or the one that was waiting. */
  changed() {
    const { controller } = navigator.serviceWorker;
    if (!controller) return;
    controller.postMessage({ kind: "language", language: document.documentElement.lang.slice(0, 2) });
    // The first page of all loads its slices of the font before anybody keeps them.
    const urls = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".woff2"));
    controller.postMessage({ kind: "fonts", urls });
    this.till.root.dataset.kept = "yes";
    if (this.isTaken) location.reload();
  }

  /** Say that a newer version is there, and take it when nobody is being served. */
  look() {
    if (!this.registration?.waiting || !this.registration.active) return;
    if (this.till.root.dataset.update !== "waiting") {
      this.till.root.dataset.update = "waiting";
      this.till.banner.stand("update", { kind: "info", text: this.till.words.say("device.update") });
      this.till.tiles.push({ word: "device.update-now", open: () => this.take() });
    }
    if (isQuiet(this.facts())) this.take();
  }

  facts() {
    const { till } = this;
    return {
      isShiftOpen: this.isShiftOpen || Boolean(till.stamp.shift_id),
      isMealTime: Boolean(till.day.meal_period),
      isPageOpen: Boolean(till.sheet.page),
      idle_ms: performance.now() - this.busy_at_ms,
    };
  }

  /** The new version takes charge, and this page is opened anew from it. */
  take() {
    if (this.isTaken) return;
    this.isTaken = true;
    this.press();
    // A browser may put the change off, or forget it, while the older version still answers something.
    setInterval(() => this.press(), PRESS_MS);
  }

  press() {
    const { waiting, active } = this.registration ?? {};
    if (waiting) waiting.postMessage({ kind: "take-over" });
    else if (active?.state === "activated") location.reload();
  }
}
