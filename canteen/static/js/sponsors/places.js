// @ts-check
// The name stands in every place as it is typed; without this the button beside the field does the same.

const LONG = 16; // A longer name stands smaller in the till's strip, as on the till itself.

const field = /** @type {HTMLInputElement | null} */ (document.getElementById("display_name"));
const tooLong = /** @type {HTMLElement | null} */ (document.querySelector('[data-part="too-long"]'));
const canteen = /** @type {HTMLSelectElement | null} */ (document.getElementById("canteen"));
const [shownAt] = document.querySelectorAll(".place-canteen");

function showName() {
  if (!field) return;
  const name = field.value.trim().replace(/\s+/g, " ");
  const length = [...name].length;
  for (const place of document.querySelectorAll("[data-name]")) place.textContent = name;
  document.querySelector(".place-strip")?.classList.toggle("long", length > LONG);
  if (tooLong) tooLong.hidden = length <= Number(tooLong.dataset.longest);
}

/** What is named decides where the name stands. */
function showPlaces() {
  const chosen = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="object"]:checked'));
  if (!chosen) return;
  for (const place of document.querySelectorAll("[data-objects]")) {
    const opens = /** @type {HTMLElement} */ (place).dataset.objects?.split(" ") ?? [];
    const absent = /** @type {HTMLElement} */ (place.querySelector('[data-part="absent"]'));
    absent.hidden = opens.includes(chosen.value);
  }
}

field?.addEventListener("input", showName);
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.name === "object") showPlaces();
});
canteen?.addEventListener("change", () => {
  if (shownAt && canteen.value !== "0") shownAt.textContent = canteen.selectedOptions[0].text;
});
