"""What can happen to a meal card. Each act locks the elder first, as every use case does."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.cards import queries, serials
from canteen.cards.models import MealCard
from canteen.cards.queries import LIVE, CardFilter, CardRow
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.token import make_token, token_sha256
from canteen.db import is_postgresql, transaction
from canteen.elders.models import Elder

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card that was just issued; `token` goes onto it and is kept nowhere in the clear."""

    serial: str
    issue_no: int
    token: str

    @property
    def tail(self) -> str:
        """卡尾号."""
        return serials.tail(self.serial)


def key_id(card_key: bytes) -> str:
    """By what name the database knows a card key."""
    return hashlib.sha256(card_key).hexdigest()[:16]


def issue_card(elder_id: int, canteen_id: int, card_key: bytes, actor: str) -> IssuedCard:
    """Issue an elder's first card. Raises Refusal `card-held`, `elder-deceased`, `account-ended`."""
    with transaction() as session:
        return issue(session, elder_id, canteen_id, card_key, actor)


def issue(session: Session, elder_id: int, canteen_id: int, card_key: bytes, actor: str) -> IssuedCard:
    """The same within the caller's transaction."""
    _live_elder(session, elder_id)
    if queries.live_card(session, elder_id) is not None:
        raise Refusal("card-held", "这位老人已经有卡了。卡丢了请按“挂失”或“补卡”。")
    number = _next_number(session, canteen_id)
    made = IssuedCard(serials.serial(canteen_id, number), 1, "")
    made = IssuedCard(made.serial, 1, make_token(card_key, made.serial, 1))
    session.add(MealCard(**_columns(made, elder_id, canteen_id, card_key)))
    record(session, "card-issued", actor, f"card:{made.serial}", canteen_id)
    return made


def issue_to_all(canteen_id: int, card_key: bytes, actor: str) -> int:
    """Issue cards to every living elder on a canteen's list who has none; answers how many."""
    with transaction() as session:
        return issue_many(session, canteen_id, card_key, actor)


def issue_many(session: Session, canteen_id: int, card_key: bytes, actor: str) -> int:
    """The same within the caller's transaction."""
    number, issued = _next_number(session, canteen_id), 0
    elders = queries.elders_without_card(session, canteen_id)
    for start in range(0, len(elders), AT_ONCE):
        rows = []
        for elder_id in elders[start : start + AT_ONCE]:
            serial = serials.serial(canteen_id, number)
            made = IssuedCard(serial, 1, make_token(card_key, serial, 1))
            rows.append(_columns(made, elder_id, canteen_id, card_key))
            number += 1
        issued += _insert_new(session, rows)
    if issued:
        record(session, "cards-issued", actor, canteen_id=canteen_id, detail={"cards": issued})
    return issued


def report_lost(elder_id: int, actor: str) -> CardRow:
    """Suspend an elder's card; the money stays. Raises Refusal `card-none`, `card-already-lost`."""
    with transaction() as session:
        card = _live(session, elder_id)
        if card.state == "lost":
            raise Refusal("card-already-lost", "这张卡已经挂失了。")
        return _turn(session, card, "lost", "card-lost", actor)


def lift_loss(elder_id: int, actor: str) -> CardRow:
    """The card was found again. Raises Refusal `card-none`, `card-not-lost`."""
    with transaction() as session:
        _live_elder(session, elder_id)
        card = _live(session, elder_id)
        if card.state != "lost":
            raise Refusal("card-not-lost", "这张卡没有挂失。")
        return _turn(session, card, "active", "card-lifted", actor)


def replace_card(elder_id: int, card_key: bytes, actor: str) -> IssuedCard:
    """A new issue under the same serial; the old token is dead at once, wallet and history stay.

    Raises Refusal `card-none`, `elder-deceased`, `account-ended`.
    """
    with transaction() as session:
        _live_elder(session, elder_id)
        card = _live(session, elder_id)
        _turn(session, card, "replaced", "card-replaced", actor)
        serial, issue_no = card.serial, card.issue_no + 1
        made = IssuedCard(serial, issue_no, make_token(card_key, serial, issue_no))
        session.add(MealCard(**_columns(made, elder_id, card.canteen_id, card_key)))
        return made


