// @ts-check
// The keys 1, 2, 3 choose a decision: on a line of the tray they tick that line too. Typed digits stay digits.

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio"].includes(target.type);
  return target.isContentEditable || ["SELECT", "TEXTAREA"].includes(target.tagName);
}

/**
 * The decision that a digit means: on a line those of its own kind, else those on the page in their order.
 * @param {HTMLElement} box
 * @param {HTMLTableRowElement | null} row
 * @param {number} place
 */
function meant(box, row, place) {
  /** @type {HTMLInputElement[]} */
  const decisions = [...box.querySelectorAll(".decisions input[type=radio]")].map((each) => /** @type {HTMLInputElement} */ (each));
  const own = row?.dataset.decisions?.split(" ");
  return own ? decisions.find((each) => each.value === own[place - 1]) : decisions[place - 1];
}

/** @param {HTMLElement} box */
function decisionKeys(box) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    if (!/^[1-9]$/.test(event.key)) return;
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    const chosen = meant(box, row, Number(event.key));
    if (!chosen) return;
    event.preventDefault();
    const tick = row?.querySelector("input[type=checkbox]");
    if (tick instanceof HTMLInputElement) tick.checked = true;
    chosen.checked = true;
    if (!row) chosen.focus();
  });
}

for (const box of document.querySelectorAll("[data-component=decision-keys]")) {
  decisionKeys(/** @type {HTMLElement} */ (box));
}
