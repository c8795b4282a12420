// @ts-check
// What the editor of a draft gains from JavaScript; it works without as plain forms.

import { CardForm } from "./card_form.js";
import { lookAt } from "./looking.js";

for (const form of document.querySelectorAll("form[data-component=card-form]")) {
  new CardForm(/** @type {HTMLFormElement} */ (form)).bind();
}

/** @param {string} hash */
const named = (hash) => (hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null);

// An address with a place in it keeps the browser from going to the field that asks for it.
lookAt(document.querySelector("#card-form [autofocus]") ?? named(location.hash));

// From a fault to its field.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link instanceof HTMLAnchorElement && link.closest(".faults") && link.pathname === location.pathname && link.search === location.search) {
    setTimeout(() => lookAt(named(link.hash)), 0);
  }
});
