"""What a canteen's closed month took in, spent and kept, for its public notice (accounts: docs/ledger.md).

*Income* (收入) is what each payer bears of the month's meals and grants, as the close sealed it (`by_payer_fen`), and
what funds paid beside meals: 政府 `government`, 集体 `collective`, 慈善 `charity` (funds of donations), 商业赞助
`sponsorship`, 个人 `elder`, 其他 `other` (family, vouchers, the operator's discount and what it bears, funds that no
agreement explains). *Spending* (支出) is what it went for, from the journal: 餐费 `meals`, 送餐 `delivery` (the
couriers' account and fund expenses of that kind), 运营补贴 `running` (`grants`), and fund expenses by kind. A canteen
keeps nothing of it: both sums are equal, and a month in which they are not is not published. Sales without a card are
no aid and stand in neither.

*结余* is that of the donations bound to this canteen alone: opening + received − used − expenses − refunded = closing.
A fund of several canteens is told by what it paid here, within 慈善.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.checkin.models import MealShare
from canteen.core import entry as journal
from canteen.core.calendar import parse_month, previous_month
from canteen.core.errors import Refusal
from canteen.documents.papers import FEWEST_ELDERS
from canteen.documents.papers.notice import FundRoll, NoticeLine
from canteen.ledger.models import Entry, Posting
from canteen.noticeboard.wall.apart import Part, is_few, told
from canteen.noticeboard.wall.giving import FundHere
from canteen.settlement.cells import Piece, canteen_lines
from canteen.settlement.fund_meals import read_uses
from canteen.settlement.funds import canteens_of
from canteen.settlement.queries import ClosedMonthFacts
from canteen.settlement.totals import added, close_totals_from_journal, other_entries
from canteen.sponsors.gifts.models import FundExpense
from canteen.sponsors.gifts.queries import NO_MEALS
from canteen.sponsors.models import Fund

INCOME = ("government", "collective", "charity", "sponsorship", "elder", "other")
SPENDING = ("meals", "delivery", "running", "helpers", "equipment", "upkeep", "other")
CLASS_OF_NATURE = {"donation": "charity", "sponsorship": "sponsorship", None: "other"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a notice tells; a withheld month has no lines. `fund` None: no donations, or their use waits."""

    income: tuple[NoticeLine, ...]
    spending: tuple[NoticeLine, ...]
    is_withheld: bool
    meals: int | None
    people: int | None
    fund: FundRoll | None
    is_fund_waiting: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the notice before told of the donations: through which month, and what was left."""

    until: str
    closing_fen: int


@dataclass(frozen=True, slots=True)
class _Line:
    payer: str
    fund_id: int | None
    is_grant: bool
    payee: str | None
    elder_id: int


def read_figures(
    session: Session,
    canteen_id: int,
    close: ClosedMonthFacts,
    funds: Sequence[FundHere],
    since: str,
    told_of: Told | None,
) -> Figures:
    """The figures of a closed month. `since`: the first month of which the donations' use was not told yet.

    Raises Refusal `notice-unbalanced` where the sealed figures and the journal do not agree.
    """
    by_payer = _by_payer(session, canteen_id, close)
    lines = _lines(session, canteen_id, close.month)
    own = [fund for fund in funds if fund.is_own and fund.nature == "donation"]
    since = since if told_of else _begin(session, canteen_id, own, since)
    expenses = _expenses(session, canteen_id, close.month, funds)
    roll = _roll(session, own, since, close.month, told_of) if own or told_of else None
    users = _users(session, canteen_id, own, since, close.month)
    everyone = {line.elder_id for line in lines}
    joined = _joined_elsewhere(session, canteen_id, close.month, funds, lines)
    income = _income(by_payer, lines, funds, expenses, joined, is_apart=since == close.month)
    spending = _spending(session, canteen_id, close.month, lines, expenses)
    if sum(part.amount_fen for part in income) != sum(part.amount_fen for part in spending):
        raise _unbalanced(close.month)
    is_withheld = is_few(everyone)
    told_income = () if is_withheld else told(income)
    # Nothing covers a line that should be hidden: then the roll-forward is what has to wait.
    is_bare = any(
        part.is_hidden and NoticeLine((part.code,), part.amount_fen) in told_income for part in income
    )
    # A sponsor knows what its own fund paid: what is left of a sum of several funds must not be few elders' either.
    is_waiting = _tells_few(users) or is_bare
    return Figures(
        income=told_income,
        spending=() if is_withheld else told(spending),
        is_withheld=is_withheld,
        meals=None if is_withheld else int(close.totals["meals"]),
        people=None if is_withheld else len(everyone),
        fund=None if is_waiting else roll,
        is_fund_waiting=roll is not None and is_waiting,
    )


def _by_payer(session: Session, canteen_id: int, close: ClosedMonthFacts) -> Mapping[str, int]:
    """What each payer bears, as sealed; the journal must say the same."""
    sealed: Mapping[str, int] = close.totals["by_payer_fen"]
    booked = added(
        close_totals_from_journal(session, canteen_id, close.month),
        other_entries(session, canteen_id, close.month),
    )
    if {payer: fen for payer, fen in sealed.items() if fen} != {
        payer: fen for payer, fen in booked.items() if fen
    }:
        raise _unbalanced(close.month)
    return sealed


def _unbalanced(month: str) -> Refusal:
    return Refusal(
        "notice-unbalanced", f"{month} 封存的数和账对不上，不能公示。请先运行核验，查明原因。", month=month
    )


def _lines(session: Session, canteen_id: int, month: str) -> list[_Line]:
    rows = (
        select(MealShare.payer, MealShare.fund_id, MealShare.is_grant, MealShare.payee, MealShare.elder_id)
        .where(MealShare.canteen_id == canteen_id, MealShare.month == month, MealShare.amount_fen != 0)
        .distinct()
    )
    return [_Line(*row) for row in session.execute(rows)]


def _income(
    by_payer: Mapping[str, int],
    lines: Iterable[_Line],
    funds: Sequence[FundHere],
    expenses: Mapping[tuple[int, str], int],
    joined: frozenset[str],
    *,
    is_apart: bool,
) -> list[Part]:
    """Income by class. `is_apart`: the donations' use of this month alone is told below, or nothing of it is.

    `joined`: funds whose own statements put this canteen together with another.
    """
    codes = {f"sponsor:{fund.code}": fund for fund in funds}
    sums: dict[str, int] = defaultdict(int)
    for payer, fen in by_payer.items():
        sums[_class_of(payer, codes)] += fen
    for (fund_id, _kind), fen in expenses.items():
        fund = next(fund for fund in funds if fund.id == fund_id)
        sums[CLASS_OF_NATURE[fund.nature]] += fen
    behind: dict[str, set[int]] = defaultdict(set)
    shared: set[int] = set()
    for line in lines:
        behind[_class_of(line.payer, codes)].add(line.elder_id)
        paid_by = codes.get(line.payer)
        if paid_by is not None and paid_by.nature == "donation" and not paid_by.is_own:
            shared.add(line.elder_id)
    # The line of 慈善 less what the roll-forward tells would be the use of shared funds, or of an untold month.
    is_untold = not is_apart or is_few(shared)
    hidden = _told_by_subtraction(lines, codes, joined) | ({"charity"} if is_untold else set())
    return [Part(code, sums[code], frozenset(behind[code]), code in hidden) for code in INCOME]


def _told_by_subtraction(
    lines: Iterable[_Line], codes: Mapping[str, FundHere], joined: frozenset[str]
) -> set[str]:
    """Classes whose sum, less what a sponsor knows from its own fund's statement, would tell of few elders."""
    helped: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line.payer in codes:
            helped[line.payer].add(line.elder_id)
    found = set()
    for payer in helped:
        fund, code = codes[payer], _class_of(payer, codes)
        others = [
            codes[other]
            for other in helped
            if _class_of(other, codes) == code and codes[other].sponsor_id != fund.sponsor_id
        ]
        rest = [elder_id for other in others for elder_id in helped[f"sponsor:{other.code}"]]
        # What the canteen's own donations paid stands in the roll-forward, so it covers nothing.
        untold = [other for other in others if not (other.is_own and other.nature == "donation")]
        covering = {elder_id for other in untold for elder_id in helped[f"sponsor:{other.code}"]}
        if is_few(rest) or (fund.code in joined and len(covering) < FEWEST_ELDERS):
            found.add(code)
    return found


