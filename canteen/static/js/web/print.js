// @ts-check
// A button that prints the page it stands on. Without JavaScript it stays away: the browser's own menu prints.

/** @param {HTMLElement} element */
export function print(element) {
  element.hidden = false;
  element.addEventListener("click", () => window.print());
}
