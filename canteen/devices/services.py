"""What can happen to devices: a code is made, a tablet enrols, is revoked, declared lost, or heard from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.devices import credentials
from canteen.devices.models import Device, DeviceReport, EnrolmentCode, EnrolmentFailure
from canteen.devices.queries import MOST_WRONG_TRIES, DeviceRow, Report, as_row

CODE_LASTS = timedelta(minutes=10)
LEASE = timedelta(hours=72)
MOST_WRONG_FROM_ADDRESS = 30
ADDRESS_WATCHED = timedelta(hours=1)
LONGEST_NAME = 40
WRONG = "授权码不对或已过期。请食堂负责人在“设备”页面重新生成一个。"


@dataclass(frozen=True, slots=True)
class FreshCode:
    """A code that was just made; it is shown once and kept as a keyed hash only."""

    code: str
    expires_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a tablet gets on enrolment, once."""

    ref: str
    token: str
    secret: str
    canteen_code: str
    lease_until: datetime


def make_code(canteen_id: int, device_key: bytes, actor: str) -> FreshCode:
    """A one-time code for one tablet of a canteen, good for ten minutes."""
    code, expires_at = credentials.new_code(), now() + CODE_LASTS
    with transaction() as session:
        row = EnrolmentCode(
            code_hash=credentials.code_hash(device_key, code), canteen_id=canteen_id, expires_at=expires_at
        )
        session.add(row)
        record(session, "enrolment-code-made", actor, canteen_id=canteen_id)
        session.flush()
        return FreshCode(code, expires_at, row.id)


def enrol(code: str, name: str, address: str, device_key: bytes) -> Enrolled:
    """Turn a code into a device.

    Raises Refusal `enrolment-code-wrong`, the same for a wrong, a used, an expired and a dead code and for an
    address that guesses; `device-name` for an empty or long name, before the code is looked at.
    """
    name = checked_name(name)
    wanted = credentials.code_hash(device_key, credentials.folded_code(code))
    caller = credentials.address_key(device_key, address)
    # A wrong try is written down, so it must be committed: the refusal is raised after the transaction.
    with transaction() as session:
        opened = _open_code(session, wanted, caller)
        if opened is None:
            _note_wrong_try(session, caller)
        else:
            return _enrol(session, opened, name, device_key)
    raise Refusal("enrolment-code-wrong", WRONG)


def checked_name(name: str) -> str:
    """The device's name as it is kept. Raises Refusal `device-name`."""
    kept = " ".join(name.split())
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        message = f"请给平板起个名字，比如“1 号窗口”，最多 {LONGEST_NAME} 个字。"
        raise Refusal("device-name", message, longest=LONGEST_NAME)
    return kept


def revoke(device_id: int, actor: str) -> DeviceRow:
    """Take the trust from a device: it may still hand in what it holds. Twice is once."""
    with transaction() as session:
        row = _locked(session, device_id)
        if row.revoked_at is None:
            row.revoked_at = now()
            record(session, "device-revoked", actor, f"device:{row.ref}", row.canteen_id)
        return as_row(row)


def rename(device_id: int, name: str, actor: str) -> DeviceRow:
    """Give a device another name: the window that it stands at. Raises Refusal `device-name`."""
    name = checked_name(name)
    with transaction() as session:
        row = _locked(session, device_id)
        if row.name != name:
            row.name = name
            record(session, "device-renamed", actor, f"device:{row.ref}", row.canteen_id)
        return as_row(row)


def take_report(device_id: int, report: Report) -> DeviceRow:
    """Keep what a tablet tells of itself, a revoked one too, and count it as heard from."""
    at = now()
    with transaction() as session:
        row = _locked(session, device_id)
        row.last_contact_at = at
        if row.revoked_at is None and row.lost_at is None:
            row.lease_until = at + LEASE
        told = session.get(DeviceReport, device_id) or DeviceReport(device_id=device_id, empty_at=None)
        told.reported_at, told.version = at, report.version
        told.unsent, told.kept, told.oldest_unsent_at = report.unsent, report.kept, report.oldest_unsent_at
        told.empty_at = told.empty_at if report.unsent else at
        told.clock_error_ms, told.battery_percent = report.clock_error_ms, report.battery_percent
        told.storage_persisted, told.epoch = report.storage_persisted, report.epoch
        told.self_test = dict(report.self_test) if report.self_test else None
        session.add(told)
        return as_row(row)


