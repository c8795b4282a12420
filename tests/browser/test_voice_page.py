"""Recording a phrase where it stands, with a microphone that hums."""

from playwright.sync_api import Page, expect

from canteen.checkin.voice.models import VoiceClip
from canteen.core.roles import Role
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter
from tests.factories import make_canteen, rows

MICROPHONE = """
navigator.mediaDevices.getUserMedia = async () => {
  if (window.isDenied) throw new DOMException("denied", "NotAllowedError");
  const context = new AudioContext();
  const [hum, out] = [context.createOscillator(), context.createMediaStreamDestination()];
  hum.connect(out);
  hum.start();
  return out.stream;
};
"""


def test_a_phrase_is_recorded_where_it_stands(page: Page, live: Live, complaints: list[str]) -> None:
    make_canteen()
    page.add_init_script(MICROPHONE)
    enter(page, live, Role.ADMINISTRATOR)
    page.goto(f"{live.address}/settings/voice")
    phrase = page.locator("#phrase-wait")
    denied = page.locator('[data-part="recorder-denied"]')

    page.evaluate("() => { window.isDenied = true; }")
    phrase.get_by_role("button", name="录音").click()
    expect(denied).to_be_visible()
    page.evaluate("() => { window.isDenied = false; }")
    phrase.get_by_role("button", name="录音").click()
    expect(denied).to_be_hidden()
    stop = phrase.get_by_role("button", name="停，保存")
    expect(stop).to_be_visible()
    page.wait_for_timeout(400)
    stop.click()

    expect(page.locator("#phrase-wait .tag")).to_have_text("自己的录音")
    expect(page.locator(".notice-ok")).to_contain_text("录好了：请稍等。")
    [clip] = rows(VoiceClip)
    assert (clip.phrase, clip.media_type) == ("wait", "audio/webm")
    assert complaints == []
