"""By what a word is used: elders who hold or held it, versions as published, drafts in hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.subsidies.drafts.models import ProgrammeDraft
from canteen.subsidies.drafts.queries import IN_HAND
from canteen.subsidies.models import Programme, ProgrammeVersion
from canteen.subsidies.vocabulary.lists import WordList


@dataclass(frozen=True, slots=True)
class Use:
    """What uses a word. `versions`: programme code and first day; `drafts`: number and programme code."""

    elders: int = 0
    versions: tuple[tuple[str, date], ...] = ()
    drafts: tuple[tuple[int, str], ...] = ()

    @property
    def is_used(self) -> bool:
        """Whether anything does."""
        return bool(self.elders or self.versions or self.drafts)


def uses(session: Session, words: WordList) -> dict[str, Use]:
    """Everything that uses each code of a list; codes that nothing uses are left out."""
    elders = words.held(session)
    versions: dict[str, list[tuple[str, date]]] = {}
    for code, effective_on, mapping in session.execute(_VERSIONS):
        for word in codes_in(mapping, words.name):
            versions.setdefault(word, []).append((code, effective_on))
    drafts: dict[str, list[tuple[int, str]]] = {}
    for draft_id, code, mapping in session.execute(_DRAFTS):
        for word in codes_in(mapping, words.name):
            drafts.setdefault(word, []).append((draft_id, code))
    return {
        word: Use(elders.get(word, 0), tuple(versions.get(word, ())), tuple(drafts.get(word, ())))
        for word in {*elders, *versions, *drafts}
    }


_VERSIONS = (
    select(Programme.code, ProgrammeVersion.effective_on, ProgrammeVersion.mapping)
    .join(Programme, Programme.id == ProgrammeVersion.programme_id)
    .order_by(Programme.code, ProgrammeVersion.effective_on)
)
_DRAFTS = (
    select(ProgrammeDraft.id, ProgrammeDraft.code, ProgrammeDraft.mapping)
    .where(ProgrammeDraft.state.in_(IN_HAND))
    .order_by(ProgrammeDraft.id)
)


def codes_in(values: Any, name: str) -> frozenset[str]:
    """The codes of a list that a mapping names anywhere, however faulty the mapping is."""
    return frozenset(_named(values, name))


_CATEGORY_KEYS = ("category", "all_categories", "categories")


def _named(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _named(part, name)
    if not isinstance(value, Mapping):
        return
    yield from _own(value, name)
    for part in value.values():
        yield from _named(part, name)


def _own(table: Mapping[str, Any], name: str) -> Iterator[str]:
    """What one table names itself, not what stands in the tables within it."""
    if name == "category":
        for key in _CATEGORY_KEYS:
            listed = table.get(key)
            yield from (code for code in listed if isinstance(code, str)) if isinstance(listed, list) else ()
    elif name == "level":
        split = table.get("split")
        yield from split if isinstance(split, Mapping) else ()
    elif name == "voucher":
        fund, held = table.get("fund"), table.get("voucher")
        if table.get("payer") == "voucher" and isinstance(fund, str):
            yield fund
        yield from held if isinstance(held, Mapping) else ()
