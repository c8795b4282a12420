"""What is heard at the till: a pattern for each answer, sentences by a voice that was proved, and never a hardship."""

import io
import struct
import wave
from typing import Any

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect

from canteen.checkin.voice import services as voice
from canteen.checkin.voice.queries import Choice
from canteen.core.spoken import LONGEST_SENTENCE_SECONDS, PHRASES
from canteen.core.token import make_token
from tests.browser import sound_doubles as ears
from tests.browser.conftest import Live
from tests.browser.test_till_counter import a_canteen, a_diner, serve_elsewhere
from tests.browser.till_hands import Counter, open_counter
from tests.factories import CARD_KEY, add_fact, set_card_state

FORBIDDEN = ("低保", "特困", "身份证", "免费", "补贴", "余额", "尾号")
RISE = [(660, "triangle", 0, 90), (880, "triangle", 120, 120)]
LONG_LOW = [(520, "triangle", 0, 380)]
THREE_LOW = [(330, "square", at_ms, 140) for at_ms in (0, 220, 440)]
SHORT_LOW = [(440, "triangle", 0, 120)]
LINEAR = [round(255 * (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4)) for level in (n / 255 for n in range(256))]
"""Light as it is and not as it is coded: luminance as the contrast rules reckon it."""


def listening_counter(page: Page, live: Live, canteen_id: int, *voices: dict[str, Any]) -> Counter:
    """A counter that can be heard; its tablet has these voices, and the self-test was run."""
    ears.give_ears(page)
    counter = open_counter(page, live, canteen_id)
    ears.set_voices(page, *voices)
    hear_the_test(counter)
    ears.forget(page)
    return counter


def hear_the_test(counter: Counter) -> None:
    counter.page.locator('[data-part="sound"]').click()
    counter.tap("试一试声音")
    expect(counter.page.locator(".sound-page .lead").last).to_contain_text("提示音正常")
    close_page(counter)


def close_page(counter: Counter) -> None:
    counter.tap("返回刷卡")
    expect(counter.page.locator(".sheet")).to_be_hidden()


def expect_tones(page: Page, wanted: list[tuple[int, str, int, int]], ticks: int = 1) -> None:
    """A tick a code, then this pattern and no other."""
    found = ears.heard(page)["tones"]
    tones = [(tone["hz"], tone["wave"], tone["at_ms"], tone["ms"]) for tone in found]
    assert tones == [(1000, "sine", 0, 40)] * ticks + wanted


def expect_spoken(page: Page, *texts: str) -> None:
    """These sentences were spoken since, in this order."""
    for _look in range(100):
        if len(ears.heard(page)["spoken"]) >= len(texts):
            break
        page.wait_for_timeout(50)
    assert [said["text"] for said in ears.heard(page)["spoken"]] == list(texts)


def unknown(number: int) -> str:
    """The token of a card that nobody issued."""
    return make_token(CARD_KEY, f"{number:08d}", 1)


