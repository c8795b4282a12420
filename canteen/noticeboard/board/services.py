"""What can happen to the link of a board: it is made, replaced, and revoked."""

import secrets

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.token import ALPHABET
from canteen.db import transaction
from canteen.noticeboard.board.models import BoardLink
from canteen.noticeboard.board.queries import token_sha256

TOKEN_LENGTH = 16
"""Eighty bits, in capitals that are never mistaken for each other: somebody types them into a television."""


def make_link(canteen_id: int, actor: str) -> str:
    """Make the link of a canteen's board; one that was there before ends. Answers the token, told this once.

    Raises Refusal `canteen-unknown`.
    """
    token = "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))
    with transaction() as session:
        _lock(session, canteen_id)
        _revoke(session, canteen_id, actor)
        session.add(
            BoardLink(canteen_id=canteen_id, token_sha256=token_sha256(token), made_by=actor[:80], made_at=now())
        )
        record(session, "board-link-made", actor, canteen_id=canteen_id)
    return token


def revoke_link(canteen_id: int, actor: str) -> None:
    """End the link of a canteen's board. Raises Refusal `board-none` where there is none, `canteen-unknown`."""
    with transaction() as session:
        _lock(session, canteen_id)
        if not _revoke(session, canteen_id, actor):
            raise Refusal("board-none", "这个食堂的大屏没有在用的链接。")
        record(session, "board-link-revoked", actor, canteen_id=canteen_id)


def _lock(session: Session, canteen_id: int) -> None:
    """Two who make a link at once follow each other at the canteen's row."""
    held = select(Canteen.id).where(Canteen.id == canteen_id).with_for_update(key_share=True)
    if session.scalars(held).first() is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")


def _revoke(session: Session, canteen_id: int, actor: str) -> bool:
    ended = (
        update(BoardLink)
        .where(BoardLink.canteen_id == canteen_id, BoardLink.revoked_at.is_(None))
        .values(revoked_at=now(), revoked_by=actor[:80])
        .returning(BoardLink.id)
    )
    return session.scalars(ended).first() is not None
