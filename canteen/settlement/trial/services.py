"""Trials of drafts as jobs: asked for on a page, taken by whoever works, kept with their answer.

What waits is state in the database. A worker takes a trial with a claim and gives a sign of life while it divides; the
claim of a worker that died runs out, and the trial is taken again.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Update, and_, or_, select, update
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.canteens.queries import by_code
from canteen.clock import monotonic, now, today
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.settlement.trial import queries
from canteen.settlement.trial.dividing import read_month_text, read_rules, trial
from canteen.settlement.trial.models import ProgrammeTrial
from canteen.settlement.trial.result import Trial
from canteen.settlement.trial.supposed import is_supposed, supposed
from canteen.subsidies.drafts.content import begins_on, versions_of
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.services import FaultyProgramme

CLAIM_LASTS = timedelta(minutes=1)
SIGN_SECONDS = 0.5
MOST_TRIES = 3
SMALL = 3000
"""A month of fewer meals is divided at once by whoever asks: nobody waits a second for a worker."""

log = logging.getLogger(__name__)


def ask(draft_id: int, canteen_code: str, month: str, by: str, version_on: date | None = None) -> int:
    """Ask for a trial of a draft as it stands; answers its number. One that is on its way already is not asked twice.

    `version_on` is the first day of the version to try, by default the last that is not published yet. Raises Refusal
    `draft-unknown`, `trial-draft-closed`, `trial-faulty`, `trial-canteen`, `canteen-unknown`, `month-ill-formed`,
    `trial-month-ahead`.
    """
    period = read_month_text(month)
    with transaction() as session:
        draft = read_draft(session, draft_id)
        canteen = by_code(session, canteen_code)
        _refuse_draft(draft, canteen_code)
        if period.text > month_of(today(canteen.time_zone)):
            raise Refusal("trial-month-ahead", "这个月还没有开始，没有就餐可以试算。", month=period.text)
        place = version_tried(draft, version_on)
        row = ProgrammeTrial(
            draft_id=draft.id, revision=draft.revision, fingerprint=queries.content_print(draft.values),
            canteen_id=canteen.id, month=period.text, version_on=begins_on(versions_of(draft.values)[place]),
            is_supposed=is_supposed(draft.values, place, period), state="waiting", tries=0, meals_done=0,
            asked_by=by, asked_at=now(),
        )  # fmt: skip
        same = _on_its_way(session, row)
        if same is not None:
            return same
        session.add(row)
        session.flush()
        return row.id


def _refuse_draft(draft: DraftRow, canteen_code: str) -> None:
    if not draft.is_in_hand:
        raise Refusal("trial-draft-closed", "这份草稿已经发布或作废，不能再试算。")
    if draft.canteens and canteen_code not in draft.canteens:
        raise Refusal("trial-canteen", "这个项目不管这个食堂，请另选一个。")
    try:
        read_rules(draft.values)
    except FaultyProgramme as faulty:
        raise Refusal("trial-faulty", "草稿还有要改的地方，改好了才能试算。", count=len(faulty.faults)) from faulty


def version_tried(draft: DraftRow, version_on: date | None) -> int:
    """The place of the version to try: the one that begins that day, else the last that is not published yet."""
    versions = versions_of(draft.values)
    for place, version in enumerate(versions):
        if version_on is not None and begins_on(version) == version_on:
            return place
    return draft.open_versions[-1] if draft.open_versions else len(versions) - 1


def _on_its_way(session: Session, row: ProgrammeTrial) -> int | None:
    rows = select(ProgrammeTrial.id).where(
        ProgrammeTrial.draft_id == row.draft_id,
        ProgrammeTrial.fingerprint == row.fingerprint,
        ProgrammeTrial.canteen_id == row.canteen_id,
        ProgrammeTrial.month == row.month,
        ProgrammeTrial.version_on == row.version_on,
        ProgrammeTrial.state.in_(("waiting", "running")),
    )
    return session.scalars(rows.order_by(ProgrammeTrial.id)).first()


def run_if_small(trial_id: int) -> bool:
    """Divide a small month at once, unless somebody is at it; answers whether it was."""
    with reading() as session:
        row = session.get_one(ProgrammeTrial, trial_id)
        is_small = queries.meal_count(session, row.canteen_id, row.month, SMALL) < SMALL
    if not is_small:
        return False
    claimed = claim_next(trial_id)
    if claimed is not None:
        _run(*claimed)
    return claimed is not None


def run_waiting_trials() -> int:
    """Divide what waits, and what a worker that died left behind; answers how many trials were."""
    done = 0
    while (claimed := claim_next()) is not None:
        _run(*claimed)
        done += 1
    return done


def claim_next(trial_id: int | None = None) -> tuple[int, str] | None:
    """Claim the next trial that nobody is at, or this one; its number and the claim, None where there is none."""
    claim = secrets.token_hex(16)
    with transaction() as session:
        taken = session.execute(_taking(claim, trial_id)).first()
    return None if taken is None else (taken.id, claim)


def _taking(claim: str, trial_id: int | None) -> Update:
    """One statement that takes: on PostgreSQL past the rows that another worker takes just now."""
    left_behind = and_(ProgrammeTrial.state == "running", ProgrammeTrial.claimed_at <= now() - CLAIM_LASTS)
    free = select(ProgrammeTrial.id).where(or_(ProgrammeTrial.state == "waiting", left_behind))
    if trial_id is not None:
        free = free.where(ProgrammeTrial.id == trial_id)
    first = free.order_by(ProgrammeTrial.id).limit(1).with_for_update(skip_locked=True)
    return (
        update(ProgrammeTrial)
        .where(ProgrammeTrial.id == first.scalar_subquery())
        .values(state="running", claim=claim, claimed_at=now(), tries=ProgrammeTrial.tries + 1, meals_done=0)
        .returning(ProgrammeTrial.id)
    )


def _run(trial_id: int, claim: str) -> None:
    """Divide a trial that is claimed, and keep its answer, or what stood in its way."""
    try:
        with reading() as session:
            found = _divide(session, trial_id, claim)
    except Refusal as refusal:
        _finish(trial_id, claim, state="failed", failure=refusal.code)
    except Exception:
        # A worker has other work waiting: it goes on, and the page says that this one was given up.
        log.exception("trial %s broke off", trial_id)
        _give_up_or_leave(trial_id, claim)
    else:
        _finish(trial_id, claim, state="done", result=found.document(), **_whole(found))


def _whole(found: Trial) -> dict[str, int]:
    return {"meals_done": found.meals, "meals_total": found.meals}


def _divide(session: Session, trial_id: int, claim: str) -> Trial:
    row = session.get_one(ProgrammeTrial, trial_id)
    if row.tries > MOST_TRIES:
        raise Refusal("trial-given-up", "试算几次都没有做完。")
    draft = read_draft(session, row.draft_id)
    read_rules(draft.values)
    place = version_tried(draft, row.version_on)
    period = read_month_text(row.month)
    code = session.get_one(Canteen, row.canteen_id).code
    values = {
        "revision": draft.revision,
        "fingerprint": queries.content_print(draft.values),
        "version_on": begins_on(versions_of(draft.values)[place]),
        "is_supposed": is_supposed(draft.values, place, period),
    }
    session.rollback()
    _note(trial_id, claim, values)
    return trial(session, supposed(draft.values, place, period), code, period.text, _Signs(trial_id, claim).tell)


class _Signs:
    """The signs of life of a worker: not more often than is worth a commit."""

    def __init__(self, trial_id: int, claim: str) -> None:
        self._trial_id, self._claim, self._told = trial_id, claim, 0.0

    def tell(self, done: int, total: int) -> None:
        """Keep how far the trial is."""
        if monotonic() - self._told >= SIGN_SECONDS:
            self._told = monotonic()
            _note(self._trial_id, self._claim, {"meals_done": done, "meals_total": total, "claimed_at": now()})


def _note(trial_id: int, claim: str, values: Mapping[str, Any]) -> None:
    with transaction() as session:
        session.execute(_own(trial_id, claim).values(**values))


def _own(trial_id: int, claim: str) -> Update:
    # Whoever was taken for dead and is slow only changes nothing of what another has in hand.
    return update(ProgrammeTrial).where(
        ProgrammeTrial.id == trial_id, ProgrammeTrial.claim == claim, ProgrammeTrial.state == "running"
    )


def _finish(trial_id: int, claim: str, **values: Any) -> None:
    _note(trial_id, claim, {**values, "done_at": now(), "claim": None})


def _give_up_or_leave(trial_id: int, claim: str) -> None:
    with reading() as session:
        tries = session.get_one(ProgrammeTrial, trial_id).tries
    if tries >= MOST_TRIES:
        _finish(trial_id, claim, state="failed", failure="trial-given-up")
