"""What the sponsor's page is tried on: two sponsors, two canteens, a sealed October and an open November."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from canteen.canteens.models import Canteen
from canteen.db import transaction
from canteen.settlement.services import close_month
from canteen.sponsors.agreements import givers, services
from canteen.sponsors.agreements.givers import Giver
from canteen.sponsors.gifts import services as gifts
from canteen.sponsors.gifts import spending
from canteen.sponsors.gifts.services import NewMoney, NewPledge
from canteen.sponsors.gifts.spending import NewExpense
from canteen.sponsors.services import NewFund, add_fund
from tests.factories import bind_programme, make_canteen, make_elder, programme
from tests.settlement.factories import serve
from tests.sponsors.agreed import COMPANY, DONATION

ACTOR = "staff:1"
OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)
RULE = {"title": "每餐4元", "payer": "sponsor", "pays": {"fixed": "4.00"}}
ELDERS = 14


def at(clock: pytest.MonkeyPatch, on: date, time: str = "12:00") -> None:
    """Put the clock to a time of day in Shanghai."""
    clock.setenv("CANTEEN_NOW", f"{on.isoformat()}T{time}:00+08:00")


def add_sponsor(name: str, code: str, nature: str = "donation", display_name: str = "") -> int:
    """A sponsor with an agreement and the fund that it feeds, 5,000.00 yuan received with a receipt."""
    company = Giver(name, "organisation", COMPANY) if code == "weida" else Giver(name, "person")
    sponsor_id = givers.add_sponsor(company, display_name or name, OCTOBER, ACTOR)
    add_fund(NewFund(code, name, 0, OCTOBER, title=f"{name}助餐金"), ACTOR)
    wanted = replace(
        DONATION, number=f"新慈〔2026〕{sponsor_id}号", nature=nature, signed_on=OCTOBER, begins_on=OCTOBER,
        holder_kind="charity" if nature == "donation" else "operator", amount_fen=1_000_000,
    )  # fmt: skip
    agreement_id = services.add_agreement(sponsor_id, wanted, None, OCTOBER, ACTOR)
    services.allot(agreement_id, code, 1_000_000, ACTOR)
    receipt = ("44010122", f"000{sponsor_id:04d}", "新会区慈善会") if nature == "donation" else ("", "", "")
    gifts.receive_money(
        NewMoney(f"money-{code}", code, 500_000, OCTOBER, "bank", *receipt, f"B-{code}"), ACTOR
    )
    return sponsor_id


def serve_days(canteen_id: int, elders: list[int], days: dict[date, int], clock: pytest.MonkeyPatch) -> None:
    """Lunch for the first so many elders on each of these days."""
    for on, count in days.items():
        at(clock, on)
        for elder_id in elders[:count]:
            serve(canteen_id, elder_id, on)


def make_places(codes: tuple[str, ...], funds: tuple[str, ...]) -> tuple[list[int], list[list[int]]]:
    """Canteens whose programme draws 4.00 a meal on each fund, with fourteen elders each of 62 to 88 years."""
    rules = [{"id": f"of-{fund}", "fund": fund, **RULE} for fund in funds]
    canteens = [make_canteen(code, name={"xfl": "幸福里食堂"}.get(code, "北门社区食堂")) for code in codes]
    elders = []
    with transaction() as session:
        session.get_one(Canteen, canteens[0]).phone = "0750-6666666"
    for canteen_id, code in zip(canteens, codes, strict=True):
        bind_programme(canteen_id, programme(rules, code=f"of-{code}"))
        ages = range(62, 62 + 2 * ELDERS, 2)
        elders.append(
            [make_elder(canteen_id, f"老人{age}", born_on=date(2026 - age, 3, 1)).id for age in ages]
        )
    return canteens, elders


def make_months(clock: pytest.MonkeyPatch) -> dict[str, int]:
    """Two sponsors whose funds pay 4.00 a meal each; October is sealed, of November nineteen days have been."""
    at(clock, OCTOBER, "08:00")
    sponsors = {
        "weida": add_sponsor("维达纸业", "weida", display_name="维达"),
        "dairy": add_sponsor("示范乳品", "dairy", "sponsorship"),
    }
    canteens, elders = make_places(("xfl", "beimen"), ("weida", "dairy"))
    serve_days(canteens[0], elders[0], {date(2026, 10, day): 14 for day in (8, 9, 12)}, clock)
    serve_days(canteens[1], elders[1], {date(2026, 10, 9): 12}, clock)
    at(clock, date(2026, 11, 1), "09:00")
    for code in ("xfl", "beimen"):
        close_month("2026-10", code, "王敏", "赵刚")
    at(clock, date(2026, 11, 2), "09:00")
    spending.spend(NewExpense("e1", "weida", "helpers", "十月助餐员补贴", "陈桂花", 60_000, NOVEMBER), ACTOR)
    gifts.pledge(NewPledge("p1", "weida", 300_000, NOVEMBER), ACTOR)
    serve_days(canteens[0], elders[0], {date(2026, 11, day): count for day, count in
                                        ((16, 13), (17, 3), (18, 4), (19, 10), (20, 9))}, clock)  # fmt: skip
    at(clock, date(2026, 11, 20), "21:00")
    return sponsors
