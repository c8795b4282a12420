"""Which programme governs a canteen: one on a day, and what is bound later ends what was bound before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.queries import CanteenRow
from canteen.clock import now, today
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.ledger.locks import share_month
from canteen.ledger.queries import closed_months
from canteen.subsidies.models import Programme, ProgrammeBinding
from canteen.subsidies.queries import BindingRow, binding_on, bindings


def bind(session: Session, canteen: CanteenRow, programme: Programme, from_on: date, by: str) -> None:
    """Bind a canteen to a programme from a day on, within the caller's transaction; twice is once.

    From its first day it ends what was bound before, also what began after that day; only a change that is
    planned for a day still to come stays. Raises Refusal `month-closed` if another programme governed any day
    of a closed month from then on, or none did.
    """
    before = bindings(session, canteen.id)
    planned = [row for row in before if row.from_on > max(from_on, today(canteen.time_zone))]
    kept = [row for row in before if row.from_on < from_on]
    after = [*kept, BindingRow(from_on, programme.id, programme.code), *planned]
    if _said_alike(before) == _said_alike(after):
        return
    _refuse_closed(session, canteen, before, after, from_on)
    session.execute(
        delete(ProgrammeBinding).where(
            ProgrammeBinding.canteen_id == canteen.id, ProgrammeBinding.from_on >= from_on
        )
    )
    for row in [after[len(kept)], *planned]:
        session.add(
            ProgrammeBinding(
                canteen_id=canteen.id, from_on=row.from_on, programme_id=row.programme_id, bound_at=now()
            )
        )
    session.flush()
    detail = {"programme": programme.code, "from_on": from_on.isoformat()}
    record(session, "programme-bound", by, f"canteen:{canteen.code}", canteen.id, detail)


def _said_alike(rows: list[BindingRow]) -> list[tuple[date, int]]:
    """The rows without those that bind what is bound already."""
    said: list[tuple[date, int]] = []
    for row in rows:
        if not said or said[-1][1] != row.programme_id:
            said.append((row.from_on, row.programme_id))
    return said


def _refuse_closed(
    session: Session, canteen: CanteenRow, before: list[BindingRow], after: list[BindingRow], from_on: date
) -> None:
    # The month in which the change begins may not be closed meanwhile; earlier ones are closed for good.
    share_month(session, canteen.id, f"{from_on:%Y-%m}")
    for month in closed_months(session, canteen.id):
        period = parse_month(month)
        if period.last_on < from_on:
            continue
        first_on = max(period.first_on, from_on)
        days = {first_on, *(row.from_on for row in (*before, *after) if row.from_on in period)}
        if any(_governing(before, day) != _governing(after, day) for day in days if day >= from_on):
            raise Refusal(
                "month-closed",
                f"食堂“{canteen.name}”的 {month} 已结账，不能再换补贴项目。请从结账以后的日子起绑定。",
                canteen=canteen.code,
                month=month,
            )


def _governing(rows: list[BindingRow], on: date) -> int | None:
    bound = binding_on(rows, on)
    return None if bound is None else bound.programme_id
