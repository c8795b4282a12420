// @ts-check

const SILENCE = 0.01;
const GAP_S = 0.03;
const PATIENCE_MS = 20000;

/**
 * The canteen's own recordings: taken from the server while there is one, kept, decoded once, and played one after
 * another without a network.
 * @typedef {{version: string, speaks_amounts: boolean, speaks_sponsor: boolean, shows_amounts: boolean, patrons: string[], sponsors?: string[],
 *   clips: {key: string, sha256: string}[]}} VoiceDocument
 * @typedef {{buffer: AudioBuffer, from_s: number, length_s: number}} Clip
 */
export class ClipPack {
  /**
   * @param {import("./store.js").Store} store
   * @param {AudioContext | null} context
   */
  constructor(store, context) {
    this.store = store;
    this.context = context;
    /** @type {VoiceDocument | null} */
    this.document = null;
    /** @type {Map<string, Clip>} by the key of its phrase */
    this.clips = new Map();
    /** @type {AudioBufferSourceNode[]} */
    this.sounding = [];
  }

  /** What an earlier page took from the server. */
  async recall() {
    this.document = (await this.store.get("voice", "document")) ?? null;
    if (this.document) await this.decode(this.document);
  }

  /**
   * Ask what is recorded by now, and take what is new. The old pack stays until the new one is whole.
   * @param {import("./server.js").Server} server
   * @returns {Promise<boolean>} whether anything changed
   */
  async refresh(server) {
    const answer = await fetchOf(server, "/voice", this.document?.version);
    if (answer.status === 304) return false;
    if (!answer.ok) throw new Error(`voice ${answer.status}`);
    const document = /** @type {VoiceDocument} */ (await answer.json());
    for (const { sha256 } of document.clips) await this.take(server, sha256);
    await this.store.put("voice", "document", document);
    await this.forget(this.document, document);
    this.document = document;
    await this.decode(document);
    return true;
  }

  /**
   * @param {import("./server.js").Server} server
   * @param {string} sha256
   */
  async take(server, sha256) {
    if (await this.store.get("voice", sha256)) return;
    const answer = await fetchOf(server, `/voice/${sha256}`);
    if (!answer.ok) throw new Error(`clip ${answer.status}`);
    await this.store.put("voice", sha256, await answer.arrayBuffer());
  }

  /**
   * @param {VoiceDocument | null} before
   * @param {VoiceDocument} after
   */
  async forget(before, after) {
    const kept = new Set(after.clips.map((clip) => clip.sha256));
    for (const { sha256 } of before?.clips ?? []) if (!kept.has(sha256)) await this.store.remove("voice", sha256);
  }

  /** @param {VoiceDocument} document */
  async decode(document) {
    const decoded = new Map();
    for (const { key, sha256 } of this.context ? document.clips : []) {
      const bytes = await this.store.get("voice", sha256);
      const buffer = bytes && (await /** @type {AudioContext} */ (this.context).decodeAudioData(bytes.slice(0)).catch(() => null));
      if (buffer) decoded.set(key, trimmed(buffer));
    }
    this.clips = decoded;
  }

  /**
   * The phrases to play for a sentence: what is optional only where it is recorded; null where a needed one is not.
   * @param {import("./sentences.js").Sentence} sentence
   */
  keysFor({ keys, optional = [] }) {
    if (!keys || !keys.every((key) => this.clips.has(key))) return null;
    // A surname alone would be rude: 王 without 奶奶 is left out too.
    const isCalled = optional.length > 0 && this.clips.has(optional[optional.length - 1]);
    return [...(isCalled ? optional.filter((key) => this.clips.has(key)) : []), ...keys];
  }

  /**
   * How long a sentence takes, in seconds.
   * @param {string[]} keys
   */
  lengthOf(keys) {
    const lengths = keys.map((key) => /** @type {Clip} */ (this.clips.get(key)).length_s);
    return lengths.reduce((sum, length) => sum + length, 0) + GAP_S * Math.max(0, keys.length - 1);
  }

  /**
   * Play phrases one after another.
   * @param {string[]} keys
   * @param {AudioNode} out
   * @returns {number} seconds until they end
   */
  play(keys, out) {
    const context = /** @type {AudioContext} */ (this.context);
    let at_s = context.currentTime;
    for (const key of keys) {
      const { buffer, from_s, length_s } = /** @type {Clip} */ (this.clips.get(key));
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(out);
      source.start(at_s, from_s, length_s);
      this.sounding.push(source);
      at_s += length_s + GAP_S;
    }
    return this.lengthOf(keys);
  }

  hush() {
    for (const source of this.sounding.splice(0)) source.stop();
  }
}

/**
 * A recording begins when somebody has found the button and ends when they let go: the silence at both ends is left out.
 * @param {AudioBuffer} buffer
 * @returns {Clip}
 */
function trimmed(buffer) {
  const samples = buffer.getChannelData(0);
  let from = 0;
  let until = samples.length - 1;
  while (from < until && Math.abs(samples[from]) < SILENCE) from += 1;
  while (until > from && Math.abs(samples[until]) < SILENCE) until -= 1;
  return { buffer, from_s: from / buffer.sampleRate, length_s: (until - from + 1) / buffer.sampleRate };
}

/**
 * @param {import("./server.js").Server} server
 * @param {string} path
 * @param {string} [known] the version at hand
 */
function fetchOf(server, path, known) {
  const headers = /** @type {Record<string, string>} */ ({ Authorization: `Bearer ${server.token}` });
  if (known) headers["If-None-Match"] = `"${known}"`;
  return fetch(server.root + path, { headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
}
