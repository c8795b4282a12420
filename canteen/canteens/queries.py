"""Reads of canteens, of who works in them, and of the counters that tell when standing facts changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen, Revision, Workplace
from canteen.core.division import CanteenFacts
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.staff.models import Staff
from canteen.staff.queries import BadgeRow, badges_of

STANDING = "standing"


@dataclass(frozen=True, slots=True)
class CanteenRow:
    """One canteen. `hours` maps a meal period to its first and last minute; money in fen."""

    id: int
    code: str
    name: str
    area: str
    division: str
    time_zone: str
    price_fen: int | None
    hours: Mapping[str, tuple[str, str]]
    operator_name: str | None
    operator_uscc: str | None
    reporting_unit: str | None
    submitted_to: str | None
    collective_name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A person who may be given this canteen as a workplace, and whether they have it."""

    staff_id: int
    name: str
    role: Role
    works_here: bool


def rule_facts(canteen: Canteen | CanteenRow) -> CanteenFacts:
    """The canteen as rules ask for it."""
    return CanteenFacts(canteen.code, canteen.area, canteen.division)


def all_canteens(session: Session) -> list[CanteenRow]:
    """Every canteen, in the order in which they were added."""
    return [as_row(row) for row in session.scalars(select(Canteen).order_by(Canteen.id))]


def by_code(session: Session, code: str) -> CanteenRow:
    """The canteen of this code. Raises Refusal `canteen-unknown`."""
    row = session.scalars(select(Canteen).where(Canteen.code == code)).first()
    if row is None:
        raise Refusal(
            "canteen-unknown", f"没有代码是“{code}”的食堂。请核对代码，或先添加食堂。", canteen=code
        )
    return as_row(row)


def by_id(session: Session, canteen_id: int) -> CanteenRow:
    """The canteen of this number. Raises Refusal `canteen-unknown`."""
    row = session.get(Canteen, canteen_id)
    if row is None:
        raise Refusal("canteen-unknown", "没有这个食堂。", canteen=str(canteen_id))
    return as_row(row)


def workplaces(session: Session, staff_id: int, role: str) -> list[CanteenRow]:
    """The canteens a person sees: their workplaces; administrators and officers see every one."""
    if role in (Role.ADMINISTRATOR, Role.OFFICER):
        return all_canteens(session)
    rows = (
        select(Canteen)
        .join(Workplace, Workplace.canteen_id == Canteen.id)
        .where(Workplace.staff_id == staff_id)
        .order_by(Canteen.id)
    )
    return [as_row(row) for row in session.scalars(rows)]


def workers(session: Session, canteen_id: int) -> list[Worker]:
    """Managers and cashiers in service, and whether each works in this canteen."""
    here = set(session.scalars(select(Workplace.staff_id).where(Workplace.canteen_id == canteen_id)))
    rows = select(Staff).where(
        Staff.dismissed_at.is_(None), Staff.role.in_([Role.MANAGER.value, Role.CASHIER.value])
    )
    people = sorted(session.scalars(rows), key=lambda person: (person.role != Role.MANAGER, person.login))
    return [Worker(person.id, person.name, Role(person.role), person.id in here) for person in people]


def badges(session: Session, canteen_id: int) -> list[BadgeRow]:
    """The valid badges of those who work in a canteen, administrators' among them; by name."""
    return badges_of(session, session.scalars(select(Workplace.staff_id).where(Workplace.canteen_id == canteen_id)))


def revision(session: Session, name: str = STANDING) -> int:
    """The counter of this name; it rises with every change of a standing fact. 0 before the first."""
    return session.scalar(select(Revision.number).where(Revision.name == name)) or 0


def as_row(row: Canteen) -> CanteenRow:
    """A canteen of the database as others see it."""
    return CanteenRow(
        id=row.id, code=row.code, name=row.name, area=row.area, division=row.division,
        time_zone=row.time_zone, price_fen=row.price_fen, hours=_in_order(row.hours),
        operator_name=row.operator_name, operator_uscc=row.operator_uscc, reporting_unit=row.reporting_unit,
        submitted_to=row.submitted_to, collective_name=row.collective_name, phone=row.phone,
    )  # fmt: skip


def _in_order(hours: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    # PostgreSQL gives back the keys of a JSON object in an order of its own.
    in_order = sorted(hours.items(), key=lambda entry: entry[1][0])
    return {period: (span[0], span[1]) for period, span in in_order}
