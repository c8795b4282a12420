// @ts-check
// The name stands in every place as it is typed; without this the button beside the field does the same.

const field = /** @type {HTMLInputElement | null} */ (document.getElementById("display_name"));
const places = document.querySelectorAll("[data-name]");

if (field && places.length) {
  field.addEventListener("input", () => {
    for (const place of places) place.textContent = field.value.trim().replace(/\s+/g, " ");
  });
}
