"""What can happen to the people who work here. Each use case is one transaction and one line in the audit."""

import re
import unicodedata

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import transaction
from canteen.staff import passwords, throttle
from canteen.staff.models import Staff
from canteen.staff.queries import SignedIn, as_signed_in

LANGUAGES = ("zh", "en")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def sign_in(login: str, password: str, who: throttle.Caller) -> SignedIn:
    """The person of a login and password.

    Raises `sign-in-wrong`, the same for an unknown login, a wrong password and a person who left, and
    `sign-in-locked` (minutes) after five failures of a login or forty of an address within a quarter of an
    hour.
    """
    with transaction() as session:
        throttle.note_attempt(session, who, now())
        found = _by_login(session, login)
        kept = found.password_hash if found else passwords.NOBODY
    # Outside of any transaction: a hash takes a twentieth of a second, and the till must not wait for it.
    right = passwords.fits(kept, password)
    if found is None or not right:
        raise Refusal("sign-in-wrong", "登录名或密码不对。请再试一次。")
    return _welcome(found.id, password, kept, who)


def register(
    session: Session, login: str, name: str, role: Role, password: str, *, by: str, must_change: bool = True
) -> int:
    """Add a person with this password and return their number. Joins a transaction.

    Raises `login-form`, `login-taken`, `name-missing`, `name-long`. The password is taken as given.
    """
    login, name = _folded_login(login), _folded_name(name)
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise Refusal("login-taken", "这个登录名已经有人用了，请换一个。")
    person = Staff(
        login=login,
        name=name,
        role=role.value,
        password_hash=passwords.hashed(password),
        must_change=must_change,
        created_at=now(),
    )
    session.add(person)
    session.flush()
    _note(session, "staff.add", by, person.id, role=role.value)
    return person.id


def add(login: str, name: str, role: Role, by: str) -> tuple[int, str]:
    """Add a person; return their number and the one-time password to hand over."""
    password = passwords.one_time()
    try:
        with transaction() as session:
            return register(session, login, name, role, password, by=by), password
    except IntegrityError as error:
        raise Refusal("login-taken", "这个登录名已经有人用了，请换一个。") from error


def first_administrator(session: Session, by: str = "system:init") -> tuple[str, str] | None:
    """Add the first administrator; return login and one-time password, None where there is one. Joins."""
    if session.scalar(select(func.count()).select_from(Staff)):
        return None
    password = passwords.one_time()
    register(session, "admin", "系统管理员", Role.ADMINISTRATOR, password, by=by)
    return "admin", password


def change_password(staff_id: int, old: str, new: str, who: throttle.Caller) -> SignedIn:
    """A person chooses a password; every other sign-in of theirs ends.

    Raises `password-old` where the old one is wrong, `password-same`, what passwords.check_new raises, and
    `sign-in-locked` after too many wrong ones: a screen left open is no place to guess.
    """
    with transaction() as session:
        throttle.note_attempt(session, who, now())
        person = _working(session, staff_id)
        kept, login, name = person.password_hash, person.login, person.name
    if not passwords.fits(kept, old):
        raise Refusal("password-old", "现在的密码不对。请再填一次。")
    _forgive(who)
    if passwords.fits(kept, new):
        raise Refusal("password-same", "新密码和现在的一样，请换一个。")
    passwords.check_new(new, login, name)
    fresh = passwords.hashed(new)
    with transaction() as session:
        person = _working(session, staff_id)
        person.password_hash, person.must_change = fresh, False
        person.sign_in_version += 1
        _note(session, "staff.password", f"staff:{staff_id}", staff_id)
        return as_signed_in(person)


def reset_password(staff_id: int, by: str, login_key: str) -> str:
    """A new one-time password for a person who forgot theirs; their sign-ins and failures end."""
    password = passwords.one_time()
    fresh = passwords.hashed(password)
    with transaction() as session:
        person = _working(session, staff_id)
        person.password_hash, person.must_change = fresh, True
        person.sign_in_version += 1
        throttle.strike_out(session, login_key)
        _note(session, "staff.reset", by, staff_id)
    return password


