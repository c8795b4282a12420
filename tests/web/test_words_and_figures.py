"""How money, days and languages read; how text becomes money and days."""

from collections.abc import Callable
from contextvars import Context
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest
from flask import Flask
from signing_in import browser, make_staff, sign_in_as
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.web import filters, refusals
from canteen.web.fields import DatePartsField, YuanField, faults, read_yuan

T = TypeVar("T")


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (123450, "¥1,234.50"),
        (-700, "−¥7.00"),
        (None, "—"),
        (10**12, "¥10,000,000,000.00"),
    ],
)
def test_an_amount_reads_with_two_decimals_and_separators(fen: int | None, text: str) -> None:
    assert filters.yuan(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("¥1,234.50", 123450),
        ("￥１２．５０元", 1250),
        (" 0 ", 0),
        ("0.07", 7),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, fen: int) -> None:
    assert read_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "abc", "1.234", "-5", "1,23", "1e3", "5.", ".5", "12 34", "9" * 13, "NaN", "0x10"]
)
def test_what_is_no_amount_is_not_guessed_at(text: str) -> None:
    assert read_yuan(text) is None


def read_in(app: Flask, language: str, read: Callable[[], T]) -> T:
    """What reads so on a page in this language; a context of its own, since the language is kept in it."""

    def ask() -> T:
        with app.test_request_context(headers={"Cookie": f"canteen_language={language}"}):
            return read()

    return Context().run(ask)


class Sheet(Form):
    amount = YuanField("金额", [InputRequired("请填写金额。")])
    born_on = DatePartsField("出生日期", [Optional()])


def sheet(**typed: str) -> Sheet:
    return Sheet(MultiDict({name.replace("__", "-"): value for name, value in typed.items()}))


def test_a_form_gives_whole_fen_and_a_date(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        form = sheet(amount="50.5", born_on__year="１９４４", born_on__month="3", born_on__day="8")

        assert form.validate(), form.errors
        assert (form.amount.data, form.born_on.data) == (5050, date(1944, 3, 8))


def test_a_faulty_form_says_each_fault_and_keeps_what_was_typed(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        form = sheet(amount="五十", born_on__year="1944", born_on__month="2", born_on__day="30")

        assert not form.validate()
        assert [fault["target"] for fault in faults(form)] == ["amount", "born_on-year"]
        assert form.amount._value() == "五十"
        assert (form.born_on.typed("month"), form.born_on.typed("day")) == ("2", "30")
        assert form.born_on.data is None


def test_a_day_left_empty_is_no_fault_where_it_is_optional(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        form = sheet(amount="1", born_on__year="", born_on__month="", born_on__day="")

        assert form.validate(), form.errors
        assert form.born_on.data is None


def test_a_day_that_is_known_fills_its_boxes(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        form = Sheet(data={"amount": 1200, "born_on": date(1944, 3, 8)})

        assert [form.born_on.typed(part) for part in ("year", "month", "day")] == ["1944", "3", "8"]
        assert form.amount._value() == "12.00"


def test_days_and_instants_read_in_both_languages_in_the_canteens_zone(sqlite_app: Flask) -> None:
    noon = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # half past midnight of the 21st in Shanghai

    def read() -> list[str]:
        return [
            filters.month("2026-11"),
            filters.instant(noon),
            filters.instant(noon, "Asia/Urumqi"),
            filters.short_day(noon.date()),
            filters.wan_yuan(3_264_999),
        ]

    assert read_in(sqlite_app, "zh", read) == [
        "2026年11月", "2026年11月21日 00:30", "2026年11月20日 22:30", "11月20日", "3.26 万元",
    ]  # fmt: skip
    assert read_in(sqlite_app, "en", read) == [
        "November 2026", "21 November 2026 00:30", "20 November 2026 22:30", "20 Nov", "3.26 × ¥10,000",
    ]  # fmt: skip


def test_a_stranger_chooses_english_and_the_page_speaks_it(sqlite_app: Flask) -> None:
    office = browser(sqlite_app)
    assert '<html lang="zh-CN">' in office.get("/login").text

    answer = office.send("/language", {"language": "en", "next": "/login?next=/staff"}, page="/login")

    assert answer.location == "/login?next=/staff"
    page = office.get("/login").text
    assert '<html lang="en">' in page and "Sign in" in page


def test_a_persons_language_is_theirs_on_every_computer(app: Flask) -> None:
    staff_id = make_staff(Role.CASHIER)
    here, elsewhere = (sign_in_as(app, Role.CASHIER, staff_id) for _ in range(2))

    here.send("/language", {"language": "en"})

    assert "Hello" in elsewhere.get("/").text


@pytest.mark.parametrize("language", ["fr", "", "en\r\nX: 1", "../../etc"])
def test_a_language_that_we_do_not_speak_changes_nothing(sqlite_app: Flask, language: str) -> None:
    office = browser(sqlite_app)

    office.send("/language", {"language": language, "next": "//elsewhere.example"}, page="/login")

    assert '<html lang="zh-CN">' in office.get("/login").text


def test_a_refusal_reads_in_the_language_of_the_page(sqlite_app: Flask) -> None:
    locked = Refusal("sign-in-locked", "默认", minutes=7)

    def read() -> list[str]:
        return [refusals.sentence(locked), refusals.sentence(Refusal("not-worded", "别的话。"))]

    chinese, english = read_in(sqlite_app, "zh", read), read_in(sqlite_app, "en", read)
    assert chinese == ["试错的次数太多了。请等 7 分钟再试，或者请系统管理员重置密码。", "别的话。"]
    assert "wait 7 min" in english[0]
    assert (refusals.status_of(locked), refusals.status_of(Refusal("not-worded"))) == (429, 409)
