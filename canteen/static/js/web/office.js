// @ts-check
// What an office page gains from JavaScript; each works without it as a plain form.

import { once } from "./once.js";
import { print } from "./print.js";
import { searchKey } from "./search_key.js";
import { errorSummary } from "./error_summary.js";

/** @type {Record<string, (element: HTMLElement) => void>} */
const components = { once, print, "search-key": searchKey, "error-summary": errorSummary };

for (const element of document.querySelectorAll("[data-component]")) {
  const bind = components[/** @type {HTMLElement} */ (element).dataset.component ?? ""];
  if (bind) bind(/** @type {HTMLElement} */ (element));
}
