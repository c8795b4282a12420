// @ts-check
// "/" goes to the search, unless somebody is typing: a scanner gun types like a keyboard and must not jump about.

const GAP_MS = 100;

/** @param {HTMLElement} element */
export function searchKey(element) {
  let last = 0;
  document.addEventListener("keydown", (event) => {
    const burst = event.timeStamp - last < GAP_MS;
    last = event.timeStamp;
    if (event.key !== "/" || burst || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    event.preventDefault();
    element.focus();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}
