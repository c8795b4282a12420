// @ts-check

const FORMAT = "canteen-outbox-1";

/**
 * The outbox as a file, for when it can never be sent: sealed to the server's public key of the enrolment, and
 * signed with the device's secret, so that nobody else can read it and nobody can change it.
 * @param {import("./device.js").Credentials} credentials
 * @param {import("./outbox.js").Scan[]} records
 * @param {import("./letters.js").Letter[]} letters
 * @returns {Promise<string>}
 */
export async function exported(credentials, records, letters) {
  if (!credentials.outbox_key) throw new Error("this tablet was given no key to seal to");
  const made_at = new Date().toISOString();
  const plain = JSON.stringify({ records, letters: letters.map(({ path, body }) => ({ path, body })) });
  const { epk, iv, sealed } = await sealedTo(credentials.outbox_key, plain);
  const device_id = String(credentials.device_id);
  const mac = await signed(credentials.secret, [device_id, made_at, epk, iv, sealed].join("\n"));
  return JSON.stringify({ format: FORMAT, device_id, made_at, epk, iv, sealed, mac });
}

/**
 * @param {string} publicKey a raw P-256 point in base64
 * @param {string} plain
 */
async function sealedTo(publicKey, plain) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const server = await crypto.subtle.importKey("raw", bytes(publicKey), curve, false, []);
  const own = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: new TextEncoder().encode(FORMAT) };
  const key = await crypto.subtle.deriveKey(hkdf, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(plain));
  const epk = await crypto.subtle.exportKey("raw", own.publicKey);
  return { epk: base64(epk), iv: base64(iv.buffer), sealed: base64(sealed) };
}

/**
 * @param {string} secret
 * @param {string} text
 */
async function signed(secret, text) {
  const how = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), how, false, ["sign"]);
  return base64(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
}

/** @param {string} text */
function bytes(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function base64(buffer) {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}
