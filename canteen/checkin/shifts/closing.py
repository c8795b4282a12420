"""日结: what a till must hold, what was counted, and the difference booked. It ends a shift, never the check-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.again import in_transaction
from canteen.checkin.counter import Sender
from canteen.checkin.shifts.events import HIGHEST_FLOAT_FEN, ID, LONGEST_NOTE, sha256_of
from canteen.checkin.shifts.figures import Uncounted, meals_standing, uncounted
from canteen.checkin.shifts.models import CashClose, ClosedEntry, ClosedScan, TillShift
from canteen.checkin.shifts.portions import MOST_PORTIONS, join_portions, portions_of
from canteen.checkin.shifts.queries import holder_ref, last_close, open_shift
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.errors import Refusal
from canteen.ledger import services as ledger
from canteen.staff.queries import names
from canteen.wallets.services import open_day, today_at

NOTES_FEN = (10000, 5000, 2000, 1000, 500, 200, 100, 50, 10)
"""Notes and coins that the counter offers, in fen."""
HIGHEST_COUNT_FEN = 100_000_000

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WantedClose:
    """What a cashier counted. `state` names what the till had been told when they counted; money in fen."""

    close_id: str
    state: str
    shift_id: str | None
    cashier_ref: str | None
    float_fen: int
    counted_fen: int
    denominations: Mapping[str, int] | None
    portions: Mapping[str, int]
    note: str | None
    no_meals_reason: str | None

    @property
    def content_sha256(self) -> str:
        """What the same close sent again must be equal in."""
        return sha256_of([self.counted_fen, self.float_fen, dict(self.denominations or {}), self.note])


def read_close(body: Mapping[str, Any]) -> WantedClose:
    """Read the body of a call. Raises Refusal `cash-close`, naming the key that is wrong."""
    close_id, state = body.get("id"), body.get("state")
    if not isinstance(close_id, str) or not ID.fullmatch(close_id):
        raise _bad("id")
    if not isinstance(state, str) or len(state) > 80:
        raise _bad("state")
    shift_id = body.get("shift_id")
    if shift_id is not None and (not isinstance(shift_id, str) or not ID.fullmatch(shift_id)):
        raise _bad("shift_id")
    return WantedClose(
        close_id, state, shift_id, _text(body, "cashier_ref"), _fen(body, "float_fen", HIGHEST_FLOAT_FEN),
        _fen(body, "counted_fen", HIGHEST_COUNT_FEN), _pieces(body), _portions(body), _text(body, "note"),
        _text(body, "no_meals_reason"),
    )  # fmt: skip


def preview(session: Session, sender: Sender) -> Answer:
    """What the close page shows: the figures since the last close, what must lie in the drawer, what was cooked."""
    found = uncounted(session, sender.device_id, sender.actor)
    shift, close = open_shift(session, sender.device_id), last_close(session, sender.device_id)
    on = _service_on(session, sender, shift, found)
    float_fen = 0 if shift is None else shift.float_fen
    return {
        "state": found.state, "service_on": on.isoformat(), "figures": found.figures, "float_fen": float_fen,
        "expected_fen": float_fen + found.booked_fen + found.held_fen,
        "served_in_canteen": meals_standing(session, sender.canteen_id, on),
        "portions": portions_of(session, sender.canteen_id, on), "is_late": shift is not None and shift.is_late,
        "shift_id": None if shift is None else shift.shift_id,
        "is_closed": close is not None and close.service_on == on, "is_empty": is_empty(found),
    }  # fmt: skip


def close_till(sender: Sender, wanted: WantedClose) -> Answer:
    """Close a till's cash and shift, once per id; sent again it gets the same answer.

    Raises Refusal `close-id-reused`; `figures-changed` where something came in since the cashier looked;
    `note-missing` for a difference without a note; `no-meals-reason` for an empty day without a reason.
    """
    return in_transaction(lambda session: _close(session, sender, wanted))


def is_empty(found: Uncounted) -> bool:
    """Whether nothing at all happened at the till since its last close."""
    return not found.scan_ids and not found.entry_ids


def _close(session: Session, sender: Sender, wanted: WantedClose) -> Answer:
    known = session.scalars(select(CashClose).where(CashClose.close_id == wanted.close_id)).first()
    if known is not None:
        if (known.content_sha256, known.device_id) != (wanted.content_sha256, sender.device_id):
            raise Refusal("close-id-reused", "这个编号已经用在另一次日结上，内容不一样。")
        return close_document(session, known)
    day = open_day(session, sender.canteen_id)
    found = uncounted(session, sender.device_id, sender.actor)
    if found.state != wanted.state:
        raise Refusal("figures-changed", "刚才又有新的记录，数字变了。请再看一遍，重新点一次现金。")
    shift = open_shift(session, sender.device_id)
    expected_fen = wanted.float_fen + found.booked_fen + found.held_fen
    difference_fen = wanted.counted_fen - expected_fen
    _refuse_unsaid(wanted, found, difference_fen)
    on = _service_on(session, sender, shift, found)
    row = CashClose(
        close_id=wanted.close_id, device_id=sender.device_id, canteen_id=sender.canteen_id,
        number=_next_number(session, sender.device_id), service_on=on, month=day.month,
        shift_id=wanted.shift_id or (shift.shift_id if shift else None), is_late=bool(shift and shift.is_late),
        float_fen=wanted.float_fen, expected_fen=expected_fen, counted_fen=wanted.counted_fen,
        difference_fen=difference_fen, denominations=dict(wanted.denominations) if wanted.denominations else None,
        figures=found.figures | {"portions": portions_of(session, sender.canteen_id, on) | dict(wanted.portions)},
        note=wanted.note, no_meals_reason=wanted.no_meals_reason, content_sha256=wanted.content_sha256,
        staff_id=_cashier(session, sender, wanted, shift), closed_by=sender.actor, closed_at=now(),
        entry_id=_book_difference(session, sender, day, wanted.close_id, difference_fen),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(ClosedScan(scan_row_id=scan_id, cash_close_id=row.id) for scan_id in found.scan_ids)
    session.add_all(ClosedEntry(entry_id=entry_id, cash_close_id=row.id) for entry_id in found.entry_ids)
    for period, portions in wanted.portions.items():
        key = f"close:{wanted.close_id}:{period}"
        join_portions(session, sender.canteen_id, on, period, portions, sender.actor, key)
    ended = update(TillShift).where(TillShift.device_id == sender.device_id, TillShift.is_closed.is_(False))
    session.execute(ended.values(is_closed=True))
    detail = {"number": row.number, "difference_fen": difference_fen, "meals": found.figures["meals"]}
    record_act(session, "cash-closed", sender.actor, f"close:{row.id}", sender.canteen_id, detail)
    session.flush()
    return close_document(session, row)


def close_document(session: Session, row: CashClose) -> Answer:
    """A close as the till prints it."""
    cashier = None if row.staff_id is None else names(session, {row.staff_id}).get(row.staff_id)
    return {
        "id": row.close_id, "close_no": row.id, "number": row.number, "service_on": row.service_on.isoformat(),
        "is_late": row.is_late, "float_fen": row.float_fen, "expected_fen": row.expected_fen,
        "counted_fen": row.counted_fen, "difference_fen": row.difference_fen, "figures": row.figures,
        "denominations": row.denominations, "note": row.note, "no_meals_reason": row.no_meals_reason,
        "cashier": cashier, "closed_at": row.closed_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip


def _refuse_unsaid(wanted: WantedClose, found: Uncounted, difference_fen: int) -> None:
    if difference_fen and wanted.note is None:
        raise Refusal("note-missing", "现金对不上，请在备注里写一句原因，再日结。")
    if is_empty(found) and wanted.no_meals_reason is None:
        raise Refusal("no-meals-reason", "今天没有用餐记录。请写停餐原因。")


def _book_difference(
    session: Session, sender: Sender, day: Any, close_id: str, difference_fen: int
) -> int | None:
    """The counted cash is the truth: the journal's cash follows it, and the difference stands in its own account."""
    if not difference_fen:
        return None
    postings = (
        journal.Posting(journal.CASH, difference_fen),
        journal.Posting(journal.CASH_DIFFERENCE, -difference_fen),
    )
    entry = journal.Entry(
        "cash-count", sender.canteen_id, day.on, day.month, postings, key=f"cash-close:{close_id}",
    )  # fmt: skip
    return ledger.post(session, entry)


