"""The scanner gun: at every pace, in every keyboard's language, and never a button pressed or half a token taken."""

import time
from collections.abc import Iterable

import pytest
from playwright.sync_api import Page, expect

from canteen.core.token import check_character
from tests.browser.conftest import Live
from tests.browser.till_hands import Counter, open_counter
from tests.factories import bind_programme, four_yuan, issue_card, make_canteen, make_elder, publish_menu

BODY = "26VW0XBARFEZWPGG"
TOKEN = BODY + check_character(BODY)
OTHER_BODY = "0123456789ABCDEF"
OTHER = OTHER_BODY + check_character(OTHER_BODY)
FULL_WIDTH = "".join(chr(ord(character) + 0xFEE0) for character in TOKEN)
GAP_S = 0.008

LISTEN = """async () => {
  const { ScannerGun } = await import("/static/js/checkin/gun.js");
  new ScannerGun(document.querySelector('[data-part="trap"]'), (raw) => {
    const { heard } = document.body.dataset;
    document.body.dataset.heard = heard ? heard + "|" + raw : raw;
  }).listen();
}"""
FORGET = "() => document.body.removeAttribute('data-heard')"
READ = "async (raw) => (await import('/static/js/checkin/token.js')).parse(raw)"
BLOCK = "(ms) => { setTimeout(() => { const end = performance.now() + ms; while (performance.now() < end); }); }"


@pytest.fixture
def hands(page: Page, live: Live) -> Counter:
    """The till's page with a gun that only listens."""
    page.goto(f"{live.address}/till?state=ready")
    page.wait_for_selector("[data-shown]")
    page.evaluate(LISTEN)
    return Counter(page, live)


def hears(page: Page, *codes: str) -> None:
    """The gun gives exactly these codes on; then it is as if it had heard nothing yet."""
    expect(page.locator("body")).to_have_attribute("data-heard", "|".join(codes))
    page.evaluate(FORGET)


def hears_nothing(page: Page) -> None:
    """Longer than the gun waits for the rest of a code, nothing has come."""
    page.wait_for_timeout(1300)
    expect(page.locator("body[data-heard]")).to_have_count(0)


def paced(text: str, gap_s: float = GAP_S, after_s: float = 0) -> list[tuple[str, float]]:
    """Each key with its time in seconds."""
    return [(character, after_s + at * gap_s) for at, character in enumerate(text)]


def begin(case: int = 0) -> float:
    """A time for the first key, well apart from that of other cases on the same page."""
    return time.time() + 10 * case


def type_keys(page: Page, keys: Iterable[tuple[str, float]], begins: float) -> None:
    """Keys with times of their own, so that the pace does not depend on how busy the machine is."""
    console = page.context.new_cdp_session(page)
    for character, at in keys:
        code = f"Digit{character}" if character.isdigit() else f"Key{character}"
        event = {"key": character.lower(), "code": code, "timestamp": begins + at}
        console.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": character.lower(), **event})
        console.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    console.detach()


def test_a_burst_is_one_code_whatever_ends_it(page: Page, hands: Counter) -> None:
    for suffix in ("Enter", "Tab", ""):
        hands.shoot(TOKEN, suffix=suffix)
        hears(page, TOKEN)
        page.wait_for_timeout(400)


def test_addresses_and_staff_badges_come_whole_with_their_signs(page: Page, hands: Counter) -> None:
    for code in (f"HTTPS://SHITANG.CN/K/{TOKEN}", "B/0123456789ABCDEFGHJKMNPQRS"):
        hands.shoot(code)
        hears(page, code)
        page.wait_for_timeout(400)


def test_slow_guns_are_heard_too(page: Page, hands: Counter) -> None:
    for case, gap_ms in enumerate((8, 16, 60, 90)):
        type_keys(page, paced(TOKEN, gap_ms / 1000), begin(case))
        hears(page, TOKEN)


