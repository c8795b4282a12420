"""Ears for tests: doubles of AudioContext and speechSynthesis that fail like the real ones.

A context is suspended until a hand was on the page. The list of voices is empty at first and comes with
`voiceschanged`; a voice may go; an utterance with a voice that is not there ends with an error; `cancel` interrupts.
What was heard stands in `heard`: tones with their pitch, wave, start and length, clips, and what was spoken.
"""

from typing import Any

from playwright.sync_api import Page

DOUBLES = """
window.heard = { tones: [], clips: 0, spoken: [], interrupted: 0 };
window.utterance_ms = 400;
{
  class Param {
    constructor() { this.value = 0; }
    setValueAtTime() {} linearRampToValueAtTime() {}
  }
  class Node {
    constructor() { this.gain = new Param(); this.frequency = new Param(); }
    connect(next) { this.next = next; return next; }
    disconnect() {}
  }
  class Oscillator extends Node {
    start(at_s) { this.at_s = at_s; }
    stop(until_s) {
      heard.tones.push({ hz: this.frequency.value, wave: this.type, at_ms: Math.round((this.at_s - this.now_s) * 1000),
        ms: Math.round((until_s - this.at_s) * 1000) });
    }
  }
  class Source extends Node {
    start() { heard.clips += 1; }
    stop() {}
  }
  const Real = OfflineAudioContext;
  window.AudioContext = class {
    constructor() { this.state = "suspended"; this.destination = new Node(); this.sampleRate = 8000; }
    get currentTime() {
      // A context's clock stands still while a script runs.
      if (this.now_s === undefined) {
        this.now_s = performance.now() / 1000;
        setTimeout(() => { this.now_s = undefined; }, 0);
      }
      return this.now_s;
    }
    resume() {
      if (!navigator.userActivation.hasBeenActive) return new Promise(() => {});
      this.state = "running";
      return Promise.resolve();
    }
    createGain() { return new Node(); }
    createBiquadFilter() { return new Node(); }
    createBufferSource() { return new Source(); }
    createOscillator() { return Object.assign(new Oscillator(), { now_s: this.currentTime }); }
    decodeAudioData(bytes) { return new Real(1, 1, 8000).decodeAudioData(bytes); }
  };

  const engine = new EventTarget();
  let voices = [];
  let queue = [];
  engine.getVoices = () => [...voices];
  engine.speak = (said) => {
    queue.push(said);
    setTimeout(() => {
      if (!queue.includes(said)) return;
      if (!voices.includes(said.voice)) return finish(said, "onerror", { error: "voice-unavailable" });
      heard.spoken.push({ text: said.text, lang: said.lang, voice: said.voice.voiceURI });
      setTimeout(() => queue.includes(said) && finish(said, "onend", {}), window.utterance_ms);
    }, 20);
  };
  engine.cancel = () => {
    heard.interrupted += queue.length;
    for (const said of queue.splice(0)) said.onerror?.({ error: "interrupted" });
  };
  const finish = (said, event, detail) => { queue = queue.filter((each) => each !== said); said[event]?.(detail); };
  Object.defineProperty(window, "speechSynthesis", { value: engine });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  window.setVoices = (list) => { voices = list; engine.dispatchEvent(new Event("voiceschanged")); };
}
"""

LOCAL = {"voiceURI": "tablet-zh", "name": "tablet", "lang": "zh_CN", "localService": True}
REMOTE = {"voiceURI": "cloud-zh", "name": "cloud", "lang": "zh-CN", "localService": False}
ENGLISH = {"voiceURI": "tablet-en", "name": "tablet", "lang": "en-US", "localService": True}


def give_ears(page: Page) -> None:
    """Put the doubles into every page that is opened from now on."""
    page.add_init_script(DOUBLES)


def set_voices(page: Page, *voices: dict[str, Any]) -> None:
    """The tablet's list of voices comes, or changes."""
    page.evaluate("(list) => window.setVoices(list)", list(voices))


def heard(page: Page) -> dict[str, Any]:
    """What was heard so far."""
    return dict(page.evaluate("() => window.heard"))


def forget(page: Page) -> None:
    """Listen anew."""
    page.evaluate("() => Object.assign(window.heard, { tones: [], clips: 0, spoken: [], interrupted: 0 })")
