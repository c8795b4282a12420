// @ts-check

/**
 * what the tablet tells the office of itself.
 * @param {import("./till.js").Till} _till
 */
export function begin(_till) {}
