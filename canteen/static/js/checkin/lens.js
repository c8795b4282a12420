// @ts-check

const WANTED = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 15 } }, audio: false };

/**
 * The tablet's camera. What it gives stays in the page: the picture in the box, and the pictures that the worker
 * looks at.
 */
export class Lens {
  /** @param {() => void} onLost the camera was taken away: unplugged, or another app has it */
  constructor(onLost) {
    this.onLost = onLost;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.isLit = false;
  }

  /**
   * Open the camera and show it.
   * @param {HTMLVideoElement} video
   * @returns {Promise<"open" | "absent" | "denied" | "busy">}
   */
  async open(video) {
    this.close();
    if (!navigator.mediaDevices?.getUserMedia) return "absent";
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(WANTED);
      await this.settle();
      video.srcObject = this.stream;
      await video.play();
      return "open";
    } catch (error) {
      this.close();
      return whyNot(error);
    }
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.isLit = false;
  }

  get track() {
    return this.stream?.getVideoTracks()[0] ?? null;
  }

  /** What the camera can do beyond taking pictures; a browser that does not tell can do nothing. */
  get abilities() {
    return /** @type {any} */ (this.track?.getCapabilities?.() ?? {});
  }

  get hasTorch() {
    return Boolean(this.abilities.torch);
  }

  /** Which side of the tablet looks at the card. */
  get side() {
    return this.track?.getSettings().facingMode ?? "";
  }

  async settle() {
    const { track } = this;
    track?.addEventListener("ended", this.onLost);
    track?.addEventListener("mute", this.onLost);
    if (this.abilities.focusMode?.includes("continuous")) await this.apply({ focusMode: "continuous" });
  }

  /** @param {boolean} isLit */
  async light(isLit) {
    if (await this.apply({ torch: isLit })) this.isLit = isLit;
  }

  /** @param {object} wish that not every camera grants */
  async apply(wish) {
    try {
      await this.track?.applyConstraints({ advanced: [/** @type {any} */ (wish)] });
      return true;
    } catch {
      return false;
    }
  }
}

/** @param {unknown} error */
function whyNot(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "absent";
  return "busy";
}
