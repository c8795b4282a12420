// @ts-check

/**
 * What the counter is put together from; each part gets it whole and takes what it needs.
 * @typedef {{device: import("./device.js").Device, server: import("./server.js").Server,
 *   outbox: import("./outbox.js").Outbox, letters: import("./letters.js").Letters, line: import("./line.js").Line,
 *   post: import("./post.js").Post, known: import("./known.js").Known, panels: import("./panels.js").Panels,
 *   screen: import("./screen.js").Screen, stage: import("./stage.js").Stage, day: import("./day.js").Day,
 *   recent: import("./recent.js").Recent, presence: import("./presence.js").Presence,
 *   banner: import("./banner.js").Banner, words: import("./words.js").Words, sheet: import("./sheet.js").Sheet,
 *   bus: import("./bus.js").Bus, stamp: () => object, onBadge: (badge: string) => void, onCount: () => void,
 *   onRefused: (problem: import("./server.js").Problem) => void}} Parts
 */
export {};
