// @ts-check
import { Release } from "./release.js";

/**
 * What the tablet tells the office of itself, and the version of the till that it keeps.
 * @param {import("./till.js").Till} till
 */
export function begin(till) {
  new Release(till).begin();
}
