// @ts-check

const NAME = "canteen-till";
const SHELVES = ["device", "outbox"];

/**
 * The tablet's own store: IndexedDB with promises. A put is done when the transaction is, not when it was asked for,
 * and what is put may later be sealed here, in one place.
 */
export class Store {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** @returns {Promise<Store>} */
  static open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => SHELVES.forEach((shelf) => request.result.createObjectStore(shelf));
      request.onsuccess = () => resolve(new Store(request.result));
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * @param {string} shelf
   * @param {string} key
   */
  get(shelf, key) {
    return this.ask(shelf, "readonly", (all) => all.get(key));
  }

  /** @param {string} shelf */
  all(shelf) {
    return this.ask(shelf, "readonly", (all) => all.getAll());
  }

  /**
   * @param {string} shelf
   * @param {string} key
   * @param {unknown} value
   */
  put(shelf, key, value) {
    return this.ask(shelf, "readwrite", (all) => all.put(value, key));
  }

  /**
   * @param {string} shelf
   * @param {string} key
   */
  remove(shelf, key) {
    return this.ask(shelf, "readwrite", (all) => all.delete(key));
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
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
}
