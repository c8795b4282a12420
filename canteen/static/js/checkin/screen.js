// @ts-check

const SHRINKS_MS = 8000;
const UNCLEAR_MS = 3000;

/** What stands on the stage and for how long: a plain meal becomes a strip after a while, a misread goes by itself. */
export class Screen {
  /**
   * @param {{stage: import("./stage.js").Stage, panels: import("./panels.js").Panels, day: import("./day.js").Day,
   *   bus: import("./bus.js").Bus}} parts
   */
  constructor(parts) {
    this.parts = parts;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {import("./panels.js").Panel} panel */
  show(panel) {
    const { stage, panels, day, bus } = this.parts;
    clearTimeout(this.timer);
    stage.show(panel);
    bus.tell("panel", panel);
    if (panel.kind === "accept" && !panel.stays && !panel.actions.length) {
      const last = { at: day.time(Date.now()), name: panel.name ?? "" };
      this.timer = setTimeout(() => stage.show(panels.ready(last)), SHRINKS_MS);
    } else if (panel.kind === "unclear") {
      this.timer = setTimeout(() => stage.show(panels.ready()), UNCLEAR_MS);
    }
  }
}
