// @ts-check

/**
 * Every answer that is not a plain yes: how it looks, and which buttons stand under it. Its words are in the page
 * under `R05.title` and `R05.line`. `serve` offers 先用餐，稍后核对: no answer but a duplicate, and codes that are no
 * card at all, stands without a way to serve.
 * @typedef {{kind: "stop" | "unclear" | "again", actions: string[], serve?: boolean}} Answer
 * @type {Record<string, Answer>}
 */
export const ANSWERS = {
  R01: { kind: "unclear", actions: [] },
  R02: { kind: "stop", actions: ["find", "ok"] },
  R03: { kind: "stop", actions: ["find", "ok"] },
  R04: { kind: "stop", actions: ["find", "renew"], serve: true },
  R05: { kind: "stop", actions: ["find"], serve: true },
  R06: { kind: "stop", actions: ["find"], serve: true },
  R07: { kind: "stop", actions: ["ok"], serve: true },
  R08: { kind: "stop", actions: ["ok"], serve: true },
  R10: { kind: "stop", actions: ["ok"], serve: true },
  R11: { kind: "again", actions: ["next", "full-price"] },
  R14: { kind: "stop", actions: ["ok"], serve: true },
  R15: { kind: "stop", actions: ["as-usual"], serve: true },
  R16: { kind: "stop", actions: ["eat-here", "leave"], serve: true },
  R19: { kind: "stop", actions: ["note-name"], serve: true },
  R20: { kind: "stop", actions: ["pay-cash"], serve: true },
  R21: { kind: "stop", actions: ["enrol"], serve: true },
  R22: { kind: "stop", actions: ["ok"], serve: true },
  R24: { kind: "stop", actions: ["ok"], serve: true },
  R26: { kind: "stop", actions: ["camera-help", "find"] },
  R27: { kind: "unclear", actions: ["torch"] },
  R28: { kind: "stop", actions: ["gun-test", "find"] },
  JUST: { kind: "again", actions: ["ok"] },
  PRICE: { kind: "stop", actions: ["ok"], serve: true },
  UNREAD: { kind: "stop", actions: ["ok"], serve: true },
  STORE: { kind: "stop", actions: ["ok"] },
  TAB: { kind: "unclear", actions: [] },
  PLAIN: { kind: "unclear", actions: [] },
  TURN: { kind: "unclear", actions: ["go-on"] },
};

/** What the server calls it → what the till says. */
export const OF_OUTCOME = /** @type {Record<string, string>} */ ({
  DUPLICATE_SAME: "R11",
  DECEASED: "R08",
  UNKNOWN: "R04",
  EXPIRED: "R07",
  NO_RULE: "PRICE",
  WINDOW: "R10",
  CLOCK: "R22",
  DEVICE_REVOKED: "R21",
  ID_REUSED: "UNREAD",
  BAD_RECORD: "UNREAD",
});

/** Why a card was taken out of use; no reason given reads as lost, which a manager can lift. */
export const OF_REVOKED = /** @type {Record<string, string>} */ ({
  lost: "R05",
  suspended: "R05",
  replaced: "R06",
  closed: "R08",
  deceased: "R08",
  expired: "R07",
});

/** A served meal with something to say beside it; the words stand on the amber strip. */
export const OF_MEAL = /** @type {Record<string, string>} */ ({
  GUEST: "R09",
  LIMIT: "R12",
  LATE: "R23",
  FULL_PRICE: "FULL",
  DUPLICATE_OTHER: "FULL",
  SERVED_ANYWAY: "SERVED",
});

/** Notices that come with a meal, the most pressing first; one fits on the strip. */
export const NOTICES = ["R17", "R12", "R09", "R18", "R07", "R23", "R14", "R15", "R25"];

/** What a reader sent that is no card. */
export const OF_CODE = /** @type {Record<string, string>} */ ({
  unclear: "R01",
  foreign: "R02",
  payment: "R03",
  garbled: "R28",
});
