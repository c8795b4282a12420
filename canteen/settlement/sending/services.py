"""Sending sealed donor statements: asked for on a page, carried out by the worker, outside of any transaction.

What waits is state in the database. Promises: one of a statement waits at a time; what may have gone out is never sent
again but by a person, and then under the same Message-ID; no address reaches the audit trail or an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import make_msgid

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.config import Settings
from canteen.core.errors import Corrupt, Refusal
from canteen.db import reading, transaction
from canteen.settlement.models import Statement
from canteen.settlement.rendering import archived
from canteen.settlement.sending import mailing
from canteen.settlement.sending.dropping import put_down
from canteen.settlement.sending.letter import MOST_BYTES, Enclosed, Letter, mail
from canteen.settlement.sending.models import StatementSending
from canteen.settlement.sending.outcome import SENT, NotSent, Outcome, PerhapsSent, State
from canteen.settlement.sending.queries import Sendable, sendable

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long it is waited after the first, second … try that may go better later; after the last it is given up."""

CLAIM_LASTS = timedelta(minutes=30)
"""A try that has not ended by then was cut off: every step of it ends by itself much sooner."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try that a worker has taken on."""

    id: int
    number: str
    way: str
    address: str
    message_id: str
    tries: int


def ask_to_send(number: str, settings: Settings, actor: str) -> int:
    """Let a sealed donor statement be sent to its sponsor; answers the sending's number.

    Raises Refusal `statement-unknown`, `statement-not-donors`, `sending-no-address`, `sending-waits`.
    """
    way = "mail" if settings.smtp_host else "drop"
    try:
        with transaction() as session:
            found = sendable(session, number)
            if way == "mail" and not found.email:
                raise Refusal(
                    "sending-no-address", "还没有填捐赠方的电子邮箱。请先在捐赠方的页面上填好，再发送。"
                )
            address = found.email if way == "mail" else None
            row = StatementSending(
                statement_id=found.statement_id, way=way, address=address,
                message_id=_message_id(session, found, address, settings), asked_by=actor[:80], asked_at=now(),
                state=State.WAITING.value, tries=0, next_try_at=now(),
            )  # fmt: skip
            session.add(row)
            session.flush()
            record(session, "statement-send", actor, f"statement:{number}", detail={"way": way})
            return row.id
    except IntegrityError as error:
        raise Refusal("sending-waits", "这份对账单已经在等着发送了，没有再发。") from error


def note_received(number: str, sending_id: int, actor: str) -> None:
    """Note that the sponsor has what nobody knew to have gone out. Raises Refusal `sending-not-unknown`."""
    with transaction() as session:
        found = sendable(session, number)
        rows = select(StatementSending).where(
            StatementSending.id == sending_id, StatementSending.statement_id == found.statement_id
        )
        row = session.scalars(rows.with_for_update()).first()
        if row is None or row.state != State.UNKNOWN:
            raise Refusal("sending-not-unknown", "这一次发送的结果已经清楚了，不用再记。")
        row.state, row.told_by = State.SENT.value, actor[:80]
        record(session, "statement-received", actor, f"statement:{number}")


def send_waiting(settings: Settings, limit: int = 100) -> int:
    """Try what waits to be sent and is due; answers how many tries were made. Each is tried once in a round."""
    settle_interrupted()
    done = 0
    for taken in _claimed(limit):
        outcome = _tried(taken, settings)
        _note(taken, outcome)
        done += 1
        if outcome.reason == "no-answer":
            break  # The others would wait as long for the same silence, and all other work with them.
    return done


def send_now(sending_id: int, settings: Settings) -> None:
    """Try one that waits, due or not; nothing where a worker has taken it already."""
    taken = _claim(sending_id)
    if taken is not None:
        _note(taken, _tried(taken, settings))


def settle_interrupted() -> int:
    """Tries whose worker died may have gone out: they are not taken up again. Answers how many there were."""
    cut_off = (
        update(StatementSending)
        .where(
            StatementSending.state == State.SENDING.value, StatementSending.begun_at <= now() - CLAIM_LASTS
        )
        .values(state=State.UNKNOWN.value, reason="interrupted", ended_at=now())
        .returning(StatementSending.id)
    )
    with reading() as session:
        waits = select(StatementSending.id).where(StatementSending.state == State.SENDING.value)
        if session.scalars(waits.limit(1)).first() is None:
            return 0
    with transaction() as session:
        return len(session.scalars(cut_off).all())


