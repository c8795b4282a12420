// @ts-check
// Where the keyboard goes on: to a field, or to the first field of a part, or to the part itself.

/** @param {HTMLElement | null} element */
export function lookAt(element) {
  if (!element) return;
  const inside = element.matches("input, select, a, button") || !element.closest("form")
    ? null
    : /** @type {HTMLElement | null} */ (element.querySelector("select, input:not([type=hidden])"));
  (inside ?? element).focus({ preventScroll: true });
  (inside ?? element).scrollIntoView({ block: "nearest" });
}
