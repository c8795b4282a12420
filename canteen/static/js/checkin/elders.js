// @ts-check

/**
 * An elder as the till may know one.
 * @typedef {{ref: string, name: string, age_years?: number | null, tail?: string | null, served?: boolean | string,
 *   hint?: string | null, balance_fen?: number, labels?: string[]}} Elder
 */

const PATIENCE_MS = 2000;

/** Finds elders: on the sheet first, which works without a network, then through the server. */
export class Elders {
  /**
   * @param {import("./server.js").Server} server
   * @param {{known: () => import("./known.js").Known | null, isOnline: () => boolean, slot: () => string}} near
   */
  constructor(server, near = { known: () => null, isOnline: () => true, slot: () => "" }) {
    this.server = server;
    this.near = near;
  }

  /**
   * @param {string} typed card tail, card number, initials or name
   * @returns {Promise<Elder[]>}
   */
  async search(typed) {
    const found = this.onSheet(typed);
    if (found.length || (this.near.known()?.book && !this.near.isOnline())) return found;
    const said = await this.server.get(`/find?q=${encodeURIComponent(typed)}`, PATIENCE_MS);
    return listOf(said);
  }

  /**
   * @param {string} typed
   * @returns {Elder[]}
   */
  onSheet(typed) {
    const known = this.near.known();
    const slot = this.near.slot();
    return (known?.book?.find(typed) ?? []).map((elder) => ({
      ...elder, served: elder.served.includes(slot) || known?.slots.served(elder.ref, slot) !== null,
    }));
  }

  /**
   * @param {string} token
   * @returns {Promise<Elder | null>}
   */
  async ofCard(token) {
    const said = await this.server.post("/find", { token });
    return listOf(said)[0] ?? null;
  }
}

/**
 * @param {any} said
 * @returns {Elder[]}
 */
function listOf(said) {
  return (Array.isArray(said) ? said : said.elders) ?? [];
}