def _joined_elsewhere(
    session: Session, canteen_id: int, month: str, funds: Sequence[FundHere], lines: Iterable[_Line]
) -> frozenset[str]:
    """Funds whose statement joins this canteen with one of few elders: their sponsor could take its part here off."""
    paying = {line.fund_id for line in lines}
    shared = [fund for fund in funds if fund.id in paying and not fund.is_own]
    return frozenset(fund.code for fund in shared if _is_joined(session, canteen_id, month, fund.id))


def _is_joined(session: Session, canteen_id: int, month: str, fund_id: int) -> bool:
    fund = session.get_one(Fund, fund_id)
    uses = read_uses(session, fund, [month])
    names = [(place.id, str(place.id)) for place in canteens_of(session, fund, parse_month(month))]
    rows = canteen_lines([Piece(uses, uses, is_whole=True)], names)
    together = next((set(map(int, row.names)) for row in rows if str(canteen_id) in row.names), set())
    return len(together & {use.canteen_id for use in uses}) > 1


def _class_of(payer: str, funds: Mapping[str, FundHere]) -> str:
    if payer.startswith("sponsor:"):
        fund = funds.get(payer)
        return CLASS_OF_NATURE[fund.nature if fund else None]
    return payer if payer in INCOME else "other"


def _spending(
    session: Session,
    canteen_id: int,
    month: str,
    lines: Iterable[_Line],
    expenses: Mapping[tuple[int, str], int],
) -> list[Part]:
    sums: dict[str, int] = defaultdict(int)
    sums |= _spent_on(session, canteen_id, month)
    for (_fund_id, kind), fen in expenses.items():
        sums[kind] += fen
    behind: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        kind = "meals" if not line.is_grant else "delivery" if line.payee == "courier" else "running"
        behind[kind].add(line.elder_id)
    return [Part(code, sums[code], frozenset(behind[code])) for code in SPENDING]


