"""Who stands on a canteen's wall, and who does not."""

from datetime import date

import pytest
from flask import Flask

from canteen.db import reading
from canteen.documents.papers.notice import Unnamed
from canteen.noticeboard.wall.queries import Invited, Wall, read_wall
from canteen.sponsors.agreements import naming
from canteen.sponsors.agreements.naming import Leave
from canteen.sponsors.gifts import correcting
from canteen.sponsors.gifts import services as gifts
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.models import Gift
from tests.factories import make_canteen, make_fund, rows
from tests.noticeboard.walls import ACTOR, give, make_donor, name_place, name_wall

TODAY = date(2026, 11, 20)
LAST_YEAR = date(2025, 5, 6)
LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"


def wall(canteen_id: int, order: str = "date", today: date = TODAY) -> Wall:
    with reading() as session:
        return read_wall(session, canteen_id, today, order)


def names(found: Wall) -> list[str]:
    return [giver.name for giver in found.this_month]


def test_a_donor_of_this_month_is_thanked_by_the_name_of_the_right(app: Flask) -> None:
    here = make_canteen()
    donor = make_donor("维达纸业有限公司", shown="维达")
    give(donor)

    found = wall(here)

    assert names(found) == ["维达"]
    assert found.this_month[0].amount_fen is None, "nobody agreed that the amount is shown"
    assert found.unnamed == Unnamed()
    assert [(year.year, [giver.name for giver in year.givers]) for year in found.years] == [(2026, ["维达"])]


def test_an_amount_is_shown_only_where_the_agreement_says_so(sqlite_app: Flask) -> None:
    here = make_canteen()
    donor = make_donor(shows_amount=True)
    give(donor, 30_000)
    give(donor, 4_000)
    correcting.reverse(donor.code, "money", rows(Gift)[-1].id, "金额记错", ACTOR, TODAY)

    assert wall(here).this_month[0].amount_fen == 30_000


def test_without_a_right_a_donor_is_counted_and_never_named(sqlite_app: Flask) -> None:
    here = make_canteen()
    for name, kind in (("王秀英", "person"), ("某公司", "organisation"), ("李国强", "anonymous")):
        give(make_donor(name, kind, shown=None))

    found = wall(here)

    assert names(found) == []
    assert found.unnamed == Unnamed(people=2, units=1)
    assert "王秀英" not in repr(found)


def test_small_givers_are_counted_for_a_name_in_a_gifts_papers_is_no_consent(sqlite_app: Flask) -> None:
    here = make_canteen()
    many = make_donor("慈善会热饭资金", "many", shown=None)
    gifts.set_giving(many.code, Giving(None, True, "新会区慈善会", "53440000MJ1234567XA26001"), ACTOR)
    for giver in ("张三", "李四", "张三", "", ""):
        give(many, 1_000, giver=giver)

    found = wall(here)

    assert found.unnamed == Unnamed(people=2, gifts=2)
    assert found.invited == (Invited(many.code, "新会区慈善会", "53440000MJ1234567XA26001"),)
    assert "张三" not in repr(found)


def test_no_gift_is_invited_without_a_raiser_and_a_filing_number(sqlite_app: Flask) -> None:
    here = make_canteen()
    many = make_donor("邻居们", "many", shown=None)
    gifts.set_giving(many.code, Giving(None, True), ACTOR)
    give(many, giver="张三")

    assert wall(here).invited == ()


def test_a_right_that_lacks_a_paper_or_was_withdrawn_shows_nothing(sqlite_app: Flask) -> None:
    here = make_canteen()
    unapproved = make_donor("甲", shown=None)
    name_wall(unapproved, "甲公司", leave=Leave())
    undeclared = make_donor("乙", shown="乙公司", goods_declared=False)
    withdrawn = make_donor("丙", shown=None)
    right = name_wall(withdrawn, "丙公司")
    naming.withdraw_naming(withdrawn.agreement_id, right, TODAY, "协议提前结束", TODAY, ACTOR)
    for donor in (unapproved, undeclared, withdrawn):
        give(donor)
        give(donor, on=LAST_YEAR)

    found = wall(here)

    assert names(found) == []
    assert found.unnamed == Unnamed(people=3)
    assert all(not year.givers for year in found.years)


