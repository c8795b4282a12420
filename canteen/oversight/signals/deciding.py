"""Deciding on a signal: it is as it should be, its meals are not reported, or somebody else looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.again import in_transaction
from canteen.checkin.cancelling import checked_reason, reverse_meal
from canteen.checkin.models import Meal, MealCancel, Scan
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.ledger.models import Entry
from canteen.ledger.queries import is_closed
from canteen.oversight.models import Signal, SignalRuling
from canteen.oversight.restoring import restore_meal

VALID, EXCLUDED, REFERRED = "valid", "excluded", "referred"
DECISIONS = (VALID, EXCLUDED, REFERRED)
MOST_AT_ONCE = 20
"""More meals than this are not taken out unseen: each is ticked on the signal's page."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was written, and the meals it took out of the reports."""

    ruling_id: int
    ruling: str
    meals: tuple[int, ...]


def decide_signal(
    signal_id: int, ruling: str, reason: str, by: str, meals: Sequence[int] | None = None
) -> Decided:
    """Decide on a signal.

    `valid` needs no reason. `excluded` takes back the signal's meals, or those of them that are named in `meals`:
    in a closed month as an adjustment in the open one. `referred` lets somebody else decide. Raises Refusal
    `ruling-not-offered`, `reason-missing`, `signal-unknown`, `not-waiting`, `own-record`, `referred-yourself`,
    `meals-many`, `meal-unknown`; nothing is taken back then.
    """
    if ruling not in DECISIONS:
        raise Refusal("ruling-not-offered", "这种情况不能这样决定，请另选一项。", ruling=ruling)
    stated = reason_for(ruling, reason)
    return in_transaction(lambda session: _decide(session, signal_id, ruling, stated, by, meals))


def take_back_decision(ruling_id: int, reason: str, by: str) -> None:
    """Take back a decision; meals that it took out count again, if the month in which they were taken out is open.

    Raises Refusal `reason-missing`, `ruling-unknown`, `ruling-taken-back`, `month-closed`, `slot-held`,
    `no-rule-yet`.
    """
    stated = checked_reason(reason)
    try:
        in_transaction(lambda session: _take_back(session, ruling_id, stated, by))
    except IntegrityError as error:
        raise Refusal("slot-held", "老人这一餐已经另有一条记录，不能再恢复。") from error


def reason_for(ruling: str, reason: str) -> str:
    """The reason as it is kept; the first of the decisions needs none. Raises Refusal `reason-missing`."""
    return " ".join(reason.split())[:200] if ruling == VALID else checked_reason(reason)


def _decide(
    session: Session, signal_id: int, ruling: str, reason: str, by: str, meals: Sequence[int] | None
) -> Decided:
    signal = session.get(Signal, signal_id, with_for_update=True)
    if signal is None:
        raise Refusal("signal-unknown", "没有这条提示。")
    _refuse(session, signal, ruling, by)
    taken = _take_out(session, signal, reason, by, meals) if ruling == EXCLUDED else ()
    row = SignalRuling(
        signal_id=signal.id, ruling=ruling, reason=reason, meals=list(taken), ruled_by=by, ruled_at=now()
    )
    session.add(row)
    signal.state = ruling
    session.flush()
    detail = {"rule": signal.rule, "ruling": ruling, "reason": reason, "meals": list(taken)}
    record_act(session, "signal-ruled", by, f"signal:{signal.id}", signal.canteen_id, detail)
    return Decided(row.id, ruling, taken)


def _refuse(session: Session, signal: Signal, ruling: str, by: str) -> None:
    if signal.state not in ("open", REFERRED):
        raise Refusal("not-waiting", "这条记录已经有人处理过了，请刷新页面。")
    if by in cashiers(session, signal):
        raise Refusal("own-record", "这条记录是您自己收的，请另一位同事来决定。")
    if signal.state == REFERRED and (ruling == REFERRED or _referred_by(session, signal.id) == by):
        raise Refusal("referred-yourself", "已经转给负责人，请另一位来决定。")


def cashiers(session: Session, signal: Signal) -> set[str]:
    """Everybody who recorded what a signal is about."""
    scans = signal.facts.get("scans") or []
    claims = session.scalars(select(Scan.claim).where(Scan.id.in_(scans)))
    held = {claim.get("cashier_ref") for claim in claims}
    return {str(one) for one in {*held, *(signal.facts.get("cashiers") or ())} if one}


def _referred_by(session: Session, signal_id: int) -> str | None:
    rows = select(SignalRuling.ruled_by).where(
        SignalRuling.signal_id == signal_id, SignalRuling.ruling == REFERRED, SignalRuling.reversed_at.is_(None)
    )
    return session.scalars(rows.order_by(SignalRuling.id.desc()).limit(1)).first()


def _take_out(
    session: Session, signal: Signal, reason: str, by: str, named: Sequence[int] | None
) -> tuple[int, ...]:
    concerned: list[int] = signal.facts.get("meals") or []
    if named is None and len(concerned) > MOST_AT_ONCE:
        message = f"这条提示涉及 {len(concerned)} 餐，请打开它，逐餐勾选要剔除的。"
        raise Refusal("meals-many", message, count=len(concerned))
    wanted = concerned if named is None else list(named)
    if not set(wanted) <= set(concerned):
        raise Refusal("meal-unknown", "没有这一餐。")
    # In the order of the elders, so that two who decide at once cannot wait for each other.
    meals = session.scalars(select(Meal).where(Meal.id.in_(wanted)).order_by(Meal.elder_id, Meal.id)).all()
    standing = [meal for meal in meals if meal.cancelled_at is None]
    for meal in standing:
        cancel = MealCancel(
            cancel_id=f"signal-{signal.id}-{meal.id}", reason=reason, cancelled_by=by, cancelled_at=now()
        )
        reverse_meal(session, meal, cancel)
        session.add(cancel)
    return tuple(meal.id for meal in standing)


def _take_back(session: Session, ruling_id: int, reason: str, by: str) -> None:
    ruling = session.get(SignalRuling, ruling_id, with_for_update=True)
    if ruling is None:
        raise Refusal("ruling-unknown", "没有这个决定。")
    signal = session.get_one(Signal, ruling.signal_id, with_for_update=True)
    if ruling.reversed_at is not None or signal.state != ruling.ruling:
        raise Refusal("ruling-taken-back", "这个决定已经撤回过了。")
    _refuse_closed(session, ruling.meals)
    made = [restore_meal(session, meal_id, reason, by) for meal_id in ruling.meals]
    ruling.reversed_at, signal.state = now(), "open"
    if made:
        named = dict(zip(ruling.meals, made, strict=True))
        signal.facts = signal.facts | {"meals": [named.get(one, one) for one in signal.facts.get("meals") or ()]}
    detail = {"rule": signal.rule, "ruling": ruling.ruling, "reason": reason, "meals": made}
    record_act(session, "signal-ruling-taken-back", by, f"signal:{signal.id}", signal.canteen_id, detail)


def _refuse_closed(session: Session, meal_ids: Sequence[int]) -> None:
    rows = select(Entry.canteen_id, Entry.month).where(
        Entry.id.in_(select(MealCancel.entry_id).where(MealCancel.meal_id.in_(meal_ids)))
    )
    for canteen_id, month in session.execute(rows):
        if canteen_id is not None and is_closed(session, canteen_id, month):
            raise Refusal("month-closed", f"{month} 已经月结，决定不能撤回。", month=month)
