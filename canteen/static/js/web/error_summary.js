// @ts-check
// The summary of what must be changed is where a reader begins.

/** @param {HTMLElement} element */
export function errorSummary(element) {
  element.focus();
  element.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const field = link ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null;
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
}
