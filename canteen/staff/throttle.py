"""Failed sign-ins are counted in the database, so all processes count together.

An attempt is written down *before* the password is looked at and struck out when it was right: twenty
attempts at once are twenty attempts, not one. Login and address are kept as keyed hashes, which say nothing
to a reader.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from canteen.core.errors import Refusal
from canteen.staff.models import SignInFailure

WINDOW = timedelta(minutes=15)
MOST_PER_LOGIN = 5
MOST_PER_ADDRESS = 40
"""A whole office comes from one address: many people may mistype there before it looks like guessing."""
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose sign-in it claims to be and from where, as keyed hashes."""

    login_key: str
    address_key: str


def caller(key: bytes, login: str, address: str) -> Caller:
    """Both names under a key that stands outside the database."""
    return Caller(_keyed(key, "login", login), _keyed(key, "address", address))


def note_attempt(session: Session, who: Caller, at: datetime) -> None:
    """Write an attempt down; refuse where there were too many. Joins a transaction."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < at - KEPT))
    for column, value, most in (
        (SignInFailure.login_key, who.login_key, MOST_PER_LOGIN),
        (SignInFailure.address_key, who.address_key, MOST_PER_ADDRESS),
    ):
        _refuse_beyond(session, column == value, most, at)
    session.add(SignInFailure(login_key=who.login_key, address_key=who.address_key, at=at))


def strike_out(session: Session, login_key: str) -> None:
    """Forget the attempts of a login.

    It was right after all, or an administrator vouches. Joins a transaction.
    """
    session.execute(delete(SignInFailure).where(SignInFailure.login_key == login_key))


def _refuse_beyond(session: Session, whose: ColumnElement[bool], most: int, at: datetime) -> None:
    recent = select(SignInFailure.at).where(whose, SignInFailure.at > at - WINDOW)
    if (session.scalar(select(func.count()).select_from(recent.subquery())) or 0) < most:
        return
    # Free again when the oldest of the last `most` attempts leaves the window.
    oldest = session.scalars(recent.order_by(SignInFailure.at.desc()).offset(most - 1).limit(1)).one()
    minutes = max(1, -(-int((oldest + WINDOW - at).total_seconds()) // 60))
    raise Refusal("sign-in-locked", f"试错的次数太多了。请等 {minutes} 分钟再试。", minutes=minutes)


def _keyed(key: bytes, kind: str, text: str) -> str:
    return hmac.new(key, f"sign-in {kind}:{text.strip().lower()}".encode(), hashlib.sha256).hexdigest()
