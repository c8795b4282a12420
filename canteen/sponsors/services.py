"""What can happen to funds: they are added, receive gifts, get other terms and a list of named guests.

Only received money counts; a pledge is not here. What a fund pays, it pays in a check-in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.elders.models import Elder
from canteen.ledger.services import post
from canteen.sponsors.agreements.checking import check_span, optional, shown_name
from canteen.sponsors.agreements.givers import note_name
from canteen.sponsors.holding import lock_fund
from canteen.sponsors.models import Fund, FundCanteen, FundGuest, Gift, Sponsor

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
LONGEST_NAME = 80
LONGEST_PURPOSE = 200
MOST_FEN = 10**13


@dataclass(frozen=True, slots=True)
class Terms:
    """What a fund agrees to pay for; None and empty bind nothing."""

    begins_on: date | None = None
    ends_on: date | None = None
    per_meal_fen: int | None = None
    per_day_fen: int | None = None
    is_for_named_guests: bool = False
    canteen_ids: frozenset[int] = frozenset()
    purpose: str = ""
    budget_fen: int | None = None  # what is planned; only what was received is drawn


@dataclass(frozen=True, slots=True)
class NewFund:
    """A fund with its first gift. `display_name` is 对外署名, by default the sponsor's name; no gift: 0."""

    code: str
    sponsor: str
    gift_fen: int
    received_on: date
    display_name: str = ""
    title: str = ""
    terms: Terms = field(default_factory=Terms)


def add_fund(wanted: NewFund, actor: str) -> int:
    """Open a fund and book its first gift; answers its balance in fen.

    Raises Refusal `fund-code`, `fund-taken`, `sponsor-name`, `name-too-long`, `name-barred`, `gift-amount`,
    `gift-many`, `fund-terms`, `span-reversed`, `canteen-unknown`.
    """
    with transaction() as session:
        return add(session, wanted, actor).balance_fen


def add(session: Session, wanted: NewFund, actor: str) -> Fund:
    """The same within the caller's transaction."""
    wanted = _checked(wanted)
    if session.scalars(select(Fund.id).where(Fund.code == wanted.code)).first() is not None:
        raise Refusal("fund-taken", f"代码“{wanted.code}”已经用了，请换一个。", fund=wanted.code)
    sponsor = _sponsor(session, wanted, actor)
    if sponsor.kind == "many" and wanted.gift_fen:
        message = "众多小额捐赠人的钱要一笔一笔记：第一笔到账请填 0，建好资金以后再记。"
        raise Refusal("gift-many", message)
    fund = Fund(
        code=wanted.code, sponsor_id=sponsor.id, title=wanted.title or sponsor.display_name, balance_fen=0,
        created_at=now(),
    )  # fmt: skip
    session.add(fund)
    session.flush()
    _set_terms(session, fund, wanted.terms)
    record(session, "fund-added", actor, f"fund:{fund.code}")
    if wanted.gift_fen:
        _receive(session, fund, wanted.gift_fen, wanted.received_on, actor)
    raise_revision(session)
    return fund


def change_terms(code: str, terms: Terms, actor: str) -> None:
    """Agree on other terms. Raises Refusal `fund-unknown`, `fund-terms`, `span-reversed`, `canteen-unknown`."""
    _check_terms(terms)
    with transaction() as session:
        fund = _locked(session, code)
        _set_terms(session, fund, terms)
        raise_revision(session)
        record(session, "fund-terms", actor, f"fund:{code}", detail=_told(terms))


def set_guests(code: str, elder_ids: Iterable[int], actor: str) -> int:
    """Say who a fund's named guests are: exactly these elders; from now on it pays for nobody else.

    Answers how many they are. Raises Refusal `fund-unknown`, `guests-none`.
    """
    with transaction() as session:
        fund = _locked(session, code)
        known = set(session.scalars(select(Elder.id).where(Elder.id.in_(sorted(set(elder_ids))))))
        if not known:
            raise Refusal(
                "guests-none", "名单里没有一位是登记过的老人，什么也没有改。请先登记老人，再导入名单。"
            )
        session.execute(delete(FundGuest).where(FundGuest.fund_id == fund.id))
        session.add_all(FundGuest(fund_id=fund.id, elder_id=elder_id) for elder_id in sorted(known))
        fund.is_for_named_guests = True
        raise_revision(session)
        record(session, "fund-guests", actor, f"fund:{code}", detail={"guests": len(known)})
        return len(known)


