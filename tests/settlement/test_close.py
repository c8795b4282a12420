"""The close of a month, in figures worked out by hand."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.checkin.cancelling import cancel_meal
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.ledger.models import ClosedMonth, Entry
from canteen.settlement.models import DayRollup, MonthClose, Statement
from canteen.settlement.services import CloseResult, close_month
from canteen.settlement.verification import verify_all
from tests.factories import (
    bind_programme,
    enrol_device,
    four_yuan,
    make_canteen,
    make_elder,
    make_fund,
    programme,
)
from tests.settlement.factories import leave_waiting, serve

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"
AFTER_DECEMBER = "2027-01-04T02:00:00Z"
COMMUNITY = {"id": "village", "title": "村集体每餐3元", "payer": "collective", "pays": {"fixed": "3.00"}}
CITY = {"id": "city", "title": "每餐6元", "payer": "government", "pays": {"fixed": "6.00"}}
SPONSORED = {
    "id": "gift",
    "title": "慈善4元",
    "payer": "sponsor",
    "fund": "dekang",
    "pays": {"fixed": "4.00"},
}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The clock can be put forward: `later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)`."""
    return monkeypatch


def close(month: str = "2026-11", code: str = "xfl", **more: Any) -> CloseResult:
    return close_month(month, code, "王敏", "赵刚", **more)


def codes(result: CloseResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in result.findings]


def make_open_month(rules: list[dict[str, Any]] | None = None, **version: Any) -> tuple[int, int]:
    """A canteen with one programme and one elder of 70 years; answers both numbers."""
    canteen = make_canteen("xfl", name="幸福里食堂")
    bind_programme(canteen, programme(rules, **version) if rules else four_yuan(**version))
    return canteen, make_elder(canteen, "王秀英", born_on=date(1956, 3, 1)).id


