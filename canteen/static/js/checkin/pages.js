// @ts-check
import { CashMealPage } from "./cashmeal.js";
import { FindPage } from "./find.js";
import { MorePage } from "./more.js";
import { NotePage } from "./note.js";
import { Problem } from "./server.js";
import { TabletPage } from "./tablet.js";
import { TopUpPage } from "./topup.js";
import { UndoPage } from "./undo.js";

const SOON_MS = 1200;

/** The pages that lie over the stage: which one a button opens, and what happens when it is done. */
export class Pages {
  /** @param {import("./counter.js").Counter} counter */
  constructor(counter) {
    this.counter = counter;
  }

  /** @param {string} name */
  go(name) {
    const { sheet } = this.counter.till;
    const pages = /** @type {Record<string, () => import("./sheet.js").Page>} */ ({
      find: () => this.find(), topup: () => this.topUpPage(), undo: () => this.undo(), cash: () => this.cash(),
      more: () => this.more(), note: () => this.note(), tablet: () => new TabletPage(this.counter),
    });
    if (pages[name]) sheet.open(pages[name]());
  }

  find() {
    const { elders, desk, till: { words, sheet } } = this.counter;
    return new FindPage({
      elders, words, sheet, onServe: (elder) => desk.serveByHand(elder), onToken: (raw) => desk.read(raw),
    });
  }

  note() {
    const { desk, till: { words, sheet } } = this.counter;
    return new NotePage({ words, sheet, onNoted: (name) => desk.choices.serveAnyway(words.say("note.kept", { name })) });
  }

  cash() {
    const { letters, till: { words, sheet, day, stamp } } = this.counter;
    return new CashMealPage({ words, letters, sheet, day, stamp, onServed: (portions) => this.soldForCash(portions) });
  }

  more() {
    const { outbox, till: { words, day, languages, tiles } } = this.counter;
    const own = { word: "tablet.heading", open: () => this.go("tablet") };
    return new MorePage({
      words, day, waiting: outbox.size, languages, onCashMeal: () => this.go("cash"), tiles: [...tiles, own],
    });
  }

  undo() {
    const { till: { recent, words, sheet, day } } = this.counter;
    return new UndoPage({ recent, words, sheet, day, onUndo: (meal) => this.takeBack(meal) });
  }

  /**
   * @param {import("./elders.js").Elder} [elder]
   * @param {() => void} [onPaid]
   */
  topUpPage(elder, onPaid) {
    const { elders, server, till: { words, sheet, bus } } = this.counter;
    return new TopUpPage({
      elders, words, server, sheet, elder, onDone: (told) => {
        bus.tell("topped-up", told);
        onPaid?.();
      },
    });
  }

  /**
   * The wallet of who stands there was too low: fill it, then ask for the meal anew.
   * @param {import("./desk.js").Case | null} one
   */
  topUp(one) {
    const { desk, till: { sheet } } = this.counter;
    const elder = one?.elder ?? (one?.name && one.scan.elder_ref ? { ref: one.scan.elder_ref, name: one.name } : null);
    if (one && elder) sheet.open(this.topUpPage(elder, () => desk.choices.afterTopUp(one)));
    else this.go("topup");
  }

  /**
   * Take a meal back. It is done when it is on the disk; the server's no is heard if it comes at once.
   * @param {import("./recent.js").Served} meal
   */
  async takeBack(meal) {
    const { desk, line, till } = this.counter;
    const { answer } = await desk.choices.takeBack(meal.scan_id);
    const soon = new Promise((tell) => setTimeout(tell, line.isOnline ? SOON_MS : 0));
    try {
      await Promise.race([answer, soon]);
    } catch (error) {
      if (error instanceof Problem) till.recent.add(meal);
      throw error;
    }
    desk.rest();
    till.bus.tell("undone", meal);
    const name = meal.name || till.words.say("recent.unnamed");
    till.banner.show("info", till.words.say("undo.done", { name }), 8000);
  }

  /** The elder does not want the meal at this price: the meal that the answer made is undone. */
  decline() {
    const { desk, till } = this.counter;
    const scanId = desk.current?.scan.scan_id;
    if (till.recent.undoable().some((meal) => meal.scan_id === scanId)) this.go("undo");
    else desk.rest();
  }

  /** @param {number} portions */
  soldForCash(portions) {
    const { day, header, banner, words } = this.counter.till;
    day.served += portions;
    header.draw();
    banner.show("info", words.say("cash.done", { portions }), 8000);
  }
}
