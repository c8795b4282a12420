// @ts-check
import { randomHex, sha256 } from "./hash.js";

/**
 * What enrolment gave this tablet.
 * @typedef {{device_id: string | number, token: string, secret: string, canteen: any, lease_until: string,
 *   name: string, outbox_key?: string}} Credentials
 */

/** This tablet: who it is to the server, and the numbers by which its scans are told apart. */
export class Device {
  /**
   * @param {Credentials} credentials
   * @param {string} [bootId]
   */
  constructor(credentials, bootId = randomHex(8)) {
    this.credentials = credentials;
    this.bootId = bootId;
    this.nextSeq = 0;
  }

  /**
   * @param {import("./store.js").Store} store
   * @returns {Promise<Device | null>} null where the tablet has not been enrolled yet
   */
  static async recall(store) {
    const credentials = await store.get("device", "me");
    return credentials ? new Device(credentials) : null;
  }

  /**
   * @param {import("./store.js").Store} store
   * @param {Credentials} credentials
   */
  static async settle(store, credentials) {
    await store.put("device", "me", credentials);
    return new Device(credentials);
  }

  /** The id of the next scan: made once, never again on a retry. */
  async nextScan() {
    const seq = this.nextSeq;
    this.nextSeq += 1;
    const digest = await sha256(`${this.credentials.device_id}:${this.bootId}:${seq}`);
    return { scan_id: digest.slice(0, 32), boot_id: this.bootId, seq };
  }
}
