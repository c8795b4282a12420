"""Closing an account: asked for by one person, approved by another, the balance paid to whom it belongs.

A dead elder's money is the heirs'. It is never used to take back meals that were wrongly charged to others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.cards.services import close as close_card
from canteen.cards.services import lock_elder
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.elders.accounts import close_account
from canteen.elders.models import Elder
from canteen.wallets.models import AccountClosing
from canteen.wallets.services import PAID_OUT, OpenDay, lock_wallet, open_day, pay_out

RECEIVERS = ("elder", "proxy", "heir")
LONGEST: Mapping[str, int] = {"receiver_name": 60, "relation": 40, "evidence": 200}


@dataclass(frozen=True, slots=True)
class NewClosing:
    """Who is to get the balance: the elder; a proxy or an heir with name, relation and evidence."""

    elder_id: int
    receiver: str
    method: str
    actor: str
    receiver_name: str = ""
    relation: str = ""
    evidence: str = ""


def ask(wanted: NewClosing) -> int:
    """Ask that an account be closed; a second person approves it. Answers the closing's number.

    Raises Refusal `receiver-unknown`, `receiver-elder` (a dead elder gets nothing), `receiver-heir` (a living
    one has no heirs), `receiver-details`, `text-too-long`, `method-unknown`, `closing-waits`,
    `account-ended`.
    """
    wanted = _checked(wanted)
    with transaction() as session:
        elder = lock_elder(session, wanted.elder_id)
        _check_receiver(elder, wanted.receiver)
        if _waiting(session, elder.id) is not None:
            raise Refusal("closing-waits", "已经有一份销户申请在等人复核。")
        row = AccountClosing(
            elder_id=elder.id, receiver=wanted.receiver, receiver_name=wanted.receiver_name or None,
            relation=wanted.relation or None, evidence=wanted.evidence or None, method=wanted.method,
            amount_fen=lock_wallet(session, elder.id).balance_fen, asked_by=wanted.actor, asked_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        detail = {"closing": row.id, "receiver": row.receiver}
        record(session, "closing-asked", wanted.actor, f"elder:{elder.ref}", elder.home_canteen_id, detail)
        return row.id


def approve(closing_id: int, actor: str) -> int:
    """Approve a closing: pay the balance out, end the card, close the account. Answers what was paid, in fen.

    Raises Refusal `closing-unknown`, `closing-settled`, `same-person`, `receiver-elder`, `receiver-heir`,
    `account-ended`.
    """
    with transaction() as session:
        day = open_day(session, _home_of(session, closing_id))
        row = _locked(session, closing_id)
        if row.asked_by == actor:
            raise Refusal("same-person", "提出的人不能自己复核。请另一位工作人员来办。")
        elder = lock_elder(session, row.elder_id)
        # The elder may have died, or the account been closed, since it was asked for.
        _check_receiver(elder, row.receiver)
        _pay(session, elder, row, day)
        close_card(session, elder.id, actor)
        close_account(session, elder.id, day.on)
        row.approved_by, row.approved_at = actor, now()
        detail = {"closing": row.id, "amount_fen": row.amount_fen, "receiver": row.receiver}
        record(session, "account-closed", actor, f"elder:{elder.ref}", elder.home_canteen_id, detail)
        return row.amount_fen


def refuse(closing_id: int, actor: str) -> None:
    """Turn a closing down; whoever asked for it may take it back so too. Raises Refusal as `approve` does."""
    with transaction() as session:
        row = _locked(session, closing_id)
        row.refused_at = now()
        detail = {"closing": row.id}
        record(session, "closing-refused", actor, _subject(session, row), detail=detail)


def _checked(wanted: NewClosing) -> NewClosing:
    texts = {name: " ".join(getattr(wanted, name).split()) for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(texts[name]) > longest:
            raise Refusal("text-too-long", f"这一项最多 {longest} 个字，请缩短。", longest=longest)
    if wanted.receiver not in RECEIVERS:
        raise Refusal("receiver-unknown", "请选择余额退给谁：本人、代办人或继承人。")
    if wanted.receiver != "elder" and not all(texts.values()):
        raise Refusal("receiver-details", "退给代办人或继承人，要填姓名、关系和证明。")
    if wanted.method not in PAID_OUT:
        raise Refusal("method-unknown", "退款只能用现金或转账。")
    return NewClosing(wanted.elder_id, wanted.receiver, wanted.method, wanted.actor, **texts)


def _check_receiver(elder: Elder, receiver: str) -> None:
    if elder.closed_on is not None:
        raise Refusal("account-ended", "账户已注销。")
    if elder.died_on is not None and receiver != "heir":
        raise Refusal("receiver-elder", "已登记去世，余额只能退给继承人。")
    if elder.died_on is None and receiver == "heir":
        raise Refusal("receiver-heir", "没有登记去世，不能退给继承人。请选本人或代办人，或先登记去世。")


def _waiting(session: Session, elder_id: int) -> AccountClosing | None:
    rows = select(AccountClosing).where(
        AccountClosing.elder_id == elder_id,
        AccountClosing.approved_at.is_(None),
        AccountClosing.refused_at.is_(None),
    )
    return session.scalars(rows).first()


def _locked(session: Session, closing_id: int) -> AccountClosing:
    # The elder comes before everything else of theirs, the closing too: find whose it is, then lock in order.
    elder_id = session.scalar(select(AccountClosing.elder_id).where(AccountClosing.id == closing_id))
    if elder_id is None:
        raise Refusal("closing-unknown", "没有这份销户申请。")
    lock_elder(session, elder_id)
    rows = select(AccountClosing).where(AccountClosing.id == closing_id).with_for_update()
    row = session.scalars(rows, execution_options={"populate_existing": True}).one()
    if row.approved_at is not None or row.refused_at is not None:
        raise Refusal("closing-settled", "这份销户申请已经办过了。")
    return row


def _home_of(session: Session, closing_id: int) -> int:
    rows = select(Elder.home_canteen_id).join(AccountClosing, AccountClosing.elder_id == Elder.id)
    canteen_id = session.scalar(rows.where(AccountClosing.id == closing_id))
    if canteen_id is None:
        raise Refusal("closing-unknown", "没有这份销户申请。")
    return canteen_id


def _pay(session: Session, elder: Elder, row: AccountClosing, day: OpenDay) -> None:
    wallet = lock_wallet(session, elder.id)
    row.amount_fen = wallet.balance_fen
    if wallet.balance_fen:
        memo = {"method": row.method, "reason": "销户", "closing": str(row.id), "receiver": row.receiver}
        _done, row.entry_id = pay_out(session, wallet, wallet.balance_fen, day, memo)


def _subject(session: Session, row: AccountClosing) -> str:
    return f"elder:{session.get_one(Elder, row.elder_id).ref}"
