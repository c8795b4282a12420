"""The demonstration's givers: an organisation, many small givers, one who stays anonymous, and an advertiser."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from canteen.canteens.models import Canteen
from canteen.db import reading
from canteen.demo.calendar import at
from canteen.sponsors.agreements.givers import Giver, add_sponsor
from canteen.sponsors.agreements.naming import Leave, Wish, give_naming
from canteen.sponsors.agreements.services import Terms as Agreed
from canteen.sponsors.agreements.services import add_agreement, allot
from canteen.sponsors.gifts import queries
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.gifts.services import (
    NewGoods,
    NewMoney,
    NewPledge,
    pledge,
    receive_goods,
    receive_money,
    set_giving,
)
from canteen.sponsors.gifts.spending import NewExpense, NewPayOver, pay_over, spend
from canteen.sponsors.services import NewFund, Terms, add_fund

ACTOR = "system:demo"
CHARITY, CHARITY_USCC = "示范区慈善会", "51620102MJX000101A"
RECEIPT_CODE = "62010126"
FILING_NO = "51620102MJX000101A26001"
WAGES_FEN = 1_800_00
SECOND_PART_FEN = 15_000_00


@dataclass(frozen=True, slots=True)
class Party:
    """One giver of the demonstration, the fund and the agreement. `at_first_fen` came before the first meal."""

    code: str
    giver: Giver
    display_name: str
    fund_title: str
    purpose: str
    number: str
    nature: str
    amount_fen: int
    at_first_fen: int
    shows_amount: bool
    holder: tuple[str, str, str] = ("charity", CHARITY, CHARITY_USCC)
    canteens: tuple[str, ...] = ()  # none: all of them


PHARMACY = Party(
    code="dekang", display_name="德康大药房", fund_title="德康大药房助餐金", purpose="独居老人的午餐和助餐员补贴",
    giver=Giver("德康大药房", "organisation", "91620102MA7X00201X", "罗经理", "0931-555 0211", "北门街示范路1号"),
    number="示慈协{year}-01", nature="donation", amount_fen=80_000_00, at_first_fen=45_000_00, shows_amount=True,
    canteens=("dekang", "xingfuli"),
)  # fmt: skip
MANY = Party(
    code="aixin", display_name="爱心人士", fund_title="一餐一暖助餐金", purpose="低保和低保边缘老人的三餐",
    giver=Giver("爱心人士", "many"),
    number="示慈协{year}-02", nature="donation", amount_fen=100_000_00, at_first_fen=38_600_00, shows_amount=True,
)  # fmt: skip
NEIGHBOUR = Party(
    code="laojiefang", display_name="一位老街坊", fund_title="老街坊生日餐", purpose="老人生日当天的用餐",
    giver=Giver("何某某（不公开）", "anonymous", contact_name="示范区慈善会转交"),
    number="示慈协{year}-03", nature="donation", amount_fen=12_000_00, at_first_fen=12_000_00, shows_amount=False,
)  # fmt: skip
DAIRY = Party(
    code="rupin", display_name="示范乳品", fund_title="示范乳品晚餐赞助", purpose="晚餐每餐1元",
    giver=Giver("示范乳品有限公司", "organisation", "91620102MA7X00302N", "白女士", "0931-555 0233", "示范工业园2号"),
    number="示商赞{year}-01", nature="sponsorship", amount_fen=15_000_00, at_first_fen=15_000_00, shows_amount=True,
    holder=("operator", "示范助餐服务有限公司", "91620102MA7DEM23KK"),
)  # fmt: skip
PARTIES = (PHARMACY, MANY, NEIGHBOUR, DAIRY)
SMALL_GIFTS = (("王阿姨", 200_00), ("幸福里二号楼邻居", 660_00), ("小学三年级一班", 340_00), ("", 200_00))
"""Who gave to the fund of many, and how much: 1,400 yuan together."""


def welcome_givers(eve: date, today: date) -> None:
    """Write givers, funds, agreements and names down, with what came by the eve of the first meal."""
    with reading() as session:
        canteens = {
            code: canteen_id for canteen_id, code in session.execute(select(Canteen.id, Canteen.code))
        }
    agreements = {party.code: _agree(party, canteens, eve, today) for party in PARTIES}
    _receive_first(eve)
    _name(agreements, canteens, eve, today)


def tell_month(first_on: date, until: date, canteens: dict[str, int], *, is_first: bool) -> None:
    """What comes and goes in a month beside meals, as far as its days have come: rice, small gifts, wages."""
    month = f"{first_on:%Y%m}"
    with_part, with_wages, with_rice, with_gift = (
        first_on + timedelta(days=number) for number in (4, 9, 11, 14)
    )
    if is_first and with_part <= until:
        _bring_second_part(with_part)
    if with_wages <= until:
        _pay_wages(month, with_wages, canteens["dekang"])
    if with_rice <= until:
        _take_rice(month, with_rice)
    if with_gift <= until:
        with at(with_gift, time(15, 0)):
            receive_money(
                NewMoney(
                    f"demo-more-{month}", "aixin", 150_00, with_gift, "platform", bank_no=f"PT{month}15"
                ),
                ACTOR,
            )


def pay_closed_month(month: str, on: date, canteens: dict[str, int]) -> None:
    """Pay over to the operators what a closed month used."""
    with at(on, time(16, 0)):
        for party in PARTIES:
            for code, canteen_id in canteens.items():
                with reading() as session:
                    due_fen = queries.due_fen(session, queries.head(session, party.code), canteen_id, month)
                if due_fen > 0:
                    key = f"demo-{month}-{party.code}-{code}"
                    bank_no = f"BF{month}-{party.code}-{code}".upper()
                    pay_over(NewPayOver(key, party.code, canteen_id, month, due_fen, on, bank_no), ACTOR)


def _agree(party: Party, canteens: dict[str, int], eve: date, today: date) -> int:
    begins_on = eve.replace(day=1)
    sponsor_id = add_sponsor(party.giver, party.display_name, begins_on, ACTOR)
    places = frozenset(canteens[code] for code in party.canteens)
    terms = Terms(canteen_ids=places, purpose=party.purpose, budget_fen=party.amount_fen)
    add_fund(NewFund(party.code, party.giver.name, 0, eve, title=party.fund_title, terms=terms), ACTOR)
    holder_kind, holder_name, holder_uscc = party.holder
    agreed = Agreed(
        number=party.number.format(year=begins_on.year), nature=party.nature, holder_kind=holder_kind,
        holder_name=holder_name, holder_uscc=holder_uscc, signed_on=begins_on, begins_on=begins_on,
        ends_on=_anniversary(today, 2), amount_fen=party.amount_fen, wording_by="周主任", wording_on=begins_on,
        goods_declared=True, relatives_declared=True, shows_amount=party.shows_amount,
    )  # fmt: skip
    agreement_id = add_agreement(sponsor_id, agreed, None, eve, ACTOR)
    allot(agreement_id, party.code, party.amount_fen, ACTOR)
    return agreement_id


def _anniversary(on: date, years: int) -> date:
    return date(on.year + years, 12, 31)


def _receive_first(eve: date) -> None:
    set_giving(MANY.code, Giving(is_for_many=True, raiser=CHARITY, filing_no=FILING_NO), ACTOR)
    pledge(NewPledge("demo-pledge-dekang", PHARMACY.code, PHARMACY.amount_fen, eve), ACTOR)
    _by_bank(PHARMACY, eve, 1, was_pledged=True)
    _by_bank(NEIGHBOUR, eve, 2)
    receive_money(
        NewMoney("demo-rupin", DAIRY.code, DAIRY.at_first_fen, eve, "bank", bank_no="RP0001"), ACTOR
    )
    receive_money(
        NewMoney("demo-aixin", MANY.code, MANY.at_first_fen, eve, "platform", bank_no="PT0001"), ACTOR
    )
    for number, (name, fen) in enumerate(SMALL_GIFTS, start=1):
        receive_money(
            NewMoney(
                f"demo-small-{number}", MANY.code, fen, eve, "cash", RECEIPT_CODE, f"00000{number + 10:05d}", CHARITY,
                giver_name=name,
            ),
            ACTOR,
        )  # fmt: skip


def _by_bank(party: Party, eve: date, number: int, *, was_pledged: bool = False) -> None:
    receive_money(
        NewMoney(
            f"demo-{party.code}", party.code, party.at_first_fen, eve, "bank", RECEIPT_CODE, f"00000{number:05d}",
            CHARITY, bank_no=f"YH{number:04d}", was_pledged=was_pledged,
        ),
        ACTOR,
    )  # fmt: skip


def _name(agreements: dict[str, int], canteens: dict[str, int], eve: date, today: date) -> None:
    begins_on, ends_on = eve.replace(day=1), _anniversary(today, 1)
    consents = {canteens["dekang"]: "北门社区居民委员会", canteens["xingfuli"]: "幸福里社区居民委员会"}
    was_on, comes_on = _weekday(today - timedelta(days=6)), _weekday(today + timedelta(days=5))
    wanted = (
        (PHARMACY, Wish("canteen", "德康老地方", begins_on, ends_on, canteens["dekang"])),
        (PHARMACY, Wish("wall", "德康大药房", begins_on, ends_on)),
        (PHARMACY, Wish("statement", "德康大药房", begins_on, ends_on)),
        (PHARMACY, Wish("day", "德康大药房", was_on, was_on, canteens["dekang"], named_on=was_on)),
        (MANY, Wish("wall", "爱心人士", begins_on, ends_on)),
        (MANY, Wish("day", "爱心人士", comes_on, comes_on, canteens["xingfuli"], named_on=comes_on)),
        (NEIGHBOUR, Wish("wall", "一位老街坊", begins_on, ends_on)),
        (DAIRY, Wish("meal", "示范乳品", begins_on, ends_on, canteens["xingfuli"], meal="dinner")),
    )
    for party, wish in wanted:
        leave = Leave(consent_by=consents.get(wish.canteen_id or 0, "示范区民政局"), consent_on=eve)
        give_naming(agreements[party.code], wish, leave, None, ACTOR)


def _weekday(on: date) -> date:
    """That day, or the Saturday before where it is a Sunday: most canteens rest then."""
    return on - timedelta(days=1) if on.isoweekday() == 7 else on


def _bring_second_part(on: date) -> None:
    """More of what the pharmacy pledged comes; a last part of it is still to come."""
    with at(on, time(14, 0)):
        receive_money(
            NewMoney(
                "demo-dekang-2", PHARMACY.code, SECOND_PART_FEN, on, "bank", RECEIPT_CODE, "0000000009", CHARITY,
                bank_no="YH0009", was_pledged=True,
            ),
            ACTOR,
        )  # fmt: skip


def _pay_wages(month: str, on: date, canteen_id: int) -> None:
    with reading() as session:
        held_fen = queries.amounts(session, PHARMACY.code).free_fen
    if held_fen < WAGES_FEN:
        return
    with at(on, time(10, 0)):
        what = f"{on.year}年{on.month}月助餐员补贴"
        wage = NewExpense(
            f"demo-wages-{month}", PHARMACY.code, "helpers", what, "北门助餐服务社", WAGES_FEN, on, canteen_id,
            document_no=f"ZC-{month}", bank_no=f"GZ{month}",
        )  # fmt: skip
        spend(wage, ACTOR)


def _take_rice(month: str, on: date) -> None:
    with at(on, time(9, 0)):
        rice = NewGoods(
            f"demo-rice-{month}", MANY.code, "东北大米", 300_000, "公斤", 1_680_00, "invoice", f"发票 26620{month}", on,
            "柳树湾粮油店",
        )  # fmt: skip
        receive_goods(rice, ACTOR)
