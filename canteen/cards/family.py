"""What can happen to a family code: it is made or renewed, tried, locked after ten wrong tries, unlocked."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.cards import family_codes, queries
from canteen.cards.models import FamilyCode
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import is_postgresql, reading, transaction
from canteen.elders.models import Elder

MOST_WRONG_TRIES = 10


@dataclass(frozen=True, slots=True)
class FreshFamilyCode:
    """A code that was just made, to be printed or read out once; only its hash is kept."""

    elder_id: int
    code: str
    code_hash: str


def fresh_code(elder_id: int, code_key: bytes) -> FreshFamilyCode:
    """Make a code and its hash, before any transaction: hashing is slow on purpose."""
    code = family_codes.new_code()
    return FreshFamilyCode(elder_id, code, family_codes.hashed(code_key, elder_id, code))


def renew_family_code(elder_id: int, code_key: bytes, actor: str) -> str:
    """A new code for an elder's family, the first or the next; the old one is dead, a lock is gone."""
    fresh = fresh_code(elder_id, code_key)
    with transaction() as session:
        keep(session, [fresh], actor)
    return fresh.code


def keep(session: Session, codes: list[FreshFamilyCode], actor: str) -> None:
    """Keep the hashes of fresh codes, within the caller's transaction. Raises Refusal `elder-unknown`."""
    refs = dict(
        session.execute(select(Elder.id, Elder.ref).where(Elder.id.in_([c.elder_id for c in codes]))).all()
    )
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    for fresh in codes:
        if fresh.elder_id not in refs:
            raise Refusal("elder-unknown", "没有这位老人。")
        values = {"code_hash": fresh.code_hash, "wrong_tries": 0, "locked_at": None, "renewed_at": now()}
        rows = insert(FamilyCode).values(elder_id=fresh.elder_id, **values)
        session.execute(rows.on_conflict_do_update(index_elements=["elder_id"], set_=values))
        record(session, "family-code-renewed", actor, f"elder:{refs[fresh.elder_id]}")


def unlock_family_code(elder_id: int, actor: str) -> None:
    """Let a family try again with the code it has. Raises Refusal `family-code-none`."""
    with transaction() as session:
        row = session.get(FamilyCode, elder_id, with_for_update=True)
        if row is None:
            raise Refusal("family-code-none", "还没有家庭码。请先换一个家庭码。")
        row.wrong_tries, row.locked_at = 0, None
        elder = session.get_one(Elder, elder_id)
        record(session, "family-code-unlocked", actor, f"elder:{elder.ref}")


def check_family_code(token_sha256: str, code: str, code_key: bytes) -> int | None:
    """The elder's number if card and code belong together; None for whatever does not fit.

    An unknown, lost or replaced card, a page that is switched off, a wrong code and a locked one get the same
    answer and take the same time. A wrong code of six digits counts; the tenth in all locks the code.
    Limits per address are the page's business.
    """
    folded = family_codes.folded(code)
    elder_id, kept = _kept(token_sha256)
    right = family_codes.fits(code_key, elder_id or 0, folded, kept or family_codes.NOBODY)
    if elder_id is None or kept is None or not family_codes.CODE.fullmatch(folded):
        return None
    with transaction() as session:
        return elder_id if _settle(session, elder_id, kept, right) else None


def _kept(token_sha256: str) -> tuple[int | None, str | None]:
    with reading() as session:
        card = queries.by_token(session, token_sha256)
        if card is None or card.state != "active":
            return None, None
        elder, row = session.get(Elder, card.elder_id), session.get(FamilyCode, card.elder_id)
        if elder is None or elder.is_page_off or row is None:
            return None, None
        return elder.id, row.code_hash


def _settle(session: Session, elder_id: int, kept: str, right: bool) -> bool:
    # Decided on the row as it is now: of many guesses hashed at once no more than ten count.
    row = session.get(FamilyCode, elder_id, with_for_update=True)
    if row is None or row.code_hash != kept or row.locked_at is not None:
        return False
    if right:
        return True
    tries = row.wrong_tries + 1
    locked_at = now() if tries >= MOST_WRONG_TRIES else None
    session.execute(
        update(FamilyCode)
        .where(FamilyCode.elder_id == elder_id)
        .values(wrong_tries=tries, locked_at=locked_at)
    )
    return False
