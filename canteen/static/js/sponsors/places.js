// @ts-check
// The name stands in every place as it is typed; without this the button beside the field does the same.

const LONG = 16; // A longer name stands smaller in the till's strip, as on the till itself.

const field = /** @type {HTMLInputElement | null} */ (document.getElementById("display_name"));
const tooLong = /** @type {HTMLElement | null} */ (document.querySelector('[data-part="too-long"]'));
const canteen = /** @type {HTMLSelectElement | null} */ (document.getElementById("canteen"));
const places = /** @type {HTMLElement | null} */ (document.querySelector('[data-component="places"]'));

/** What is named decides where the name stands, and whether it is the place's or the giver's. */
function chosen() {
  return /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="object"]:checked'))?.value ?? "";
}

function canteenName() {
  return canteen && canteen.value !== "0" ? canteen.selectedOptions[0].text : "";
}

function showName() {
  if (!field || !places) return;
  const typed = field.value.trim().replace(/\s+/g, " ");
  const isOfPlace = chosen() === "canteen";
  const giver = isOfPlace ? places.dataset.giver ?? "" : typed;
  const called = isOfPlace ? typed : canteenName();
  for (const place of places.querySelectorAll("[data-name]")) place.textContent = giver;
  if (called) for (const place of places.querySelectorAll("[data-called]")) place.textContent = called;
  places.querySelector(".place-strip")?.classList.toggle("long", [...giver].length > LONG);
  if (tooLong) tooLong.hidden = [...typed].length <= Number(tooLong.dataset.longest);
}

function showPlaces() {
  for (const place of document.querySelectorAll("[data-objects]")) {
    const opens = /** @type {HTMLElement} */ (place).dataset.objects?.split(" ") ?? [];
    const absent = /** @type {HTMLElement} */ (place.querySelector('[data-part="absent"]'));
    absent.hidden = opens.includes(chosen());
  }
  showName();
}

field?.addEventListener("input", showName);
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.name === "object") showPlaces();
});
canteen?.addEventListener("change", showName);
