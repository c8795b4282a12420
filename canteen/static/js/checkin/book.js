// @ts-check

/**
 * An elder as the day sheet has one. `address` is how the elder is called, `served` the slots that are taken, such as
 * "2026-11-20/lunch".
 * @typedef {{ref: string, name: string, address: string, age_years: number | null, tail: string | null,
 *   labels: string[], hint: string | null, wallet_offline_fen: number, low: boolean, served: string[]}} Elder
 *
 * A meal period of a day; `booked` is null without orders.
 * @typedef {{on: string, meal_period: string, name: string, hours: [string, string], price_fen: number | null,
 *   menu: string | null, dishes: string[], sold_out: boolean, strip: string | null, strip_sponsors: string | null, used_up: string[],
 *   booked: number | null}} Period
 *
 * What an elder pays, who pays the rest, and how many meals each limit still allows, this one included.
 * @typedef {{elder_fen: number, payers: string[], left: {text: string, meals: number}[]}} Answer
 *
 * @typedef {{ref: string, name: string, is_manager: boolean}} Badge
 */

const MOST_FOUND = 8;
// Places in an elder's row, as the sheet is written.
const REF = 0, CARD = 1, TAIL = 2, NAME = 3, ADDRESS = 4, AGE = 5, KEYS = 6, LABELS = 7, HINT = 8, OFFLINE = 9;
const LOW = 10, SERVED = 11, REGULAR = 12, ROW = 13;
const BY_SOUND = new Intl.Collator("zh-Hans-u-co-pinyin");

/** A delta that does not belong to the sheet at hand: the whole one must be fetched. */
export class OtherVersion extends Error {}

/**
 * The day sheet, read: who may eat, what they pay today and on the next two days, without asking the server. It is
 * never changed; a delta makes a new one.
 */
export class Book {
  /**
   * @param {any} document a whole sheet as `GET /api/v1/day-sheet` answers it, or one that `document` gave back
   */
  constructor(document) {
    /** The whole sheet as it can be stored, and read again. */
    this.document = document;
    /** @type {string} */ this.version = document.version;
    /** @type {string} */ this.madeAt = document.made_at;
    /** @type {string} */ this.leaseUntil = document.lease_until;
    /** @type {number} */ this.epoch = document.epoch;
    /** @type {number} */ this.backedUpThrough = document.backed_up_through;
    /** @type {string} */ this.window = document.window;
    /** @type {{code: string, name: string}} */
    this.canteen = { code: document.place.code, name: document.place.name };
    /** @type {string} */ this.zone = document.place.zone;
    /** @type {string[]} today and the next two days */ this.days = document.place.days;
    /** @type {{meal_period: string, name: string, from: string, to: string}[]} in the order of the day */
    this.periods = document.place.periods.map((/** @type {string[]} */ [meal_period, name, from, to]) => (
      { meal_period, name, from, to }));
    /** @type {string[]} */
    this.slots = this.days.flatMap((on) => this.periods.map((period) => `${on}/${period.meal_period}`));
    /** @type {Map<string, any[]>} */ this.byRef = new Map();
    /** @type {Map<string, any[]>} */ this.byCard = new Map();
    for (const row of document.elders) {
      this.byRef.set(row[REF], row);
      if (row[CARD]) this.byCard.set(row[CARD], row);
    }
  }

  /** @param {any} document */
  static read(document) {
    return new Book(document);
  }

  /**
   * The book that this one becomes by a further answer: a delta of its own version, or a whole sheet.
   * @param {any} answer of `GET /api/v1/day-sheet?since=` this version
   * @throws {OtherVersion} for a delta of another version
   */
  merged(answer) {
    if (answer.since === null) return new Book(answer);
    if (answer.since !== this.version) throw new OtherVersion(answer.since);
    const { place, menus, badges, texts, answers, rows, elders, gone, ...head } = answer;
    const own = this.document;
    const tables = new Tables(own);
    const merged = new Map(this.byRef);
    for (const ref of gone) merged.delete(ref);
    for (const row of elders) merged.set(row[REF], tables.takeOver(row, { texts, answers, rows }));
    return new Book({
      ...head, since: null, gone: [], place: place ?? own.place, menus: menus ?? own.menus, badges: badges ?? own.badges,
      ...tables.swept([...merged.values()].sort((one, other) => (one[REF] < other[REF] ? -1 : 1))),
    });
  }

