"""What can happen to canteens: they are added, their facts change, people get them as a workplace."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.facts import CanteenFacts, checked_code, checked_facts
from canteen.canteens.models import Canteen, Revision, Workplace
from canteen.canteens.queries import STANDING, CanteenRow, as_row
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import is_postgresql, transaction
from canteen.staff.models import Staff


def add_canteen(code: str, facts: CanteenFacts, actor: str) -> CanteenRow:
    """Open a canteen. Raises Refusal `canteen-taken` and those of `checked_facts`."""
    with transaction() as session:
        return add(session, code, facts, actor)


def add(session: Session, code: str, facts: CanteenFacts, actor: str) -> CanteenRow:
    """The same within the caller's transaction."""
    code, facts = checked_code(code), checked_facts(facts)
    if session.scalars(select(Canteen.id).where(Canteen.code == code)).first() is not None:
        raise Refusal("canteen-taken", f"代码“{code}”已经有食堂用了，请换一个。", canteen=code)
    row = Canteen(code=code, created_at=now(), **_columns(facts))
    session.add(row)
    session.flush()
    raise_revision(session)
    record(session, "canteen-added", actor, subject=f"canteen:{code}", canteen_id=row.id)
    return as_row(row)


def change_canteen(canteen_id: int, facts: CanteenFacts, actor: str) -> CanteenRow:
    """State a canteen's facts anew; what was, stays in the audit. Raises Refusal as `add_canteen` does."""
    facts = checked_facts(facts)
    with transaction() as session:
        row = session.get(Canteen, canteen_id, with_for_update=True)
        if row is None:
            raise Refusal("canteen-unknown", "没有这个食堂。")
        before = {name: getattr(row, name) for name in _columns(facts)}
        changed = {name: value for name, value in _columns(facts).items() if before[name] != value}
        if changed:
            for name, value in changed.items():
                setattr(row, name, value)
            raise_revision(session)
            detail = {name: [before[name], value] for name, value in changed.items()}
            record(session, "canteen-changed", actor, f"canteen:{row.code}", row.id, detail)
        return as_row(row)


def set_workers(canteen_id: int, staff_ids: Iterable[int], actor: str) -> None:
    """Say who works in a canteen: exactly these managers and cashiers. Raises Refusal `worker-unknown`."""
    wanted = sorted(set(staff_ids))
    with transaction() as session:
        known = set(
            session.scalars(
                select(Staff.id).where(
                    Staff.id.in_(wanted), Staff.role.in_([Role.MANAGER.value, Role.CASHIER.value])
                )
            )
        )
        if known != set(wanted):
            raise Refusal("worker-unknown", "有一位不是在职的负责人或收银员，请重新打开页面再选。")
        session.execute(delete(Workplace).where(Workplace.canteen_id == canteen_id))
        session.add_all(Workplace(staff_id=staff_id, canteen_id=canteen_id) for staff_id in wanted)
        record(session, "canteen-workers", actor, canteen_id=canteen_id, detail={"staff": wanted})


def assign(session: Session, staff_id: int, canteen_id: int) -> None:
    """Give a person one more workplace, within the caller's transaction; twice is once."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    session.execute(
        insert(Workplace).values(staff_id=staff_id, canteen_id=canteen_id).on_conflict_do_nothing()
    )


def raise_revision(session: Session, name: str = STANDING) -> None:
    """Tell every process that standing facts changed; call it in the transaction that changes them."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    first = insert(Revision).values(name=name, number=1)
    again = first.on_conflict_do_update(index_elements=["name"], set_={"number": Revision.number + 1})
    session.execute(again)


def _columns(facts: CanteenFacts) -> dict[str, Any]:
    kept = asdict(replace(facts, hours={}))
    kept["hours"] = {period: list(span) for period, span in facts.hours.items()}
    return kept
