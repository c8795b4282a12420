// @ts-check
// What the editor of a draft gains from JavaScript; it works without as plain forms.

import { CardForm } from "./card_form.js";

for (const form of document.querySelectorAll("form[data-component=card-form]")) {
  new CardForm(/** @type {HTMLFormElement} */ (form)).bind();
}

// After a move or a save the page comes back at its card: let the keyboard go on from there.
const card = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
if (card && !document.querySelector("[autofocus]")) card.focus({ preventScroll: true });