def _claimed(limit: int) -> Iterator[Try]:
    """Due sendings by number, each claimed before it is handed out."""
    after = 0
    for _number in range(limit):
        taken = _claim_next(after)
        if taken is None:
            return
        yield taken
        after = taken.id


def _claim_next(after: int) -> Try | None:
    due = select(StatementSending.id).where(
        StatementSending.id > after, StatementSending.state == State.WAITING.value,
        StatementSending.next_try_at <= now(),
    )  # fmt: skip
    with reading() as session:
        found = list(session.scalars(due.order_by(StatementSending.id).limit(20)))
    for sending_id in found:
        taken = _claim(sending_id)
        if taken is not None:
            return taken
    return None


def _claim(sending_id: int) -> Try | None:
    """Ours, unless another worker was faster: one statement decides."""
    mine = (
        update(StatementSending)
        .where(StatementSending.id == sending_id, StatementSending.state == State.WAITING.value)
        .values(state=State.SENDING.value, begun_at=now(), tries=StatementSending.tries + 1)
        .returning(StatementSending)
    )
    with transaction() as session:
        row = session.scalars(mine.execution_options(populate_existing=True)).first()
        if row is None:
            return None
        number = session.get_one(Statement, row.statement_id).number
        return Try(row.id, number, row.way, row.address or "", row.message_id, row.tries)


def _tried(taken: Try, settings: Settings) -> Outcome:
    """What came of one try. Only what is certain to have stayed here is tried again."""
    try:
        with reading() as session:
            found = sendable(session, taken.number)
        letter = _letter(found)
        if taken.way == "drop":
            put_down(settings.drop_folder, letter)
        else:
            _mail(letter, taken, settings)
    except (NotSent, PerhapsSent) as told:
        return told.outcome
    return SENT


def _mail(letter: Letter, taken: Try, settings: Settings) -> None:
    if letter.size_bytes > MOST_BYTES:
        raise NotSent("too-large")
    server = mailing.mail_server(settings)
    mailing.hand_in(server, mail(letter, server.sender, taken.address, taken.message_id, now()), taken.address)


def _letter(found: Sendable) -> Letter:
    try:
        files = archived(found.statement_id)
    except Refusal as refusal:
        raise NotSent("paper", again=refusal.code == "rendering-failed") from refusal
    except Corrupt as fault:
        raise NotSent("paper-lost") from fault
    enclosed = tuple(Enclosed(file.name, ending, file.content) for ending, file in files.items())
    return Letter(found.receiver, found.number, found.period, found.canteen_names, found.host, enclosed)


def _note(taken: Try, outcome: Outcome) -> None:
    """Write down what came of a try, unless somebody has settled it meanwhile."""
    is_last = taken.tries > len(WAITS)
    values: dict[str, object] = {"state": outcome.state.value, "reason": outcome.reason, "ended_at": now()}
    if outcome.again and is_last:
        values["state"] = State.FAILED.value
    elif outcome.again:
        values |= {"next_try_at": now() + WAITS[taken.tries - 1], "ended_at": None}
    # A try that took so long that it was held for cut off still knows best; to wait again it is too late then.
    states = [State.SENDING.value] if outcome.again else [State.SENDING.value, State.UNKNOWN.value]
    with transaction() as session:
        session.execute(
            update(StatementSending)
            .where(
                StatementSending.id == taken.id, StatementSending.tries == taken.tries,
                StatementSending.state.in_(states), StatementSending.told_by.is_(None),
            )
            .values(values)
        )  # fmt: skip


def _message_id(session: Session, found: Sendable, address: str | None, settings: Settings) -> str:
    """A new one; that of the last sending where it may be in the sponsor's hands already."""
    rows = select(StatementSending).where(StatementSending.statement_id == found.statement_id)
    last = session.scalars(rows.order_by(StatementSending.id.desc()).limit(1)).first()
    if last is not None and last.state == State.UNKNOWN and last.address == address:
        return last.message_id
    domain = settings.mail_sender.rpartition("@")[2]
    is_plain = domain.isascii() and domain.replace(".", "").replace("-", "").isalnum() and len(domain) <= 100
    return make_msgid(domain=domain if is_plain else "canteen.invalid")
