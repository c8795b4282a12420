// @ts-check
// The keys 1, 2, 3 choose a decision: on a line of the tray they tick that line too. Typed digits stay digits.

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio"].includes(target.type);
  return target.isContentEditable || ["SELECT", "TEXTAREA"].includes(target.tagName);
}

/** @param {HTMLElement} box */
function decisionKeys(box) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const decisions = box.querySelectorAll(".decisions input[type=radio]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    const chosen = /^[1-9]$/.test(event.key) ? decisions[Number(event.key) - 1] : undefined;
    if (!chosen) return;
    event.preventDefault();
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    const tick = row?.querySelector("input[type=checkbox]");
    if (tick instanceof HTMLInputElement) tick.checked = true;
    chosen.checked = true;
    if (!row) chosen.focus();
  });
}

for (const box of document.querySelectorAll("[data-component=decision-keys]")) {
  decisionKeys(/** @type {HTMLElement} */ (box));
}
