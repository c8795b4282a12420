// @ts-check

/**
 * 今天谁还没来.
 * @param {import("./till.js").Till} _till
 */
export function begin(_till) {}
