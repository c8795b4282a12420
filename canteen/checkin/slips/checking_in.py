"""A line of paper becomes a meal by the rules of every check-in: the same facts, the same decision, the same rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from canteen.checkin.deciding import Moment, Outcome, Scene, decide
from canteen.checkin.outcome_words import EXCEPTION, MEAL
from canteen.checkin.recording import record_meal
from canteen.checkin.records import ACCEPTED, Record
from canteen.checkin.rows import meal_rows
from canteen.checkin.serving_time import service_date
from canteen.checkin.settling import current_standing, gathered
from canteen.checkin.slips.models import Slip, SlipSheet
from canteen.checkin.standing import Place
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.elders.models import Elder
from canteen.ledger.locks import share_month


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """What became of a line: the outcome's state and code, the meal if there is one."""

    state: str
    code: str | None
    meal_id: int | None


def check_in_slip(session: Session, sheet: SlipSheet, slip: Slip) -> CheckedIn:
    """Check in one line within the caller's transaction.

    A taken slot is `DUPLICATE_SAME`, a closed month `LATE`, as for a scan that a tablet served by itself. Raises
    Refusal `slip-no-rule`, `slip-closed` where a scan would wait for a person: the line then waits on.
    """
    elder = session.get_one(Elder, slip.elder_id)
    scene = _scene(session, sheet, slip, elder.ref)
    outcome = decide(scene)
    if outcome.state == EXCEPTION:
        raise _not_yet(outcome)
    if outcome.state != MEAL or outcome.meal is None or outcome.elder is None:
        return CheckedIn(outcome.state, outcome.code, None)
    share_month(session, sheet.canteen_id, outcome.meal.month)
    meal_id = record_meal(session, meal_rows(scene, outcome.meal, outcome.elder))
    return CheckedIn(outcome.state, outcome.code, meal_id)


def place_of(session: Session, canteen_id: int) -> Place:
    """The canteen as a check-in sees it."""
    return current_standing(session).places[canteen_id]


def _scene(session: Session, sheet: SlipSheet, slip: Slip, elder_ref: str) -> Scene:
    standing = current_standing(session)
    place = standing.places[sheet.canteen_id]
    happened_at = _served_at(place, sheet)
    record = Record(
        scan_id="", boot_id="", seq=0, token_sha256=None, elder_ref=elder_ref, meal_period=sheet.meal_period,
        channel="dine-in", seen_at=happened_at, anchor=None, decision=ACCEPTED, shown_elder_fen=None,
        price_basis=None, tender=None if slip.cash_fen is None else "cash", cash_taken_fen=slip.cash_fen,
        content_sha256="", claim={},
    )  # fmt: skip
    found = gathered(session, place, record, sheet.service_on)
    at = service_date(happened_at, place.zone)[1]
    moment = Moment(now(), happened_at, sheet.service_on, at, True, None)
    return Scene(record, place, found, moment, standing.is_workday(sheet.service_on))


def _served_at(place: Place, sheet: SlipSheet) -> datetime:
    """Paper says no minute: the beginning of the meal period stands for it."""
    hours = place.hours.get(sheet.meal_period)
    if hours is None:
        raise Refusal("slip-period", "这个食堂不供应这一餐。")
    return datetime.combine(sheet.service_on, hours[0], tzinfo=place.zone)


def _not_yet(outcome: Outcome) -> Refusal:
    if outcome.code == "NO_RULE":
        return Refusal("slip-no-rule", "这一天还没有适用的补贴政策或价格，请先载入，再来核准。")
    return Refusal("slip-closed", "这位老人的账户当天已经停用，不能核准；请退回这一行，写明原因。")
