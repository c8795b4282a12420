// @ts-check
import { Decoding } from "./decoding.js";
import { part } from "./dom.js";
import { ScannerGun } from "./gun.js";
import { Lens } from "./lens.js";
import { Problem, Server } from "./server.js";

const LENGTH = 8;
const FRAME_MS = 150;
// A gun sends the physical keys: of `#` only the 3 is left.
const IN_ADDRESS = /CODE=([0-9A-Z]{8})(?![0-9A-Z])/;

/**
 * The first minute of a tablet: the manager's code and a name make it a till of a canteen. The code is typed, or read
 * from the manager's screen by the gun, by this page's camera, or by the tablet's own camera app, which then opens
 * this page with the code in its address.
 */
export class Enrol {
  /**
   * @param {HTMLElement} root
   * @param {import("./words.js").Words} words
   * @param {(credentials: import("./device.js").Credentials) => void} onDone
   */
  constructor(root, words, onDone) {
    this.root = root;
    this.words = words;
    this.onDone = onDone;
    this.code = /** @type {HTMLInputElement} */ (part(root, "enrol-code"));
    this.name = /** @type {HTMLInputElement} */ (part(root, "enrol-name"));
    this.fault = part(root, "enrol-fault");
    this.button = /** @type {HTMLButtonElement} */ (part(root, "enrol-button"));
    this.video = /** @type {HTMLVideoElement} */ (part(root, "enrol-video"));
    this.eye = part(root, "enrol-camera");
    this.lens = new Lens(() => this.rest());
    this.decoding = new Decoding();
    this.fromAddress = takeFromAddress();
    part(root, "enrol-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.eye.addEventListener("click", () => (this.lens.stream ? this.rest() : this.look()));
  }

  show() {
    this.root.hidden = false;
    this.eye.hidden = !navigator.mediaDevices?.getUserMedia;
    this.gun ??= this.hearGun();
    if (this.fromAddress) this.fill(this.fromAddress);
    else this.code.focus();
  }

  hearGun() {
    const gun = new ScannerGun(/** @type {HTMLInputElement} */ (part(this.root, "enrol-trap")), (raw) => this.take(raw));
    gun.listen();
    return gun;
  }

  /**
   * Something was read: the manager's code, or what has no business here.
   * @param {string} raw
   */
  take(raw) {
    const code = codeIn(raw);
    if (!code) {
      this.fail("enrol.not-a-code", this.code);
      return false;
    }
    this.rest();
    this.fill(code);
    return true;
  }

  /** @param {string} code */
  fill(code) {
    this.code.value = `${code.slice(0, 4)} ${code.slice(4)}`;
    this.fault.hidden = true;
    this.code.removeAttribute("aria-invalid");
    this.name.focus();
  }

  /** Read the code with the camera, until it is found or the button is pressed again. */
  async look() {
    const outcome = await this.lens.open(this.video);
    if (outcome !== "open") {
      this.fail("enrol.no-camera", this.code);
      return;
    }
    this.showEye(true);
    while (this.lens.stream) {
      const reading = await this.decoding.read(this.video);
      const [text] = reading?.texts ?? [];
      if (text && this.lens.stream) this.take(text);
      await new Promise((go) => setTimeout(go, FRAME_MS));
    }
  }

  rest() {
    this.lens.close();
    this.decoding.rest();
    this.showEye(false);
  }

  /** @param {boolean} isOpen */
  showEye(isOpen) {
    this.video.hidden = !isOpen;
    this.eye.textContent = this.words.say(isOpen ? "enrol.camera-off" : "enrol.camera");
  }

  async send() {
    const code = plain(this.code.value);
    const name = this.name.value.trim();
    if (code.length !== LENGTH) return this.fail("enrol.length", this.code);
    if (!name) return this.fail("enrol.no-name", this.name);
    this.button.disabled = true;
    try {
      const given = await new Server("/api/v1", null).post("/devices/enrol", { code, name });
      this.done({ ...given, name });
    } catch (error) {
      this.fail(error instanceof Problem ? "enrol.wrong" : "enrol.offline", this.code);
    } finally {
      this.button.disabled = false;
    }
    return undefined;
  }

  /** @param {import("./device.js").Credentials} credentials */
  done(credentials) {
    this.rest();
    this.gun?.rest();
    this.gun = undefined;
    this.fromAddress = "";
    this.code.value = "";
    this.onDone(credentials);
  }

  /**
   * @param {string} word
   * @param {HTMLInputElement} field
   */
  fail(word, field) {
    this.fault.textContent = this.words.say(word);
    this.fault.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}

/** The code that the address carries. It goes from the address at once: it is good for one tablet, once. */
function takeFromAddress() {
  const code = codeIn(location.hash);
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

/** @param {string} raw */
function codeIn(raw) {
  return IN_ADDRESS.exec(raw.normalize("NFKC").toUpperCase().trim())?.[1] ?? "";
}

/** @param {string} typed */
function plain(typed) {
  return typed.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
}
