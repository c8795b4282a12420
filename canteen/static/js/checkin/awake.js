// @ts-check

/** Keeps the screen on while a shift is open. */
export class Awake {
  /** @param {import("./bus.js").Bus} bus */
  constructor(bus) {
    this.bus = bus;
    this.isWanted = false;
    /** @type {WakeLockSentinel | null} */
    this.lock = null;
  }

  begin() {
    this.bus.on("shift", (shift) => {
      this.isWanted = Boolean(shift);
      this.settle();
    });
    // The lock is lost whenever the page is not seen.
    document.addEventListener("visibilitychange", () => this.settle());
  }

  async settle() {
    const isDue = this.isWanted && !document.hidden;
    if (!isDue) {
      await this.lock?.release().catch(() => undefined);
      this.lock = null;
    } else if (!this.lock || this.lock.released) {
      this.lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    }
  }
}
