"""A draft is begun, changed, submitted, and published by a second person; nothing else becomes policy."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from canteen.canteens.queries import revision as standing
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger.models import ClosedMonth
from canteen.subsidies import queries
from canteen.subsidies.drafts import publishing, services
from canteen.subsidies.drafts.models import PolicyEvent, ProgrammeDraft
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.services import FaultyProgramme, load_programme
from tests.factories import four_yuan, make_canteen, make_elder, programme, shipped

A, B, C = "staff:1", "staff:2", "staff:3"
NEXT = date(2026, 12, 1)
FIXED = {"id": "r", "title": "t", "payer": "government", "when": {"age": {"from": 60}}, "pays": {"fixed": "5.00"}}


def draft_of(draft_id: int) -> DraftRow:
    with reading() as session:
        return read_draft(session, draft_id)


def stored(code: str = "test-programme") -> dict[str, Any]:
    with reading() as session:
        return queries.read_mapping(session, code)


def paying(amount: str, at: int = -1) -> Any:
    """A change: the version's last rule pays this much."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        values["version"][at]["rule"][-1]["pays"] = {"fixed": amount}
        return values

    return change


def begun(amount: str = "8.00") -> tuple[int, int]:
    """A draft of a programme in force, whose next version pays something else: its number and revision."""
    load_programme(programme([FIXED]), ["beimen"])
    draft_id = services.begin_copy("test-programme", A)
    return draft_id, services.change_draft(draft_id, 1, paying(amount), A)


def submitted(amount: str = "8.00") -> tuple[int, int]:
    draft_id, revision = begun(amount)
    services.submit(draft_id, revision, (), A)
    return draft_id, revision


def test_a_copy_begins_on_the_first_of_the_next_month_and_the_published_version_is_locked(app: Flask) -> None:
    make_canteen()
    load_programme(four_yuan(), ["beimen"])

    draft = draft_of(services.begin_copy("test-programme", A))

    assert [version["effective"] for version in draft.values["version"]] == [date(2014, 10, 1), NEXT]
    assert (draft.locked, draft.open_versions) == (frozenset({0}), (1,))
    assert draft.base == draft.values["version"][0]
    assert (draft.canteens, draft.state, draft.revision) == (("beimen",), "open", 1)


def test_what_a_second_person_publishes_governs_from_its_day_on(app: Flask) -> None:
    make_canteen()
    draft_id, revision = submitted()
    with reading() as session:
        before = standing(session)

    publishing.publish(draft_id, revision, B)

    with reading() as session:
        rules = queries.programme_for(session, "beimen", NEXT)
        after = standing(session)
    assert rules is not None
    paid = {day: rules.version_on(day).rules[0].pays.fen for day in (date(2026, 11, 30), NEXT)}
    assert paid == {date(2026, 11, 30): 500, NEXT: 800}
    assert after > before
    assert draft_of(draft_id).state == "published"


def test_nobody_publishes_what_they_submitted_or_wrote(app: Flask) -> None:
    make_canteen()
    draft_id, revision = begun()
    revision = services.change_draft(draft_id, revision, paying("7.00"), C)
    services.submit(draft_id, revision, (), A)

    for own in (A, C):
        with pytest.raises(Refusal) as refused:
            publishing.publish(draft_id, revision, own)
        assert refused.value.code == "publish-own"
    assert len(stored()["version"]) == 1
