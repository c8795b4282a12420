"""Passwords.

What is good enough, how they are kept, and the one-time ones that an administrator hands over.
"""

import secrets
import string
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from canteen.core.errors import Refusal

SHORTEST = 10
LONGEST = 200
"""Longer text is no password, and hashing it would be a way to keep the server busy."""

# No I, L, O, 0, 1: it is read out over the telephone.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

ROWS = (string.digits * 3, string.ascii_lowercase, "qwertyuiopasdfghjklzxcvbnm")

_hasher = PasswordHasher()
# What a sign-in with an unknown login is checked against, so that its answer takes as long as any other.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$0Bgx8Lz3CcrvRR6QwpFvmQ$PLUK/zNg3/lu/xuqmLibrwXj1MJRydfiEGTBSuYd2j8"


def hashed(password: str) -> str:
    """A password as the database keeps it."""
    return _hasher.hash(_folded(password))


def fits(kept: str, password: str) -> bool:
    """Whether a password is the one that was kept. Takes about as long for a wrong one."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(kept, _folded(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a kept password was hashed with weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)


def check_new(password: str, login: str, name: str) -> None:
    """Refuse a new password that others would guess.

    Length is what counts; capitals and signs are not asked for, since they end up on a note under the
    keyboard.
    """
    folded = _folded(password)
    if len(folded) < SHORTEST:
        raise Refusal("password-short", f"密码至少要 {SHORTEST} 个字。", shortest=SHORTEST)
    if len(folded) > LONGEST:
        raise Refusal("password-long", f"密码最多 {LONGEST} 个字。", longest=LONGEST)
    lowered = folded.lower()
    if len(set(lowered)) < 4 or _is_a_run(lowered):
        raise Refusal("password-simple", "这个密码太好猜了，请换几个不相干的词连起来。")
    if (len(login) > 3 and login.lower() in lowered) or (len(name) > 1 and name.lower() in lowered):
        raise Refusal("password-named", "密码里不要用自己的姓名或登录名。")


def one_time() -> str:
    """A password to hand over, twelve characters in three groups: `k7mq-3xvt-9hwd`."""
    letters = [secrets.choice(ALPHABET) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


def _folded(password: str) -> str:
    # The same word typed on a phone and on a computer may differ in composed and decomposed characters.
    return unicodedata.normalize("NFKC", password)


def _is_a_run(text: str) -> bool:
    repeats = any(text == (text[:length] * len(text))[: len(text)] for length in range(1, 6))
    return repeats or any(text in row or text in row[::-1] for row in ROWS)