def close(session: Session, elder_id: int, actor: str) -> None:
    """End an elder's card for good, within the transaction that closes the account; none is no fault."""
    card = session.scalars(_live_rows(elder_id)).first()
    if card is not None:
        _turn(session, card, "closed", "card-closed", actor)


def mark_printed(canteen_id: int, wanted: CardFilter, actor: str) -> int:
    """Note that the sheet of these cards came out of the printer; answers how many were new."""
    with transaction() as session:
        ids = [card.id for card in queries.cards_to_print(session, canteen_id, wanted) if not card.printed_at]
        for start in range(0, len(ids), AT_ONCE):
            part = MealCard.id.in_(ids[start : start + AT_ONCE])
            session.execute(update(MealCard).where(part).values(printed_at=now()))
        if ids:
            record(session, "cards-printed", actor, canteen_id=canteen_id, detail={"cards": len(ids)})
        return len(ids)


def tokens(cards: Iterable[CardRow], card_key: bytes) -> list[tuple[CardRow, str]]:
    """Each card with its token, made again. Raises Refusal `card-key` for one made under another key."""
    found = [(card, make_token(card_key, card.serial, card.issue_no)) for card in cards]
    for card, token in found:
        if not hmac.compare_digest(token_sha256(token), card.token_sha256):
            message = f"尾号 {card.tail} 的卡是用旧密钥做的，印不出来。请给它补卡。"
            raise Refusal("card-key", message, tail=card.tail)
    return found


def note_export(canteen_id: int, count: int, actor: str) -> None:
    """Write down that the list for a card maker left the house."""
    with transaction() as session:
        record(session, "cards-exported", actor, canteen_id=canteen_id, detail={"cards": count})


def _columns(made: IssuedCard, elder_id: int, canteen_id: int, card_key: bytes) -> dict[str, Any]:
    at = now()
    return {
        "serial": made.serial, "issue_no": made.issue_no, "elder_id": elder_id, "canteen_id": canteen_id,
        "token_sha256": token_sha256(made.token), "key_id": key_id(card_key), "state": "active",
        "issued_at": at, "changed_at": at,
    }  # fmt: skip


def _insert_new(session: Session, rows: list[dict[str, Any]]) -> int:
    # An elder who is on two lists may get a card from both at once: the index on live cards lets one through.
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    done = session.execute(insert(MealCard).on_conflict_do_nothing().returning(MealCard.id), rows)
    return len(done.all())


def _next_number(session: Session, canteen_id: int) -> int:
    # Two counters that issue at once wait for each other here, so no number is given out twice.
    known = session.scalar(select(Canteen.id).where(Canteen.id == canteen_id).with_for_update(key_share=True))
    if known is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")
    last = session.scalar(
        select(func.max(MealCard.serial))
        .where(MealCard.serial.startswith(serials.prefix(canteen_id)))
        .where(func.length(MealCard.serial) == 12)
    )
    return serials.number_of(last) + 1 if last else 1


def lock_elder(session: Session, elder_id: int) -> Elder:
    """Take the elder's lock. Raises Refusal `elder-unknown`."""
    rows = select(Elder).where(Elder.id == elder_id).with_for_update(key_share=True)
    elder = session.scalars(rows, execution_options={"populate_existing": True}).first()
    if elder is None:
        raise Refusal("elder-unknown", "没有这位老人。")
    return elder


def _live_elder(session: Session, elder_id: int) -> Elder:
    elder = lock_elder(session, elder_id)
    if elder.died_on is not None:
        raise Refusal("elder-deceased", "已登记去世，不能办卡。")
    if elder.closed_on is not None:
        raise Refusal("account-ended", "账户已注销，不能办卡。")
    return elder


def _live_rows(elder_id: int) -> Any:
    return select(MealCard).where(MealCard.elder_id == elder_id, MealCard.state.in_(LIVE)).with_for_update()


def _live(session: Session, elder_id: int) -> MealCard:
    lock_elder(session, elder_id)
    card: MealCard | None = session.scalars(_live_rows(elder_id)).first()
    if card is None:
        raise Refusal("card-none", "这位老人还没有卡。请先发卡。")
    return card


def _turn(session: Session, card: MealCard, state: str, act: str, actor: str) -> CardRow:
    card.state, card.changed_at = state, now()
    session.flush()
    record(session, act, actor, f"card:{card.serial}", card.canteen_id, {"issue_no": card.issue_no})
    return queries.by_serial(session, card.serial)
