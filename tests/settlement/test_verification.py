"""A closed month, its seals and its papers are checked against what they were; each change is named."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.config import Settings
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.oversight.invariants import Broken
from canteen.settlement import archive
from canteen.settlement.models import Paper, Statement
from canteen.settlement.services import close_month
from canteen.settlement.verification import verify_all
from tests.factories import bind_programme, four_yuan, make_canteen, make_elder
from tests.settlement.breaking import edit, run
from tests.settlement.factories import serve

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"


@pytest.fixture
def closed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """November of one canteen, closed; one of its papers archived."""
    canteen = make_canteen("xfl", name="幸福里食堂")
    bind_programme(canteen, four_yuan())
    elder = make_elder(canteen, "王秀英", born_on=date(1956, 3, 1))
    for day in (3, 4, 5):
        serve(canteen, elder.id, date(2026, 11, day))
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    close_month("2026-11", "xfl", "王敏", "赵刚")
    _archive_something()


def _archive_something() -> None:
    sha256 = archive.keep(b"a paper", "pdf", Settings().papers)
    with transaction() as session:
        statement = session.scalars(select(Statement)).first()
        assert statement is not None
        session.add(
            Paper(
                statement_id=statement.id, format="pdf", sha256=sha256, file_name="结算表.pdf",
                rendered_at=statement.sealed_at,
            )
        )  # fmt: skip


def broken() -> dict[str, Broken]:
    return {found.name: found for found in verify_all().broken}


def test_a_closed_month_that_nobody_touched_verifies(closed: None) -> None:
    report = verify_all()

    assert report.broken == []
    assert report.checked["closed-months"] == report.checked["settlements-sum-to-government"] == 1
    assert (report.checked["seals"], report.checked["archived-papers"]) == (3, 1)
    assert report.checked["rollup-matches-lines"] == 6  # three days, government and elder


def test_a_line_moved_to_another_elder_is_seen_although_every_sum_is_as_it_was(closed: None) -> None:
    edit("meal_share", "UPDATE meal_share SET service_on = '2026-11-09' WHERE id = 1")
    run(
        "UPDATE day_rollup SET service_on = '2026-11-09' WHERE payer = 'government' AND service_on = '2026-11-03'"
    )

    assert broken()["closed-months"].where == "month:xfl:2026-11"


@pytest.mark.parametrize(
    ("table", "statement", "name", "where"),
    [
        ("meal_share", "UPDATE meal_share SET amount_fen = 1 WHERE id = 1", "closed-months", "month:xfl:2026-11"),
        ("meal", "UPDATE meal SET channel = 'takeaway' WHERE id = 1", "closed-months", "month:xfl:2026-11"),
        ("posting", "UPDATE posting SET account_code = 'bank' WHERE account_code = 'cash'", "closed-months", "month:xfl"),
        ("closed_month", "DELETE FROM closed_month", "closed-months", "month:xfl:2026-11"),
        ("day_rollup", "UPDATE day_rollup SET amount_fen = 1 WHERE payer = 'elder'", "rollup-matches-lines", "canteen:"),
        ("statement", "UPDATE statement SET sealed_json = replace(sealed_json, '2700', '2800')", "seals", "statement:XFL-2026-11-gov"),
        ("statement", "UPDATE statement SET total_fen = 2800 WHERE kind = 'roster'", "seals", "statement:XFL-2026-11-roster"),
        ("statement", "UPDATE statement SET check_code = 'ABCD1234'", "seals", "statement:XFL-2026-11-gov"),
        ("statement", "DELETE FROM statement WHERE kind = 'settlement'", "settlements-sum-to-government", "month:"),
    ],
)  # fmt: skip
def test_what_was_sealed_and_is_changed_is_named(
    closed: None, table: str, statement: str, name: str, where: str
) -> None:
    edit(table, statement)

    assert broken()[name].where.startswith(where)


def test_an_archived_file_that_is_gone_or_changed_is_named(closed: None) -> None:
    file = next(Path(Settings().papers).rglob("*.pdf"))
    file.chmod(0o600)
    file.write_bytes(b"another paper")
    changed = broken()["archived-papers"]
    file.unlink()
    gone = broken()["archived-papers"]

    assert "被改过" in changed.message and changed.where == "paper:结算表.pdf"
    assert "不见了" in gone.message


def test_the_database_itself_refuses_to_change_what_is_sealed(closed: None) -> None:
    for table in ("statement", "month_close", "closed_month", "meal_share", "posting", "paper"):
        with pytest.raises(Exception, match="append-only"):
            run(f"DELETE FROM {table}")
    with reading() as session:
        assert session.scalars(select(Statement)).first() is not None


def test_nothing_is_booked_into_a_closed_month(closed: None) -> None:
    with pytest.raises(Refusal, match="月结"):
        serve(1, 1, date(2026, 11, 9))
