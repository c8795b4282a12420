"""What can happen to rights of naming: they are given, completed with consent and approval, and withdrawn.

A right is never rewritten: another name is another right, and the old one stays with its days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.sponsors.agreements.checking import check_span, optional, overlap, shown_name, text
from canteen.sponsors.agreements.models import Agreement, Naming
from canteen.sponsors.agreements.papers import Paper, keep, media_type_of
from canteen.sponsors.agreements.queries import WITHOUT_CANTEEN, history, namings, unknown_agreement
from canteen.sponsors.models import Sponsor

OBJECTS = ("canteen", "meal", "day", "wall", "statement")
"""冠名食堂, 冠名餐, 冠名日, 感谢墙, 对账单."""

MEALS = ("breakfast", "lunch", "dinner")


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall bear a name. A canteen, meal or day needs the place; a day its date."""

    object: str
    name: str
    begins_on: date
    ends_on: date
    canteen_id: int | None = None
    meal: str | None = None
    named_on: date | None = None
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """What allows a name: the consent of the place, and the approval that the law asks for."""

    consent_by: str = ""
    consent_on: date | None = None
    approval_by: str = ""
    approval_no: str = ""
    approval_on: date | None = None


def give_naming(agreement_id: int, wish: Wish, leave: Leave, paper: Paper | None, actor: str) -> int:
    """Give a right of naming under an agreement. Answers its number.

    It is shown only when nothing lacks any more (see showing). Raises Refusal `agreement-unknown`, `naming-object`,
    `naming-canteen`, `canteen-unknown`, `naming-meal`, `naming-day`, `naming-outside`, `naming-overlap`,
    `anonymous-named`, `leave-form`, `span-reversed`, those of a name and of a paper.
    """
    _check(wish)
    shown = shown_name(wish.name)
    if paper is not None:
        media_type_of(paper)
    with transaction() as session:
        agreed, giver = _agreed(session, agreement_id)
        if giver.kind == "anonymous" and shown == giver.name:
            raise Refusal("anonymous-named", "匿名捐赠方的署名不能是真名，比如写“爱心人士”。")
        if wish.begins_on < agreed.begins_on or wish.ends_on > agreed.ends_on:
            raise Refusal("naming-outside", "有冠名超出协议的起止日期，请核对日期。")
        _hold_place(session, wish)
        _check_overlap(session, agreement_id, wish)
        row = Naming(
            agreement_id=agreement_id, object=wish.object, canteen_id=wish.canteen_id, meal=wish.meal,
            named_on=wish.named_on, name=shown, begins_on=wish.begins_on, ends_on=wish.ends_on,
            needs_approval=wish.needs_approval, created_by=actor[:80], created_at=now(),
        )  # fmt: skip
        _allow(row, leave)
        session.add(row)
        session.flush()
        if paper is not None:
            keep(session, agreement_id, paper, actor, row.id)
        raise_revision(session)  # the tills keep the names
        record(session, "naming-given", actor, f"naming:{row.id}", wish.canteen_id, {"object": wish.object})
        return row.id


def complete_naming(agreement_id: int, naming_id: int, leave: Leave, paper: Paper | None, actor: str) -> None:
    """Note the consent and the approval of a name. Raises Refusal `naming-unknown`, `leave-form`, and of a paper."""
    if paper is not None:
        media_type_of(paper)
    with transaction() as session:
        row = _locked(session, agreement_id, naming_id)
        _allow(row, leave)
        if paper is not None:
            keep(session, agreement_id, paper, actor, row.id)
        raise_revision(session)
        record(session, "naming-allowed", actor, f"naming:{row.id}", row.canteen_id)


