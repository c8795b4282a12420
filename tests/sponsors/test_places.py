"""Which names a canteen shows, day by day and place by place: only within their dates, and with nothing lacking."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from canteen.canteens import queries as canteens
from canteen.cards.backs import naming_line
from canteen.cards.queries import CardFilter, cards_to_print
from canteen.cards.sheets import sheet_of
from canteen.db import reading, transaction
from canteen.demo.calendar import at
from canteen.sponsors.agreements import givers, naming, services
from canteen.sponsors.agreements.models import SponsorName
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.sponsors.agreements.places import Place, names_at
from canteen.sponsors.models import Fund
from tests.factories import bind_programme, issue_card, make_canteen, make_elder, make_fund, programme
from tests.sponsors.agreed import DONATION, make_agreement, make_sponsor

GIFT = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 30)
DAY = timedelta(days=1)
CONSENT = Leave("村委会", date(2026, 10, 30))
PUBLIC: tuple[Place, ...] = ("till", "board", "page")


def a_canteen(code: str = "beimen", rule: dict[str, Any] = GIFT) -> int:
    canteen_id = make_canteen(code)
    bind_programme(canteen_id, programme([rule]))
    return canteen_id


def agreed(**terms: Any) -> int:
    """A fund that pays, and the agreement that feeds it; no right of naming yet."""
    agreement_id = make_agreement(make_sponsor("维达纸业", "维达"), **terms)
    make_fund("weida", 100_000, sponsor="维达纸业")
    services.allot(agreement_id, "weida", 100_000, "staff:1")
    return agreement_id


def give(agreement_id: int, canteen_id: int | None, leave: Leave = CONSENT, **about: Any) -> int:
    wish = replace(Wish("canteen", "维达老地方", FIRST, LAST, canteen_id), **about)
    return naming.give_naming(agreement_id, wish, leave, None, "staff:1")


def shown(canteen_id: int, on: date, place: Place = "till", meal: str | None = "lunch") -> list[str]:
    with reading() as session:
        return [name.name for name in names_at(session, canteens.by_id(session, canteen_id), on, place, meal)]


def called(canteen_id: int, on: date) -> list[str | None]:
    with reading() as session:
        return [name.place_name for name in names_at(session, canteens.by_id(session, canteen_id), on, "board")]


def spend(code: str) -> None:
    with transaction() as session:
        session.query(Fund).filter_by(code=code).one().balance_fen = 0


def test_an_agreed_name_shows_from_its_first_day_to_its_last_and_nowhere_else(app: Flask) -> None:
    here, there = a_canteen(), a_canteen("nanmen")
    right = give(agreement_id := agreed(), here)

    days = [FIRST - DAY, FIRST, LAST, LAST + DAY]
    for place in PUBLIC:
        assert [shown(here, on, place) for on in days] == [[], ["维达"], ["维达"], []], place
        assert shown(there, FIRST, place) == []
    naming.withdraw_naming(agreement_id, right, LAST, "到期前换名", FIRST, "staff:1")
    for place in PUBLIC:
        assert [shown(here, on, place) for on in (LAST - DAY, LAST)] == [["维达"], []], place


def test_the_place_bears_its_name_and_the_giver_keeps_the_display_name(sqlite_app: Flask) -> None:
    here, agreement_id = a_canteen(), agreed()
    give(agreement_id, here, object="day", named_on=FIRST, name="维达")
    give(agreement_id, here)

    assert (shown(here, FIRST), called(here, FIRST)) == (["维达"], ["维达老地方"])
    with reading() as session:
        sponsor_id = session.query(Fund.sponsor_id).scalar()
    with at(LAST, time(8)):
        givers.rename_sponsor(sponsor_id, "维达集团", LAST, LAST, "staff:1")
    assert [shown(here, on) for on in (LAST - DAY, LAST)] == [["维达"], ["维达集团"]]
    assert called(here, LAST) == ["维达老地方"]


def test_a_card_bears_the_name_that_holds_on_the_day_of_printing(sqlite_app: Flask) -> None:
    here = a_canteen()
    agreement_id = agreed()
    give(agreement_id, here)
    give(agreement_id, here, object="meal", meal="lunch", name="维达午餐")
    with reading() as session:
        canteen = canteens.by_id(session, here)

    printed = [naming_line(canteen, on) for on in (FIRST - DAY, FIRST, LAST + DAY)]

    issue_card(make_elder(here).id)
    with reading() as session:
        cards = cards_to_print(session, here, CardFilter())

    assert printed == ["", "维达 敬赠", ""]
    assert sheet_of(canteen, [(card, "0" * 17) for card in cards], "").naming == "维达 敬赠"


@pytest.mark.parametrize(
    ("terms", "leave"),
    [
        ({}, Leave()),
        ({"wording_by": "", "wording_on": None}, CONSENT),
        ({"goods_declared": False}, CONSENT),
        ({"relatives_declared": False}, CONSENT),
    ],
)
def test_a_name_that_lacks_something_shows_nowhere(sqlite_app: Flask, terms: dict[str, Any], leave: Leave) -> None:
    here = a_canteen()
    give(agreed(**terms), here, leave)

    assert [shown(here, FIRST, place) for place in (*PUBLIC, "card", "own")] == [[]] * 5


def test_a_named_building_shows_its_name_once_its_approval_is_there_with_its_paper(sqlite_app: Flask) -> None:
    here, agreement_id = a_canteen(), agreed()
    approval = Leave("村委会", date(2026, 10, 30), "区人民政府", "新府〔2026〕3号", date(2026, 11, 1))
    right = give(agreement_id, here, approval, needs_approval=True)

    assert shown(here, FIRST, "board") == []
    naming.complete_naming(agreement_id, right, Leave(), naming.Paper("a.pdf", b"%PDF-1.7\n%%EOF\n"), "staff:1")
    assert called(here, FIRST) == ["维达老地方"]


def test_a_named_meal_and_a_named_day_show_then_alone(sqlite_app: Flask) -> None:
    here, agreement_id = a_canteen(), agreed()
    give(agreement_id, here, object="meal", meal="lunch", name="维达午餐")
    give(agreement_id, here, object="day", named_on=FIRST + DAY, name="维达重阳餐")
    give(agreement_id, None, object="wall", name="维达纸业")

    assert shown(here, FIRST) == shown(here, FIRST, "board") == ["维达午餐"]
    assert shown(here, FIRST, meal="dinner") == []
    assert shown(here, FIRST + DAY) == ["维达午餐", "维达重阳餐"]
    assert shown(here, FIRST, "wall") == ["维达纸业"]


def test_the_till_shows_a_name_while_its_fund_pays(sqlite_app: Flask) -> None:
    here = a_canteen(rule=GIFT | {"when": {"weekday": [2], "age": {"from": 60}}})
    give(agreed(), here)
    tuesday = FIRST

    assert [shown(here, on) for on in (tuesday, tuesday + DAY)] == [["维达"], []]
    assert shown(here, tuesday + DAY, "board") == ["维达"]
    spend("weida")
    assert shown(here, tuesday) == []
    assert shown(here, tuesday, "board") == ["维达"]


def test_a_fund_without_an_agreement_bears_the_display_name_of_the_day(sqlite_app: Flask) -> None:
    here = a_canteen()
    make_fund("weida", 10_000, sponsor="德康大药房", begins_on=FIRST, ends_on=LAST)
    with transaction() as session:
        sponsor_id = session.query(Fund.sponsor_id).scalar()
    names: Sequence[tuple[date, str]] = ((FIRST - DAY, "德康大药房"), (FIRST + DAY, "德康健康"))
    with transaction() as session:
        for from_on, name in names:
            givers.note_name(session, sponsor_id, name, from_on, "staff:1")
        assert session.query(SponsorName).count() == 2

    days = [FIRST - DAY, FIRST, FIRST + DAY, LAST, LAST + DAY]

    for place in PUBLIC:
        assert [shown(here, on, place) for on in days] == [[], ["德康大药房"], ["德康健康"], ["德康健康"], []], place


def test_an_advertiser_stands_apart_from_those_who_give(sqlite_app: Flask) -> None:
    here = a_canteen()
    give(agreed(nature="sponsorship", relatives_declared=False), here)
    with reading() as session:
        canteen = canteens.by_id(session, here)
        [name] = names_at(session, canteen, FIRST, "till", "lunch")

    assert name.is_sponsorship and DONATION.nature == "donation"
    assert naming_line(canteen, FIRST) == "维达 赞助"
