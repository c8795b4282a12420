"""Entering slips and sign sheets, approving them by a second person, and the numbers that are printed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.again import in_transaction
from canteen.checkin.cancelling import checked_reason
from canteen.checkin.outcome_words import MEAL
from canteen.checkin.slips.checking_in import check_in_slip, place_of
from canteen.checkin.slips.models import Slip, SlipSeries, SlipSheet
from canteen.checkin.slips.pictures import drop_picture, keep_picture
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.elders.models import Elder

OLDEST = timedelta(days=366)
MOST_LINES = 60
MOST_PRINTED = 400
WAITING, APPROVED, REJECTED, REFUSED = "waiting", "approved", "rejected", "refused"
"""A line waits; a meal was made; the check-in said no (taken, deceased); a person sent it back."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of paper: its number, whose meal it was, and the cash that was taken, in fen; None: the wallet."""

    number: str
    elder_ref: str
    cash_fen: int | None = None


@dataclass(frozen=True, slots=True)
class NewSheet:
    """What is entered at one time. `number` is a sign sheet's own; single slips have none."""

    canteen_id: int
    service_on: date
    meal_period: str
    witness: str
    cause: str
    lines: Sequence[NewLine]
    number: str | None = None
    picture: bytes | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of one approved line."""

    slip_id: int
    number: str
    state: str
    code: str | None
    meal_no: int | None


def enter(wanted: NewSheet, by: str, folder: Path) -> int:
    """Keep what the paper says, for another person to approve; answers the sheet's number in our books.

    Raises Refusal `slip-none`, `slip-many`, `slip-date`, `slip-period`, `slip-number`, `slip-number-taken`,
    `slip-twice`, `elder-unknown`, `picture-large`, `picture-kind`; nothing is kept then.
    """
    _refuse_lines(wanted)
    handle, sha256 = keep_picture(folder, wanted.picture) if wanted.picture else (None, None)
    try:
        return in_transaction(lambda session: _enter(session, wanted, by, handle, sha256))
    except IntegrityError as error:
        _forget(folder, handle)
        raise Refusal("slip-number-taken", "这个单号已经录过了，请核对纸单上的号。") from error
    except Refusal:
        _forget(folder, handle)
        raise


def approve(slip_id: int, by: str) -> Approved:
    """Approve one line: it is checked in, as one meal of its slot or as what the outcome table says.

    Raises Refusal `slip-unknown`, `slip-decided`, `slip-own`, `slip-no-rule`, `slip-closed`.
    """
    try:
        return in_transaction(lambda session: _approve(session, slip_id, by))
    except IntegrityError:
        # Somebody took the slot between the look and the write: now the look finds it.
        return in_transaction(lambda session: _approve(session, slip_id, by))


def refuse(slip_id: int, reason: str, by: str) -> None:
    """Send a line back with a reason; it makes no meal.

    Raises Refusal `reason-missing`, `slip-unknown`, `slip-decided`. Who entered it may take it back this way too.
    """
    stated = checked_reason(reason)
    in_transaction(lambda session: _refuse(session, slip_id, stated, by))


def give_numbers(canteen_id: int, kind: str, count: int, by: str) -> tuple[int, int]:
    """The next numbers to print, first and last; `kind`: `slips` or `sheets`. Raises Refusal `slip-print`."""
    if not 1 <= count <= MOST_PRINTED:
        raise Refusal("slip-print", f"一次打印 1 到 {MOST_PRINTED} 个号。", most=MOST_PRINTED)
    return in_transaction(lambda session: _give_numbers(session, canteen_id, kind, count, by))


def check_in_again(session: Session, slip: Slip) -> int | None:
    """Make the meal of an approved line anew, after the one before it was taken back; within the caller's transaction."""
    sheet = session.get_one(SlipSheet, slip.sheet_id)
    made = check_in_slip(session, sheet, slip)
    if made.meal_id is not None:
        slip.meal_id, slip.code = made.meal_id, made.code
        session.flush()
    return made.meal_id