def withdraw_naming(agreement_id: int, naming_id: int, from_on: date, reason: str, today: date, actor: str) -> None:
    """Show a name no more from a day on; what was printed under it stays.

    Raises Refusal `naming-unknown`, `naming-withdrawn`, `withdraw-past`, `withdraw-reason`.
    """
    said = text(reason, 200, "withdraw-reason")
    if from_on < today:
        raise Refusal("withdraw-past", "已经过去的日子里名字是显示过的：最早从今天起不再显示。")
    with transaction() as session:
        row = _locked(session, agreement_id, naming_id)
        if row.withdrawn_on is not None or row.ends_on < from_on:
            raise Refusal("naming-withdrawn", "这项冠名到那一天已经结束了。")
        row.withdrawn_on, row.withdrawn_reason, row.withdrawn_by = from_on, said, actor[:80]
        detail = {"from_on": from_on.isoformat()}
        raise_revision(session)
        record(session, "naming-withdrawn", actor, f"naming:{row.id}", row.canteen_id, detail)


def _check(wish: Wish) -> None:
    if wish.object not in OBJECTS:
        raise Refusal("naming-object", "请选用名字冠什么。")
    check_span(wish.begins_on, wish.ends_on)
    if (wish.canteen_id is None) != (wish.object in WITHOUT_CANTEEN):
        raise Refusal("naming-canteen", "冠名食堂、餐和日子要选一个食堂；感谢墙和对账单不用选。")
    if wish.meal is not None and (wish.meal not in MEALS or wish.object != "meal"):
        raise Refusal("naming-meal", "只有冠名餐才选早餐、午餐或晚餐。")
    if (wish.object == "day") != (wish.named_on is not None):
        raise Refusal("naming-day", "冠名日要填是哪一天；其他冠名请空着。")
    if wish.named_on is not None and not wish.begins_on <= wish.named_on <= wish.ends_on:
        raise Refusal("naming-day", "冠名日要在这项冠名的起止日期里。")


def _agreed(session: Session, agreement_id: int) -> tuple[Agreement, Sponsor]:
    row = session.scalars(select(Agreement).where(Agreement.id == agreement_id).with_for_update()).first()
    if row is None:
        raise unknown_agreement()
    return row, session.get_one(Sponsor, row.sponsor_id)


def _hold_place(session: Session, wish: Wish) -> None:
    """Two agreements that name one canteen at once wait for each other at its row."""
    if wish.canteen_id is None:
        return
    held = select(Canteen.id).where(Canteen.id == wish.canteen_id).with_for_update(key_share=True)
    if session.scalars(held).first() is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")


def _check_overlap(session: Session, agreement_id: int, wish: Wish) -> None:
    place = wish.canteen_id
    for other in namings(session, agreement_id) if place is None else history(session, place):
        is_same_meal = wish.meal is None or other.meal is None or wish.meal == other.meal
        is_same = other.object == wish.object and other.named_on == wish.named_on and is_same_meal
        was_shown = other.begins_on <= other.last_on  # not one withdrawn before it began
        if is_same and was_shown and overlap((wish.begins_on, wish.ends_on), (other.begins_on, other.last_on)):
            raise Refusal(
                "naming-overlap", f"{other.begins_on} 到 {other.last_on} 已经有冠名“{other.name}”，日期重叠了。",
                name=other.name, begins_on=other.begins_on.isoformat(), ends_on=other.last_on.isoformat(),
            )  # fmt: skip


def _allow(row: Naming, leave: Leave) -> None:
    if bool(leave.consent_by.strip()) != (leave.consent_on is not None):
        raise Refusal("leave-form", "谁同意或批准、哪一天，都要填齐，或者都空着。")
    approval = [bool(leave.approval_by.strip()), bool(leave.approval_no.strip()), leave.approval_on is not None]
    if any(approval) and not all(approval):
        raise Refusal("leave-form", "谁同意或批准、哪一天，都要填齐，或者都空着。")
    if leave.consent_on is not None:
        row.consent_by, row.consent_on = optional(leave.consent_by, 60, "leave-form"), leave.consent_on
    if leave.approval_on is not None:
        row.approval_by = optional(leave.approval_by, 80, "leave-form")
        row.approval_no = optional(leave.approval_no, 60, "leave-form")
        row.approval_on = leave.approval_on


def _locked(session: Session, agreement_id: int, naming_id: int) -> Naming:
    rows = select(Naming).where(Naming.id == naming_id, Naming.agreement_id == agreement_id)
    row = session.scalars(rows.with_for_update()).first()
    if row is None:
        raise Refusal("naming-unknown", "没有这项冠名。")
    return row
