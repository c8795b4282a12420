"""Whom the words mean that somebody typed: one elder of a canteen's list, or a reference."""

from collections.abc import Iterable

from sqlalchemy import select

from canteen.canteens.queries import CanteenRow
from canteen.checkin.till import find
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.elders.models import Elder


def elder_ref(canteen: CanteenRow, text: str) -> str:
    """The one elder whom these words mean, on this canteen's list, or by a reference. Raises `elder-several`."""
    with reading() as session:
        found = find(session, canteen.id, text)
    exact = [elder for elder in found if elder["name"] == text.strip()]
    if len(exact or found) > 1:
        message = "有几位老人都对得上，请写完整的姓名或卡号。"
        raise Refusal("elder-several", message, count=len(exact or found))
    return str((exact or found)[0]["ref"]) if found else text.strip()


def known_refs(refs: Iterable[str]) -> set[str]:
    """Those of these references that an elder has."""
    with reading() as session:
        return set(session.scalars(select(Elder.ref).where(Elder.ref.in_(list(refs)))))
