"""Meals on paper: entered by one person, approved by another, checked in by the rules of every scan."""

import io
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import Meal, Scan
from canteen.checkin.slips import queries, services
from canteen.checkin.slips.models import Slip, SlipSheet
from canteen.checkin.slips.pictures import read_picture
from canteen.checkin.slips.queries import SlipCount
from canteen.checkin.slips.services import NewLine, NewSheet
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.ledger.models import Entry, Posting
from canteen.oversight.invariants import check_database
from tests.checkin.noon import Noon, make_noon, outcome
from tests.factories import (
    TODAY,
    MadeElder,
    balance_fen,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    mark_closed,
    only,
    rows,
)

WRITER, SECOND = "staff:7", "staff:8"


def refused(code: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


def paper(noon: Noon, *elders: MadeElder, **changes: Any) -> NewSheet:
    lines = [NewLine(f"{101 + number:06d}", elder.ref) for number, elder in enumerate(elders)]
    values: dict[str, Any] = {
        "canteen_id": noon.canteen_id, "service_on": TODAY, "meal_period": "lunch", "witness": "陈桂花",
        "cause": "停电", "lines": lines,
    }  # fmt: skip
    return NewSheet(**values | changes)


def enter(noon: Noon, folder: Path, *elders: MadeElder, **changes: Any) -> list[int]:
    """Enter a sheet and answer the numbers of its lines."""
    sheet_id = services.enter(paper(noon, *elders, **changes), WRITER, folder)
    return [slip.id for slip in rows(Slip, sheet_id=sheet_id)]


def broken() -> list[str]:
    with reading() as session:
        return [f"{each.name} {each.where}" for each in check_database(session).broken]


def test_an_approved_slip_is_one_meal_divided_as_a_scan_would_be(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    [slip_id] = enter(noon, tmp_path, elder)
    assert rows(Meal) == []

    done = services.approve(slip_id, SECOND)

    meal = only(Meal)
    assert (done.state, done.code, done.meal_no) == ("approved", None, meal.id)
    assert (meal.kind, meal.service_on, meal.meal_period, meal.elder_fen) == ("slot", TODAY, "lunch", 500)
    assert balance_fen(elder.id) == 4500
    assert outcome(noon.serve(issue_card(elder.id))) == ("REJECTED", "DUPLICATE_SAME")
    assert broken() == []


def test_nobody_approves_what_they_entered_and_nothing_is_approved_twice(
    client: FlaskClient, tmp_path: Path
) -> None:
    noon = make_noon(client)
    [slip_id] = enter(noon, tmp_path, make_elder(noon.canteen_id))

    with refused("slip-own"):
        services.approve(slip_id, WRITER)
    services.approve(slip_id, SECOND)
    with refused("slip-decided"):
        services.approve(slip_id, "staff:9")

    assert len(rows(Meal)) == 1


def test_a_taken_slot_is_a_duplicate_and_costs_nobody(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    noon.serve(issue_card(elder.id))
    [slip_id] = enter(noon, tmp_path, elder)

    done = services.approve(slip_id, SECOND)

    assert (done.state, done.code, done.meal_no) == ("rejected", "DUPLICATE_SAME", None)
    assert balance_fen(elder.id) == 4500
    assert len(rows(Meal)) == 1
    assert broken() == []


def test_a_slot_taken_at_another_canteen_is_borne_by_this_one(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    other = make_canteen("nanmen")
    bind_programme(other, four_yuan())
    Noon(client, other, enrol_device(other)).serve(issue_card(elder.id))
    [slip_id] = enter(noon, tmp_path, elder)

    assert services.approve(slip_id, SECOND).code == "DUPLICATE_OTHER"

    assert only(Meal, kind="further").absorbed_fen == 1500
    assert broken() == []


def test_a_slip_of_a_closed_month_counts_late(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client)
    [slip_id] = enter(noon, tmp_path, make_elder(noon.canteen_id))
    mark_closed(noon.canteen_id, "2026-11")
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-02T04:00:00Z")

    assert services.approve(slip_id, SECOND).code == "LATE"

    meal = only(Meal)
    assert (meal.service_on, meal.month, only(Entry, meal_id=meal.id).month) == (TODAY, "2026-12", "2026-12")


def test_nothing_is_charged_for_the_dead_from_paper(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    [slip_id] = enter(noon, tmp_path, make_elder(noon.canteen_id, died_on=date(2026, 11, 1)))

    assert services.approve(slip_id, SECOND).code == "DECEASED"
    assert rows(Meal) == []


def test_where_a_scan_would_wait_for_a_person_the_slip_waits_on(client: FlaskClient, tmp_path: Path) -> None:
    canteen_id = make_canteen()
    noon = Noon(client, canteen_id, enrol_device(canteen_id))
    [unruled] = enter(noon, tmp_path, make_elder(canteen_id))
    with refused("slip-no-rule"):
        services.approve(unruled, SECOND)
    bind_programme(canteen_id, four_yuan())
    services.approve(unruled, SECOND)

    gone = make_elder(canteen_id, "李建国", closed_on=date(2026, 11, 1))
    [closed] = enter(noon, tmp_path, gone, lines=[NewLine("900", gone.ref)])
    with refused("slip-closed"):
        services.approve(closed, SECOND)

    assert only(Slip, id=closed).state == "waiting"
    services.refuse(closed, "账户已停用", SECOND)
    assert only(Slip, id=closed).state == "refused"


def test_cash_and_wallet_and_what_is_owed(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    paid, owing = make_elder(noon.canteen_id, balance_fen=300), make_elder(noon.canteen_id, "李建国", balance_fen=200)
    lines = [NewLine("1", paid.ref, 500), NewLine("2", owing.ref)]
    for slip_id in enter(noon, tmp_path, lines=lines):
        services.approve(slip_id, SECOND)

    first, second = rows(Meal)
    assert (first.wallet_fen, first.cash_fen, first.credit_fen) == (0, 500, 0)
    assert (second.wallet_fen, second.cash_fen, second.credit_fen) == (200, 0, 300)
    assert only(Posting, account_code="elder:receivable").amount_fen == 300
    assert broken() == []


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"lines": []}, "slip-none"),
    ({"service_on": date(2026, 11, 21)}, "slip-date"),
    ({"service_on": date(2025, 11, 1)}, "slip-date"),
    ({"meal_period": "breakfast"}, "slip-period"),
    ({"lines": [NewLine("7", "nobody")]}, "elder-unknown"),
    ({"lines": [NewLine("7", "a"), NewLine("7", "b")]}, "slip-number-taken"),
    ({"lines": [NewLine("7", "a"), NewLine("8", "a")]}, "slip-twice"),
    ({"lines": [NewLine("", "a")]}, "slip-number"),
    ({"lines": [NewLine(str(n), str(n)) for n in range(61)]}, "slip-many"),
    ({"picture": b"MZ is no picture"}, "picture-kind"),
    ({"picture": b"\xff\xd8\xff\xe0 nor is this"}, "picture-kind"),
    ({"picture": b"\x89PNG\r\n\x1a\n" + b"0" * (13 * 1024 * 1024)}, "picture-large"),
    ({"picture": photo(), "lines": [NewLine("7", "nobody")]}, "elder-unknown"),
]


def test_what_cannot_be_entered_leaves_nothing_behind(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    elder, folder = make_elder(noon.canteen_id), tmp_path / "slips"

    for changes, code in WRONG:
        with refused(code):
            enter(noon, folder, elder, **changes)

    assert rows(SlipSheet) == rows(Slip) == []
    assert list(folder.iterdir()) == []


def test_a_number_is_used_once_in_a_canteen(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    one, two = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    enter(noon, tmp_path, one)

    with refused("slip-number-taken"):
        enter(noon, tmp_path / "slips", two, picture=photo())
    enter(Noon(client, make_canteen("nanmen"), noon.tablet), tmp_path, two)

    assert list((tmp_path / "slips").iterdir()) == []
    assert len(rows(Slip)) == 2


def test_the_picture_is_encrypted_and_drawn_anew(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id)
    plain = photo("PNG", (3000, 100))

    enter(noon, tmp_path / "slips", elder, picture=plain)

    [file] = (tmp_path / "slips").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"PNG" not in file.read_bytes()[:64] and b"JFIF" not in file.read_bytes()[:64]
    kept = read_picture(tmp_path / "slips", file.name)
    assert Image.open(io.BytesIO(kept)).size == (2000, 67)
    with refused("picture-gone"):
        read_picture(tmp_path / "slips", "../../../etc/passwd")


def test_paper_is_counted_apart_and_a_meal_taken_back_no_longer(client: FlaskClient, tmp_path: Path) -> None:
    noon = make_noon(client)
    elders = [make_elder(noon.canteen_id, name) for name in ("甲", "乙", "丙", "丁")]
    slips = enter(noon, tmp_path, *elders, number="0001")
    for slip_id in slips[:2]:
        services.approve(slip_id, SECOND)
    services.refuse(slips[2], "签名不是本人", SECOND)

    def count() -> SlipCount:
        with reading() as session:
            return queries.day_slips(session, noon.canteen_id, TODAY)["lunch"]

    assert count() == SlipCount(meals=2, waiting=1, without_meal=1)
    assert rows(Scan) == []
    cancel_meal(rows(Meal)[0].id, "写错人了", SECOND)
    assert count() == SlipCount(meals=1, waiting=1, without_meal=2)
    with reading() as session:
        assert queries.slip_meals(session, [meal.id for meal in rows(Meal)]) == {meal.id for meal in rows(Meal)}
    assert broken() == []


def test_printed_numbers_follow_one_another(app: Flask) -> None:
    canteen_id = make_canteen()

    assert services.give_numbers(canteen_id, "slips", 24, WRITER) == (1, 24)
    assert services.give_numbers(canteen_id, "slips", 8, WRITER) == (25, 32)
    assert services.give_numbers(canteen_id, "sheets", 2, WRITER) == (1, 2)
    with refused("slip-print"):
        services.give_numbers(canteen_id, "slips", 0, WRITER)
