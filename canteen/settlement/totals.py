"""The month's totals by payer, as set-based SQL: from the lines, from the day roll-up, from the journal.

Three ways to the same figures. The close refuses a month in which they differ.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, case, delete, false, func, insert, literal, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.checkin.models import MealShare
from canteen.core.entry import ABSORBED
from canteen.ledger.models import Entry, Posting
from canteen.settlement.models import DayRollup

ELDER = "elder"
NOT_PAYABLE = frozenset({ELDER, "operator", ABSORBED})

Totals = dict[str, int]


def close_totals_from_lines(session: Session, canteen_id: int, month: str) -> Totals:
    """What each payer pays for the month's meals, per-meal grants included, in fen by payer: one pass over the lines."""
    lines = (
        select(MealShare.payer, func.sum(MealShare.amount_fen))
        .where(MealShare.canteen_id == canteen_id, MealShare.month == month)
        .group_by(MealShare.payer)
    )
    return _totals(session.execute(lines))


def close_totals_from_rollup(session: Session, canteen_id: int, month: str) -> Totals:
    """The same from the day roll-up, which holds a row for each day, meal period, payer and rule."""
    days = (
        select(DayRollup.payer, func.sum(DayRollup.amount_fen))
        .where(DayRollup.canteen_id == canteen_id, DayRollup.month == month)
        .group_by(DayRollup.payer)
    )
    return _totals(session.execute(days))


def close_totals_from_journal(session: Session, canteen_id: int, month: str) -> Totals:
    """The same from the postings of the month's meals: what stands on each payer's accounts."""
    payer = payer_of_account()
    postings = (
        select(payer, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(
            Entry.canteen_id == canteen_id,
            Entry.month == month,
            Entry.meal_id.is_not(None),
            payer.is_not(None),
        )
        .group_by(payer)
    )
    return _totals(session.execute(postings))


def payer_of_account() -> ColumnElement[str | None]:
    """The payer, written as in a programme's `expect`, whose account a posting stands on; NULL for incomes."""
    code = Posting.account_code
    return case(
        (code.like("government:%"), "government"),
        (code.like("collective:%"), "collective"),
        (code.like("fund:%"), literal("sponsor:") + func.substr(code, len("fund:") + 1)),
        (code.like("voucher:%"), code),
        (code == "family", "family"),
        (code == "operator:discount", "operator"),
        (code == ABSORBED, ABSORBED),
        (code.in_(("wallet", "cash", "elder:receivable")), ELDER),
        else_=None,
    )


def other_entries(session: Session, canteen_id: int, month: str) -> Totals:
    """What payers bear in the month beside its meals: monthly grants, and meals for which nobody may be charged."""
    payer, first = payer_of_account(), aliased(Entry)
    kinds = ("grant", "absorbed")
    postings = (
        select(payer, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(
            Entry.canteen_id == canteen_id,
            Entry.month == month,
            Entry.meal_id.is_(None),
            or_(
                Entry.kind.in_(kinds),
                and_(Entry.kind == "reversal", func.coalesce(first.kind.in_(kinds), false())),
            ),
            payer.is_not(None),
        )
        .group_by(payer)
    )
    return _totals(session.execute(postings))


def payable_fen(by_payer: Mapping[str, int]) -> int:
    """What others than elder and operator owe."""
    return sum(fen for payer, fen in by_payer.items() if payer not in NOT_PAYABLE)


def added(*totals: Mapping[str, int]) -> Totals:
    """Several totals as one, payers in order, payers of nothing left out; the elder always stands there."""
    sums: Totals = {ELDER: 0}
    for part in totals:
        for payer, fen in part.items():
            sums[payer] = sums.get(payer, 0) + fen
    return {payer: fen for payer, fen in sorted(sums.items()) if fen or payer == ELDER}


def write_rollup(session: Session, canteen_id: int, month: str) -> None:
    """Write the month's day roll-up from its lines, within the caller's transaction."""
    session.execute(delete(DayRollup).where(DayRollup.canteen_id == canteen_id, DayRollup.month == month))
    keys = (
        MealShare.canteen_id, MealShare.month, MealShare.service_on, MealShare.meal_period, MealShare.payer,
        func.coalesce(MealShare.rule_id, ""),
    )  # fmt: skip
    lines = (
        select(*keys, func.sum(MealShare.meals), func.sum(MealShare.amount_fen))
        .where(MealShare.canteen_id == canteen_id, MealShare.month == month)
        .group_by(*(MealShare.rule_id if key is keys[-1] else key for key in keys))
    )
    columns = ["canteen_id", "month", "service_on", "meal_period", "payer", "rule_id", "meals", "amount_fen"]
    session.execute(insert(DayRollup).from_select(columns, lines))


def differences(one: Mapping[str, int], other: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Payers for whom two totals differ, with both amounts."""
    payers = sorted(one.keys() | other.keys())
    return [(p, one.get(p, 0), other.get(p, 0)) for p in payers if one.get(p, 0) != other.get(p, 0)]


def _totals(rows: object) -> Totals:
    return {payer: int(fen) for payer, fen in rows if fen}  # type: ignore[attr-defined]
