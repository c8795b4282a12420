"""Reads of devices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.core.errors import Refusal
from canteen.devices.credentials import bearer_sha256
from canteen.devices.models import Device


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """What of a device never changes, so it may be remembered by a process: number, reference, canteen."""

    id: int
    ref: str
    canteen_id: int

    @property
    def actor(self) -> str:
        """How the audit names this device."""
        return f"device:{self.ref}"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device as it stands now."""

    id: int
    ref: str
    canteen_id: int
    name: str
    enrolled_at: datetime
    lease_until: datetime
    last_contact_at: datetime | None
    first_sheet_on: str | None
    revoked_at: datetime | None
    emptied_at: datetime | None
    lost_at: datetime | None
    lost_reason: str | None

    @property
    def is_trusted(self) -> bool:
        """Whether it may do more than hand in what it holds."""
        return self.revoked_at is None and self.lost_at is None


def identify(session: Session, bearer: str) -> DeviceIdentity | None:
    """The device of a bearer token, revoked ones too: they may still hand in what they hold."""
    found = session.execute(
        select(Device.id, Device.ref, Device.canteen_id).where(Device.token_sha256 == bearer_sha256(bearer))
    ).first()
    return DeviceIdentity(*found) if found else None


def authenticate(session: Session, bearer: str) -> DeviceRow | None:
    """The device of a bearer token as it stands now; None for an unknown token. Whoever asks looks at
    `is_trusted`."""
    row = session.scalars(select(Device).where(Device.token_sha256 == bearer_sha256(bearer))).first()
    return as_row(row) if row else None


def trusted(session: Session, device_id: int) -> DeviceRow:
    """The device if it is neither revoked nor lost. Raises Refusal `device-revoked`."""
    row = by_id(session, device_id)
    if not row.is_trusted:
        raise Refusal("device-revoked", "这台平板已停用。请食堂负责人重新授权；存着的记录还可以上传。")
    return row


def by_id(session: Session, device_id: int) -> DeviceRow:
    """The device of this number. Raises Refusal `device-unknown`."""
    row = session.get(Device, device_id)
    if row is None:
        raise Refusal("device-unknown", "没有这台设备。")
    return as_row(row)


def of_canteen(session: Session, canteen_id: int) -> list[DeviceRow]:
    """A canteen's devices: those in use first, then the others, each by the time of enrolment."""
    rows = session.scalars(select(Device).where(Device.canteen_id == canteen_id).order_by(Device.id))
    return sorted((as_row(row) for row in rows), key=lambda row: not row.is_trusted)


def as_row(row: Device) -> DeviceRow:
    """A device of the database as others see it, without its token and secret."""
    return DeviceRow(
        id=row.id, ref=row.ref, canteen_id=row.canteen_id, name=row.name, enrolled_at=row.enrolled_at,
        lease_until=row.lease_until, last_contact_at=row.last_contact_at,
        first_sheet_on=row.first_sheet_on, revoked_at=row.revoked_at, emptied_at=row.emptied_at,
        lost_at=row.lost_at, lost_reason=row.lost_reason,
    )  # fmt: skip