  /** How many elders it knows. */
  get size() {
    return this.byRef.size;
  }

  /**
   * @param {string} ref
   * @returns {Elder | null}
   */
  elder(ref) {
    const row = this.byRef.get(ref);
    return row ? this.shown(row) : null;
  }

  /**
   * @param {string} sha256hex of a card's token
   * @returns {Elder | null}
   */
  ofCard(sha256hex) {
    const row = this.byCard.get(base64(sha256hex));
    return row ? this.shown(row) : null;
  }

  /**
   * Elders that what was typed may mean: the card's last digits, initials in any reading, or characters of the name.
   * The best come first: a whole key before its beginning, the beginning of a name before its middle.
   * @param {string} typed
   * @returns {Elder[]} at most eight
   */
  find(typed) {
    const wanted = typed.normalize("NFKC").replace(/\s/g, "").toUpperCase();
    if (!wanted) return [];
    const rank = rankOf(wanted);
    /** @type {{row: any[], at: number}[]} */
    const found = [];
    for (const row of this.document.elders) {
      const at = rank(row);
      if (at >= 0) found.push({ row, at });
    }
    found.sort((one, other) => one.at - other.at || BY_SOUND.compare(one.row[NAME], other.row[NAME])
      || (one.row[TAIL] ?? "").localeCompare(other.row[TAIL] ?? ""));
    return found.slice(0, MOST_FOUND).map(({ row }) => this.shown(row));
  }

  /**
   * @param {string} on
   * @param {string} meal_period
   * @returns {Period | null}
   */
  period(on, meal_period) {
    const slot = this.slots.indexOf(`${on}/${meal_period}`);
    if (slot < 0) return null;
    const { name, from, to } = this.periods[slot % this.periods.length];
    const [price_fen, dishes, soldOut, strip, booked, strip_sponsors = null, used_up = []] = this.document.menus[slot];
    return {
      on, meal_period, name, hours: [from, to], price_fen, menu: dishes.length ? dishes.join("、") : null, dishes,
      sold_out: Boolean(soldOut), strip, strip_sponsors, used_up, booked,
    };
  }

  /**
   * What an elder pays for a meal; null where the sheet does not say.
   * @param {{ref: string}} elder
   * @param {string} on
   * @param {string} meal_period
   * @returns {Answer | null}
   */
  answer(elder, on, meal_period) {
    const row = this.byRef.get(elder.ref);
    const slot = this.slots.indexOf(`${on}/${meal_period}`);
    if (!row || slot < 0) return null;
    const { texts, answers, rows } = this.document;
    const answer = answers[rows[row[ROW]][slot]];
    if (!answer) return null;
    const [elder_fen, payers, left] = answer;
    return {
      elder_fen, payers: payers.map((/** @type {number} */ at) => texts[at]),
      left: pairs(left).map(([text, meals]) => ({ text: texts[text], meals })),
    };
  }

  /**
   * @param {string} sha256hex of a staff badge
   * @returns {Badge | null}
   */
  badge(sha256hex) {
    const wanted = base64(sha256hex);
    const found = this.document.badges.find((/** @type {any[]} */ badge) => badge[3] === wanted);
    return found ? { ref: found[0], name: found[1], is_manager: Boolean(found[2]) } : null;
  }

  /**
   * Who ate on four of the last five like weekdays and has no pause, by the sound of the name.
   * @param {string} on
   * @param {string} meal_period
   * @returns {Elder[]}
   */
  regulars(on, meal_period) {
    const slot = this.slots.indexOf(`${on}/${meal_period}`);
    if (slot < 0) return [];
    const rows = this.document.elders.filter((/** @type {any[]} */ row) => (row[REGULAR] >> slot) & 1);
    return rows.sort((/** @type {any[]} */ one, /** @type {any[]} */ other) => BY_SOUND.compare(one[NAME], other[NAME]))
      .map((/** @type {any[]} */ row) => this.shown(row));
  }

