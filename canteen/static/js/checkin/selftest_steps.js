// @ts-check
import { Chimes } from "./chimes.js";
import { el, part } from "./dom.js";
import { borrowGun } from "./gun.js";
import { SENT, adviceOn, compared } from "./gun_advice.js";
import { proveVoice } from "./localvoice.js";
import { Problem } from "./server.js";

const LOOK_MS = 2000;
const PATIENCE_MS = 1500;

/** @typedef {import("./selftest.js").SelfTestPage} Page */

/** Whether what is put away is still there, and whether the browser promises to leave it there. */
const storage = {
  /** @param {Page} page */
  async begin(page) {
    const outcome = await tryStore(page.till.store);
    page.found = { outcome };
    page.keep(outcome === "ok");
  },
  /** @param {Page} page */
  draw(page) {
    const { outcome } = page.found;
    return [
      page.line("selftest.storage-what"),
      outcome ? page.verdict(outcome === "ok", `selftest.storage-${outcome}`) : page.line("selftest.looking"), page.buttons(),
    ];
  },
};

/** @param {import("./store.js").Store} store */
async function tryStore(store) {
  try {
    const written = crypto.randomUUID();
    await store.put("settings", "probe", written);
    if ((await store.get("settings", "probe")) !== written) return "broken";
    const isKept = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.());
    return isKept ? "ok" : "passing";
  } catch {
    return "broken";
  }
}

/** A card before the camera. Whoever has none goes on with the gun alone. */
const camera = {
  /** @param {Page} page */
  begin(page) {
    page.camera.taker = () => page.keep(true);
    page.camera.onChange = () => page.redraw();
  },
  /** @param {Page} page */
  end(page) {
    page.camera.taker = null;
    page.camera.onChange = null;
  },
  /** @param {Page} page */
  draw(page) {
    const { state, lens } = page.camera;
    const isRead = page.results.camera === true && state === "open";
    return [
      page.line(state === "open" ? "selftest.camera-what" : `reader.now-${state}`),
      lens.stream ? preview(lens.stream) : null,
      isRead ? page.verdict(true, "selftest.camera-ok") : null,
      page.buttons(
        isRead ? null : state === "open" ? page.button("selftest.camera-bad", () => page.keep(false))
          : page.button("reader.camera", () => page.camera.choose("camera")),
        isRead ? null : page.button("selftest.camera-none", () => withoutCamera(page)),
      ),
    ];
  },
};

/** @param {Page} page */
async function withoutCamera(page) {
  await page.camera.choose("gun");
  await page.keep(null);
  page.next();
}

/** @param {MediaStream} stream */
function preview(stream) {
  const video = /** @type {HTMLVideoElement} */ (el("video", { class: "selftest-video" }));
  video.muted = true;
  video.playsInline = true;
  video.setAttribute("aria-hidden", "true");
  video.srcObject = stream;
  video.play().catch(() => undefined);
  return video;
}

/** The gun on a code whose text is known: what arrived, key by key, and what to set otherwise. */
const gun = {
  /** @param {Page} page */
  begin(page) {
    borrowGun((heard) => {
      page.found = { heard };
      page.keep(adviceOn(heard).isGood);
    });
  },
  end() {
    borrowGun(null);
  },
  /** @param {Page} page */
  draw(page) {
    const { heard } = page.found;
    return [
      page.line("selftest.gun-what"),
      el("div", { class: heard ? "selftest-gun heard" : "selftest-gun" }, code(page), heard ? arrived(page, heard) : page.line("selftest.gun-waiting", { sent: SENT })),
      page.buttons(heard ? null : page.button("selftest.gun-none", () => { page.keep(null); page.next(); })),
    ];
  },
};

/** @param {Page} page */
function code(page) {
  return /** @type {HTMLTemplateElement} */ (part(page.till.root, "gun-code")).content.cloneNode(true);
}

/**
 * @param {Page} page
 * @param {import("./gun.js").Heard} heard
 */
function arrived(page, heard) {
  const cells = compared(heard.text).map(({ character, isRight }) => (
    el("span", { class: "cell", text: character, data: { state: isRight ? "ok" : "bad" } })));
  const { isGood, advice } = adviceOn(heard);
  return el("div", {},
    page.line("selftest.gun-arrived", { count: [...heard.text].length }), el("p", { class: "cells" }, ...cells),
    page.verdict(isGood, isGood ? "selftest.gun-ok" : "selftest.gun-bad"),
    el("ul", { class: "advice" }, ...advice.map((key) => el("li", { text: page.words.say(`selftest.gun-${key}`) }))));
}

/** Only an ear can tell. */
const sound = {
  /** @param {Page} page */
  begin(page) {
    page.found = { chimes: page.till.chimes ?? new Chimes() };
  },
  /** @param {Page} page */
  draw(page) {
    const { isPlayed } = page.found;
    const result = page.results.sound;
    return [
      page.line("selftest.sound-what"),
      isPlayed && result === false ? page.verdict(false, "selftest.sound-advice") : null,
      page.buttons(
        page.button(isPlayed ? "selftest.sound-again" : "selftest.sound-play", () => play(page), isPlayed ? "plain" : "primary"),
        isPlayed ? page.button("selftest.sound-yes", () => page.keep(true), result ? "plain" : "primary") : null,
        isPlayed ? page.button("selftest.sound-no", () => page.keep(false)) : null,
      ),
    ];
  },
};

/** @param {Page} page */
async function play(page) {
  const { chimes } = page.found;
  await chimes.unlock();
  chimes.play("accept");
  proveVoice(page.till).catch(reportError);
  page.found.isPlayed = true;
  page.redraw();
}

/** The network off, a card read all the same. Whether it is off is asked of the server, never of the browser. */
const offline = {
  /** @param {Page} page */
  begin(page) {
    const { found } = page;
    const take = () => {
      found.isRead = true;
      if (found.isCut) page.keep(true);
      else page.redraw();
    };
    borrowGun(take);
    page.camera.taker = take;
    look(page);
    found.timer = setInterval(() => look(page), LOOK_MS);
  },
  /** @param {Page} page */
  end(page) {
    borrowGun(null);
    page.camera.taker = null;
    clearInterval(page.found.timer);
  },
  /** @param {Page} page */
  draw(page) {
    const { isCut, isRead } = page.found;
    const isKept = Boolean(navigator.serviceWorker?.controller);
    return [
      page.line("selftest.offline-what"),
      page.verdict(isKept, isKept ? "selftest.offline-kept" : "selftest.offline-not-kept"),
      page.verdict(Boolean(isCut), isCut ? "selftest.offline-cut" : "selftest.offline-still"),
      isCut && isRead ? page.verdict(true, "selftest.offline-ok") : page.line("selftest.offline-card"),
      page.buttons(),
    ];
  },
};

/** @param {Page} page */
async function look(page) {
  const { found } = page;
  const was = found.isCut;
  try {
    await page.till.server.get("/till", PATIENCE_MS);
    found.isCut = found.isCut && found.isRead; // Once it was read without a network, the network may come back.
  } catch (error) {
    found.isCut = !(error instanceof Problem);
  }
  if (found === page.found && was !== found.isCut) page.redraw();
}

/** @type {Record<string, import("./selftest.js").Step>} */
export const STEPS = { storage, camera, gun, sound, offline };
