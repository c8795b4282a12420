"""Binding a canteen to a published programme: one person proposes it, another confirms."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.queries import CanteenRow, by_code, by_id
from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.subsidies.binding import bind
from canteen.subsidies.drafts.history import note
from canteen.subsidies.drafts.models import BindingProposal
from canteen.subsidies.models import Programme
from canteen.subsidies.queries import binding_on, bindings


def propose_binding(code: str, canteen: str, from_on: date, by: str) -> int:
    """Propose that a programme govern a canteen from a day on. Answers the proposal's number.

    Raises Refusal `programme-unknown`, `canteen-unknown`, `already-bound`, `already-proposed`, `bind-closed`.
    """
    with transaction() as session:
        programme = session.scalars(select(Programme).where(Programme.code == code)).first()
        if programme is None:
            raise Refusal("programme-unknown", f"没有编号为“{code}”的补贴项目。", programme=code)
        place = by_code(session, canteen)
        bound = binding_on(bindings(session, place.id), from_on)
        if bound is not None and bound.programme_id == programme.id:
            raise Refusal(
                "already-bound", f"食堂“{place.name}”这一天已经用这个补贴项目。", canteen=place.name
            )
        if _waiting(session, programme.id, place.id):
            raise Refusal(
                "already-proposed", f"食堂“{place.name}”已有一个提议在等第二人确认。", canteen=place.name
            )
        _try(session, place, programme, from_on, by)
        row = BindingProposal(
            programme_id=programme.id, canteen_id=place.id, from_on=from_on, state="proposed",
            proposed_by=by[:80], proposed_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        _tell(session, "binding-proposed", row, programme, by)
        return row.id


def confirm_binding(proposal_id: int, by: str) -> None:
    """Bind the canteen, as the second person.

    Raises Refusal `proposal-closed`, `confirm-own`, `bind-closed`.
    """
    with transaction() as session:
        row = _held(session, proposal_id)
        if by == row.proposed_by:
            raise Refusal("confirm-own", "这是您自己提的：绑定食堂要由另一个人确认。")
        programme = session.get_one(Programme, row.programme_id)
        _bind(session, by_id(session, row.canteen_id), programme, row.from_on, by)
        raise_revision(session)
        row.state, row.decided_by, row.decided_at = "confirmed", by[:80], now()
        _tell(session, "bound", row, programme, by)


def refuse_binding(proposal_id: int, by: str) -> None:
    """Turn a proposal down, or take one's own back. Raises Refusal `proposal-closed`."""
    with transaction() as session:
        row = _held(session, proposal_id)
        row.state, row.decided_by, row.decided_at = "refused", by[:80], now()
        _tell(session, "binding-refused", row, session.get_one(Programme, row.programme_id), by)


def _try(session: Session, canteen: CanteenRow, programme: Programme, from_on: date, by: str) -> None:
    """Bind and take it back at once: what a confirmation would be refused for is refused now."""
    trial = session.begin_nested()
    try:
        _bind(session, canteen, programme, from_on, by)
    finally:
        trial.rollback()


def _bind(session: Session, canteen: CanteenRow, programme: Programme, from_on: date, by: str) -> None:
    try:
        bind(session, canteen, programme, from_on, by)
    except Refusal as refusal:
        if refusal.code != "month-closed":
            raise
        params = {**refusal.params, "canteen": canteen.name}
        raise Refusal("bind-closed", refusal.message, **params) from refusal


def _waiting(session: Session, programme_id: int, canteen_id: int) -> bool:
    found = select(BindingProposal.id).where(
        BindingProposal.programme_id == programme_id,
        BindingProposal.canteen_id == canteen_id,
        BindingProposal.state == "proposed",
    )
    return session.scalars(found).first() is not None


def _held(session: Session, proposal_id: int) -> BindingProposal:
    found = select(BindingProposal).where(BindingProposal.id == proposal_id).with_for_update()
    row = session.scalars(found).first()
    if row is None or row.state != "proposed":
        raise Refusal("proposal-closed", "这个提议已经处理过了。请刷新页面。")
    return row


def _tell(session: Session, act: str, row: BindingProposal, programme: Programme, by: str) -> None:
    canteen = by_id(session, row.canteen_id)
    detail = {"canteen": canteen.code, "from_on": row.from_on.isoformat(), "proposed_by": row.proposed_by}
    note(session, act, by, programme.code, detail=detail)
    record(session, f"policy-{act}", by, f"programme:{programme.code}", row.canteen_id, detail)