def _spent_on(session: Session, canteen_id: int, month: str) -> dict[str, int]:
    """What meals and grants came to, by the income accounts that they were booked to."""
    codes = {journal.MEALS: "meals", journal.COURIER: "delivery", journal.GRANTS: "running"}
    rows = (
        select(Posting.account_code, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.canteen_id == canteen_id, Entry.month == month, Posting.account_code.in_(codes))
        .group_by(Posting.account_code)
    )
    return {codes[account]: -int(fen) for account, fen in session.execute(rows)}


def _expenses(
    session: Session, canteen_id: int, month: str, funds: Sequence[FundHere]
) -> dict[tuple[int, str], int]:
    """What funds paid here beside meals, by fund and kind: all that a fund of this canteen alone paid."""
    own = {fund.id for fund in funds if fund.is_own}
    back = aliased(Entry)
    rows = (
        select(FundExpense.fund_id, FundExpense.kind, FundExpense.canteen_id, FundExpense.amount_fen, Entry.month, back.month)
        .join(Entry, Entry.id == FundExpense.entry_id)
        .outerjoin(back, back.reverses_id == FundExpense.entry_id)
        .where(FundExpense.fund_id.in_([fund.id for fund in funds]))
    )  # fmt: skip
    found: dict[tuple[int, str], int] = defaultdict(int)
    for fund_id, kind, place, fen, booked, taken_back in session.execute(rows):
        if place == canteen_id or fund_id in own:
            found[fund_id, kind] += fen * ((booked == month) - (taken_back == month))
    return {key: fen for key, fen in found.items() if fen}


def _users(
    session: Session, canteen_id: int, own: Sequence[FundHere], since: str, until: str
) -> Mapping[int, set[int]]:
    """By sponsor, the elders whose meals drew on the canteen's own donations in these months."""
    rows = select(MealShare.fund_id, MealShare.elder_id).where(
        MealShare.canteen_id == canteen_id, MealShare.month >= since, MealShare.month <= until,
        MealShare.fund_id.in_([fund.id for fund in own]), MealShare.amount_fen != 0,
    )  # fmt: skip
    sponsors = {fund.id: fund.sponsor_id for fund in own}
    found: dict[int, set[int]] = defaultdict(set)
    for fund_id, elder_id in session.execute(rows.distinct()):
        if fund_id is not None:
            found[sponsors[fund_id]].add(elder_id)
    return found


def _begin(session: Session, canteen_id: int, own: Sequence[FundHere], since: str) -> str:
    """Where a roll-forward begins that follows none: its opening, less the gifts, would tell what was used before."""
    if not _tells_few(_users(session, canteen_id, own, "", previous_month(since))):
        return since
    used = select(func.min(MealShare.month)).where(
        MealShare.canteen_id == canteen_id, MealShare.fund_id.in_([fund.id for fund in own])
    )
    return min(session.scalar(used) or since, since)


def _tells_few(users: Mapping[int, set[int]]) -> bool:
    """Whether few elders stand behind all that sponsors paid, or behind what all but one of them did."""
    all_but_one = [
        set().union(*(elders for other, elders in users.items() if other != sponsor_id)) for sponsor_id in users
    ]
    return is_few(set().union(*users.values())) or any(map(is_few, all_but_one))


def _roll(
    session: Session, own: Sequence[FundHere], since: str, until: str, told_of: Told | None
) -> FundRoll:
    """The donations' roll-forward. Pledges that may be drawn are no money, and stand in none of it."""
    first = aliased(Entry)
    kind = func.coalesce(first.kind, Entry.kind)
    rows = (
        select(kind, Entry.month, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(
            Posting.account_code.in_([journal.fund(fund.code) for fund in own]),
            Entry.month <= until, kind != "pledge-advance",
        )
        .group_by(kind, Entry.month)
    )  # fmt: skip
    held, moved = 0, dict[str, int]()
    for what, month, fen in session.execute(rows):
        if month < since:
            held -= int(fen)
        else:
            word = what if what in NO_MEALS else "used"
            moved[word] = moved.get(word, 0) + int(fen)
    received = -moved.get("gift", 0)
    used, spent, back = moved.get("used", 0), moved.get("fund-expense", 0), moved.get("fund-refund", 0)
    opening = held if told_of is None else told_of.closing_fen
    return FundRoll(
        since=since, until=until, opening_fen=opening, late_fen=held - opening, received_fen=received, used_fen=used,
        expenses_fen=spent, refunded_fen=back, closing_fen=held + received - used - spent - back,
    )  # fmt: skip
