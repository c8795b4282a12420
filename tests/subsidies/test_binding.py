"""One programme binds a canteen on a day."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from canteen.canteens.queries import revision
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger.models import ClosedMonth
from canteen.subsidies import queries
from canteen.subsidies.services import load_programme
from tests.factories import make_canteen, programme

FIRST_ON = date(2020, 1, 1)


def load(code: str, from_on: date | None = None, first_on: date = FIRST_ON) -> None:
    rule = {"id": "r", "title": "t", "payer": "government", "pays": "all"}
    load_programme(programme([rule], code, effective=first_on), ["beimen"], from_on)


def bound(on: date) -> str | None:
    with reading() as session:
        found = queries.programme_for(session, "beimen", on)
        return None if found is None else found.id


def rows(canteen_id: int) -> list[tuple[date, str]]:
    with reading() as session:
        return [(row.from_on, row.code) for row in queries.bindings(session, canteen_id)]


def close(canteen_id: int, *months: str) -> None:
    with transaction() as session:
        session.add_all(ClosedMonth(canteen_id=canteen_id, month=month, closed_at=now()) for month in months)


def test_a_canteen_is_bound_from_the_first_version_on_unless_a_day_is_named(app: Flask) -> None:
    make_canteen()

    load("a")

    assert bound(date(2019, 12, 31)) is None
    assert bound(FIRST_ON) == "a"
    assert bound(date(2026, 11, 20)) == "a"


def test_a_later_binding_ends_the_earlier_from_its_first_day(app: Flask) -> None:
    make_canteen()
    load("a")

    load("b", date(2026, 11, 1))

    assert bound(date(2026, 10, 31)) == "a"
    assert bound(date(2026, 11, 1)) == "b"


def test_what_is_bound_from_before_an_earlier_binding_governs_at_once(app: Flask) -> None:
    canteen_id = make_canteen()
    load("a")

    load("b", first_on=date(2019, 1, 1))

    assert rows(canteen_id) == [(date(2019, 1, 1), "b")]


def test_a_change_planned_for_a_day_to_come_stays(app: Flask) -> None:
    canteen_id = make_canteen()
    load("a")
    load("next", date(2027, 1, 1))

    load("b", date(2026, 11, 1))

    assert rows(canteen_id) == [
        (FIRST_ON, "a"),
        (date(2026, 11, 1), "b"),
        (date(2027, 1, 1), "next"),
    ]


def test_binding_twice_is_binding_once(app: Flask) -> None:
    canteen_id = make_canteen()
    load("a")
    load("b", date(2026, 11, 1))

    load("b", date(2026, 11, 1))
    load("b", date(2026, 11, 15))

    assert rows(canteen_id) == [(FIRST_ON, "a"), (date(2026, 11, 1), "b")]


@pytest.mark.parametrize("from_on", [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), FIRST_ON])
def test_a_closed_month_keeps_its_programme(app: Flask, from_on: date) -> None:
    canteen_id = make_canteen()
    load("a")
    close(canteen_id, "2026-09", "2026-10")

    with pytest.raises(Refusal) as refused:
        load("b", from_on)

    assert refused.value.code == "month-closed"
    assert rows(canteen_id) == [(FIRST_ON, "a")]
    with reading() as session:
        assert [row.code for row in queries.all_programmes(session)] == ["a"]


def test_the_day_after_a_closed_month_may_bring_another_programme(app: Flask) -> None:
    canteen_id = make_canteen()
    load("a")
    close(canteen_id, "2026-10")

    load("b", date(2026, 11, 1))

    assert bound(date(2026, 11, 1)) == "b"


def test_loading_what_already_governs_closed_months_is_no_change(app: Flask) -> None:
    canteen_id = make_canteen()
    load("a")
    close(canteen_id, "2026-10")

    load("a")
    load("a", date(2026, 10, 15))

    assert rows(canteen_id) == [(FIRST_ON, "a")]


def test_a_month_closed_without_a_programme_gets_none_later(app: Flask) -> None:
    canteen_id = make_canteen()
    close(canteen_id, "2026-10")

    with pytest.raises(Refusal):
        load("a")
    load("a", date(2026, 11, 1))

    assert bound(date(2026, 10, 31)) is None
    assert bound(date(2026, 11, 1)) == "a"


def test_every_load_tells_the_other_processes(app: Flask) -> None:
    make_canteen()
    with reading() as session:
        before = revision(session)

    load("a")

    with reading() as session:
        assert revision(session) > before


def test_an_unknown_canteen_is_bound_by_nothing(app: Flask) -> None:
    assert bound(FIRST_ON) is None
