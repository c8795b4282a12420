// @ts-check

import { Counter } from "./counter.js";
import { Elders } from "./elders.js";
import { FEATURES } from "./features.js";

/**
 * Every state the till can show, for screenshots and checks: the answers of a made-up day go through the same panels
 * as real ones. The page loads this only where the application was told to show such states.
 */

const YANG = { ref: "r1", name: "欧阳秀英", age_years: 82, tail: "0317", labels: [] };
const LONGEST = { ref: "r2", name: "阿卜杜热西提·吾买尔", age_years: 102, tail: "0317", labels: ["软食", "低盐", "花生过敏"] };
const DAY = {
  canteen: { name: "幸福里社区食堂" }, window: "1 号窗口", cashier: "陈阿姨", meal_period: "lunch",
  hours: "10:30-13:00", served: 128, price_fen: 1500, strip: "德康大药房", menu: "红烧带鱼、番茄炒蛋、清炒菠菜、紫菜蛋花汤",
};
const LONG_DAY = {
  ...DAY, canteen: { name: "新城街道幸福里社区老年助餐服务中心" }, strip: "上海市浦东新区某某街道爱心企业联合会慈善基金会敬老会",
  menu: "红烧带鱼、宫保鸡丁、番茄炒蛋、清炒菠菜、香菇青菜、紫菜蛋花汤、杂粮米饭、时令水果",
};
const AT = "2026-11-20T03:42:00Z";

const MEAL = {
  scan_id: "0".repeat(32), state: "MEAL", code: null, price_fen: 1500, elder_fen: 500, wallet_fen: 500, cash_fen: 0,
  balance_fen: 3250, notices: [], strip: "德康大药房", elder: YANG,
};
const meal = (/** @type {object} */ change) => ({ ...MEAL, ...change });
const stop = (/** @type {string} */ code, /** @type {object} */ more = {}) => (
  { scan_id: MEAL.scan_id, state: "REJECTED", code, elder: YANG, notices: [], ...more });

/** @type {Record<string, any>} */
const ANSWERS = {
  accept: meal({}),
  free: meal({ elder_fen: 0, wallet_fen: 0 }),
  long: meal({ elder: { ...LONGEST, labels: [] }, price_fen: 999999, elder_fen: 999999, balance_fen: 999999, strip: LONG_DAY.strip }),
  sponsored: meal({ strip_sponsors: "示范乳品" }),
  diet: meal({ elder: { ...YANG, labels: ["软食"] } }),
  allergy: meal({ notices: ["R17"], elder: LONGEST, strip: LONG_DAY.strip, elder_fen: 999999, price_fen: 999999 }),
  cash: meal({ wallet_fen: 250, cash_fen: 250, balance_fen: 0 }),
  limit: meal({ notices: ["R12"], elder_fen: 1500, wallet_fen: 1500, balance_fen: 1250 }),
  guest: meal({ code: "GUEST" }),
  papers: meal({ notices: ["R18"] }),
  late: meal({ code: "LATE" }),
  "full-price": meal({ code: "FULL_PRICE", elder_fen: 1500, wallet_fen: 1500 }),
  anyway: { ...stop("SERVED_ANYWAY"), state: "EXCEPTION" },
  again: stop("DUPLICATE_SAME", { first: { at: "2026-11-20T03:05:00Z", window: "一号窗口" } }),
  "again-long": stop("DUPLICATE_SAME", { elder: LONGEST, first: { at: "2026-11-20T03:05:00Z", window: "一号窗口（东门进门右手边靠窗）" } }),
  unknown: stop("UNKNOWN", { elder: null }),
  lost: stop("REVOKED", { reason: "lost", elder: LONGEST }),
  replaced: stop("REVOKED", { reason: "replaced" }),
  closed: stop("DECEASED"),
  expired: stop("EXPIRED"),
  window: stop("WINDOW"),
  clock: stop("CLOCK"),
  "no-price": stop("NO_RULE"),
  unread: stop("BAD_RECORD", { elder: null }),
  offline: meal({ isLocal: true, balance_fen: undefined }),
  "offline-long": meal({ isLocal: true, notices: ["R17"], elder: LONGEST, strip: LONG_DAY.strip, elder_fen: 999999, price_fen: 999999 }),
  "offline-cash": meal({ isLocal: true, wallet_fen: 0, cash_fen: 500 }),
  "offline-guest": meal({ isLocal: true, code: "GUEST", elder: null, elder_fen: undefined, price_fen: undefined, notices: ["R09"] }),
  "offline-busy": meal({ isLocal: true, notices: ["R25"] }),
  "offline-anyway": { ...stop("SERVED_ANYWAY"), state: "EXCEPTION", isLocal: true },
  low: meal({ elder: { ...YANG, low: true }, balance_fen: 450 }),
};

