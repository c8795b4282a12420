// @ts-check
import { Release } from "./release.js";
import { Problem, Unreachable } from "./server.js";

const EVERY_MS = 60000;
const SETTLES_MS = 3000;
const ASK_AGAIN_MS = 10000;

/** What the tablet tells the office of itself, every minute and when something turned; and what it hears in return. */
export class Report {
  /**
   * @param {any} till
   * @param {Release} release
   */
  constructor(till, release) {
    this.till = till;
    this.release = release;
    /** @type {number | null} how far this tablet's clock is ahead, measured by the last round trip */
    this.clock_error_ms = null;
    /** What was told last: whether answers come in time, and whether something is unsent. */
    this.told = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  begin() {
    this.till.bus.on("line", () => this.turned());
    this.sendIn(SETTLES_MS);
  }

  /** The line turned, or an upload is through: the office should not wait a minute to know. */
  turned() {
    if (this.key !== this.told && this.told) this.sendIn(SETTLES_MS);
  }

  get key() {
    return `${this.till.isOnline}:${this.unsent > 0}`;
  }

  get unsent() {
    return this.till.outbox.size + this.till.letters.size;
  }

  /** @param {number} wait_ms */
  sendIn(wait_ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait_ms);
  }

  async send() {
    const { till } = this;
    let wait_ms = EVERY_MS;
    try {
      if (till.isOnline) wait_ms = await this.exchange();
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Unreachable)) reportError(error);
    }
    this.told = this.key;
    this.sendIn(wait_ms);
  }

  /** @returns {Promise<number>} how long to wait before the next */
  async exchange() {
    const { server } = this.till;
    const body = await this.body();
    const begun_ms = performance.now();
    const said = await server.post("/devices/report", body);
    const trip_ms = performance.now() - begun_ms;
    this.clock_error_ms = Math.round(Date.parse(body.sent_at) + trip_ms / 2 - Date.parse(said.now));
    const causes = this.till.counter?.causes;
    if (causes) causes.clockOff_ms = -this.clock_error_ms;
    if (!said.revoked) return EVERY_MS;
    return (await this.leave()) ? EVERY_MS : ASK_AGAIN_MS;
  }

  async body() {
    const { till } = this;
    const oldest_ms = till.outbox.oldest_ms;
    return {
      version: this.release.version, unsent: this.unsent, kept: till.outbox.kept.size,
      oldest_unsent_at: oldest_ms === null ? null : new Date(oldest_ms).toISOString(),
      sent_at: new Date().toISOString(), clock_error_ms: this.clock_error_ms, battery: await battery(),
      storage_persisted: (await navigator.storage?.persisted?.()) ?? null, self_test: till.selfTest ?? null,
      epoch: till.book?.epoch ?? null,
    };
  }

  /**
   * This tablet was revoked: what it saw is handed in first, then nothing of anybody stays on it.
   * @returns {Promise<boolean>} false while something is still to be handed in
   */
  async leave() {
    const { till } = this;
    await till.post.flush();
    if (this.unsent + till.outbox.kept.size) return false;
    await till.counter.known.drop();
    await till.server.post("/devices/emptied", {});
    await till.store.wipe();
    location.reload();
    return true;
  }
}

/** @returns {Promise<number | null>} in whole percent; null where the browser does not tell */
async function battery() {
  const told = await /** @type {any} */ (navigator).getBattery?.().catch(() => null);
  return told ? Math.round(told.level * 100) : null;
}

/**
 * What the tablet tells the office of itself, and the version of the till that it keeps.
 * @param {import("./till.js").Till} till
 */
export function begin(till) {
  const release = new Release(till);
  release.begin();
  new Report(till, release).begin();
}
