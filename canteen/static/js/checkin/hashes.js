// @ts-check

/** @typedef {"valid" | "lost" | "replaced" | "ask"} Kind */

/** @type {Kind[]} in the order of the file */
const KINDS = ["valid", "lost", "replaced", "ask"];
const MAGIC = 0x434b4831; // "CKH1"
const HEAD = 72, BYTES = 8, TEXT = 24;

/** What came is no file of cards, or a delta of another version: the whole one must be fetched. */
export class WrongFile extends Error {}

/**
 * Every card of the district by the first eight bytes of its token's hash, as `GET /api/v1/card-hashes` answers them:
 * four sorted lists, looked up in place. It is never changed; a delta makes a new one.
 */
export class CardHashes {
  /** @param {ArrayBuffer} buffer a whole file */
  constructor(buffer) {
    const head = headOf(buffer);
    if (head.isDelta) throw new WrongFile(head.since);
    /** The whole file as it can be stored, and read again. */
    this.buffer = buffer;
    this.view = new DataView(buffer);
    this.version = head.version;
    this.counts = head.counts;
  }

  /** @param {ArrayBuffer} buffer */
  static read(buffer) {
    return new CardHashes(buffer);
  }

  /**
   * @param {ArrayBuffer} buffer a delta of this version, or a whole file
   * @throws {WrongFile}
   */
  merged(buffer) {
    const head = headOf(buffer);
    if (!head.isDelta) return new CardHashes(buffer);
    if (head.since !== this.version) throw new WrongFile(head.since);
    const delta = lists(new DataView(buffer), head.counts);
    const changed = new Set(delta.flat());
    if (!changed.size) return new CardHashes(named(this.buffer.slice(0), head.version));
    const kept = lists(this.view, this.counts).map((list) => list.filter((hash) => !changed.has(hash)));
    return new CardHashes(written(kept.map((list, at) => inOrder(list, delta[at])), head.version));
  }

  /** How many cards it knows. */
  get size() {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * What is known of a card; null for one that is none of the district's.
   * @param {string} sha256hex of its token
   * @returns {Kind | null}
   */
  look(sha256hex) {
    const wanted = BigInt(`0x${sha256hex.slice(0, 2 * BYTES)}`);
    let first = HEAD;
    for (const [at, kind] of KINDS.entries()) {
      if (holds(this.view, first, this.counts[at], wanted)) return kind;
      first += this.counts[at] * BYTES;
    }
    return null;
  }
}

/** @param {ArrayBuffer} buffer */
function headOf(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < HEAD || view.getUint32(0) !== MAGIC) throw new WrongFile("no file of cards");
  const counts = KINDS.map((_kind, at) => view.getUint32(8 + 2 * TEXT + 4 * at));
  const size = HEAD + BYTES * counts.reduce((sum, count) => sum + count, 0);
  if (buffer.byteLength !== size) throw new WrongFile("cut off");
  return { isDelta: view.getUint32(4) === 1, version: textAt(buffer, 8), since: textAt(buffer, 8 + TEXT), counts };
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} at
 */
function textAt(buffer, at) {
  return new TextDecoder().decode(new Uint8Array(buffer, at, TEXT)).replace(/\0+$/, "");
}

/**
 * @param {DataView} view
 * @param {number} first
 * @param {number} count
 * @param {bigint} wanted
 */
function holds(view, first, count, wanted) {
  let low = 0, high = count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = view.getBigUint64(first + middle * BYTES);
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/**
 * @param {DataView} view
 * @param {number[]} counts
 * @returns {bigint[][]}
 */
function lists(view, counts) {
  let at = HEAD;
  return counts.map((count) => Array.from({ length: count }, () => {
    at += BYTES;
    return view.getBigUint64(at - BYTES);
  }));
}

/**
 * Two sorted lists as one.
 * @param {bigint[]} one
 * @param {bigint[]} other
 */
function inOrder(one, other) {
  const all = [];
  let at = 0;
  for (const hash of other) {
    while (at < one.length && one[at] < hash) all.push(one[at++]);
    all.push(hash);
  }
  return all.concat(one.slice(at));
}

/**
 * @param {bigint[][]} kinds
 * @param {string} version
 */
function written(kinds, version) {
  const all = kinds.flat();
  const buffer = new ArrayBuffer(HEAD + all.length * BYTES);
  const view = new DataView(buffer);
  view.setUint32(0, MAGIC);
  kinds.forEach((list, at) => view.setUint32(8 + 2 * TEXT + 4 * at, list.length));
  all.forEach((hash, at) => view.setBigUint64(HEAD + at * BYTES, hash));
  return named(buffer, version);
}

/**
 * @param {ArrayBuffer} buffer
 * @param {string} version
 */
function named(buffer, version) {
  const place = new Uint8Array(buffer, 8, TEXT).fill(0);
  place.set(new TextEncoder().encode(version));
  return buffer;
}
