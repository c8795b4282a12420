"""The scanner gun: at every pace, in every keyboard's language, and never a button pressed or half a token taken."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from canteen.core.token import check_character
from tests.browser.conftest import Live
from tests.browser.till_hands import Counter, open_counter
from tests.factories import make_canteen

BODY = "26VW0XBARFEZWPGG"
TOKEN = BODY + check_character(BODY)

LISTEN = """async () => {
  const { ScannerGun } = await import("/static/js/checkin/gun.js");
  window.heard = [];
  new ScannerGun(document.querySelector('[data-part="trap"]'), (raw) => window.heard.push(raw)).listen();
}"""
READ = "async (raw) => (await import('/static/js/checkin/token.js')).parse(raw)"


@pytest.fixture
def hands(page: Page, live: Live) -> Counter:
    """The till's page with a gun that only listens."""
    page.goto(f"{live.address}/till?state=ready")
    page.wait_for_selector("[data-shown]")
    page.evaluate(LISTEN)
    return Counter(page, live)


def heard(page: Page) -> list[str]:
    page.wait_for_timeout(250)
    return list(page.evaluate("() => window.heard"))


def shoot_by_debugger(console: CDPSession, text: str, gap_ms: int) -> None:
    """Keys with times of their own, so that the pace does not depend on how busy the machine is."""
    at = 1_700_000_000.0
    for character in text:
        code = f"Digit{character}" if character.isdigit() else f"Key{character}"
        at += gap_ms / 1000
        event = {"key": character.lower(), "code": code, "timestamp": at}
        console.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": character.lower(), **event})
        console.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


@pytest.mark.parametrize("suffix", ["Enter", "Tab", ""])
def test_a_burst_is_one_code_whatever_ends_it(page: Page, hands: Counter, suffix: str) -> None:
    hands.shoot(TOKEN, suffix=suffix)

    assert heard(page) == [TOKEN]


def test_an_address_comes_whole_with_its_signs(page: Page, hands: Counter) -> None:
    hands.shoot(f"HTTPS://SHITANG.CN/K/{TOKEN}")

    assert heard(page) == [f"HTTPS://SHITANG.CN/K/{TOKEN}"]


@pytest.mark.parametrize("gap_ms", [8, 16, 60, 90])
def test_slow_guns_are_heard_too(page: Page, hands: Counter, gap_ms: int) -> None:
    shoot_by_debugger(page.context.new_cdp_session(page), TOKEN, gap_ms)

    assert heard(page) == [TOKEN]


def test_a_hand_at_the_keyboard_is_no_gun(page: Page, hands: Counter) -> None:
    for character in "WXYWXYWXY":
        page.keyboard.press(f"Key{character}")
        page.wait_for_timeout(160)

    assert heard(page) == []


def test_the_guns_enter_presses_no_button(page: Page, hands: Counter) -> None:
    page.evaluate(
        """() => {
          window.pressed = 0;
          const more = document.querySelector('[data-nav="more"]');
          more.addEventListener("click", () => { window.pressed += 1; });
          more.focus();
        }"""
    )

    hands.shoot(TOKEN)

    assert heard(page) == [TOKEN]
    assert page.evaluate("() => window.pressed") == 0


def test_a_code_that_falls_into_a_field_is_taken_out_again(page: Page, hands: Counter) -> None:
    page.click('[data-nav="find"]')
    page.click(".key-field")
    page.keyboard.press("KeyW")
    page.wait_for_timeout(200)

    hands.shoot(TOKEN)

    assert heard(page) == [TOKEN]
    expect(page.locator(".key-field")).to_have_value("w")


def test_a_gun_that_goes_through_an_input_method_is_read_by_its_physical_keys(
    page: Page, hands: Counter
) -> None:
    page.evaluate(
        """(token) => {
          for (const character of token) {
            const code = /[0-9]/.test(character) ? "Digit" + character : "Key" + character;
            document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key: "Process", code, keyCode: 229, bubbles: true }));
          }
        }""",
        TOKEN,
    )

    assert heard(page) == [TOKEN]


def test_text_without_keys_is_read_from_the_hidden_field(page: Page, hands: Counter) -> None:
    page.keyboard.insert_text(TOKEN)

    assert heard(page) == [TOKEN]


def test_a_gun_set_to_alt_and_number_pad_is_understood(page: Page, hands: Counter) -> None:
    for character in TOKEN:
        page.keyboard.down("Alt")
        for digit in str(ord(character)):
            page.keyboard.press(f"Numpad{digit}")
        page.keyboard.up("Alt")

    assert heard(page) == [TOKEN]


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (TOKEN, "token"),
        (TOKEN.lower(), "token"),
        (f"https://shitang.cn/k/{TOKEN.lower()}", "token"),
        (f"HTTPS：、、SHITANG.CN、K、{TOKEN}", "token"),
        ("".join(chr(ord(character) + 0xFEE0) for character in TOKEN), "token"),
        (TOKEN.replace("0", "O"), "token"),
        (BODY + ("1" if TOKEN[-1] != "1" else "2"), "unclear"),
        (f"HTTPS://SHITANG.CN/K/{TOKEN[:9]}", "unclear"),
        ("https://example.com/menu", "foreign"),
        ("6901234567892", "foreign"),
        ("134567890123456789", "payment"),
        ("281234567890123456", "payment"),
        ("两六Ｖ我〇小巴人", "garbled"),
    ],
)
def test_what_was_read_is_sorted_by_what_the_cashier_has_to_do(
    page: Page, hands: Counter, raw: str, kind: str
) -> None:
    found = page.evaluate(READ, raw)

    assert found["kind"] == kind
    assert found.get("token") in (None, TOKEN)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (TOKEN[:-1] + ("1" if TOKEN[-1] != "1" else "2"), "unclear", "请把卡放平"),
        ("6901234567892", "stop", "这不是就餐卡"),
        ("134567890123456789", "stop", "这是付款码"),
    ],
)
def test_what_is_no_card_is_said_and_never_sent(
    page: Page, live: Live, code: str, kind: str, words: str
) -> None:
    counter = open_counter(page, live, make_canteen())
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    counter.shoot(code)

    counter.sees(kind, words)
    assert [url for url in sent if "scans" in url] == []
