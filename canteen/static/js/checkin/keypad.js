// @ts-check
import { el } from "./dom.js";

export const DIGITS = [..."1234567890"];
export const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/**
 * Keys on the screen that type into one field, so that no system keyboard covers the page.
 * @param {string[]} keys
 * @param {string} name for the style sheet
 * @param {(key: string) => void} onKey
 */
export function keys(keys, name, onKey) {
  const box = el("div", { class: `keys ${name}` });
  for (const key of keys) {
    const button = el("button", { class: "key", type: "button", text: key });
    button.addEventListener("click", () => onKey(key));
    box.append(button);
  }
  return box;
}

/**
 * A field that the keys and a real keyboard write into alike.
 * @param {string} label
 * @param {(text: string) => void} onChange
 */
export function keyField(label, onChange) {
  const field = /** @type {HTMLInputElement} */ (el("input", { class: "key-field", type: "text" }));
  field.setAttribute("inputmode", "none");
  field.setAttribute("autocomplete", "off");
  field.setAttribute("aria-label", label);
  field.maxLength = 20;
  field.addEventListener("input", () => onChange(field.value));
  return field;
}

/**
 * @param {HTMLInputElement} field
 * @param {string} text
 */
export function type(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
