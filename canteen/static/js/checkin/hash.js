// @ts-check

/**
 * SHA-256 of a text, as lower-case hexadecimal digits.
 * @param {string} text
 */
export async function sha256(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hex(new Uint8Array(bytes));
}

/**
 * Random bytes as hexadecimal digits: a boot id, or the key by which a request can be sent twice.
 * @param {number} length in bytes
 */
export function randomHex(length) {
  return hex(crypto.getRandomValues(new Uint8Array(length)));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
