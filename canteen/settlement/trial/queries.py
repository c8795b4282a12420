"""Reads of trials: one as a page shows it, those of a draft, and what a draft can be tried on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.canteens.queries import CanteenRow
from canteen.checkin.models import Meal
from canteen.core.calendar import previous_month
from canteen.core.errors import Refusal
from canteen.elders.models import Elder
from canteen.settlement.trial.meals import divided
from canteen.settlement.trial.models import ProgrammeTrial
from canteen.settlement.trial.result import Trial, read_trial
from canteen.subsidies.drafts.queries import DraftRow
from canteen.subsidies.stored import encode, fingerprint

MONTHS_BACK = 12
SHOWN_OF_A_DRAFT = 5


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial. `found` is None until it is done; `failure` the code of what stood in its way."""

    id: int
    draft_id: int
    fingerprint: str
    canteen_code: str
    canteen_name: str
    time_zone: str
    month: str
    version_on: date | None
    is_supposed: bool
    state: str
    meals_done: int
    meals_total: int | None
    found: Trial | None
    failure: str | None
    asked_by: str
    asked_at: datetime
    done_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether it is done or has failed."""
        return self.state in ("done", "failed")

    @property
    def percent(self) -> int:
        """How far it is, in hundredths."""
        return 100 * self.meals_done // self.meals_total if self.meals_total else 0


def read_one(session: Session, draft_id: int, trial_id: int) -> TrialRow:
    """One trial of a draft. Raises Refusal `trial-unknown`."""
    row = session.get(ProgrammeTrial, trial_id)
    if row is None or row.draft_id != draft_id:
        raise Refusal("trial-unknown", "没有这次试算。")
    return _as_row(row, session.get_one(Canteen, row.canteen_id))


def latest(session: Session, draft_id: int) -> list[TrialRow]:
    """The last trials of a draft, the newest first."""
    rows = (
        select(ProgrammeTrial, Canteen)
        .join(Canteen, Canteen.id == ProgrammeTrial.canteen_id)
        .where(ProgrammeTrial.draft_id == draft_id)
        .order_by(ProgrammeTrial.id.desc())
        .limit(SHOWN_OF_A_DRAFT)
    )
    return [_as_row(row, canteen) for row, canteen in session.execute(rows)]


def _as_row(row: ProgrammeTrial, canteen: Canteen) -> TrialRow:
    return TrialRow(
        id=row.id, draft_id=row.draft_id, fingerprint=row.fingerprint, canteen_code=canteen.code,
        canteen_name=canteen.name, time_zone=canteen.time_zone, month=row.month, version_on=row.version_on,
        is_supposed=row.is_supposed, state=row.state, meals_done=row.meals_done, meals_total=row.meals_total,
        found=None if row.result is None else read_trial(row.result), failure=row.failure, asked_by=row.asked_by,
        asked_at=row.asked_at, done_at=row.done_at,
    )  # fmt: skip


def content_print(values: Mapping[str, Any]) -> str:
    """The fingerprint of what divides: two drafts with the same one divide alike. Examples say nothing here."""
    head = values.get("programme")
    kept = {key: head.get(key) for key in ("id", "age_counts")} if isinstance(head, Mapping) else {}
    return fingerprint(encode({"programme": kept, "version": values.get("version")}))


def triable_canteens(draft: DraftRow, mine: Sequence[CanteenRow]) -> list[CanteenRow]:
    """The canteens that the draft's programme governs or will; of one that binds none yet, every one that one sees."""
    return [canteen for canteen in mine if not draft.canteens or canteen.code in draft.canteens]


def triable_months(this_month: str) -> list[str]:
    """The months that may be tried: the last full one first, then those before it, then the running one."""
    months = [previous_month(this_month)]
    while len(months) < MONTHS_BACK:
        months.append(previous_month(months[-1]))
    return [*months, this_month]


def meal_count(session: Session, canteen_id: int, month: str, most: int) -> int:
    """How many slot meals a month has, counted no further than `most`."""
    some = select(Meal.id).where(*divided(canteen_id, month))
    return session.scalar(select(func.count()).select_from(some.limit(most).subquery())) or 0


@dataclass(frozen=True, slots=True)
class Named:
    """An elder by reference and name."""

    ref: str
    name: str


def names_of(session: Session, elders: Iterable[int]) -> dict[int, Named]:
    """Elders by their numbers."""
    rows = select(Elder.id, Elder.ref, Elder.name).where(Elder.id.in_(list(elders)))
    return {elder_id: Named(ref, name) for elder_id, ref, name in session.execute(rows)}
