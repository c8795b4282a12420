// @ts-check

/**
 * An elder as the till may know one.
 * @typedef {{ref: string, name: string, age_years?: number, tail?: string, served?: boolean | string,
 *   hint?: string, balance_fen?: number, labels?: string[]}} Elder
 */

/** Finds elders through the server: by what was typed, or by the card without serving a meal. */
export class Elders {
  /** @param {import("./server.js").Server} server */
  constructor(server) {
    this.server = server;
  }

  /**
   * @param {string} typed card tail, card number, initials or name
   * @returns {Promise<Elder[]>}
   */
  async search(typed) {
    const said = await this.server.get(`/find?q=${encodeURIComponent(typed)}`);
    return listOf(said);
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
