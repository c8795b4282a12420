"""Reads of devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from canteen.core.errors import Refusal
from canteen.devices.credentials import bearer_sha256
from canteen.devices.models import Device, DeviceReport, EnrolmentCode

MOST_WRONG_TRIES = 5
"""So many wrong codes end every code that is open."""


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


@dataclass(frozen=True, slots=True)
class Report:
    """What a tablet tells of itself. `clock_error_ms`: how far its clock is ahead of ours."""

    version: str
    unsent: int
    kept: int
    oldest_unsent_at: datetime | None
    clock_error_ms: int
    battery_percent: int | None
    storage_persisted: bool | None
    self_test: Mapping[str, Any] | None
    epoch: int | None


@dataclass(frozen=True, slots=True)
class LastReport(Report):
    """The last report of a tablet: when it came, and when one last said that nothing was unsent."""

    reported_at: datetime
    empty_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device with what it last told of itself; None where it never did."""

    device: DeviceRow
    report: LastReport | None

    @property
    def waits_to_be_emptied(self) -> bool:
        """Whether it was revoked and still has to hand in what it holds."""
        row = self.device
        return row.revoked_at is not None and row.emptied_at is None and row.lost_at is None

    def has_synced_past(self, ends: datetime) -> bool:
        """Whether nothing of before `ends` can still lie in it.

        A tablet that reports must have said, after that instant, that nothing is unsent: a mere contact may be the
        first of a hundred records. One that never reports is judged by its contacts.
        """
        if self.report is not None:
            return self.report.empty_at is not None and self.report.empty_at >= ends
        last = self.device.last_contact_at
        return last is not None and last >= ends


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


def by_ref(session: Session, ref: str) -> DeviceState:
    """The device of this reference with its last report. Raises Refusal `device-unknown`."""
    found = _states(session, Device.ref == ref)
    if not found:
        raise Refusal("device-unknown", "没有这台设备。")
    return found[0]


def states_of_canteen(session: Session, canteen_id: int) -> list[DeviceState]:
    """A canteen's devices with what they last told: those in use first, then the others, by enrolment."""
    return sorted(_states(session, Device.canteen_id == canteen_id), key=lambda state: not state.device.is_trusted)


def code_state(session: Session, code_id: int, canteen_id: int, at: datetime) -> tuple[str, str]:
    """How a code stands, and the name of the tablet that used it: `waiting`, `used`, `expired` or `dead`.

    Raises Refusal `code-unknown` for a code of another canteen too.
    """
    row = session.get(EnrolmentCode, code_id)
    if row is None or row.canteen_id != canteen_id:
        raise Refusal("code-unknown", "没有这个授权码。")
    if row.used_at is not None:
        made = (Device.canteen_id == canteen_id, Device.enrolled_at == row.used_at)
        return "used", session.scalar(select(Device.name).where(*made).order_by(Device.id.desc()).limit(1)) or ""
    if row.expires_at <= at:
        return "expired", ""
    return ("dead" if row.wrong_tries >= MOST_WRONG_TRIES else "waiting"), ""


def _states(session: Session, *which: ColumnElement[bool]) -> list[DeviceState]:
    rows = (
        select(Device, DeviceReport)
        .outerjoin(DeviceReport, DeviceReport.device_id == Device.id)
        .where(*which)
        .order_by(Device.id)
    )
    return [DeviceState(as_row(device), _report(told)) for device, told in session.execute(rows)]


def _report(row: DeviceReport | None) -> LastReport | None:
    if row is None:
        return None
    return LastReport(
        version=row.version, unsent=row.unsent, kept=row.kept, oldest_unsent_at=row.oldest_unsent_at,
        clock_error_ms=row.clock_error_ms, battery_percent=row.battery_percent,
        storage_persisted=row.storage_persisted, self_test=row.self_test, epoch=row.epoch,
        reported_at=row.reported_at, empty_at=row.empty_at,
    )  # fmt: skip


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