def _service_on(session: Session, sender: Sender, shift: TillShift | None, found: Uncounted) -> Any:
    if shift is not None:
        return shift.service_on
    return found.days[-1] if found.days else today_at(session, sender.canteen_id)


def _cashier(session: Session, sender: Sender, wanted: WantedClose, shift: TillShift | None) -> int | None:
    if shift is not None and shift.staff_id is not None:
        return shift.staff_id
    return holder_ref(session, sender.canteen_id, wanted.cashier_ref)


def _next_number(session: Session, device_id: int) -> int:
    return (session.scalar(select(func.max(CashClose.number)).where(CashClose.device_id == device_id)) or 0) + 1


def _bad(field: str) -> Refusal:
    return Refusal("cash-close", f"日结里的 {field} 一项不对。", field=field)


def _fen(body: Mapping[str, Any], key: str, most: int) -> int:
    value = body.get(key)
    if type(value) is not int or not 0 <= value <= most:
        raise _bad(key)
    return value


def _text(body: Mapping[str, Any], key: str) -> str | None:
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NOTE:
        raise _bad(key)
    stated = " ".join(value.split())
    if stated and not stated.isprintable():
        raise _bad(key)
    return stated or None


def _pieces(body: Mapping[str, Any]) -> dict[str, int] | None:
    """Pieces by the note's value in fen; they must come to what was counted."""
    value = body.get("denominations")
    if value is None:
        return None
    known = {str(fen) for fen in NOTES_FEN}
    is_good = isinstance(value, dict) and all(
        key in known and type(count) is int and 0 <= count <= 100_000 for key, count in value.items()
    )
    if not is_good or sum(int(key) * count for key, count in value.items()) != body.get("counted_fen"):
        raise _bad("denominations")
    return dict(value)


def _portions(body: Mapping[str, Any]) -> dict[str, int]:
    value = body.get("portions") or {}
    is_good = isinstance(value, dict) and all(
        key in MEAL_PERIODS and type(count) is int and 0 <= count <= MOST_PORTIONS for key, count in value.items()
    )
    if not is_good:
        raise _bad("portions")
    return dict(value)