def _refuse_lines(wanted: NewSheet) -> None:
    if not wanted.lines:
        raise Refusal("slip-none", "请至少填一行：单号和是哪位老人。")
    if len(wanted.lines) > MOST_LINES:
        raise Refusal("slip-many", f"一次最多录 {MOST_LINES} 行，请分开录。", most=MOST_LINES)
    for line in wanted.lines:
        if not line.number or len(line.number) > 20:
            raise Refusal("slip-number", "每一行都要有单号，最多 20 个字。")
    for what, code in (("number", "slip-number-taken"), ("elder_ref", "slip-twice")):
        counts = Counter(getattr(line, what) for line in wanted.lines)
        value, count = counts.most_common(1)[0]
        if count > 1:
            line = next(line for line in wanted.lines if getattr(line, what) == value)
            raise Refusal(code, "同一张单上有两行一样，请核对。", number=line.number)


def _enter(
    session: Session, wanted: NewSheet, by: str, handle: str | None, sha256: str | None
) -> int:
    place = place_of(session, wanted.canteen_id)
    if wanted.meal_period not in place.hours:
        raise Refusal("slip-period", "这个食堂不供应这一餐。")
    day = today(place.zone.key)
    if not day - OLDEST <= wanted.service_on <= day:
        raise Refusal("slip-date", "日期要在今天或以前，最多一年。")
    sheet = SlipSheet(
        canteen_id=wanted.canteen_id, number=wanted.number, service_on=wanted.service_on,
        meal_period=wanted.meal_period, witness=wanted.witness, cause=wanted.cause, picture=handle,
        picture_sha256=sha256, entered_by=by, entered_at=now(),
    )  # fmt: skip
    session.add(sheet)
    session.flush()
    refs = [line.elder_ref for line in wanted.lines]
    elders: dict[str, int] = dict(session.execute(select(Elder.ref, Elder.id).where(Elder.ref.in_(refs))).all())
    for line in wanted.lines:
        if line.elder_ref not in elders:
            raise Refusal("elder-unknown", "没有这位老人。", number=line.number)
        session.add(
            Slip(
                sheet_id=sheet.id, canteen_id=wanted.canteen_id, number=line.number,
                elder_id=elders[line.elder_ref], cash_fen=line.cash_fen, state=WAITING,
            )
        )  # fmt: skip
    session.flush()
    detail = {"lines": len(wanted.lines), "service_on": wanted.service_on.isoformat()}
    record_act(session, "slips-entered", by, f"slip-sheet:{sheet.id}", wanted.canteen_id, detail)
    return sheet.id


def _approve(session: Session, slip_id: int, by: str) -> Approved:
    slip = _waiting(session, slip_id)
    sheet = session.get_one(SlipSheet, slip.sheet_id)
    if sheet.entered_by == by:
        raise Refusal("slip-own", "这张单是您自己录的，请另一位同事来核准。")
    made = check_in_slip(session, sheet, slip)
    slip.state = APPROVED if made.state == MEAL else REJECTED
    slip.code, slip.meal_id = made.code, made.meal_id
    slip.decided_by, slip.decided_at = by, now()
    session.flush()
    detail = {"state": slip.state, "code": slip.code, "meal": slip.meal_id}
    record_act(session, "slip-approved", by, f"slip:{slip.id}", slip.canteen_id, detail)
    return Approved(slip.id, slip.number, slip.state, slip.code, slip.meal_id)


def _refuse(session: Session, slip_id: int, reason: str, by: str) -> None:
    slip = _waiting(session, slip_id)
    slip.state, slip.reason, slip.decided_by, slip.decided_at = REFUSED, reason, by, now()
    record_act(session, "slip-refused", by, f"slip:{slip.id}", slip.canteen_id, {"reason": reason})


def _waiting(session: Session, slip_id: int) -> Slip:
    slip = session.get(Slip, slip_id, with_for_update=True)
    if slip is None:
        raise Refusal("slip-unknown", "没有这一行纸条。")
    if slip.state != WAITING:
        raise Refusal("slip-decided", "这一行已经有人处理过了，请刷新页面。")
    return slip


def _give_numbers(session: Session, canteen_id: int, kind: str, count: int, by: str) -> tuple[int, int]:
    series = session.get(SlipSeries, canteen_id, with_for_update=True)
    if series is None:
        series = SlipSeries(canteen_id=canteen_id, next_slip=1, next_sheet=1)
        session.add(series)
    column = "next_slip" if kind == "slips" else "next_sheet"
    first = int(getattr(series, column))
    setattr(series, column, first + count)
    detail = {"kind": kind, "first": first, "last": first + count - 1}
    record_act(session, "slips-printed", by, None, canteen_id, detail)
    session.flush()
    return first, first + count - 1


def _forget(folder: Path, handle: str | None) -> None:
    if handle is not None:
        drop_picture(folder, handle)
