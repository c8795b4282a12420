import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.core.token import (
    ALPHABET,
    Foreign,
    ForeignKind,
    NotClear,
    WellFormed,
    card_url,
    check_character,
    make_token,
    read_code,
    token_sha256,
)

KEY = bytes(range(32))
bodies = st.text(ALPHABET, min_size=16, max_size=16)


def token_of(body: str) -> str:
    return body + check_character(body)


def test_a_token_is_the_first_eighty_bits_of_the_hmac_and_a_check_character():
    bits = bin(int.from_bytes(hmac.new(KEY, b"card:0000012345:2", hashlib.sha256).digest(), "big"))[2:].zfill(
        256
    )

    token = make_token(KEY, "0000012345", 2)

    assert token[:16] == "".join(ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, 80, 5))
    assert len(token) == 17


def test_the_check_character_weighs_positions_by_odd_numbers():
    assert check_character("0" * 16) == "0"
    assert check_character("1" + "0" * 15) == "1"
    assert check_character("0" * 15 + "1") == ALPHABET[31]
    assert check_character("Z" * 16) == "0"  # 31 × (1 + 3 + … + 31) = 31 × 256, a multiple of 32


def test_the_same_card_gives_the_same_token_and_a_new_issue_another():
    assert make_token(KEY, "12", 1) == make_token(KEY, "12", 1)
    assert len({make_token(KEY, "12", n) for n in range(50)}) == 50
    assert make_token(KEY, "12", 1) != make_token(bytes(32), "12", 1)


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_every_single_misread_character_is_caught(body, place, other):
    token = token_of(body)
    misread = token[:place] + other + token[place + 1 :]

    reading = read_code(f"HTTPS://CANTEEN.EXAMPLE/K/{misread}")

    assert reading == (WellFormed(token) if misread == token else NotClear(17))


@pytest.mark.parametrize(
    "shape",
    [
        "HTTPS://CANTEEN.EXAMPLE/K/{}",
        "https://canteen.example/k/{}",
        "{}",
        " {}\r\n",
        "/K/OLD/K/{}",
        "x/k/{}?from=scan",
    ],
)
def test_a_card_is_read_in_every_shape_a_scanner_gives_it(shape):
    token = make_token(KEY, "7", 1)

    assert read_code(shape.format(token)) == WellFormed(token)


def test_full_width_and_lower_case_are_folded():
    token = make_token(KEY, "8", 1)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in f"HTTPS://A.CN/K/{token}")

    assert read_code(wide) == WellFormed(token)
    assert read_code(f"https://a.cn/k/{token.lower()}") == WellFormed(token)


def test_lookalike_letters_are_read_as_digits_inside_the_token_alone():
    token = token_of("0110" * 4)

    assert read_code("HTTPS://OIL.CN/K/" + "OILO" * 4 + token[16]) == WellFormed(token)
    assert read_code("oilo" * 4 + token[16]) == WellFormed(token)


@pytest.mark.parametrize("after", ["", "ABC", "U" * 17, "0" * 18, "0" * 16 + "1"])
def test_a_misread_card_is_not_clear_and_never_unknown(after):
    assert read_code(f"HTTPS://A.CN/K/{after}") == NotClear(len(after))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("134567890123456789", ForeignKind.WECHAT_PAY),
        ("wxp://f2f0AbCdEf", ForeignKind.WECHAT_PAY),
        ("285123456789012345", ForeignKind.ALIPAY),
        ("28512345678901234", ForeignKind.ALIPAY),
        ("https://qr.alipay.com/fkx12345", ForeignKind.ALIPAY),
        ("6225123456789012345", ForeignKind.UNIONPAY),
        ("310101194011210034", ForeignKind.IDENTITY_NUMBER),
        ("31010119401121003x", ForeignKind.IDENTITY_NUMBER),
        ("https://example.cn/menu", ForeignKind.WEB_ADDRESS),
        ("6901234567892", ForeignKind.DIGITS),
        ("你好", ForeignKind.TEXT),
        ("", ForeignKind.EMPTY),
    ],
)
def test_of_another_code_only_its_kind_and_length_are_known(code, kind):
    assert read_code(code) == Foreign(kind, len(code))


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_without_failing(text):
    reading = read_code(text)

    assert not isinstance(reading, WellFormed) or check_character(reading.token[:16]) == reading.token[16]


def test_the_address_is_shouted_so_that_the_code_stays_alphanumeric():
    assert card_url("canteen.example", "0" * 17) == "HTTPS://CANTEEN.EXAMPLE/K/" + "0" * 17
    assert card_url("", "0" * 17) == "0" * 17
    assert len(card_url("a" * 22, "0" * 17)) == 50


@pytest.mark.parametrize("host", ["a" * 23, "食堂.cn", "a/b", "-a.cn", "a b"])
def test_a_host_that_a_card_cannot_hold_is_refused(host):
    with pytest.raises(ValueError, match="public host"):
        card_url(host, "0" * 17)


def test_only_a_hash_of_the_token_is_kept():
    assert read_code("0" * 17) == WellFormed("0" * 17)
    assert WellFormed("0" * 17).sha256 == token_sha256("0" * 17) == hashlib.sha256(b"0" * 17).hexdigest()