  /**
   * @param {any[]} row
   * @returns {Elder}
   */
  shown(row) {
    return {
      ref: row[REF], name: row[NAME], address: row[ADDRESS], age_years: row[AGE], tail: row[TAIL],
      labels: row[LABELS].map((/** @type {number} */ at) => this.document.texts[at]), hint: row[HINT],
      wallet_offline_fen: row[OFFLINE], low: Boolean(row[LOW]),
      served: this.slots.filter((_slot, at) => (row[SERVED] >> at) & 1),
    };
  }
}

/** Texts, answers and rows of two sheets become those of one, each thing once and nothing that nobody uses. */
class Tables {
  /** @param {any} own */
  constructor(own) {
    this.texts = [...own.texts];
    this.answers = [...own.answers];
    this.rows = [...own.rows];
  }

  /**
   * An elder's row of another sheet, its numbers made this one's.
   * @param {any[]} row
   * @param {{texts: string[], answers: any[], rows: number[][]}} other
   */
  takeOver(row, other) {
    const text = (/** @type {number} */ at) => this.texts.push(other.texts[at]) - 1;
    const answer = (/** @type {number} */ at) => this.answers.push(retold(other.answers[at], text)) - 1;
    const taken = [...row];
    taken[LABELS] = row[LABELS].map(text);
    taken[ROW] = this.rows.push(other.rows[row[ROW]].map(answer)) - 1;
    return taken;
  }

  /**
   * The tables anew, for these rows only.
   * @param {any[][]} elders
   */
  swept(elders) {
    const texts = new Once(), answers = new Once(), rows = new Once();
    const text = (/** @type {number} */ at) => texts.number(this.texts[at], this.texts[at]);
    const answerOf = remembered((/** @type {number} */ at) => {
      const told = retold(this.answers[at], text);
      return answers.number(JSON.stringify(told), told);
    });
    const rowOf = remembered((/** @type {number} */ at) => {
      const told = this.rows[at].map(answerOf);
      return rows.number(told.join(), told);
    });
    const kept = elders.map((row) => {
      const fresh = [...row];
      fresh[LABELS] = row[LABELS].map(text);
      fresh[ROW] = rowOf(row[ROW]);
      return fresh;
    });
    return { texts: texts.all, answers: answers.all, rows: rows.all, elders: kept };
  }
}

/** Things, each once, by their number. */
class Once {
  constructor() {
    /** @type {any[]} */ this.all = [];
    /** @type {Map<string, number>} */ this.numbers = new Map();
  }

  /**
   * @param {string} key
   * @param {any} value
   */
  number(key, value) {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}

/**
 * @param {any} answer
 * @param {(at: number) => number} text
 */
function retold(answer, text) {
  if (!answer) return answer;
  const [elder_fen, payers, left] = answer;
  return [elder_fen, payers.map(text), pairs(left).flatMap(([at, meals]) => [text(at), meals])];
}

/** @param {(at: number) => number} reckon */
function remembered(reckon) {
  /** @type {Map<number, number>} */
  const known = new Map();
  return (/** @type {number} */ at) => {
    if (!known.has(at)) known.set(at, reckon(at));
    return /** @type {number} */ (known.get(at));
  };
}

/**
 * @param {number[]} flat
 * @returns {[number, number][]}
 */
function pairs(flat) {
  /** @type {[number, number][]} */
  const found = [];
  for (let at = 0; at < flat.length; at += 2) found.push([flat[at], flat[at + 1]]);
  return found;
}

/**
 * How well an elder's row fits what was typed: 0 is best, below 0 is not at all.
 * @param {string} wanted
 * @returns {(row: any[]) => number}
 */
function rankOf(wanted) {
  if (/^\d+$/.test(wanted)) {
    return (row) => (row[TAIL]?.endsWith(wanted) ? Number(row[TAIL] !== wanted) : -1);
  }
  if (/^[A-Z]+$/.test(wanted)) {
    return (row) => {
      const keys = ` ${row[KEYS]} `;
      if (keys.includes(` ${wanted} `)) return 0;
      return keys.includes(` ${wanted}`) ? 1 : -1;
    };
  }
  return (row) => {
    const at = row[NAME].indexOf(wanted);
    return at < 0 ? -1 : Math.min(at, 1);
  };
}

/** @param {string} sha256hex */
function base64(sha256hex) {
  const bytes = sha256hex.match(/../g)?.map((pair) => String.fromCharCode(parseInt(pair, 16))) ?? [];
  return btoa(bytes.join("")).replace(/=+$/, "");
}
