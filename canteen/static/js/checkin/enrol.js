// @ts-check
import { part } from "./dom.js";
import { Problem, Server } from "./server.js";

/** The first minute of a tablet: the manager's code and a name make it a till of a canteen. */
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
    part(root, "enrol-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  show() {
    this.root.hidden = false;
    this.code.focus();
  }

  async send() {
    const code = this.code.value.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
    const name = this.name.value.trim();
    if (code.length !== 8) return this.fail("enrol.length", this.code);
    if (!name) return this.fail("enrol.no-name", this.name);
    this.button.disabled = true;
    try {
      const given = await new Server("/api/v1", null).post("/devices/enrol", { code, name });
      this.onDone({ ...given, name });
    } catch (error) {
      this.fail(error instanceof Problem ? "enrol.wrong" : "enrol.offline", this.code);
    } finally {
      this.button.disabled = false;
    }
    return undefined;
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
