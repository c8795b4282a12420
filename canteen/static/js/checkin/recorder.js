// @ts-check
// The page of the till's voice gains a microphone: a phrase is recorded where it stands. Without it, a file is chosen.

const LONGEST_MS = 5000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** One phrase's form with a button that records into its file field and sends it. */
class Recorder {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "btn btn-outline-primary";
    this.label = document.createElement("span");
    this.label.textContent = form.dataset.record ?? "";
    const unseen = document.createElement("span");
    unseen.className = "visually-hidden";
    unseen.textContent = form.dataset.text ?? "";
    this.button.append(this.label, unseen);
    this.button.addEventListener("click", () => this.press());
    form.prepend(this.button);
    /** @type {MediaRecorder | null} */
    this.running = null;
  }

  async press() {
    if (this.running) this.running.stop();
    else await this.start();
  }

  async start() {
    const denied = /** @type {HTMLElement} */ (document.querySelector('[data-part="recorder-denied"]'));
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      denied.hidden = true;
      this.record(stream);
    } catch {
      denied.hidden = false;
    }
  }

  /** @param {MediaStream} stream */
  record(stream) {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    /** @type {Blob[]} */
    const pieces = [];
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      this.send(new File(pieces, "voice", { type: recorder.mimeType }));
    };
    recorder.start();
    this.running = recorder;
    this.label.textContent = this.form.dataset.stop ?? "";
    this.button.classList.add("recording");
    setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_MS);
  }

  /** @param {File} file */
  send(file) {
    const chosen = new DataTransfer();
    chosen.items.add(file);
    const field = /** @type {HTMLInputElement} */ (this.form.querySelector('input[type="file"]'));
    field.files = chosen.files;
    this.button.disabled = true;
    this.form.submit();
  }
}

if (navigator.mediaDevices && "MediaRecorder" in window) {
  for (const form of document.querySelectorAll('form[data-part="recorder"]')) {
    new Recorder(/** @type {HTMLFormElement} */ (form));
  }
}
