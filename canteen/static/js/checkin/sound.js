// @ts-check

/**
 * sound and speech.
 * @param {import("./till.js").Till} _till
 */
export function begin(_till) {}
