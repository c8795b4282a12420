// @ts-check
import { Book, OtherVersion } from "./book.js";
import { CardHashes, WrongFile } from "./hashes.js";
import { Slots } from "./slots.js";

const SHEET_MS = 20000;

/** What this tablet knows without the server: the day sheet, the cards of the district, and what was eaten here. */
export class Known {
  /**
   * @param {import("./store.js").Store} store
   * @param {(book: Book | null) => void} onBook
   */
  constructor(store, onBook) {
    this.store = store;
    this.onBook = onBook;
    /** @type {Book | null} */
    this.book = null;
    /** @type {CardHashes | null} */
    this.hashes = null;
    this.slots = new Slots(store);
  }

  /** Take up what lies on the disk; what is older than its lease is dropped unread. */
  async recall() {
    const [head, document, hashes] = await Promise.all([
      this.store.get("sheet", "head"), this.store.get("sheet", "book"), this.store.get("hashes", "all"), this.slots.recall(),
    ]);
    if (hashes) this.hashes = CardHashes.read(hashes);
    if (document) this.take(Book.read(head?.version === document.version ? { ...document, ...head } : document));
    await this.endLease(Date.now());
  }

  /** @param {Book | null} book */
  take(book) {
    this.book = book;
    this.onBook(book);
  }

  /**
   * Three days after the last contact the sheet goes, and the key that opened it.
   * @param {number} now_ms
   */
  async endLease(now_ms) {
    if (this.book && now_ms > Date.parse(this.book.leaseUntil)) await this.drop();
  }

  async drop() {
    this.hashes = null;
    this.slots.eaten.clear();
    await this.store.dropSheet();
    this.take(null);
  }

  /**
   * Fetch what changed. Raises Unreachable or Problem.
   * @param {import("./server.js").Server} server
   */
  async refresh(server) {
    const before = this.book;
    const book = await this.fetch(server, before);
    this.take(book);
    if (book.version !== before?.version) await this.store.put("sheet", "book", book.document);
    else await this.store.put("sheet", "head", headOf(book.document));
    await this.refreshHashes(server);
  }

  /**
   * @param {import("./server.js").Server} server
   * @param {Book | null} before
   * @returns {Promise<Book>}
   */
  async fetch(server, before) {
    const since = before ? `?since=${before.version}` : "";
    const answer = await server.get(`/day-sheet${since}`, SHEET_MS);
    try {
      return before ? before.merged(answer) : Book.read(answer);
    } catch (error) {
      if (!(error instanceof OtherVersion)) throw error;
      return Book.read(await server.get("/day-sheet", SHEET_MS));
    }
  }

  /** @param {import("./server.js").Server} server */
  async refreshHashes(server) {
    const before = this.hashes;
    const hashes = await this.fetchHashes(server, before);
    if (!hashes || hashes.version === before?.version) return;
    this.hashes = hashes;
    await this.store.put("hashes", "all", hashes.buffer);
  }

  /**
   * @param {import("./server.js").Server} server
   * @param {CardHashes | null} before
   * @returns {Promise<CardHashes | null>} null where nothing changed
   */
  async fetchHashes(server, before) {
    const answer = await server.bytes(`/card-hashes${before ? `?since=${before.version}` : ""}`, SHEET_MS);
    if (!answer) return null;
    try {
      return before ? before.merged(answer) : CardHashes.read(answer);
    } catch (error) {
      if (!(error instanceof WrongFile) || !before) throw error;
      return this.fetchHashes(server, null);
    }
  }
}

/** @param {any} document */
function headOf({ version, since, made_at, lease_until, epoch, backed_up_through, window }) {
  return { version, since, made_at, lease_until, epoch, backed_up_through, window };
}