def test_a_month_closes_with_the_figures_of_its_meals(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, younger = make_open_month()
    older = make_elder(canteen, "李国强", born_on=date(1946, 3, 1), sex="male", balance_fen=300)
    for day in (3, 4, 5):
        serve(canteen, younger, date(2026, 11, day))
    serve(canteen, older.id, date(2026, 11, 3), channel="delivery")
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    assert codes(result) == []
    assert result.meals == 4
    assert result.by_payer_fen == {"elder": 3 * 600 + 500, "government": 3 * 900 + 1000}
    assert result.payable_fen == 3700
    assert result.statements == ("XFL-2026-11-gov-v1", "XFL-2026-11-roster-v1", "XFL-2026-11-canteen-v1")
    assert verify_all().broken == []


def test_a_trial_run_finds_the_same_and_writes_nothing(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    serve(canteen, elder, date(2026, 11, 3))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    tried = close(dry_run=True)

    assert (tried.payable_fen, tried.statements, tried.is_closed) == (900, (), False)
    with reading() as session:
        for table in (ClosedMonth, MonthClose, Statement, DayRollup):
            assert session.scalars(select(table)).first() is None
    assert close().by_payer_fen == tried.by_payer_fen


def test_a_second_close_is_refused(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    serve(canteen, elder, date(2026, 11, 3))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    close()

    for dry_run in (True, False):
        with pytest.raises(Refusal) as refused:
            close(dry_run=dry_run)
        assert refused.value.code == "month-closed"


CLOSE_WHEN_TOLD = """
import sys
from canteen.app import create_app
from canteen.core.errors import Refusal
from canteen.settlement.services import close_month
app = create_app()
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        print(len(close_month("2026-11", "xfl", "王敏", "赵刚").statements))
    except Refusal as refusal:
        print(refusal.code)
"""


def test_of_two_processes_that_close_at_once_one_is_refused(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    for day in range(1, 20):
        serve(canteen, elder, date(2026, 11, day))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    closers = [
        subprocess.Popen(
            [sys.executable, "-c", CLOSE_WHEN_TOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(2)
    ]  # fmt: skip
    for closer in closers:
        assert closer.stdout and closer.stdout.readline() == "ready\n"

    for closer in closers:
        assert closer.stdin
        closer.stdin.write("go\n")
        closer.stdin.flush()
    answers = [closer.communicate(timeout=120)[0].strip() for closer in closers]

    assert sorted(answers) == ["3", "month-closed"]
    assert verify_all().broken == []


def test_a_month_that_is_not_over_stays_open(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    serve(canteen, elder, date(2026, 11, 3))
    later.setenv("CANTEEN_NOW", "2026-11-30T15:59:00Z")  # one minute before midnight in Shanghai

    assert codes(close()) == [("month-not-over", "block")]
    later.setenv("CANTEEN_NOW", "2026-11-30T16:00:00Z")
    assert close().is_closed


def test_records_that_wait_for_a_decision_are_named_and_block(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, _ = make_open_month()
    waiting = [leave_waiting(canteen, date(2026, 11, day), seq=day) for day in (4, 5)]
    leave_waiting(canteen, date(2026, 11, 6), "WINDOW", seq=6)
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    found = {finding.where: finding for finding in result.findings if finding.code == "unsettled-outcomes"}
    assert set(found) == {"UNKNOWN", "WINDOW"} and result.is_blocked and not result.is_closed
    for day, scan_id in zip((4, 5), waiting, strict=True):
        assert f"2026-11-0{day} {scan_id[:8]}" in found["UNKNOWN"].message


def test_a_record_carried_into_the_next_month_is_told_and_does_not_block(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    canteen, _ = make_open_month()
    leave_waiting(canteen, date(2026, 11, 4), carried_to="2026-12", carried_reason="等社区证明")
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    assert codes(result) == [("carried-over", "note"), ("no-meals", "note")] and result.is_closed
    with reading() as session:
        sealed = session.scalars(select(Statement.sealed_json).where(Statement.kind == "settlement")).one()
    assert "另有 1 条记录仍在核查" in sealed


def test_a_till_that_was_given_a_sheet_and_not_heard_of_since_blocks(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    canteen, _ = make_open_month()
    ends = datetime(2026, 11, 30, 16, tzinfo=UTC)
    silent = enrol_device(canteen, "一号窗口")
    enrol_device(canteen, "没有领过名单")
    heard = enrol_device(canteen, "二号窗口")
    lost = enrol_device(canteen, "三号窗口")
    for tablet, contact in ((silent, ends - timedelta(seconds=1)), (heard, ends), (lost, None)):
        _sheet(tablet.id, contact)
    with transaction() as session:
        session.get_one(Device, lost.id).lost_at = ends
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    assert codes(result)[:2] == [("device-not-synced", "block"), ("device-lost", "warn")]
    assert "一号窗口" in result.findings[0].message
    _sheet(silent.id, ends)
    assert close().is_closed


def _sheet(device_id: int, contact: datetime | None) -> None:
    with transaction() as session:
        device = session.get_one(Device, device_id)
        device.first_sheet_on, device.last_contact_at = "2026-11-20", contact


def test_missing_numbers_of_a_till_are_named(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, _ = make_open_month()
    for seq in (3, 4, 7):
        leave_waiting(canteen, date(2026, 11, 4), seq=seq, carried_to="2026-12")
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    gap = next(finding for finding in close().findings if finding.code == "gap")

    assert gap.severity == "warn" and "缺 2 个流水号：5、6" in gap.message


def test_months_close_in_order(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    for month in (10, 11):
        serve(canteen, elder, date(2026, month, 9))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    early = close("2026-11")

    assert codes(early) == [("earlier-month-open", "block")] and "2026-10" in early.findings[0].message
    assert close("2026-10").is_closed and close("2026-11").is_closed


def test_one_name_twice_is_told_and_closes_all_the_same(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    serve(canteen, elder, date(2026, 11, 3))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close_month("2026-11", "xfl", "王敏", "王敏")

    assert codes(result) == [("same-name", "warn")] and result.is_closed


def test_a_name_that_the_font_cannot_print_blocks_until_its_printed_form_is_recorded(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    canteen, _ = make_open_month()
    rare = make_elder(canteen, "张\U000317a0英")
    serve(canteen, rare.id, date(2026, 11, 3))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    blocked = close()
    with transaction() as session:
        session.get_one(Elder, rare.id).printed_name = "张（石页）英"
    result = close()

    assert codes(blocked) == [("font-missing", "block")]
    assert "张\U000317a0英" in blocked.findings[0].message and rare.ref in blocked.findings[0].message
    assert result.is_closed


def test_somebody_charged_after_a_death_blocks(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    meal = serve(canteen, elder, date(2026, 11, 9))
    with transaction() as session:
        session.get_one(Elder, elder).died_on = date(2026, 11, 8)
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    blocked = close()
    cancel_meal(meal, "老人已去世", "staff:1")

    assert codes(blocked) == [("deceased-charged", "block")] and "王秀英" not in blocked.findings[0].message
    assert close().by_payer_fen == {"elder": 0}


def test_lines_that_differ_from_the_journal_block(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    serve(canteen, elder, date(2026, 11, 9))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    from tests.settlement.breaking import edit

    edit("meal_share", "UPDATE meal_share SET amount_fen = amount_fen + 100 WHERE payer = 'government'")

    assert codes(close()) == [("journal-differs", "block")]


def test_days_without_a_programme_and_a_month_without_meals_are_told(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    make_canteen("xfl", name="幸福里食堂")
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    assert codes(result) == [("no-programme", "warn"), ("no-meals", "note")]
    assert result.statements == ("XFL-2026-11-canteen-v1",)


def test_a_month_without_meals_still_has_a_settlement_of_nothing(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    make_open_month()
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    assert close().statements[0] == "XFL-2026-11-gov-v1"
    with reading() as session:
        assert session.scalars(select(Statement.total_fen).where(Statement.kind == "settlement")).one() == 0


def test_a_late_meal_and_one_taken_back_after_the_close_are_corrections_of_the_next_month(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    canteen, elder = make_open_month()
    taken_back = serve(canteen, elder, date(2026, 11, 9))
    serve(canteen, elder, date(2026, 11, 10))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    assert close().payable_fen == 1800

    cancel_meal(taken_back, "不是本人", "staff:1")
    for day in (11, 12):
        serve(canteen, elder, date(2026, 11, day), month="2026-12")
    serve(canteen, elder, date(2026, 12, 1))
    later.setenv("CANTEEN_NOW", AFTER_DECEMBER)
    december = close("2026-12")

    assert december.meals == 1 + 2 - 1
    assert december.by_payer_fen == {"elder": 2 * 600, "government": 2 * 900}
    assert verify_all().broken == []


def test_the_canteen_bears_what_a_promise_leaves(app: Flask, later: pytest.MonkeyPatch) -> None:
    canteen, elder = make_open_month()
    serve(canteen, elder, date(2026, 11, 9), absorbed_fen=200)
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    assert result.by_payer_fen == {"elder": 400, "government": 900, "operator:absorbed": 200}
    assert result.payable_fen == 900


def test_monthly_and_yearly_grants_are_booked_at_the_close(app: Flask, later: pytest.MonkeyPatch) -> None:
    grants = [
        {"id": "rent", "title": "房租每年100元", "payer": "government", "pays": {"per_year": "100.00"},
         "split": {"city": 1, "district": 1}},
        {"id": "aid", "title": "村里每月50元", "payer": "collective", "pays": {"per_month": "50.00"}},
        {"id": "scored", "title": "运营经费", "payer": "government", "pays": {"per_month": "70.00"}, "assessed": True},
        {"id": "rural", "title": "农村补助", "payer": "government", "pays": {"per_month": "9.00"},
         "when": {"canteen_area": ["rural"]}},
        {"id": "plate", "title": "每餐1元", "payer": "government", "pays": {"per_meal": "1.00"}},
    ]  # fmt: skip
    canteen, elder = make_open_month([CITY], grant=grants)
    serve(canteen, elder, date(2026, 11, 9))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    tried, result = close(dry_run=True), close()

    # A year of 10000 fen is 833 a month, and 834 in January to April.
    assert tried.by_payer_fen == result.by_payer_fen == {
        "collective": 5000, "elder": 900, "government": 600 + 100 + 833,
    }  # fmt: skip
    assert codes(result) == [("grant-pending", "note")]
    with reading() as session:
        totals = dict(session.execute(select(Statement.kind, Statement.total_fen)).all())
        assert session.scalars(select(Entry.kind).where(Entry.kind == "grant")).all() == ["grant", "grant"]
    assert totals == {
        "settlement": 1533,
        "collective": 5000,
        "roster": 600,
        "canteen": 600 + 100 + 833 + 5000,
    }


def test_every_authority_and_the_village_get_a_paper_of_their_own(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    canteen, elder = make_open_month([COMMUNITY, CITY])
    other = programme([CITY], code="other", effective=date(2026, 11, 16))
    other["programme"]["authority"] = "安宁区民政局"
    serve(canteen, elder, date(2026, 11, 9))
    bind_programme(canteen, other, date(2026, 11, 16))
    serve(canteen, elder, date(2026, 11, 20))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close()

    assert result.by_payer_fen == {"collective": 300, "elder": 600 + 900, "government": 1200}
    with reading() as session:
        papers = session.execute(select(Statement.number, Statement.payer, Statement.total_fen)).all()
    assert [tuple(paper) for paper in papers] == [
        ("XFL-2026-11-gov-v1", "城关区民政局", 600),
        ("XFL-2026-11-gov2-v1", "安宁区民政局", 600),
        ("XFL-2026-11-col-v1", "村（社区）集体", 300),
        ("XFL-2026-11-roster-v1", "城关区民政局", 600),
        ("XFL-2026-11-roster2-v1", "安宁区民政局", 600),
        ("XFL-2026-11-canteen-v1", "幸福里食堂", 1500),
    ]


def test_a_donors_statement_is_sealed_when_the_last_canteen_has_closed(
    app: Flask, later: pytest.MonkeyPatch
) -> None:
    fund = make_fund("dekang", 100_000)
    for code in ("xfl", "beimen"):
        canteen = make_canteen(code, name=code)
        bind_programme(canteen, programme([SPONSORED], code=f"of-{code}"))
        for number in range(6):
            elder = make_elder(canteen, f"王秀{'一二三四五六'[number]}", born_on=date(1950 + number, 3, 1))
            serve(canteen, elder.id, date(2026, 11, 20))
    later.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    first, last = close(code="xfl"), close(code="beimen")

    assert first.statements == ("XFL-2026-11-canteen-v1",)
    assert last.statements == ("BEIMEN-2026-11-canteen-v1", "DEKANG-2026-11-donor-v1")
    assert first.by_payer_fen == {"elder": 6600, "sponsor:dekang": 2400}
    with reading() as session:
        donor = session.scalars(select(Statement).where(Statement.kind == "donor")).one()
        assert (donor.payer, donor.total_fen, donor.fund_id, donor.canteen_id) == (
            "德康大药房",
            4800,
            fund,
            None,
        )
    assert verify_all().broken == []
