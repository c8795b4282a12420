"""Badges and PINs: how a person shows a till who they are.

A badge is a QR with 128 random bits; whoever holds it up is that person, so it is shown once, printed, and only its
SHA-256 is kept. A lost one is replaced, and the old one is dead with the next contact of a tablet. The PIN of
eight digits works where the server can be asked, and nowhere else: no tablet holds it or its hash.
"""

import hashlib
import re
import secrets
import unicodedata
from itertools import pairwise

from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.roles import COUNTER, Role
from canteen.core.token import ALPHABET, LOOKALIKES
from canteen.db import transaction
from canteen.staff import passwords, throttle
from canteen.staff.models import Staff, StaffBadge, StaffPin

PREFIX = "B/"
LENGTH = 26  # Crockford characters of 128 bits
BODY = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
PIN = re.compile(r"[0-9]{8}")

_hasher = PasswordHasher()


def issue(staff_id: int, by: str) -> str:
    """Give a person a badge and return what its QR holds, this once; an older badge of theirs is dead.

    Raises Refusal `staff-unknown`, and `badge-role` for a person who does not serve at a counter.
    """
    code = make_code()
    try:
        with transaction() as session:
            person = session.scalar(select(Staff).where(Staff.id == staff_id).with_for_update())
            if person is None or person.dismissed_at is not None:
                raise Refusal("staff-unknown", "没有这位工作人员，或者已经离职了。")
            if Role(person.role) not in COUNTER:
                raise Refusal("badge-role", "民政工作人员不在窗口收银，不用工作牌。")
            replaced = _revoke(session, staff_id)
            session.add(StaffBadge(staff_id=staff_id, sha256=sha256(code), issued_by=by, issued_at=now()))
            record(session, "staff.badge", by, f"staff:{staff_id}", detail={"replaced": replaced})
    except IntegrityError as error:
        raise Refusal("badge-twice", "刚刚已经发了一张。请再看一下。") from error
    return code


def revoke(staff_id: int, by: str) -> None:
    """Make a person's badge worthless; tills learn it with their next contact. Raises `badge-none`."""
    with transaction() as session:
        if not _revoke(session, staff_id):
            raise Refusal("badge-none", "这个人现在没有工作牌。")
        record(session, "staff.badge-revoked", by, f"staff:{staff_id}")


def choose_pin(staff_id: int, pin: str, password: str, who: throttle.Caller) -> None:
    """A person chooses eight digits for the till, proving by the password that it is them.

    Raises Refusal `pin-form`, `pin-simple`, `password-old`, `sign-in-locked`, `staff-unknown`.
    """
    _check_pin(pin)
    with transaction() as session:
        throttle.note_attempt(session, who, now())
        kept = _working(session, staff_id).password_hash
    if not passwords.fits(kept, password):
        raise Refusal("password-old", "现在的密码不对。请再填一次。")
    fresh = _hasher.hash(pin)
    with transaction() as session:
        throttle.strike_out(session, who.login_key)
        _working(session, staff_id)
        held = session.get(StaffPin, staff_id)
        if held is None:
            session.add(StaffPin(staff_id=staff_id, pin_hash=fresh, chosen_at=now()))
        else:
            held.pin_hash, held.chosen_at = fresh, now()
        record(session, "staff.pin", f"staff:{staff_id}", f"staff:{staff_id}")


def check_pin(staff_id: int, pin: str, who: throttle.Caller) -> None:
    """Whether these are a person's eight digits; every wrong one is counted in the database.

    Raises Refusal `pin-wrong`, the same for a person without a PIN, and `sign-in-locked` after five.
    """
    with transaction() as session:
        throttle.note_attempt(session, who, now())
        held = session.scalar(
            select(StaffPin.pin_hash)
            .join(Staff, Staff.id == StaffPin.staff_id)
            .where(StaffPin.staff_id == staff_id, Staff.dismissed_at.is_(None))
        )
    if not passwords.fits(held or passwords.NOBODY, unicodedata.normalize("NFKC", pin)) or held is None:
        raise Refusal("pin-wrong", "密码不对。请再试一次，或扫工作牌。")
    with transaction() as session:
        throttle.strike_out(session, who.login_key)


def make_code() -> str:
    """A badge's QR text: `B/` and 26 Crockford characters, 128 random bits."""
    bits = secrets.randbits(128)
    return PREFIX + "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def sha256(code: str) -> str:
    """The only form in which a badge is kept: SHA-256 of its 26 characters, in hexadecimal."""
    return hashlib.sha256(code.removeprefix(PREFIX).encode()).hexdigest()


def read_badge(text: str) -> str | None:
    """The hash of a badge that was scanned, look-alikes folded; None for anything else."""
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    body = folded.removeprefix(PREFIX).translate(LOOKALIKES)
    return sha256(body) if folded.startswith(PREFIX) and BODY.fullmatch(body) else None


def _check_pin(pin: str) -> None:
    if not PIN.fullmatch(pin):
        raise Refusal("pin-form", "请填 8 位数字。")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    # A birthday is what somebody who knows the person would try first.
    is_date = pin[:2] in {"19", "20"} and "01" <= pin[4:6] <= "12" and "01" <= pin[6:] <= "31"
    if len(set(pin)) < 4 or steps in ({1}, {-1}) or pin[:4] == pin[4:] or is_date:
        raise Refusal("pin-simple", "这个密码太好猜了。不要用生日、连号或重复的数字。")


def _revoke(session: Session, staff_id: int) -> bool:
    live = update(StaffBadge).where(StaffBadge.staff_id == staff_id, StaffBadge.revoked_at.is_(None))
    return bool(session.execute(live.values(revoked_at=now()).returning(StaffBadge.id)).all())


def _working(session: Session, staff_id: int) -> Staff:
    person = session.get(Staff, staff_id)
    if person is None or person.dismissed_at is not None:
        raise Refusal("staff-unknown", "没有这位工作人员，或者已经离职了。")
    return person
