"""Whether a name may be shown: in its days, and with every paper and declaration that it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.sponsors.agreements import queries
from canteen.sponsors.agreements.models import SponsorName
from canteen.sponsors.agreements.queries import AgreementRow, NamingRow

LACKS: Mapping[str, str] = {
    "wording": "还没有人审定署名的文字",
    "goods": "还没有声明与烟草和禁止宣传的产品无关",
    "relatives": "还没有声明受助人里没有捐赠人的亲属",
    "consent": "还没有场所的同意",
    "approval": "还没有政府的批准",
    "paper": "还没有批准的文件",
}
"""What a name can lack, by the order in which one asks for it."""


def lacks(agreed: AgreementRow, right: NamingRow) -> list[str]:
    """What a name still lacks before it may be shown, by the codes of LACKS; empty: it may."""
    is_without_consent = right.consent_by is None and right.object != "statement"
    is_unapproved = right.needs_approval and not (right.approval_by and right.approval_no and right.approval_on)
    missing = {
        "wording": agreed.wording_by is None or agreed.wording_on is None,
        "goods": not agreed.goods_declared,
        "relatives": agreed.is_donation and not agreed.relatives_declared,
        "consent": is_without_consent,
        "approval": is_unapproved,
        "paper": right.needs_approval and not right.has_paper,
    }
    return [code for code in LACKS if missing[code]]


def is_in_days(right: NamingRow, on: date) -> bool:
    """Whether a right of naming holds on a day; a named day's only on that day."""
    if right.object == "day" and right.named_on != on:
        return False
    return right.begins_on <= on <= right.last_on


@dataclass(frozen=True, slots=True)
class Right:
    """A right of naming that lacks nothing."""

    given: NamingRow
    nature: str
    names: tuple[tuple[date, str], ...]  # the giver's display names, newest first, each from its day on

    def name_on(self, on: date) -> str:
        """How the giver is called by it on a day. The name of a canteen is the place's: its giver has the display name."""
        if self.given.object != "canteen":
            return self.given.name
        return next((name for from_on, name in self.names if from_on <= on), self.names[-1][1])

    def holds(self, canteen_id: int, on: date) -> bool:
        """Whether it holds in a canteen on a day."""
        return self.given.canteen_id in (None, canteen_id) and is_in_days(self.given, on)


def rights(session: Session, agreement_ids: Collection[int] | None = None) -> list[Right]:
    """The rights of naming that lack nothing, in the order in which they were given; of all agreements or of some."""
    agreed = {row.id: row for row in queries.agreements(session)}
    called = display_names(session, {row.sponsor_id for row in agreed.values()})
    found = [
        Right(given, agreed[given.agreement_id].nature, _names_of(agreed[given.agreement_id], called))
        for given in queries.all_namings(session)
        if agreement_ids is None or given.agreement_id in agreement_ids
    ]
    complete = [right for right in found if not lacks(agreed[right.given.agreement_id], right.given)]
    return sorted(complete, key=lambda right: right.given.id)


def display_names(session: Session, sponsor_ids: Collection[int]) -> dict[int, tuple[tuple[date, str], ...]]:
    """The display names of givers, newest first, each with the day from which it counts."""
    found: dict[int, list[tuple[date, str]]] = {}
    rows = select(SponsorName).where(SponsorName.sponsor_id.in_(sponsor_ids))
    for row in session.scalars(rows.order_by(SponsorName.from_on.desc(), SponsorName.id.desc())):
        found.setdefault(row.sponsor_id, []).append((row.from_on, row.display_name))
    return {sponsor_id: tuple(names) for sponsor_id, names in found.items()}


def _names_of(agreed: AgreementRow, called: Mapping[int, tuple[tuple[date, str], ...]]) -> tuple[tuple[date, str], ...]:
    return called.get(agreed.sponsor_id) or ((date.min, agreed.display_name),)
