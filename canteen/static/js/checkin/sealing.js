// @ts-check

/**
 * What lies on the disk: bytes that only this browser's key opens.
 * @typedef {{iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer, form: "json" | "bytes"}} Sealed
 */

/**
 * @param {unknown} value JSON, or bytes as an ArrayBuffer
 * @param {CryptoKey} key
 * @returns {Promise<Sealed>}
 */
export async function seal(value, key) {
  const isBytes = value instanceof ArrayBuffer;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = isBytes ? value : new TextEncoder().encode(JSON.stringify(value));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain);
  return { iv, sealed, form: isBytes ? "bytes" : "json" };
}

/**
 * @param {any} row a sealed row, or a plain one
 * @param {() => Promise<CryptoKey>} keyOf
 * @returns {Promise<any>} undefined where its key is gone
 */
export async function unseal(row, keyOf) {
  if (!(row?.sealed instanceof ArrayBuffer)) return row;
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await keyOf(), row.sealed);
    return row.form === "bytes" ? plain : JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return undefined;
  }
}
