// @ts-check
// A button that copies what stands in the field beside it; where the browser keeps us from it, the text is selected.

for (const box of document.querySelectorAll('[data-component="copy"]')) {
  const field = box.querySelector("input");
  const button = box.querySelector("button");
  const done = box.querySelector('[data-part="done"]');
  if (!field || !button || !(done instanceof HTMLElement)) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      done.hidden = false;
    } catch {
      field.focus();
    }
  });
}