def test_a_tablet_that_stalls_in_the_middle_of_a_burst_loses_nothing(page: Page, hands: Counter) -> None:
    keys = paced(TOKEN)

    for case, told in enumerate((1, 5, 12)):
        begins = begin(case)
        type_keys(page, keys[:told], begins)
        page.evaluate(BLOCK, 700)
        type_keys(page, keys[told:], begins)
        hears(page, TOKEN)


def test_silence_between_two_keys_that_carry_near_times_ends_nothing(page: Page, hands: Counter) -> None:
    keys = paced(TOKEN)

    for case, told in enumerate((1, 12)):
        begins = begin(case)
        type_keys(page, keys[:told], begins)
        page.wait_for_timeout(300)
        type_keys(page, keys[told:], begins)
        hears(page, TOKEN)


def test_two_codes_that_a_stalled_tablet_hears_at_once_are_two(page: Page, hands: Counter) -> None:
    page.evaluate(BLOCK, 500)

    type_keys(page, [*paced(TOKEN), *paced(OTHER, after_s=2)], begin())

    hears(page, TOKEN, OTHER)


def test_a_burst_that_comes_in_two_pieces_is_one_code(page: Page, hands: Counter) -> None:
    for case, first in enumerate((1, 7, 8, 12, 16)):
        type_keys(page, [*paced(TOKEN[:first]), *paced(TOKEN[first:], after_s=0.6)], begin(case))
        hears(page, TOKEN)


def test_half_a_code_is_never_given_as_a_card(page: Page, hands: Counter) -> None:
    type_keys(page, [*paced(TOKEN[:9]), *paced(TOKEN, after_s=3)], begin())

    hears(page, TOKEN[:9], TOKEN)
    assert page.evaluate(READ, TOKEN[:9])["kind"] != "token"


def test_a_hand_at_the_keyboard_is_no_gun(page: Page, hands: Counter) -> None:
    type_keys(page, paced("WXYWXYWXY", 0.16), begin())
    type_keys(page, paced(TOKEN, 0.16), begin(1))
    page.keyboard.down("a")
    for _ in range(20):
        page.keyboard.down("a")
    page.keyboard.up("a")

    hears_nothing(page)


def test_the_guns_enter_presses_no_button(page: Page, hands: Counter) -> None:
    page.evaluate(
        """() => {
          const more = document.querySelector('[data-nav="more"]');
          more.addEventListener("click", () => { more.dataset.pressed = "yes"; });
          more.focus();
        }"""
    )

    for pause_ms in (5, 250):
        hands.shoot(TOKEN, pause_ms=pause_ms)
        hears(page, TOKEN)
        page.wait_for_timeout(600)

    expect(page.locator("[data-pressed]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("[data-pressed]")).to_have_count(1)


def test_a_code_that_falls_into_a_field_is_taken_out_again(page: Page, hands: Counter) -> None:
    page.click('[data-nav="find"]')
    page.click(".key-field")
    type_keys(page, paced("W"), begin())
    page.wait_for_timeout(200)

    hands.shoot(TOKEN)

    hears(page, TOKEN)
    expect(page.locator(".key-field")).to_have_value("w")


def test_a_gun_that_goes_through_an_input_method_is_read_by_its_physical_keys(
    page: Page, hands: Counter
) -> None:
    console = page.context.new_cdp_session(page)
    composed, begins = "", begin()
    for character, at in paced(TOKEN):
        code = f"Digit{character}" if character.isdigit() else f"Key{character}"
        key = {"key": "Process", "code": code, "windowsVirtualKeyCode": 229, "timestamp": begins + at}
        console.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        composed += character.lower()
        text = {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)}
        console.send("Input.imeSetComposition", text)
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229, "timestamp": begins + 0.2}
    console.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})

    hears(page, TOKEN)
    expect(page.locator('[data-part="trap"]')).to_have_value("")
    type_keys(page, paced(OTHER), begin(1))
    hears(page, OTHER)


