// @ts-check
import { CHANNEL } from "./customer.js";
import { el, fill, part } from "./dom.js";
import { Words } from "./words.js";

const SILENT_MS = 15000;
const STAYS_MS = /** @type {Record<string, number>} */ ({ accept: 8000, again: 12000, stop: 12000, unclear: 3000 });
const SYMBOLS = /** @type {Record<string, string>} */ ({ accept: "tick", again: "mark", stop: "cross", unclear: "query" });
const SMALLEST_FIT = 0.4;

/**
 * The screen that faces the diners: who may eat, in letters to be read from the queue. It knows what the till of the same
 * tablet tells it and nothing else.
 * @typedef {{canteen: string, meal: string, hours: string, menu: string, strip: string, sponsors?: string}} Idle
 * @typedef {{kind: string, verdict?: string, called?: string, pay?: string, idle: Idle}} Message
 */
export class Display {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.field = part(root, "display");
    this.symbols = /** @type {HTMLTemplateElement} */ (part(root, "symbols"));
    this.words = new Words(/** @type {HTMLTemplateElement} */ (part(root, "words")));
    new ResizeObserver(() => this.fit()).observe(this.field);
    // The font comes piece by piece, and each piece may be wider than what stood in for it.
    document.fonts.addEventListener("loadingdone", () => this.fit());
  }

  listen() {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }) => this.hear(data);
    channel.postMessage("hello");
    this.closed();
    this.stayAwake();
    document.addEventListener("visibilitychange", () => this.stayAwake());
  }

  /** @param {any} message */
  hear(message) {
    if (message === "hello") return;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.closed(), SILENT_MS);
    if (message.kind) this.show(message);
    else if (this.root.dataset.kind === "closed") new BroadcastChannel(CHANNEL).postMessage("hello");
  }

  async stayAwake() {
    if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => undefined);
  }

  /** @param {Message} message */
  show(message) {
    clearTimeout(this.timer);
    if (message.kind === "ready") this.rest(message.idle);
    else this.answer(message);
    this.fit();
  }

  /** @param {Message} message */
  answer({ kind, verdict = "", called = "", pay = "", idle }) {
    this.root.dataset.kind = kind;
    const symbol = this.symbols.content.querySelector(`[data-symbol="${SYMBOLS[kind]}"]`);
    fill(this.field,
      el("h1", { class: "display-verdict" }, symbol ? symbol.cloneNode(true) : null, el("span", { text: verdict })),
      called ? el("p", { class: "display-called", text: called }) : null,
      pay ? el("p", { class: "display-pay", text: pay }) : null);
    this.timer = setTimeout(() => this.show({ kind: "ready", idle }), STAYS_MS[kind] ?? 8000);
  }

  /** @param {Idle} idle */
  rest({ canteen, meal, hours, menu, strip, sponsors }) {
    this.root.dataset.kind = "ready";
    const dishes = menu.split("、").filter(Boolean);
    fill(this.field,
      el("div", { class: "display-canteen" }, el("p", { text: canteen }), el("p", { text: [meal, hours.replace("-", "–")].filter(Boolean).join(" ") })),
      el("h1", { class: "display-verdict", text: this.words.say("display.ready") }),
      dishes.length ? el("div", { class: "display-menu" },
        el("p", { class: "display-today", text: this.words.say("display.today", { meal }) }),
        el("ul", {}, ...dishes.map((dish) => el("li", { text: dish })))) : null,
      strip ? el("p", { class: "gift", text: this.words.say("display.gift", { names: strip }) }) : null,
      sponsors ? el("p", { class: "gift", text: this.words.say("display.paid", { names: sponsors }) }) : null);
  }

  closed() {
    this.root.dataset.kind = "closed";
    fill(this.field, el("h1", { class: "display-verdict", text: this.words.say("display.closed") }),
      el("p", { class: "display-hint", text: this.words.say("display.open-till") }));
    this.fit();
  }

  /** On a small screen everything shrinks together until nothing is cut. */
  fit() {
    let scale = 1;
    this.field.style.setProperty("--fit", "1");
    while (scale > SMALLEST_FIT && (this.field.scrollHeight > this.field.clientHeight + 1 || this.field.scrollWidth > this.field.clientWidth + 1)) {
      scale -= 0.04;
      this.field.style.setProperty("--fit", scale.toFixed(2));
    }
  }
}

const IDLE = {
  canteen: "幸福里社区食堂", meal: "午餐", hours: "10:30-13:00", menu: "红烧带鱼、番茄炒蛋、清炒菠菜、紫菜蛋花汤", strip: "德康大药房",
};

/** What it can show, for pictures and checks. */
export const STATES = /** @type {Record<string, Message | null>} */ ({
  closed: null,
  ready: { kind: "ready", idle: IDLE },
  "ready-long": {
    kind: "ready",
    idle: {
      canteen: "新城街道幸福里社区老年助餐服务中心", meal: "午餐", hours: "10:30-13:00", strip: "上海市浦东新区某某街道爱心企业联合会慈善基金会敬老会",
      sponsors: "万胜皮制品厂与示范乳品公司社区共建合作商户联合会",
      menu: "红烧带鱼、宫保鸡丁、番茄炒蛋、清炒菠菜、香菇青菜、紫菜蛋花汤、杂粮米饭、时令水果",
    },
  },
  accept: { kind: "accept", verdict: "可以用餐", called: "欧阳奶奶", idle: IDLE },
  "accept-amount": { kind: "accept", verdict: "可以用餐", called: "王奶奶", pay: "本人付 ¥5.00", idle: IDLE },
  "accept-long": { kind: "accept", verdict: "可以用餐", called: "阿卜杜热西提·吾买尔", pay: "本人付 ¥9,999.99", idle: IDLE },
  again: { kind: "again", verdict: "本餐已用过", called: "欧阳奶奶", idle: IDLE },
  stop: { kind: "stop", verdict: "请稍等", idle: IDLE },
  unclear: { kind: "unclear", verdict: "没扫清楚", idle: IDLE },
});

const root = document.querySelector('[data-component="display"]');
if (root instanceof HTMLElement) {
  const display = new Display(root);
  const { state } = root.dataset;
  if (state === undefined) display.listen();
  else {
    const message = STATES[state];
    if (message) display.show(message);
    else display.closed();
    clearTimeout(display.timer);
    root.dataset.shown = state;
  }
}