/** Stops by the tablet's own word. */
const LOCAL = /** @type {Record<string, any>} */ ({
  "offline-again": { say: "R11", result: { elder: YANG }, first: { at: "2026-11-20T03:05:00Z" } },
  "offline-lost": { say: "R05", result: { elder: LONGEST } },
  "offline-unknown": { say: "R04" },
  "offline-window": { say: "R10", result: { elder: YANG } },
});

/** What the banner may have to say; each stands over the idle stage. */
const BANNERS = /** @type {Record<string, [string, any]>} */ ({
  "banner-refused": ["stopped", { kind: "stop", word: "banner.refused" }],
  "banner-clock": ["stopped", { kind: "stop", word: "banner.clock" }],
  "banner-full": ["full", { kind: "stop", word: "banner.full", values: { saved: "4,000" } }],
  "banner-off": ["off", { kind: "off", word: "banner.off", action: "do.try" }],
  "banner-sending": ["sending", { kind: "info", word: "banner.sending", values: { all: 7, left: 3 } }],
  "banner-old": ["old", { kind: "warn", word: "banner.old" }],
  "banner-all-sent": ["sending", { kind: "info", word: "banner.all-sent" }],
});

/** The numbers of the answers, for whoever asks for one by it. */
const NAMED = /** @type {Record<string, string>} */ ({
  R04: "unknown", R05: "lost", R06: "replaced", R07: "expired", R08: "closed", R09: "guest", R10: "window", R11: "again",
  R12: "limit", R13: "cash", R17: "allergy", R18: "papers", R22: "clock", R23: "late", R25: "offline-busy",
});

const SAID = ["R01", "R02", "R03", "R14", "R15", "R16", "R19", "R20", "R21", "R24", "R26", "R27", "R28", "STORE", "TAB", "TURN", "PLAIN"];
const FOUND = [
  { ...YANG, hint: "三号楼" }, { ...YANG, ref: "r3", tail: "1120", age_years: 76, hint: "裁缝铺", served: true }, LONGEST,
  ...["李建国", "张桂兰", "赵德福", "司马玉珍", "王秀英"].map((name, at) => ({ ref: `r${at + 4}`, name, age_years: 70 + at, tail: `04${at}7` })),
];

/** What the server would say, for the pages that ask it. */
const SERVER = {
  get: async () => ({ elders: FOUND }),
  post: async () => ({ elders: [{ ...YANG, balance_fen: 3250 }], balance_fen: 13250 }),
};

/** @type {any} the till that shows states, kept so that one page can show them all in turn */
let shown = null;

/**
 * Show another state on the same page.
 * @param {string} asked
 */
export async function turnTo(asked) {
  shown.root.removeAttribute("data-shown");
  shown.sheet.close();
  shown.banner.clear();
  shown.recent.meals = [];
  shown.root.querySelector('[data-part="enrol"]').hidden = true;
  shown.root.querySelector('[data-part="counter"]').hidden = false;
  await present(shown, asked);
}

/**
 * Show one state. `long-…` shows it on the day with the longest words.
 * @param {any} till
 * @param {string} asked
 */
export async function present(till, asked) {
  shown = till;
  const isLong = asked.startsWith("long-");
  const plain = asked.replace(/^long-/, "");
  const state = NAMED[plain] ?? plain;
  till.day.learn(isLong || state === "long" ? LONG_DAY : DAY);
  till.counter ??= aCounter(till);
  till.onNav = (/** @type {string} */ name) => till.go(name);
  fillSide(till, isLong);
  const ofFeature = FEATURES.map((feature) => feature.STATES?.[state]).find(Boolean);
  if (ofFeature) await ofFeature(till);
  else if (state === "enrol") till.askForCode();
  else till.stage.show(panelOf(till.panels, state));
  if (BANNERS[state]) raise(till, ...BANNERS[state]);
  await openPage(till, state);
  till.root.dataset.shown = asked;
}

