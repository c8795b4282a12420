"""The pages of the month's end, read as a person reads them."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.core.roles import Role
from canteen.db import reading
from canteen.settlement.models import Statement
from canteen.settlement.rendering import render_waiting
from canteen.settlement.services import close_month
from tests.factories import bind_programme, four_yuan, make_canteen, make_elder
from tests.settlement.factories import leave_waiting, serve
from tests.signing_in import browser, sign_in_as

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"
NAMES = {"prepared_by": "王敏", "checked_by": "赵刚", "is_meant": "y"}


@pytest.fixture
def november(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """November of one canteen with a single meal, over and not closed."""
    canteen = make_canteen("xfl", name="幸福里食堂")
    bind_programme(canteen, four_yuan())
    serve(canteen, make_elder(canteen, "王秀英", born_on=date(1956, 3, 1)).id, date(2026, 11, 3))
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    return canteen


def statement_values() -> tuple[str, str]:
    with reading() as session:
        row = session.execute(select(Statement.number, Statement.check_code)).first()
    assert row is not None
    return row[0], row[1]


def test_a_month_is_closed_from_its_page(sqlite_app: Flask, november: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    assert "还没月结" in office.get("/close").text
    page = office.get("/close/2026-11?canteen=xfl").text
    answer = office.send("/close/2026-11?canteen=xfl", NAMES, follow_redirects=True)

    assert "没有发现问题" in page and "¥9.00" in page
    assert answer.status_code == 200 and "XFL-2026-11-gov-v1" in answer.text and "正在生成" in answer.text
    assert "已月结" in office.get("/close").text
    assert office.get("/close/2026-11?canteen=xfl").status_code == 303


def test_what_blocks_is_told_and_nothing_is_closed(sqlite_app: Flask, november: int) -> None:
    leave_waiting(november, date(2026, 11, 4))
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    page = office.get("/close/2026-11?canteen=xfl").text
    answer = office.send("/close/2026-11?canteen=xfl", NAMES)

    assert "有记录等人核定" in page and "要先处理" in page and 'name="prepared_by"' not in page
    assert answer.status_code == 409
    with reading() as session:
        assert session.scalars(select(Statement)).first() is None


def test_the_names_and_the_tick_are_asked_for(sqlite_app: Flask, november: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    answer = office.send("/close/2026-11?canteen=xfl", {"prepared_by": "王敏", "checked_by": ""})

    assert answer.status_code == 400
    assert "请写复核人的姓名。" in answer.text and "请先勾选，再月结。" in answer.text


def test_an_archived_file_can_be_taken_and_a_strangers_number_cannot(
    sqlite_app: Flask, november: int
) -> None:
    close_month("2026-11", "xfl", "王敏", "赵刚")
    assert render_waiting(1) == 1
    officer, manager = sign_in_as(sqlite_app, Role.OFFICER), sign_in_as(sqlite_app, Role.MANAGER)

    taken = officer.get("/statements/XFL-2026-11-gov-v1.pdf")
    waiting = officer.get("/statements/XFL-2026-11-roster-v1.pdf", follow_redirects=True)

    assert taken.status_code == 200 and taken.data.startswith(b"%PDF-")
    assert taken.headers["Cache-Control"] == "no-store"
    assert "文件正在生成" in waiting.text
    assert officer.get("/statements/XFL-2026-12-gov-v1.pdf").status_code == 404
    assert manager.get("/statements/XFL-2026-11-gov-v1.pdf").status_code == 404  # works in no canteen
    assert officer.get("/close/2026-11?canteen=xfl").status_code == 403


def test_a_paper_is_verified_by_its_code_alone(sqlite_app: Flask, november: int) -> None:
    close_month("2026-11", "xfl", "王敏", "赵刚")
    number, code = statement_values()
    visitor = browser(sqlite_app)

    asked = visitor.get(f"/verify/{number}")
    wrong = visitor.send(f"/verify/{number}", {"code": "00000000"})
    unknown = visitor.send("/verify/XFL-2031-01-gov-v1", {"code": code})
    right = visitor.send(f"/verify/{number}", {"code": f" {code[:4].lower()} {code[4:].lower()}"})

    assert "¥9.00" not in asked.text and "城关区民政局" not in asked.text
    assert asked.headers["Referrer-Policy"] == "no-referrer" and asked.headers["X-Robots-Tag"] == "noindex"
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.text.replace(number, "") == unknown.text.replace("XFL-2031-01-gov-v1", "").replace(
        code, "00000000"
    )
    assert right.status_code == 200 and "¥9.00" in right.text and "城关区民政局" in right.text


def test_codes_cannot_be_tried_out(sqlite_app: Flask, november: int) -> None:
    visitor = browser(sqlite_app)

    answers = [
        visitor.send("/verify/XFL-2026-11-gov-v1", {"code": "00000000"}).status_code for _ in range(11)
    ]

    assert answers[-1] == 429
