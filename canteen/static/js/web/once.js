// @ts-check
// A form is sent once: the second click of a hurried hand does nothing, and the button says what goes on.

const SAVING = document.documentElement.lang === "en" ? "Saving…" : "正在保存…";
const SEARCHING = document.documentElement.lang === "en" ? "Searching…" : "正在查找…";

/** @param {HTMLElement} element */
export function once(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // After this tick: a disabled button would not be part of what is sent.
    setTimeout(() => rest(form, /** @type {SubmitEvent} */ (event).submitter), 0);
  });
  // Coming back by the browser's own button finds the form as it was: let it be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) wake(form);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} pressed
 */
function rest(form, pressed) {
  for (const button of form.querySelectorAll("button")) {
    button.disabled = true;
    if (button !== pressed) continue;
    const label = button.querySelector("span") ?? button;
    button.dataset.text = label.textContent ?? "";
    label.textContent = form.method === "get" ? SEARCHING : SAVING;
  }
}

/** @param {HTMLFormElement} form */
function wake(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) {
    button.disabled = false;
    if (!button.dataset.text) continue;
    (button.querySelector("span") ?? button).textContent = button.dataset.text;
  }
}
