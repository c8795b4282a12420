// @ts-check
// Parts of an answer take their places on the page: lists of faults, plain words beside fields, tables, examples.

/**
 * @param {Document} answer
 * @param {HTMLFormElement} form
 */
export function takeIn(answer, form) {
  for (const part of answer.querySelectorAll("[data-live]")) {
    const name = /** @type {HTMLElement} */ (part).dataset.live;
    const here = document.querySelector(`[data-live="${name}"]`);
    if (here) swap(here, part);
  }
  for (const words of answer.querySelectorAll("[data-words]")) {
    const name = /** @type {HTMLElement} */ (words).dataset.words ?? "";
    const here = form.querySelector(`[data-words="${CSS.escape(name)}"]`);
    if (here) here.textContent = words.textContent;
  }
  showErrors(answer, form);
}

/**
 * What is the same stays; where somebody types, or unfolded something, it is left as they have it.
 * @param {Element} here
 * @param {Element} there
 */
function swap(here, there) {
  // The page has its styles already.
  for (const link of there.querySelectorAll("link")) link.remove();
  if (here.innerHTML.trim() === there.innerHTML.trim()) return;
  if (here.contains(document.activeElement) && document.activeElement?.matches("input, select, textarea")) return;
  const open = new Set([...here.querySelectorAll("details[open]")].map((each) => each.id || each.firstElementChild?.textContent));
  here.replaceChildren(...[...there.childNodes].map((node) => document.importNode(node, true)));
  for (const details of here.querySelectorAll("details")) {
    if (open.has(details.id || details.firstElementChild?.textContent)) details.open = true;
  }
}

/**
 * The words of each fault beside its field.
 * @param {Document} answer
 * @param {HTMLFormElement} form
 */
function showErrors(answer, form) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const line of answer.querySelectorAll("li[data-field]")) {
    const { field = "", text = "" } = /** @type {HTMLElement} */ (line).dataset;
    found.set(field, [...(found.get(field) ?? []), text]);
  }
  for (const slot of form.querySelectorAll("[data-error-for]")) {
    const element = /** @type {HTMLElement} */ (slot);
    const name = element.dataset.errorFor ?? "";
    const texts = found.get(name) ?? [];
    element.hidden = texts.length === 0;
    const words = element.querySelector("span");
    if (words) words.textContent = texts.join(" ");
    const field = document.getElementById(`f-${name}`);
    if (field?.matches("input, select")) field.toggleAttribute("aria-invalid", texts.length > 0);
    if (texts.length > 0 && field?.matches("input, select")) field.setAttribute("aria-invalid", "true");
  }
}