def _checked(wanted: NewFund) -> NewFund:
    code, sponsor = wanted.code.strip(), _name(wanted.sponsor)
    if not CODE.fullmatch(code):
        message = "资金代码用字母、数字、点、横线和下划线，不以符号开头，最多 60 个，比如 weida。"
        raise Refusal("fund-code", message)
    if not 0 <= wanted.gift_fen <= MOST_FEN:
        raise Refusal("gift-amount", "到账金额不能小于 0。")
    _check_terms(wanted.terms)
    shown = _name(wanted.display_name) if wanted.display_name.strip() else sponsor
    title = " ".join(wanted.title.split())[:LONGEST_NAME]
    return replace(wanted, code=code, sponsor=sponsor, display_name=shown, title=title)


def _name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise Refusal("sponsor-name", f"请填捐赠方的名称，最多 {LONGEST_NAME} 个字。", longest=LONGEST_NAME)
    return kept


def _check_terms(terms: Terms) -> None:
    ceilings = [fen for fen in (terms.per_meal_fen, terms.per_day_fen, terms.budget_fen) if fen is not None]
    if any(not 0 < fen <= MOST_FEN for fen in ceilings):
        raise Refusal("fund-terms", "每餐和每天的最高金额、预算都要大于 0；不设就空着。")
    if terms.begins_on and terms.ends_on:
        check_span(terms.begins_on, terms.ends_on)
    optional(terms.purpose, LONGEST_PURPOSE, "fund-purpose")


def _sponsor(session: Session, wanted: NewFund, actor: str) -> Sponsor:
    known = session.scalars(select(Sponsor).where(Sponsor.name == wanted.sponsor)).first()
    if known is not None:
        return known
    shown = shown_name(wanted.display_name)
    made = Sponsor(name=wanted.sponsor, display_name=shown, created_at=now())
    session.add(made)
    session.flush()
    note_name(session, made.id, made.display_name, wanted.received_on, actor)
    return made


def _set_terms(session: Session, fund: Fund, terms: Terms) -> None:
    wanted = sorted(terms.canteen_ids)
    known = set(session.scalars(select(Canteen.id).where(Canteen.id.in_(wanted))))
    if known != set(wanted):
        raise Refusal("canteen-unknown", "没有这个食堂。")
    fund.begins_on, fund.ends_on = terms.begins_on, terms.ends_on
    fund.per_meal_fen, fund.per_day_fen = terms.per_meal_fen, terms.per_day_fen
    fund.purpose = optional(terms.purpose, LONGEST_PURPOSE, "fund-purpose")
    fund.budget_fen = terms.budget_fen
    fund.is_for_named_guests, fund.is_for_all_canteens = terms.is_for_named_guests, not wanted
    session.execute(delete(FundCanteen).where(FundCanteen.fund_id == fund.id))
    session.add_all(FundCanteen(fund_id=fund.id, canteen_id=canteen_id) for canteen_id in wanted)
    session.flush()


def _receive(session: Session, fund: Fund, fen: int, on: date, actor: str) -> None:
    postings = (
        journal.Posting(journal.BANK_FUNDS, fen),
        journal.Posting(f"fund:{fund.code}", -fen, fund_id=fund.id),
    )
    entry_id = post(session, journal.Entry("gift", None, on, month_of(on), postings))
    fund.balance_fen += fen
    session.add(Gift(fund_id=fund.id, amount_fen=fen, received_on=on, receipt_no=None, entry_id=entry_id))
    session.flush()
    record(session, "gift-received", actor, f"fund:{fund.code}", detail={"amount_fen": fen})


def _locked(session: Session, code: str) -> Fund:
    fund = lock_fund(session, code)
    if fund is None:
        raise Refusal("fund-unknown", f"没有代码是“{code}”的资金。请核对代码，或先添加。", fund=code)
    return fund


def _told(terms: Terms) -> dict[str, object]:
    return {
        "begins_on": terms.begins_on.isoformat() if terms.begins_on else None,
        "ends_on": terms.ends_on.isoformat() if terms.ends_on else None,
        "per_meal_fen": terms.per_meal_fen,
        "per_day_fen": terms.per_day_fen,
        "named_guests": terms.is_for_named_guests,
        "canteens": sorted(terms.canteen_ids),
        "budget_fen": terms.budget_fen,
    }
