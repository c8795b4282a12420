// @ts-check
// The open card: what is typed is tried on the server at each pause, and a button inside changes the form in place.
// Nothing is saved but by the button that saves.

import { lookAt } from "./looking.js";
import { takeIn } from "./taking_in.js";

const PAUSE_MS = 300;
const SLOW_MS = 1000;

export class CardForm {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.asked = 0;
    this.waiting = 0;
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-status]"));
  }

  bind() {
    for (const plain of this.form.querySelectorAll("[data-only=plain]")) /** @type {HTMLElement} */ (plain).hidden = true;
    this.form.addEventListener("input", () => this.soon());
    this.form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) delete this.form.dataset.sent;
    });
    // A quick hand types before this is there; and what a browser kept over a reload was not computed by the page.
    if (this.differs()) this.soon();
  }

  /** Whether a field holds something else than the page that was sent. */
  differs() {
    const fields = /** @type {HTMLInputElement[]} */ ([...this.form.querySelectorAll("input, textarea")]);
    return fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  }

  /** Try what is typed, once the hand pauses. */
  soon() {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.retry(), PAUSE_MS);
  }

  /** Only the last answer counts: an earlier one that comes later would show what is no longer typed. */
  async retry() {
    const mine = ++this.asked;
    const slow = window.setTimeout(() => mine === this.asked && this.say("busy"), SLOW_MS);
    try {
      const answer = await fetch(this.form.dataset.try ?? "", { method: "POST", body: this.body(), credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== this.asked) return;
      // Whoever is no longer signed in gets another page; saving leads them through the sign-in, and keeps what is typed.
      if (!answer.ok || !page.querySelector("[data-live]")) return this.say("failed");
      takeIn(page, this.form);
      this.say("done");
    } catch {
      if (mine === this.asked) this.say("offline");
    } finally {
      clearTimeout(slow);
    }
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (this.form.dataset.sent) return event.preventDefault();
    if (button && /^(add|remove|up|down):/.test(button.value) && !this.form.dataset.plain) {
      event.preventDefault();
      this.change(button);
      return;
    }
    this.form.dataset.sent = "yes";
    this.say("saving");
  }

  /**
   * A button inside the card: the server answers the page with the form as it is then, of which the form is taken.
   * @param {HTMLButtonElement} button
   */
  async change(button) {
    const body = this.body();
    body.set("act", button.value);
    this.asked += 1;
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const form = page.querySelector("form[data-component=card-form]");
      if (!answer.ok || !form) throw new Error("no form came back");
      this.replace(/** @type {HTMLFormElement} */ (document.adoptNode(form)), page);
    } catch {
      // Without an answer the browser shall send the form itself, and show what it gets.
      this.form.dataset.plain = "yes";
      this.form.requestSubmit(button);
    }
  }

  /**
   * @param {HTMLFormElement} form
   * @param {Document} page
   */
  replace(form, page) {
    const opened = new Set([...this.form.querySelectorAll("details[open]")].map(nameOf));
    for (const details of form.querySelectorAll("details")) {
      if (opened.has(nameOf(details))) details.open = true;
    }
    this.form.replaceWith(form);
    new CardForm(form).bind();
    takeIn(page, form);
    lookAt(form.querySelector("[autofocus]"));
  }

  body() {
    const fields = /** @type {[string, string][]} */ ([...new FormData(this.form)]);
    return new URLSearchParams(fields);
  }

  /** @param {"busy" | "done" | "failed" | "offline" | "saving"} what */
  say(what) {
    this.status.textContent = this.form.dataset[what] ?? "";
  }
}

/** @param {Element} details */
function nameOf(details) {
  return details.querySelector("[name]")?.getAttribute("name") ?? "";
}
