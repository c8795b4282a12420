"""Which rules and grants of published programmes pay from funds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from canteen.subsidies.drafts.content import versions_of
from canteen.subsidies.queries import ProgrammeRow, all_programmes, read_mapping


@dataclass(frozen=True, slots=True)
class PayingPart:
    """A rule or grant that pays from a fund. `is_over`: another version has taken its version's place."""

    programme_code: str
    programme: str
    title: str
    fund: str
    begins_on: date
    is_over: bool


def paying_parts(session: Session, funds: Collection[str], on: date) -> list[PayingPart]:
    """The published rules and grants that pay from funds with these codes, by programme, version and place."""
    return [part for programme in all_programmes(session) for part in _parts(session, programme, funds, on)]


def _parts(session: Session, programme: ProgrammeRow, funds: Collection[str], on: date) -> list[PayingPart]:
    stored = versions_of(read_mapping(session, programme.code))
    versions = sorted(stored, key=lambda version: version["effective"])
    begun = [version["effective"] for version in versions if version["effective"] <= on]
    return [
        PayingPart(
            programme.code, programme.title, str(part.get("title", "")), part["fund"], version["effective"],
            is_over=bool(begun) and version["effective"] < begun[-1],
        )
        for version in versions
        for part in (*version.get("rule", ()), *version.get("grant", ()))
        if part.get("payer") == "sponsor" and part.get("fund") in funds
    ]  # fmt: skip