def test_an_old_year_keeps_the_name_that_counted_then(sqlite_app: Flask) -> None:
    here = make_canteen()
    donor = make_donor(shown=None)
    name_wall(donor, "维达纸业", date(2025, 1, 1), date(2025, 12, 31))
    name_wall(donor, "维达", date(2026, 1, 1), date(2026, 12, 31))
    give(donor, on=LAST_YEAR)
    give(donor)

    found = wall(here)

    assert names(found) == ["维达"]
    assert [(year.year, year.givers[0].name) for year in found.years] == [(2026, "维达"), (2025, "维达纸业")]


def test_a_right_that_has_ended_names_nobody_this_month(sqlite_app: Flask) -> None:
    here = make_canteen()
    donor = make_donor(shown=None)
    name_wall(donor, "维达", date(2026, 1, 1), date(2026, 11, 19))
    give(donor)

    found = wall(here)

    assert (names(found), found.unnamed) == ([], Unnamed(people=1))
    assert found.years[0].givers[0].name == "维达", "in the year it was shown"


def test_commercial_sponsorship_stands_apart_and_under_no_donation(sqlite_app: Flask) -> None:
    here = make_canteen()
    shop = make_donor("红星超市", "organisation", shown="红星超市", nature="sponsorship")
    give(shop)
    name_place(shop, "红星厅", here)

    found = wall(here)

    assert found.supporters == ("红星超市",)
    assert (names(found), found.named, found.years, found.unnamed) == ([], (), (), Unnamed())


def test_a_wall_shows_the_donors_of_its_own_canteen(sqlite_app: Flask) -> None:
    here, there = make_canteen(), make_canteen("nanmen")
    give(make_donor("甲", shown="甲公司", canteens=(here,)))
    give(make_donor("乙", shown="乙公司", canteens=(there,)))
    give(make_donor("丙", shown="丙公司"))

    assert names(wall(here)) == ["丙公司", "甲公司"]
    assert names(wall(there)) == ["乙公司", "丙公司"]
    assert "乙公司" not in repr(wall(here))


def test_what_bears_a_name_today_stands_under_its_own_heading(sqlite_app: Flask) -> None:
    here, there = make_canteen(), make_canteen("nanmen")
    donor = make_donor(shown=None)
    name_place(donor, "维达老地方", here)
    name_place(donor, "维达早餐", here, object="meal", meal="breakfast")
    name_place(donor, "昨天的名字", here, object="day", named_on=date(2026, 11, 19))
    name_place(donor, "今天的名字", here, object="day", named_on=TODAY)
    name_place(donor, "那边的名字", there)

    found = wall(here)

    assert [one.name for one in found.named] == ["维达早餐", "维达老地方", "今天的名字"]
    assert [giver.name for giver in found.years[0].givers] == [
        "维达早餐",
        "维达纸业",  # who gives: 维达老地方 is what the place is called
        "昨天的名字",
        "今天的名字",
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("date", ["龘科技", "丁氏", LONG, "Bosch"]), ("strokes", ["丁氏", LONG, "龘科技", "Bosch"]),
     ("nonsense", ["龘科技", "丁氏", LONG, "Bosch"])],
)  # fmt: skip
def test_names_stand_by_the_day_of_the_gift_or_by_strokes(
    sqlite_app: Flask, order: str, expected: list[str]
) -> None:
    here = make_canteen()
    for day, name in ((9, "丁氏"), (3, "龘科技"), (20, "Bosch"), (9, LONG)):
        give(make_donor(f"捐赠方{day}{name[:2]}", shown=name), on=date(2026, 11, day))

    assert names(wall(here, order)) == expected
    assert wall(here, order) == wall(here, order)


def test_a_fund_that_nobody_called_a_donation_is_none(sqlite_app: Flask) -> None:
    here = make_canteen()
    make_fund("old", 50_000, sponsor="老资金")

    assert wall(here).is_empty


def test_an_empty_wall_is_empty(sqlite_app: Flask) -> None:
    assert wall(make_canteen()).is_empty


def test_a_canteen_bears_a_name_though_the_fund_pays_elsewhere(sqlite_app: Flask) -> None:
    here, there = make_canteen(), make_canteen("nanmen")
    donor = make_donor(canteens=(there,), shown="维达")
    name_place(donor, "维达老地方", here)
    give(donor)

    found = wall(here)

    assert [one.name for one in found.named] == ["维达老地方"]
    assert names(found) == []
