"""Whether a name may be shown: in its days, and with every paper and declaration that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.sponsors.agreements import queries
from canteen.sponsors.agreements.models import Agreement, Naming
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


@dataclass(frozen=True, slots=True)
class ShownName:
    """A name that a canteen shows on a day, for what, and whether it is that of a donor or of an advertiser."""

    object: str
    name: str
    nature: str
    meal: str | None
    naming_id: int


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


def shown_names(session: Session, canteen_id: int, on: date) -> list[ShownName]:
    """The names that a canteen may show on a day, in the order in which the rights were given."""
    rows = (
        select(Naming.agreement_id)
        .join(Agreement, Agreement.id == Naming.agreement_id)
        .where(Naming.begins_on <= on, Naming.ends_on >= on)
        .where(or_(Naming.canteen_id == canteen_id, Naming.canteen_id.is_(None)))
    )
    found: list[ShownName] = []
    for agreement_id in sorted(set(session.scalars(rows))):
        agreed = queries.agreement(session, agreement_id)
        for right in queries.namings(session, agreement_id):
            is_here = right.canteen_id in (None, canteen_id)
            if is_here and is_in_days(right, on) and not lacks(agreed, right):
                found.append(ShownName(right.object, right.name, agreed.nature, right.meal, right.id))
    return sorted(found, key=lambda shown: shown.naming_id)
