// @ts-check

/**
 * the camera.
 * @param {import("./till.js").Till} _till
 */
export function begin(_till) {}