def test_text_without_keys_is_read_from_the_hidden_field(page: Page, hands: Counter) -> None:
    for text in (TOKEN, TOKEN.lower(), FULL_WIDTH, f"https：、、shitang.cn、k、{TOKEN}", "和就两六我"):
        page.keyboard.insert_text(text)
        hears(page, text)

    page.keyboard.insert_text(TOKEN[:9])
    page.wait_for_timeout(300)
    page.keyboard.insert_text(TOKEN[9:])
    hears(page, TOKEN)


def test_a_gun_set_to_alt_and_number_pad_is_understood(page: Page, hands: Counter) -> None:
    for case, gap_s in enumerate((0.004, 0.06)):
        spell(page, TOKEN, gap_s, begin(20 * case))
        hears(page, TOKEN)


def spell(page: Page, text: str, gap_s: float, begins: float) -> None:
    """Each character as its number, typed on the number pad while Alt is held."""
    console = page.context.new_cdp_session(page)
    for character in text:
        digits = [(kind, digit) for digit in f"{ord(character):03}" for kind in ("rawKeyDown", "keyUp")]
        for kind, key in [("rawKeyDown", "Alt"), *digits, ("keyUp", "Alt")]:
            begins += gap_s
            code = "AltLeft" if key == "Alt" else f"Numpad{key}"
            held = 0 if (kind, key) == ("keyUp", "Alt") else 1
            stroke = {"type": kind, "key": key, "code": code, "modifiers": held, "timestamp": begins}
            console.send("Input.dispatchKeyEvent", stroke)


KINDS = [
    (TOKEN, "token"),
    (TOKEN.lower(), "token"),
    (f"https://shitang.cn/k/{TOKEN.lower()}", "token"),
    (f"HTTPS：、、SHITANG.CN、K、{TOKEN}", "token"),
    (FULL_WIDTH, "token"),
    (TOKEN.replace("0", "O"), "token"),
    (BODY + ("1" if TOKEN[-1] != "1" else "2"), "unclear"),
    (f"HTTPS://SHITANG.CN/K/{TOKEN[:9]}", "unclear"),
    ("https://example.com/menu", "foreign"),
    ("6901234567892", "foreign"),
    ("134567890123456789", "payment"),
    ("281234567890123456", "payment"),
    ("两六Ｖ我〇小巴人", "garbled"),
]


def test_what_was_read_is_sorted_by_what_the_cashier_has_to_do(page: Page, hands: Counter) -> None:
    found = [(raw, page.evaluate(READ, raw)) for raw, _kind in KINDS]

    assert [(raw, code["kind"]) for raw, code in found] == KINDS
    assert {code["token"] for _raw, code in found if code["kind"] == "token"} == {TOKEN}


def test_what_is_no_card_is_said_and_never_sent(page: Page, live: Live) -> None:
    counter = open_counter(page, live, make_canteen())
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    for code, kind, words in (
        (TOKEN[:-1] + ("1" if TOKEN[-1] != "1" else "2"), "unclear", "请把卡放平"),
        ("6901234567892", "stop", "这不是就餐卡"),
        ("134567890123456789", "stop", "这是付款码"),
    ):
        counter.shoot(code)
        counter.sees(kind, words)

    assert [url for url in sent if "scans" in url] == []


def test_the_next_card_is_served_whatever_page_is_open(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    publish_menu(canteen_id, "红烧带鱼", 1500)
    counter = open_counter(page, live, canteen_id)

    for name, opened in (("欧阳秀英", "find"), ("赵德福", "undo"), ("李建国", "more")):
        token = issue_card(make_elder(canteen_id, name, balance_fen=3250).id)
        page.click(f'[data-nav="{opened}"]')
        counter.shoot(f"HTTPS://SHITANG.CN/K/{token}")
        counter.sees("accept", name)
        expect(page.locator(".sheet")).to_be_hidden()

    page.click('[data-nav="topup"]')
    counter.shoot(token)
    expect(page.locator(".sheet .lead.strong")).to_contain_text("李建国")