def change_role(staff_id: int, role: Role, by: str) -> None:
    """Trust a person with another role. Their sign-ins end, so the old role is over at once.

    Raises `last-administrator`: somebody must be left who can let others in.
    """
    with transaction() as session:
        administrators = _lock_administrators(session)
        person = _working(session, staff_id)
        if person.role == role.value:
            return
        _keep_one(administrators, staff_id)
        before, person.role = person.role, role.value
        person.sign_in_version += 1
        _note(session, "staff.role", by, staff_id, before=before, after=role.value)


def rename(staff_id: int, name: str, by: str) -> None:
    """Correct a person's name, as papers and the till show it. Papers already sealed keep theirs."""
    folded = _folded_name(name)
    with transaction() as session:
        person = _working(session, staff_id)
        if person.name != folded:
            person.name = folded
            _note(session, "staff.name", by, staff_id)


def dismiss(staff_id: int, by: str) -> None:
    """A person no longer works here. They cannot sign in any more; what they did stays.

    Raises `self-dismissal` and `last-administrator`.
    """
    if by == f"staff:{staff_id}":
        raise Refusal("self-dismissal", "不能让自己离职。请另一位系统管理员来办。")
    with transaction() as session:
        administrators = _lock_administrators(session)
        person = _working(session, staff_id)
        _keep_one(administrators, staff_id)
        person.dismissed_at = now()
        person.sign_in_version += 1
        _note(session, "staff.dismiss", by, staff_id)


def sign_out_everywhere(staff_id: int, by: str) -> None:
    """End every sign-in of a person, on every computer."""
    with transaction() as session:
        _working(session, staff_id).sign_in_version += 1
        _note(session, "staff.sign-out-everywhere", by, staff_id)


def choose_language(staff_id: int, language: str) -> None:
    """Remember the language that a person reads."""
    if language not in LANGUAGES:
        raise Refusal("language-unknown", "没有这种语言。")
    with transaction() as session:
        _working(session, staff_id).language = language


def _welcome(staff_id: int, password: str, kept: str, who: throttle.Caller) -> SignedIn:
    fresh = passwords.hashed(password) if passwords.is_outdated(kept) else None
    with transaction() as session:
        person = _working(session, staff_id)
        if person.password_hash != kept:
            raise Refusal("sign-in-wrong", "登录名或密码不对。请再试一次。")
        if fresh:
            person.password_hash = fresh
        throttle.strike_out(session, who.login_key)
        _note(session, "staff.sign-in", f"staff:{staff_id}", staff_id)
        return as_signed_in(person)


def _forgive(who: throttle.Caller) -> None:
    with transaction() as session:
        throttle.strike_out(session, who.login_key)


def _by_login(session: Session, login: str) -> Staff | None:
    folded = unicodedata.normalize("NFKC", login).strip().lower()
    return session.scalar(select(Staff).where(Staff.login == folded, Staff.dismissed_at.is_(None)))


def _working(session: Session, staff_id: int) -> Staff:
    person = session.scalar(select(Staff).where(Staff.id == staff_id).with_for_update())
    if person is None or person.dismissed_at is not None:
        raise Refusal("staff-unknown", "没有这位工作人员，或者已经离职了。")
    return person


def _lock_administrators(session: Session) -> set[int]:
    """The numbers of all administrators, locked in one order before anybody is changed.

    Else two administrators who are demoted at the same moment would each still see the other.
    """
    left = select(Staff.id).where(Staff.role == Role.ADMINISTRATOR.value, Staff.dismissed_at.is_(None))
    return set(session.scalars(left.order_by(Staff.id).with_for_update()))


def _keep_one(administrators: set[int], leaving: int) -> None:
    if administrators == {leaving}:
        raise Refusal("last-administrator", "这是最后一位系统管理员。请先添加另一位，再改这一位。")


def _folded_login(login: str) -> str:
    folded = unicodedata.normalize("NFKC", login).strip().lower()
    if not LOGIN.fullmatch(folded):
        raise Refusal("login-form", "登录名用 2 到 40 个小写字母或数字，中间可以有点和横线。")
    return folded


def _folded_name(name: str) -> str:
    folded = " ".join(unicodedata.normalize("NFC", name).split())
    if not folded or not folded.isprintable():
        raise Refusal("name-missing", "请填写姓名。")
    if len(folded) > 60:
        raise Refusal("name-long", "姓名最多 60 个字。")
    return folded


def _note(session: Session, act: str, by: str, staff_id: int, **detail: str) -> None:
    record(session, act=act, actor=by, subject=f"staff:{staff_id}", detail=detail or None)
