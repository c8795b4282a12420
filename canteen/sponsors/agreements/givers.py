"""What can happen to sponsors: they are written down, their particulars change, they take another display name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.ledger.models import ClosedMonth
from canteen.sponsors.agreements.checking import checked_uscc, email_address, optional, shown_name, text
from canteen.sponsors.agreements.models import SponsorName
from canteen.sponsors.agreements.queries import names, unknown_sponsor
from canteen.sponsors.models import Fund, FundCanteen, Sponsor

KINDS = ("organisation", "person", "anonymous", "many")
"""组织, 个人, 匿名, 众多小额捐赠人."""


@dataclass(frozen=True, slots=True)
class Giver:
    """A sponsor's particulars. Only an organisation has a `uscc`; one that stays anonymous is shown by another name."""

    name: str
    kind: str
    uscc: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_address: str = ""
    contact_email: str = ""


def add_sponsor(giver: Giver, display_name: str, on: date, actor: str) -> int:
    """Write a sponsor down, with the name that is shown from `on`. Answers the sponsor's number.

    Raises Refusal `sponsor-name`, `sponsor-taken`, `sponsor-kind`, `uscc-form`, `uscc-missing`, `uscc-taken`,
    `contact-form`, `email-form`, `name-empty`, `name-too-long`, `name-barred`, `anonymous-named`.
    """
    shown = shown_name(display_name or ("爱心人士" if giver.kind in ("anonymous", "many") else giver.name))
    try:
        with transaction() as session:
            row = Sponsor(name="", display_name=shown, created_at=now())
            _write(session, row, giver, shown)
            session.add(row)
            session.flush()
            note_name(session, row.id, shown, on, actor)
            record(session, "sponsor-added", actor, f"sponsor:{row.id}")
            return row.id
    except IntegrityError as error:
        raise _taken() from error


def change_sponsor(sponsor_id: int, giver: Giver, actor: str) -> None:
    """Put other particulars in their place; the display name has a use case of its own.

    Raises Refusal `sponsor-unknown` and those of `add_sponsor`.
    """
    try:
        with transaction() as session:
            row = _locked(session, sponsor_id)
            _write(session, row, giver, row.display_name)
            session.flush()
            record(session, "sponsor-changed", actor, f"sponsor:{sponsor_id}", detail={"kind": giver.kind})
    except IntegrityError as error:
        raise _taken() from error


def rename_sponsor(sponsor_id: int, display_name: str, from_on: date, today: date, actor: str) -> None:
    """Show a sponsor by another name from a day on; papers about earlier days keep the old one.

    Raises Refusal `sponsor-unknown`, `name-future`, `name-sealed` where papers of that day are sealed,
    `name-earlier` where another name counts since a later day, and those of a name.
    """
    shown = shown_name(display_name)
    if from_on > today:
        raise Refusal("name-future", "新署名从保存那天起用，不能提前定：请到那一天再改。")
    with transaction() as session:
        row = _locked(session, sponsor_id)
        if row.kind == "anonymous" and shown == row.name:
            raise _named()
        _check_sealed(session, row, from_on)
        known = names(session, sponsor_id)
        if known and known[0].from_on > from_on:
            raise Refusal(
                "name-earlier", f"{known[0].from_on} 起已经用另一个署名，新署名不能更早。",
                day=known[0].from_on.isoformat(),
            )  # fmt: skip
        if not known:
            note_name(session, sponsor_id, row.display_name, row.created_at.date(), actor)
        row.display_name = shown
        note_name(session, sponsor_id, shown, from_on, actor)
        # The tills show the name: let them notice.
        raise_revision(session)
        record(session, "sponsor-renamed", actor, f"sponsor:{sponsor_id}")


def note_name(session: Session, sponsor_id: int, shown: str, from_on: date, actor: str) -> None:
    """Write down from when a display name counts, within the caller's transaction."""
    session.add(
        SponsorName(sponsor_id=sponsor_id, from_on=from_on, display_name=shown, by=actor[:80], at=now())
    )
    session.flush()


def _write(session: Session, row: Sponsor, giver: Giver, shown: str) -> None:
    if giver.kind not in KINDS:
        raise Refusal("sponsor-kind", "请选捐赠方是哪一种。")
    name = text(giver.name, 80, "sponsor-name")
    if giver.kind == "anonymous" and name == shown:
        raise _named()
    uscc = checked_uscc(giver.uscc) if giver.uscc.strip() else None
    if (giver.kind == "organisation") != (uscc is not None):
        raise Refusal("uscc-missing", "单位要填统一社会信用代码；个人、匿名和众多捐赠人没有，请空着。")
    # None is no code that two could share.
    alike = Sponsor.name == name if uscc is None else (Sponsor.name == name) | (Sponsor.uscc == uscc)
    others = select(Sponsor.id, Sponsor.name).where(alike)
    for other_id, other_name in session.execute(others).all():
        if other_id != row.id:
            raise _taken() if other_name == name else Refusal("uscc-taken", "另一位捐赠方已经用了这个信用代码。")
    row.name, row.kind, row.uscc = name, giver.kind, uscc
    row.contact_name = optional(giver.contact_name, 60, "contact-form")
    row.contact_phone = optional(giver.contact_phone, 30, "contact-form")
    row.contact_address = optional(giver.contact_address, 120, "contact-form")
    row.contact_email = email_address(giver.contact_email) if giver.contact_email.strip() else None


def _taken() -> Refusal:
    return Refusal("sponsor-taken", "已经有同名的捐赠方，请在列表里找到它。")


def _named() -> Refusal:
    return Refusal("anonymous-named", "匿名捐赠方的署名不能是真名，比如写“爱心人士”。")


def _locked(session: Session, sponsor_id: int) -> Sponsor:
    row = session.scalars(select(Sponsor).where(Sponsor.id == sponsor_id).with_for_update()).first()
    if row is None:
        raise unknown_sponsor()
    return row


def _check_sealed(session: Session, row: Sponsor, from_on: date) -> None:
    """A month that a canteen has closed has its papers: they bear the name of then, and go on bearing it."""
    funds = list(session.execute(select(Fund.id, Fund.is_for_all_canteens).where(Fund.sponsor_id == row.id)))
    if not funds:
        return
    closed = select(func.max(ClosedMonth.month))
    if not any(is_everywhere for _id, is_everywhere in funds):
        here = select(FundCanteen.canteen_id).where(FundCanteen.fund_id.in_([fund_id for fund_id, _all in funds]))
        closed = closed.where(ClosedMonth.canteen_id.in_(here))
    last = session.scalar(closed)
    if last is not None and month_of(from_on) <= last:
        raise Refusal(
            "name-sealed", f"{last} 和以前的单据已经封存，上面是原来的署名。新署名最早从 {_after(last)} 起。",
            month=last, day=_after(last).isoformat(),
        )  # fmt: skip


def _after(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return (date(year, number, 28) + timedelta(days=4)).replace(day=1)