/**
 * A counter without a disk and without a server.
 * @param {any} till
 */
function aCounter(till) {
  till.store = { put: async () => undefined, get: async () => undefined, all: async () => [], remove: async () => undefined };
  const counter = new Counter(till, /** @type {any} */ ({ credentials: { token: "", device_id: "d1" }, bootId: "0" }));
  counter.server = /** @type {any} */ (SERVER);
  counter.elders = new Elders(/** @type {any} */ (SERVER));
  counter.isSafe = true;
  counter.refresh = async () => undefined;
  return counter;
}

/**
 * @param {any} till
 * @param {string} name
 * @param {{kind: string, word: string, values?: object, action?: string}} line
 */
function raise({ banner, words }, name, { kind, word, values = {}, action }) {
  const act = () => undefined;
  const text = words.say(word, { saved: 7, ...values });
  banner.stand(name, { kind, text, ...(action ? { action: { label: words.say(action), act } } : {}) });
}

/**
 * @param {any} till
 * @param {boolean} isLong
 */
function fillSide(till, isLong) {
  const names = isLong ? [LONGEST.name, "司马玉珍"] : ["赵德福", "张桂兰", "李建国"];
  for (const name of [...names, YANG.name]) {
    till.recent.add({ scan_id: name, at: AT, name, state: "served", wallet_fen: 700, cash_fen: 0 });
  }
  till.recent.undoable = () => till.recent.meals;
  till.header.tick = () => undefined;
  till.header.draw();
  till.root.querySelector('[data-part="clock"]').textContent = "11:42";
  if (isLong) raise(till, "off", { kind: "off", word: "banner.off", action: "do.try" });
}

/**
 * @param {import("./panels.js").Panels} panels
 * @param {string} state
 */
function panelOf(panels, state) {
  if (ANSWERS[state]) return panels.answer(ANSWERS[state]);
  if (LOCAL[state]) return panels.local(LOCAL[state]);
  if (state === "used-up") {
    panels.day.hear({ used_up: ["德康大药房"] });
    return panels.answer(meal({ strip: null, used_up: ["德康大药房"] }));
  }
  if (SAID.includes(state)) return panels.say(state, { saved: 7, elder: "5.00", slip: "A3F-01", reason: panels.words.say("store.full") });
  if (state === "just") return panels.say("JUST", { at: "12:03" });
  if (state === "checking") return panels.checking(YANG.name);
  return panels.ready(state === "after" ? { at: "11:42", name: YANG.name } : undefined);
}

/**
 * @param {any} till
 * @param {string} state such as `topup-confirm`
 */
async function openPage(till, state) {
  const [name, step] = state.split("-");
  if (ANSWERS[state] || !["find", "topup", "undo", "cash", "more", "note", "tablet"].includes(name)) return;
  till.go(name);
  const { page } = till.sheet;
  if (step === "list") await page.finder.ask("OY");
  if (step === "confirm" && name === "find") page.choose(FOUND[0]);
  if (name === "topup" && step) {
    Object.assign(page, { elder: { ...YANG, balance_fen: 3250 }, amount_fen: 10000, method: "cash", balance_fen: 13250 });
    page.go(step);
  }
}

/** The names of all states, for whoever goes through them. */
export const STATES = [
  "ready", "after", "checking", "just", "used-up", ...Object.keys(ANSWERS), ...Object.keys(LOCAL), ...SAID, ...Object.keys(BANNERS), "find", "find-list", "find-confirm",
  "topup", "topup-amount", "topup-other", "topup-method", "topup-confirm", "topup-done", "undo", "cash-meal", "more", "note", "tablet", "enrol",
  ...FEATURES.flatMap((feature) => Object.keys(feature.STATES ?? {})),
  "long-ready", "long-offline-long", "long-long", "long-allergy", "long-lost", "long-again-long", "long-find-list",
];
