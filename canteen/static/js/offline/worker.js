// @ts-check
/// <reference lib="webworker" />

/**
 * The service worker. It keeps one release whole: a page is opened from the kept files or from the network, never
 * from both. It keeps no answer of the server and no page of the office.
 *
 * The server puts a line before this file: `const RELEASE = {version, fonts, files: [[url, sha256]], pages}`.
 */

/** @type {ServiceWorkerGlobalScope} */
const worker = /** @type {any} */ (self);
/** @type {{version: string, fonts: string, files: [string, string][], pages: Record<string, Record<string, string>>}} */
const release = /** @type {any} */ (RELEASE);

const OWN = `till-${release.version}`;
const FONTS = `fonts-${release.fonts}`;
const SETTINGS = "settings";
const LANGUAGE = "/kept/language";
const VERSIONED = "/static/till/";
const TOGETHER = 6;
const TRIES = 3;
const PAUSE_MS = 500;

const KEPT = new Set(release.files.map(([url]) => url));

worker.addEventListener("install", (event) => event.waitUntil(gather()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (event) => event.waitUntil(hear(event)));
worker.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

/** Take in every file of the release; with one missing or altered the older release stays in charge. */
async function gather() {
  const cache = await caches.open(OWN);
  try {
    const waiting = [...release.files];
    const hand = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await take(cache, ...next);
    };
    await Promise.all(Array.from({ length: TOGETHER }, hand));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
}

/**
 * @param {Cache} cache
 * @param {string} url
 * @param {string} digest
 */
async function take(cache, url, digest) {
  const kept = await caches.match(url);
  if (kept && (await sha256(kept.clone())) === digest) return cache.put(url, kept);
  const answer = await patiently(() => fetch(url, { cache: "no-cache", credentials: "omit" }));
  if (!answer.ok || (await sha256(answer.clone())) !== digest) throw new Error(`not the file of this release: ${url}`);
  return cache.put(url, answer);
}

/**
 * A radio that fails for a moment must not cost the whole release.
 * @param {() => Promise<Response>} ask
 */
async function patiently(ask) {
  for (let tries = 1; tries < TRIES; tries += 1) {
    try {
      return await ask();
    } catch {
      await new Promise((go) => setTimeout(go, PAUSE_MS * tries));
    }
  }
  return ask();
}

/** @param {Response} answer */
async function sha256(answer) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The release before this one stays for a page that is still open; what is older goes. */
async function takeOver() {
  const releases = (await caches.keys()).filter((name) => name.startsWith("till-") && name !== OWN);
  const fonts = (await caches.keys()).filter((name) => name.startsWith("fonts-") && name !== FONTS);
  for (const name of [...releases.slice(0, -1), ...fonts]) await caches.delete(name);
  await worker.clients.claim();
}

/** @param {ExtendableMessageEvent} event */
async function hear(event) {
  if (event.data?.kind === "take-over") await worker.skipWaiting();
  if (event.data?.kind === "language") await remember(event.data.language);
  if (event.data?.kind === "fonts") await Promise.all(event.data.urls.map((/** @type {string} */ url) => font(new Request(url))));
}

/**
 * What is answered here; nothing for all that only the network can answer.
 * @param {Request} request
 * @returns {Promise<Response> | null}
 */
function answerTo(request) {
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin || url.pathname.startsWith("/api/")) return null;
  if (request.mode === "navigate") return navigate(request, url);
  if (request.method !== "GET") return null;
  const path = url.pathname + url.search;
  if (KEPT.has(path) || url.pathname.startsWith(VERSIONED)) return fromKept(request, path);
  if (url.pathname.endsWith(".wasm") && KEPT.has(url.pathname)) return fromKept(request, url.pathname);
  if (url.pathname.endsWith(".woff2")) return font(request);
  return null;
}

/**
 * @param {Request} request
 * @param {URL} url
 * @returns {Promise<Response> | null}
 */
function navigate(request, url) {
  if (request.method === "POST") return url.pathname === "/language" ? chooseLanguage(request) : null;
  if (request.method !== "GET") return null;
  if (url.pathname in release.pages && !url.search) return page(url.pathname, request);
  return fetch(request).catch(() => page(url.pathname in release.pages ? url.pathname : "/offline", request));
}

/**
 * A page of this release in the reader's language.
 * @param {string} path
 * @param {Request} request
 */
async function page(path, request) {
  const inLanguages = release.pages[path];
  const url = inLanguages[await language()] ?? inLanguages.zh;
  const cache = await caches.open(OWN);
  return (await cache.match(url)) ?? fetch(request);
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function fromKept(request, path) {
  const cache = await caches.open(OWN);
  // A page of the release before asks under addresses of its own version.
  return (await cache.match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

/** @param {Request} request a slice of the font: kept when it is first used */
async function font(request) {
  const cache = await caches.open(FONTS);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

/**
 * The choice of language works without a network too: the till's kept page is there in both.
 * @param {Request} request
 */
async function chooseLanguage(request) {
  const form = await request.clone().formData();
  await remember(String(form.get("language")));
  const next = String(form.get("next"));
  const isKept = next in release.pages;
  try {
    const answer = await fetch(request);
    if (answer.type === "opaqueredirect" || answer.ok || !isKept) return answer;
  } catch {
    if (!isKept) return page("/offline", request);
  }
  return Response.redirect(next, 303);
}

/** @param {string} chosen */
async function remember(chosen) {
  if (chosen !== "zh" && chosen !== "en") return;
  const cache = await caches.open(SETTINGS);
  await cache.put(LANGUAGE, new Response(chosen));
}

async function language() {
  const cache = await caches.open(SETTINGS);
  return (await cache.match(LANGUAGE))?.text() ?? "zh";
}
