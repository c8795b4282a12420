"""The lists that an office extends: each says its table, and how one counts who ever held a word of it.

A later slice brings its own list with `keep`, as voucher kinds do; this one then shows and changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.core.errors import Refusal
from canteen.elders.models import ElderFact
from canteen.subsidies.models import Category
from canteen.subsidies.vocabulary.models import Level

Held = Callable[[Session], dict[str, int]]


@dataclass(frozen=True, slots=True)
class WordList:
    """One list: `model` has code, title, title_en, position and retired_at.

    `held` answers how many elders hold or ever held each code. `names` are the keys under which a programme
    names its words: see `uses`.
    """

    name: str
    model: Any
    longest_code: int
    longest_title: int
    held: Held


_lists: dict[str, WordList] = {}


def keep(one: WordList) -> WordList:
    """Show this list among the vocabularies."""
    _lists[one.name] = one
    return one


def all_lists() -> tuple[WordList, ...]:
    """Every list, in the order in which they were brought."""
    return tuple(_lists.values())


def list_of(name: str) -> WordList:
    """The list of this name. Raises Refusal `vocabulary-unknown`."""
    found = _lists.get(name)
    if found is None:
        raise Refusal("vocabulary-unknown", "没有这个词表。", vocabulary=name)
    return found


def _elders_by_category(session: Session) -> dict[str, int]:
    # Withdrawn facts count too: a meal may have been divided by one before it was withdrawn.
    rows = (
        select(ElderFact.value, func.count(ElderFact.elder_id.distinct()))
        .where(ElderFact.kind == "category")
        .group_by(ElderFact.value)
    )
    return dict(session.execute(rows).all())


def _nobody(session: Session) -> dict[str, int]:
    return {}


CATEGORIES = keep(WordList("category", Category, 40, 60, _elders_by_category))
LEVELS = keep(WordList("level", Level, 40, 60, _nobody))