def test_each_answer_has_a_sound_and_a_sentence_of_its_own(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _first, token = a_diner(canteen_id)
    _second, soft = a_diner(canteen_id, "李建国", diet="软食", sex="male")
    _third, poor = a_diner(canteen_id, "张桂兰", balance_fen=250)
    _fourth, eaten = a_diner(canteen_id, "赵德福")
    counter = listening_counter(page, live, canteen_id, ears.LOCAL)
    serve_elsewhere(counter, canteen_id, eaten)

    def hears(code: str, kind: str, tones: list[tuple[int, str, int, int]], *spoken: str, ticks: int = 1) -> None:
        ears.forget(page)
        counter.shoot(code)
        counter.sees(kind)
        expect_spoken(page, *spoken)
        expect_tones(page, tones, ticks)

    hears(token, "accept", RISE, "欧阳奶奶，请用餐。")
    note = [*RISE, (520, "triangle", 320, 380)]
    hears(soft, "accept", note, "李爷爷，请用餐。", "软食，请注意。")
    hears(poor, "accept", note, "张奶奶，请用餐，请付两元五角。")
    hears(eaten, "again", LONG_LOW, "这餐已经刷过了，没有重复扣款。")
    hears("0" * 17, "stop", THREE_LOW, "请稍等。")
    hears("0" * 16 + "1", "unclear", SHORT_LOW, "没扫清楚，请再放一次。", ticks=0)
    assert {each["voice"] for each in ears.heard(page)["spoken"]} == {"tablet-zh"}
    assert {each["lang"] for each in ears.heard(page)["spoken"]} == {"zh-CN"}


def test_a_sound_leaves_its_time_behind(page: Page, live: Live) -> None:
    ears.give_ears(page)
    page.goto(f"{live.address}/till?state=ready")
    page.wait_for_selector('[data-shown="ready"]')
    page.locator(".count").click()
    base = f"/static/till/{page.get_attribute('body', 'data-release')}/js/checkin/"

    marks = page.evaluate(
        """async (base) => {
          const chimes = new (await import(base + "chimes.js")).Chimes();
          await chimes.unlock();
          ["tick", "stop"].forEach((kind) => chimes.play(kind));
          return ["till:tick", "till:sound"].map((name) => performance.getEntriesByName(name).length);
        }""",
        base,
    )

    assert marks == [1, 1]


def test_a_new_scan_cuts_what_is_being_said(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _first, token = a_diner(canteen_id)
    counter = listening_counter(page, live, canteen_id, ears.LOCAL)

    # The first sentence would go on for a minute.
    page.evaluate("() => { window.utterance_ms = 60000; }")
    counter.shoot(unknown(1))
    expect_spoken(page, "请稍等。")
    counter.shoot(token)
    counter.sees("accept")

    expect_spoken(page, "请稍等。", "欧阳奶奶，请用餐。")
    assert ears.heard(page)["interrupted"] == 1


def test_a_voice_counts_only_while_it_is_there_local_and_was_heard(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    voiceless = page.locator('[data-part="voiceless"]')
    ears.give_ears(page)
    counter = open_counter(page, live, canteen_id)

    def speaks(card: int) -> list[str]:
        ears.forget(page)
        counter.shoot(unknown(card))
        counter.sees("stop")
        page.wait_for_timeout(1000)
        return [said["text"] for said in ears.heard(page)["spoken"]]

    # A voice that nobody heard yet, one from far away, one of another language: beeps only, and it says so.
    ears.set_voices(page, ears.REMOTE, ears.ENGLISH)
    expect(voiceless).to_be_visible()
    page.locator('[data-part="sound"]').click()
    counter.tap("试一试声音")
    expect(page.locator(".sound-page .lead").last).to_contain_text("没有能用的语音", timeout=15_000)
    close_page(counter)
    assert speaks(1) == []

    # The list comes while the test waits for it.
    ears.set_voices(page)
    page.locator('[data-part="sound"]').click()
    counter.tap("试一试声音")
    ears.set_voices(page, ears.REMOTE, ears.LOCAL)
    expect(page.locator(".sound-page .lead").last).to_contain_text("平板自带的声音")
    close_page(counter)
    expect(voiceless).to_be_hidden()
    assert speaks(2) == ["请稍等。"]

    # The voice is lost, and comes back.
    ears.set_voices(page, ears.REMOTE)
    expect(voiceless).to_be_visible()
    assert speaks(3) == []
    ears.set_voices(page, ears.LOCAL)
    expect(voiceless).to_be_hidden()
    assert speaks(4) == ["请稍等。"]


def test_sound_is_switched_off_in_words_and_stays_off(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    counter = listening_counter(page, live, canteen_id, ears.LOCAL)
    button = page.locator('[data-part="sound"]')

    button.click()
    counter.tap("只说请稍等")
    close_page(counter)
    counter.shoot("0" * 16 + "1")
    counter.sees("unclear")
    counter.shoot(unknown(1))
    expect_spoken(page, "请稍等。")
    button.click()
    page.locator(".choices").get_by_role("button", name="声音关").click()
    close_page(counter)
    ears.forget(page)
    counter.shoot(unknown(2))
    counter.sees("stop")

    expect(button).to_have_text("声音关")
    assert ears.heard(page)["tones"] == []
    page.reload()
    counter.sees("ready")
    expect(button).to_have_text("声音关")


def wav(seconds: float) -> bytes:
    """A recording with a fifth of a second of silence on either side."""
    quiet, loud = struct.pack("<h", 0) * 1600, struct.pack("<h", 9000) * int(8000 * seconds)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(quiet + loud + quiet)
    return file.getvalue()


SENTENCES = """async (base) => {
  const { Sentences } = await import(base + "sentences.js");
  const { ClipPack } = await import(base + "clips.js");
  const { Words } = await import(base + "words.js");
  const { Store } = await import(base + "store.js");
  const words = new Words(document.querySelector('[data-part="words"]'));
  const says = new Sentences(words, "zh-CN");
  const pack = new ClipPack(await Store.open(), new AudioContext());
  await pack.recall();
  const meal = (more) => ({ elder: { labels: [] }, notices: [], elder_fen: 123250, cash_fen: 0, ...more });
  const how = { address: "王奶奶", amounts: true };
  const all = [
    says.accept(meal({ elder_fen: 500 }), how), says.accept(meal({ cash_fen: 1550 }), { ...how, amounts: false }),
    ...says.cares(meal({ elder: { labels: ["软食", "花生过敏"] }, notices: ["R17"] })), says.toppedUp(10000, 13250),
    ...["already", "wait", "unclear", "undone", "offline", "online"].map((key) => says.plain(key)),
  ];
  return all.map((sentence) => [sentence.text, pack.keysFor(sentence), pack.lengthOf(pack.keysFor(sentence))]);
}"""


def test_the_canteens_own_recordings_come_first_and_play_without_a_network(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _first, token = a_diner(canteen_id)
    for phrase in PHRASES:
        # A spoken sign takes a fifth of a second, a whole sentence said by somebody at most two.
        voice.record_clip(canteen_id, phrase.key, wav(min(0.14 * len(phrase.text), 2.2)), "system:tests")
    ears.give_ears(page)
    counter = open_counter(page, live, canteen_id)
    expect(page.locator('[data-part="voiceless"]')).to_be_hidden()

    page.route("**/api/v1/**", lambda route: route.abort())
    page.reload()
    counter.sees("ready")
    page.locator('[data-part="more"], [data-nav="more"]').first.click()
    counter.tap("返回刷卡")
    expect(page.locator('[data-part="voiceless"]')).to_be_hidden()
    ears.forget(page)
    counter.shoot(token)
    for _look in range(100):
        if ears.heard(page)["clips"]:
            break
        page.wait_for_timeout(50)

    assert ears.heard(page)["spoken"] == []
    assert ears.heard(page)["clips"] >= 1
    base = f"/static/till/{page.get_attribute('body', 'data-release')}/js/checkin/"
    sentences = page.evaluate(SENTENCES, base)
    assert ["王奶奶，请用餐，付五元。", ["surname-王", "address-奶奶", "please-eat", "pay", "number-五", "number-元"]] in [
        each[:2] for each in sentences
    ]
    assert [each for each in sentences if not 0 < each[2] <= LONGEST_SENTENCE_SECONDS] == []


def what_is_told(page: Page, live: Live, canteen_id: int, token: str) -> dict[str, Any]:
    """Stage, list, speech and the diners' screen after one card."""
    counter = listening_counter(page, live, canteen_id, ears.LOCAL)
    other = page.context.new_page()
    other.goto(f"{live.address}/till/display")
    expect(other.locator("h1")).to_have_text("请刷卡")
    counter.shoot(token)
    counter.sees("accept")
    expect_spoken(page, "王奶奶，请用餐。")
    expect(other.locator(".display-called")).to_have_text("王奶奶")
    told = {
        "stage": page.inner_text(".stage"),
        "recent": page.inner_text(".recent"),
        "spoken": [said["text"] for said in ears.heard(page)["spoken"]],
        "tones": [(tone["hz"], tone["at_ms"], tone["ms"]) for tone in ears.heard(page)["tones"]],
        "display": other.inner_html("main"),
    }
    other.close()
    return told


def test_elders_who_differ_only_in_hardship_are_told_alike(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    plain_id, plain = a_diner(canteen_id, "王秀英", balance_fen=3250)
    poor_id, poor = a_diner(canteen_id, "王秀英", balance_fen=3250)
    for kind, value in {
        "category": "low-income", "disability_grade": "1", "pension": "no", "monthly_income_fen": "30000",
    }.items():  # fmt: skip
        add_fact(poor_id, kind, value)

    first = what_is_told(page, live, canteen_id, plain)
    page.context.clear_cookies()
    page.evaluate("() => indexedDB.databases().then((all) => Promise.all(all.map((each) => indexedDB.deleteDatabase(each.name))))")
    second = what_is_told(page, live, canteen_id, poor)

    assert plain_id != poor_id
    first["stage"], second["stage"] = (told["stage"].replace(tail, "") for told, tail in ((first, "0318"), (second, "0319")))
    assert first == second
    assert not any(word in text for word in FORBIDDEN for text in second["spoken"])
    assert "¥" not in second["display"] and "德康" not in second["display"]


def test_amounts_are_spoken_and_shown_to_all_only_where_the_manager_chose(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder, token = a_diner(canteen_id, "王秀英")
    voice.choose(canteen_id, Choice(speaks_amounts=True, shows_amounts=True), "system:tests")
    counter = listening_counter(page, live, canteen_id, ears.LOCAL)
    other = page.context.new_page()
    other.goto(f"{live.address}/till/display")
    expect(other.locator("h1")).to_have_text("请刷卡")

    counter.shoot(token)

    expect(other.locator(".display-pay")).to_have_text("本人付 ¥5.00")
    expect_spoken(page, "王奶奶，请用餐，付五元。")


def test_a_lost_card_tells_the_diners_nothing_but_to_wait(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder, token = a_diner(canteen_id)
    set_card_state(token, "lost")
    counter = open_counter(page, live, canteen_id)
    other = page.context.new_page()
    other.goto(f"{live.address}/till/display")
    expect(other.locator("main")).to_contain_text("北门社区食堂")
    expect(other.locator("main")).to_contain_text("红烧带鱼")

    counter.shoot(token)
    counter.sees("stop", "这张卡已经挂失")

    expect(other.locator("h1")).to_have_text("请稍等")
    assert other.inner_text("main").strip() == "请稍等"


@pytest.mark.parametrize("deficiency", ["achromatopsia", "deuteranopia"])
def test_serve_and_stop_differ_in_brightness_for_whoever_sees_no_colours(page: Page, live: Live, deficiency: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    console = page.context.new_cdp_session(page)
    console.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})

    def brightness(state: str) -> float:
        page.goto(f"{live.address}/till?state={state}")
        page.wait_for_selector(f'[data-shown="{state}"]')
        picture = Image.open(io.BytesIO(page.locator(".stage").screenshot())).convert("RGB").point(LINEAR * 3)
        red, green, blue = ImageStat.Stat(picture).mean
        return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255

    assert abs(brightness("accept") - brightness("lost")) >= 0.3
