"""A meal that was taken out of the reports counts again: checked in anew, by the rules and balances of now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.models import Meal, Scan, ScanRuling
from canteen.checkin.outcome_words import SLOT
from canteen.checkin.recording import record_meal
from canteen.checkin.rows import meal_rows
from canteen.checkin.settling import scene_of
from canteen.checkin.slips.models import Slip
from canteen.checkin.slips.services import check_in_again
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.elders.models import Elder
from canteen.ledger.locks import share_month
from canteen.oversight.rulings import ABSORBED, FULL_PRICE, RESTORED, SUBSIDISED
from canteen.oversight.services import meal_of


def restore_meal(session: Session, meal_id: int, reason: str, by: str) -> int:
    """Make a cancelled meal anew from its record or slip, within the caller's transaction; answers its new number.

    Raises Refusal `slot-held`, `no-rule-yet`, `no-price`, `meal-unknown`.
    """
    old = session.get_one(Meal, meal_id)
    slip = session.scalars(select(Slip).where(Slip.meal_id == meal_id).with_for_update()).first()
    made = check_in_again(session, slip) if slip is not None else _from_record(session, old, reason, by)
    if made is None:
        raise _held()
    record_act(session, "meal-restored", by, f"meal:{made}", old.canteen_id, {"reason": reason, "was": meal_id})
    return made


def _from_record(session: Session, old: Meal, reason: str, by: str) -> int:
    standing = select(ScanRuling).where(ScanRuling.meal_id == old.id, ScanRuling.reversed_at.is_(None))
    before = session.scalars(standing.with_for_update()).first()
    of_record = Scan.meal_id == old.id if before is None else Scan.id == before.scan_row_id
    scan = session.scalars(select(Scan).where(of_record).with_for_update()).first()
    if scan is None:
        raise Refusal("meal-unknown", "没有这一餐。")
    scene = scene_of(session, scan, session.get_one(Elder, old.elder_id).ref)
    elder = scene.found.elder
    if elder is None:
        raise Refusal("meal-unknown", "没有这一餐。")
    if old.kind == SLOT and scene.found.first is not None:
        raise _held()
    meal = meal_of(scene, _as_it_was(old))
    share_month(session, scan.canteen_id, meal.month)
    made = record_meal(session, meal_rows(scene, meal, elder))
    if before is not None:
        before.reversed_at = now()
    ruling = ScanRuling(
        scan_row_id=scan.id, ruling=RESTORED, reason=reason, meal_id=made, ruled_by=by, ruled_at=now()
    )
    session.add(ruling)
    session.flush()
    return made


def _as_it_was(old: Meal) -> str:
    if old.kind == SLOT:
        return SUBSIDISED
    return ABSORBED if old.absorbed_fen == old.price_fen else FULL_PRICE


def _held() -> Refusal:
    return Refusal("slot-held", "老人这一餐已经另有一条记录，不能再恢复。")
