// @ts-check

/**
 * shifts and the cash close.
 * @param {import("./till.js").Till} _till
 */
export function begin(_till) {}
