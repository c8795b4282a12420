// @ts-check
import { seal, unseal } from "./sealing.js";

const NAME = "canteen-till";
const VERSION = 2;

/** Which key seals what lies on a shelf; null: nothing of anybody lies there. */
const SHELVES = /** @type {Record<string, "sheet" | "outbox" | null>} */ ({
  device: "outbox", outbox: "outbox", letters: "outbox", shift: "outbox", absent: "outbox",
  sheet: "sheet", hashes: "sheet", voice: null, settings: null,
});
const KEYS = "keys";

/**
 * The tablet's own store: IndexedDB with promises. What is put is sealed first, and is there when the transaction is
 * complete, not when it was asked for.
 */
export class Store {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
    /** @type {Map<string, CryptoKey>} */
    this.keys = new Map();
  }

  /** @returns {Promise<Store>} */
  static open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => furnish(request.result);
      request.onsuccess = () => resolve(new Store(request.result));
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * @param {string} shelf
   * @param {string} key
   * @returns {Promise<any>} undefined where nothing lies there, or what lies there cannot be opened any more
   */
  async get(shelf, key) {
    const row = await this.ask(shelf, "readonly", (all) => all.get(key));
    return row === undefined ? undefined : unseal(row, () => this.keyOf(shelf));
  }

  /**
   * @param {string} shelf
   * @returns {Promise<any[]>} all that can be opened
   */
  async all(shelf) {
    const rows = await this.ask(shelf, "readonly", (all) => all.getAll());
    const opened = await Promise.all(rows.map((/** @type {unknown} */ row) => unseal(row, () => this.keyOf(shelf))));
    return opened.filter((value) => value !== undefined);
  }

  /**
   * Put a value; resolves only when it is on the disk.
   * @param {string} shelf
   * @param {string} key
   * @param {unknown} value JSON, or bytes
   */
  async put(shelf, key, value) {
    const row = SHELVES[shelf] ? await seal(value, await this.keyOf(shelf)) : value;
    await this.ask(shelf, "readwrite", (all) => all.put(row, key));
  }

  /**
   * @param {string} shelf
   * @param {string} key
   */
  remove(shelf, key) {
    return this.ask(shelf, "readwrite", (all) => all.delete(key));
  }

  /** @param {string} shelf */
  clear(shelf) {
    return this.ask(shelf, "readwrite", (all) => all.clear());
  }

  /** Sheet and card hashes go, and the key that opened them: what is left on the disk says nothing. */
  async dropSheet() {
    await this.ask(KEYS, "readwrite", (all) => all.delete("sheet"));
    this.keys.delete("sheet");
    await this.clear("sheet");
    await this.clear("hashes");
  }

  /** Nothing stays of the canteen that this tablet belonged to. */
  async wipe() {
    for (const shelf of [...Object.keys(SHELVES), KEYS]) await this.clear(shelf);
    this.keys.clear();
  }

  /**
   * The key of a shelf, made on first use. It cannot be taken out of this browser.
   * @param {string} shelf
   */
  async keyOf(shelf) {
    const name = /** @type {string} */ (SHELVES[shelf]);
    const key = this.keys.get(name) ?? (await this.ask(KEYS, "readonly", (all) => all.get(name))) ?? (await this.newKey(name));
    this.keys.set(name, key);
    return key;
  }

  /**
   * @param {string} name
   * @returns {Promise<CryptoKey>} the one that lies there, should another page have been first
   */
  async newKey(name) {
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await this.ask(KEYS, "readwrite", (all) => all.add(made, name)).catch(() => undefined);
    return this.ask(KEYS, "readonly", (all) => all.get(name));
  }

  /**
   * @param {string} shelf
   * @param {IDBTransactionMode} mode
   * @param {(all: IDBObjectStore) => IDBRequest} act
   * @returns {Promise<any>}
   */
  ask(shelf, mode, act) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(shelf, mode, { durability: "strict" });
      const request = act(transaction.objectStore(shelf));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }
}

/** @param {IDBDatabase} database */
function furnish(database) {
  for (const shelf of [...Object.keys(SHELVES), KEYS]) {
    if (!database.objectStoreNames.contains(shelf)) database.createObjectStore(shelf);
  }
}