def note_emptied(device_id: int, actor: str) -> datetime:
    """A revoked tablet has handed in all it held, and holds nothing any more. Twice is once.

    Raises Refusal `device-not-revoked`.
    """
    with transaction() as session:
        row = _locked(session, device_id)
        if row.revoked_at is None:
            raise Refusal("device-not-revoked", "这台平板没有停用，不用清空。")
        if row.emptied_at is None:
            row.emptied_at = now()
            record(session, "device-emptied", actor, f"device:{row.ref}", row.canteen_id)
        return row.emptied_at


def declare_lost(device_id: int, reason: str, actor: str) -> DeviceRow:
    """Say that a device will never be heard from again, and why.

    Raises Refusal `lost-reason`, `already-lost`.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > 200:
        raise Refusal("lost-reason", "请写明平板怎么丢的或坏的，最多 200 个字；月结要用到这个说明。")
    with transaction() as session:
        row = _locked(session, device_id)
        if row.lost_at is not None:
            raise Refusal("already-lost", "这台平板已经报过丢失。")
        row.lost_at, row.lost_reason = now(), reason
        row.revoked_at = row.revoked_at or row.lost_at
        record(session, "device-lost", actor, f"device:{row.ref}", row.canteen_id, {"reason": reason})
        return as_row(row)


def renew_lease(session: Session, device_id: int) -> datetime:
    """Note that a device was heard from, within the caller's transaction; answers when its lease ends."""
    until = now() + LEASE
    trusted = (Device.id == device_id, Device.revoked_at.is_(None), Device.lost_at.is_(None))
    session.execute(update(Device).where(*trusted).values(last_contact_at=now(), lease_until=until))
    return until


def note_sheet(session: Session, device_id: int, on: date) -> None:
    """Note the first day of which a device was given a sheet, within the caller's transaction.

    From then on it binds its canteen's months: it may hold scans of theirs.
    """
    first = (Device.id == device_id, Device.first_sheet_on.is_(None))
    session.execute(update(Device).where(*first).values(first_sheet_on=on.isoformat()))


def forget_old_failures(session: Session) -> None:
    """Drop wrong tries that nobody counts any more."""
    session.execute(delete(EnrolmentFailure).where(EnrolmentFailure.at < now() - ADDRESS_WATCHED))


def _open_code(session: Session, wanted: str, caller: str) -> EnrolmentCode | None:
    row = session.scalars(
        select(EnrolmentCode).where(EnrolmentCode.code_hash == wanted).with_for_update()
    ).first()
    wrong_from_here = session.scalar(
        select(func.count())
        .select_from(EnrolmentFailure)
        .where(EnrolmentFailure.address_key == caller, EnrolmentFailure.at > now() - ADDRESS_WATCHED)
    )
    if row is None or row.used_at is not None or row.expires_at <= now():
        return None
    if row.wrong_tries >= MOST_WRONG_TRIES or (wrong_from_here or 0) >= MOST_WRONG_FROM_ADDRESS:
        return None
    return row


def _note_wrong_try(session: Session, caller: str) -> None:
    # Nobody can say which code a wrong one was meant to be, so it counts against every code that is open.
    session.execute(
        update(EnrolmentCode)
        .where(EnrolmentCode.used_at.is_(None), EnrolmentCode.expires_at > now())
        .values(wrong_tries=EnrolmentCode.wrong_tries + 1)
    )
    forget_old_failures(session)
    session.add(EnrolmentFailure(address_key=caller, at=now()))


def _enrol(session: Session, code: EnrolmentCode, name: str, device_key: bytes) -> Enrolled:
    made, at = credentials.new_credentials(), now()
    code.used_at = at
    row = Device(
        ref=made.ref, canteen_id=code.canteen_id, name=name,
        token_sha256=credentials.bearer_sha256(made.token),
        secret_cipher=credentials.seal_secret(device_key, made.ref, made.secret),
        enrolled_at=at, lease_until=at + LEASE, last_contact_at=at,
    )  # fmt: skip
    session.add(row)
    canteen = session.get_one(Canteen, code.canteen_id)
    record(session, "device-enrolled", f"device:{made.ref}", f"device:{made.ref}", code.canteen_id)
    return Enrolled(made.ref, made.token, made.secret, canteen.code, row.lease_until)


def _locked(session: Session, device_id: int) -> Device:
    row = session.get(Device, device_id, with_for_update=True)
    if row is None:
        raise Refusal("device-unknown", "没有这台设备。")
    return row
