"""Reads of the people who work here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.core.roles import COUNTER, Role
from canteen.db import reading
from canteen.staff.models import Staff, StaffBadge, StaffPin


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in on this page. It speaks Flask-Login's language, so the edge can ask it."""

    staff_id: int
    login: str
    name: str
    role: Role
    language: str | None
    must_change_password: bool
    version: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def actor(self) -> str:
        """How the audit names this person: `staff:12`."""
        return f"staff:{self.staff_id}"

    def get_id(self) -> str:
        """The identity for the cookie. Raising the version in the database makes it nobody's."""
        return f"{self.staff_id}.{self.version}"


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person in the list of those who work here."""

    staff_id: int
    login: str
    name: str
    role: Role
    must_change_password: bool
    created_at: datetime
    dismissed_at: datetime | None


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A valid badge as a tablet may know it: `ref` is `staff:12`, as the audit and scans name the cashier."""

    ref: str
    name: str
    is_manager: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class Access:
    """What a person can open a till with: since when they hold a badge, and since when a PIN."""

    badge_issued_at: datetime | None
    pin_chosen_at: datetime | None


def signed_in(identity: str) -> SignedIn | None:
    """The person behind a cookie's identity.

    None after sign-out everywhere, a change of role, or dismissal.
    """
    number, _, version = identity.partition(".")
    if not (number.isascii() and number.isdigit() and version.isascii() and version.isdigit()):
        return None
    if len(number) > 18 or len(version) > 9:
        return None  # no number that the database could hold
    with reading() as session:
        person = session.get(Staff, int(number))
        if person is None or person.dismissed_at is not None or person.sign_in_version != int(version):
            return None
        return as_signed_in(person)


def as_signed_in(person: Staff) -> SignedIn:
    """A person of the database as the edge knows them."""
    return SignedIn(
        staff_id=person.id,
        login=person.login,
        name=person.name,
        role=Role(person.role),
        language=person.language,
        must_change_password=person.must_change,
        version=person.sign_in_version,
    )


def staff_list(session: Session) -> list[StaffRow]:
    """Everybody: those who work here now first, by role and login; then those who left, the latest first."""
    people = [as_row(person) for person in session.scalars(select(Staff))]
    order = list(Role)
    here = sorted((p for p in people if not p.dismissed_at), key=lambda p: (order.index(p.role), p.login))
    gone = [p for p in people if p.dismissed_at]
    return here + sorted(gone, key=lambda p: p.dismissed_at or p.created_at, reverse=True)


def staff_by_id(session: Session, staff_id: int) -> StaffRow | None:
    """One person, or None."""
    person = session.get(Staff, staff_id)
    return as_row(person) if person else None


def names(session: Session, staff_ids: set[int]) -> dict[int, str]:
    """The names of people by their number, for lists and papers; those who left too."""
    found = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))
    return {row.id: row.name for row in found}


def badges_of(session: Session, staff_ids: Iterable[int]) -> list[BadgeRow]:
    """The valid badges of these people and of every administrator, by name; no badge of those who left."""
    rows = (
        select(Staff, StaffBadge.sha256)
        .join(StaffBadge, StaffBadge.staff_id == Staff.id)
        .where(
            StaffBadge.revoked_at.is_(None),
            Staff.dismissed_at.is_(None),
            Staff.role.in_([role.value for role in COUNTER]),
            Staff.id.in_(list(staff_ids)) | (Staff.role == Role.ADMINISTRATOR.value),
        )
        .order_by(Staff.name, Staff.id)
    )
    return [
        BadgeRow(ref(person.id), person.name, is_manager(person.role), sha256)
        for person, sha256 in session.execute(rows)
    ]


def access_of(session: Session, staff_id: int) -> Access:
    """Whether a person holds a badge and a PIN, and since when."""
    badge = select(StaffBadge.issued_at).where(StaffBadge.staff_id == staff_id, StaffBadge.revoked_at.is_(None))
    pin = select(StaffPin.chosen_at).where(StaffPin.staff_id == staff_id)
    return Access(session.scalar(badge), session.scalar(pin))


def with_pin(session: Session, staff_ids: Iterable[int]) -> set[int]:
    """Those of these people who have chosen a PIN."""
    return set(session.scalars(select(StaffPin.staff_id).where(StaffPin.staff_id.in_(list(staff_ids)))))


def ref(staff_id: int) -> str:
    """How the audit and a tablet's records name a person: `staff:12`."""
    return f"staff:{staff_id}"


def id_of(ref: str) -> int | None:
    """The number of a person's reference, None for anything else."""
    kind, _, number = ref.partition(":")
    is_number = number.isascii() and number.isdigit() and len(number) <= 18
    return int(number) if kind == "staff" and is_number else None


def is_manager(role: str) -> bool:
    """Whether this role may approve what a cashier may not."""
    return role in (Role.MANAGER, Role.ADMINISTRATOR)


def as_row(person: Staff) -> StaffRow:
    """A person of the database as the list shows them."""
    return StaffRow(
        staff_id=person.id,
        login=person.login,
        name=person.name,
        role=Role(person.role),
        must_change_password=person.must_change,
        created_at=person.created_at,
        dismissed_at=person.dismissed_at,
    )
