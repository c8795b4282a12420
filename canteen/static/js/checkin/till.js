// @ts-check
import { Banner } from "./banner.js";
import { Bus } from "./bus.js";
import { Counter } from "./counter.js";
import { Day } from "./day.js";
import { Device } from "./device.js";
import { part } from "./dom.js";
import { Enrol } from "./enrol.js";
import { Header } from "./header.js";
import { Panels } from "./panels.js";
import { Recent } from "./recent.js";
import { Sheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";
import { onlyTab } from "./tab.js";
import { Words } from "./words.js";

/**
 * The till's page: the parts that only draw, and what its further parts may use. What needs a device and a server is
 * put together in `Counter`, once this tablet knows its canteen.
 */
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
    /** What further buttons of the stage do, by their action. */
    this.acts = /** @type {Record<string, () => unknown>} */ ({});
    /** @type {Counter | null} */
    this.counter = null;
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

  /** A tablet that knows its canteen opens the counter; a new one asks for its code. One tab does, others wait. */
  async start() {
    /** @type {Promise<void>} */
    const goOn = new Promise((tell) => { this.goOn = tell; });
    await onlyTab((isFree) => this.stage.show(this.panels.say(isFree ? "TURN" : "TAB")), goOn);
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
    // Another canteen's till begins anew: nothing of the one before is left on the page.
    if (this.counter) location.reload();
    else await this.open(device);
    this.bus.tell("enrolled");
  }

  /** @param {Device} device */
  async open(device) {
    part(this.root, "enrol").hidden = true;
    part(this.root, "counter").hidden = false;
    this.counter = new Counter(this, device);
    await this.counter.open();
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
    const panel = this.panels.say(code, values);
    if (this.desk) this.desk.show(panel);
    else this.stage.show(panel);
  }

  /** @param {string} action of a button on the stage */
  act(action) {
    if (this.counter) this.counter.act(action);
    else if (action === "go-on") this.goOn?.();
  }

  /** @param {string} name of one of the four fixed buttons */
  go(name) {
    this.counter?.pages.go(name);
  }

  get device() { return this.counter?.device ?? null; }
  get server() { return /** @type {any} */ (this.counter?.server); }
  get outbox() { return /** @type {any} */ (this.counter?.outbox); }
  get letters() { return /** @type {any} */ (this.counter?.letters); }
  get post() { return this.counter?.post ?? null; }
  get desk() { return this.counter?.desk ?? null; }
  get elders() { return this.counter?.elders ?? null; }
  /** The day sheet; null until one was taken in, and once its lease is over. */
  get book() { return this.counter?.known.book ?? null; }
  get isOnline() { return this.counter?.line.isOnline ?? true; }
}

const root = document.querySelector('[data-component="till"]');
if (root instanceof HTMLElement) {
  const till = new Till(root);
  const { state } = root.dataset;
  if (state) import("./states.js").then(({ present }) => present(till, state));
  // Without https there is neither a sealed store nor a camera: the till says so and does not begin.
  else if (!isSecureContext) till.say("PLAIN");
  else till.start();
}
