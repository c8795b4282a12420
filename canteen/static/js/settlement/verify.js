// @ts-check
// A paper's QR carries its check code behind the #, which no server sees: it is put into the form and sent once.

const code = decodeURIComponent(location.hash.slice(1));
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("#verify-form"));
const field = /** @type {HTMLInputElement | null} */ (document.querySelector("#code"));

if (form && field && /^[0-9A-Za-z]{8}$/.test(code) && !field.value) {
  field.value = code;
  // The code leaves the address, so that it is neither in the history nor in what somebody copies.
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
