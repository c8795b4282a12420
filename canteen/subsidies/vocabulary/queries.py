"""Reads of the lists, of their history, and of the working days of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from canteen.core.errors import Refusal
from canteen.subsidies.models import Programme, ProgrammeBinding, WorkingDay
from canteen.subsidies.queries import read_stored
from canteen.subsidies.vocabulary.lists import WordList
from canteen.subsidies.vocabulary.models import VocabularyChange
from canteen.subsidies.vocabulary.uses import Use, uses

NEXT_YEAR_FROM_MONTH = 11
"""The State Council publishes the next year's holidays in November; from then on the year is missed."""


@dataclass(frozen=True, slots=True)
class WordRow:
    """One word of a list, with what uses it; `retired_at` for one that is no longer offered."""

    code: str
    title: str
    title_en: str
    position: int
    retired_at: datetime | None
    use: Use


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of a list, with the values that it changed."""

    vocabulary: str
    code: str
    act: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a year: whether people work, and what it is called. `is_unusual`: not what its weekday says."""

    day: date
    is_workday: bool
    note: str | None

    @property
    def is_unusual(self) -> bool:
        """A weekday without work, or a weekend day on which people work."""
        return self.is_workday == (self.day.isoweekday() > 5)


def words_of(session: Session, words: WordList) -> list[WordRow]:
    """A list in its order, retired ones last."""
    model = words.model
    used = uses(session, words)
    rows = session.scalars(select(model).order_by(model.position, model.code))
    found = [
        WordRow(row.code, row.title, row.title_en, row.position, row.retired_at, used.get(row.code, Use()))
        for row in rows
    ]
    return sorted(found, key=lambda row: row.retired_at is not None)


def offered(session: Session, words: WordList) -> list[tuple[str, str, str]]:
    """What forms offer, in its order: code, title, English title. Retired words are not among them."""
    model = words.model
    rows = select(model.code, model.title, model.title_en).where(model.retired_at.is_(None))
    return [
        (code, title, english)
        for code, title, english in session.execute(rows.order_by(model.position, model.code))
    ]


def word_of(session: Session, words: WordList, code: str) -> WordRow:
    """One word. Raises Refusal `word-unknown`."""
    found = next((row for row in words_of(session, words) if row.code == code), None)
    if found is None:
        raise Refusal("word-unknown", "词表里没有这一项。", word=code)
    return found


def changes(session: Session, vocabulary: str, code: str | None = None, most: int = 50) -> list[ChangeRow]:
    """The history of a list, or of one of its words, the latest first."""
    rows = select(VocabularyChange).where(VocabularyChange.vocabulary == vocabulary)
    if code is not None:
        rows = rows.where(VocabularyChange.code == code)
    found = session.scalars(rows.order_by(VocabularyChange.id.desc()).limit(most))
    return [
        ChangeRow(row.vocabulary, row.code, row.act, row.before, row.after, row.by, row.at) for row in found
    ]


def removed_codes(session: Session, vocabulary: str) -> frozenset[str]:
    """The codes that an office took off a list for good: no seeding brings them back."""
    rows = select(VocabularyChange.code).where(
        VocabularyChange.vocabulary == vocabulary, VocabularyChange.act == "removed"
    )
    return frozenset(session.scalars(rows))


def days_of(session: Session, year: int) -> list[DayRow]:
    """Every day of a year, 1 January first; none where the year is missing."""
    rows = select(WorkingDay).where(extract("year", WorkingDay.day) == year).order_by(WorkingDay.day)
    return [DayRow(row.day, row.is_workday, row.note) for row in session.scalars(rows)]


def full_years(session: Session) -> frozenset[int]:
    """The years of which every day is known."""
    year = extract("year", WorkingDay.day)
    rows = select(year).group_by(year).having(func.count() >= 365)
    return frozenset(int(found) for found in session.scalars(rows))


def missing_years(session: Session, today: date) -> list[int]:
    """The years for which a bound programme will ask whether people work, and nobody has said."""
    bound = select(Programme.id).join(ProgrammeBinding, ProgrammeBinding.programme_id == Programme.id)
    needed: set[int] = set()
    for programme_id in session.scalars(bound.distinct()):
        versions = read_stored(session, programme_id).versions
        for place, version in enumerate(versions):
            later = [after.effective_on - timedelta(days=1) for after in versions[place + 1 : place + 2]]
            last_on = min([version.until_on or date.max, *later])
            if "workday" in version.mentions and last_on >= today:
                needed |= {year for year in _years(today) if _governs(version.effective_on, last_on, year)}
    return sorted(needed - full_years(session))


def _years(today: date) -> tuple[int, ...]:
    return (today.year, today.year + 1) if today.month >= NEXT_YEAR_FROM_MONTH else (today.year,)


def _governs(first_on: date, last_on: date, year: int) -> bool:
    return first_on.year <= year <= last_on.year
