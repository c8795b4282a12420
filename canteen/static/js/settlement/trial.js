// @ts-check
// A trial that is not done yet tells how far it is. Without JavaScript the page asks again by itself, as a whole.

const EVERY_MS = 1000;

/** @typedef {{ state: string, percent: number, text: string }} Told */

class TrialProgress {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.address = element.dataset.address ?? "";
    this.bar = element.querySelector("progress");
    this.text = element.querySelector(".trial-text");
    this.over = false;
    this.wait();
  }

  wait() {
    setTimeout(() => this.ask(), EVERY_MS);
  }

  async ask() {
    try {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // No network for a moment: the next question comes in a second.
    }
    if (!this.over) this.wait();
  }

  /** @param {Told} told */
  show(told) {
    if (told.state === "done" || told.state === "failed") {
      this.over = true;
      location.reload();
    }
    if (this.bar) this.bar.value = told.percent;
    if (this.text) this.text.textContent = told.text;
  }
}

for (const element of document.querySelectorAll("[data-component=trial-progress]")) {
  new TrialProgress(/** @type {HTMLElement} */ (element));
}
