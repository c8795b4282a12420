"""Who gave to one meal stands on the elder's own page, under the name that counted that day; and a canteen's page."""

from datetime import date, time
from typing import Any

from flask import Flask

from canteen.canteens import queries as canteens
from canteen.db import reading
from canteen.demo.calendar import at
from canteen.noticeboard import queries
from canteen.sponsors.agreements import givers, naming
from canteen.sponsors.models import Fund
from tests.checkin.test_strip_names import GIFT, agree, give
from tests.factories import TODAY, bind_programme, make_canteen, make_elder, make_fund, programme
from tests.settlement.trial_month import Till
from tests.signing_in import browser

NEXT = date(2026, 11, 21)


def a_canteen() -> int:
    with at(date(2026, 9, 20), time(8)):
        canteen_id = make_canteen()
        bind_programme(canteen_id, programme([GIFT]))
    return canteen_id


def givers_told(elder_id: int, canteen_id: int) -> list[tuple[date, list[str], list[bool]]]:
    with reading() as session:
        page = queries.family_page(session, elder_id, canteens.by_id(session, canteen_id), NEXT)
    assert page is not None
    meals: list[Any] = sorted((row for row in page.records if hasattr(row, "givers")), key=lambda row: row.service_on)
    return [(row.service_on, [one.name for one in row.givers], [one.is_sponsorship for one in row.givers]) for row in meals]


def test_an_old_meal_keeps_the_name_that_its_sponsor_had(sqlite_app: Flask) -> None:
    here = a_canteen()
    make_fund("weida", 100_000, sponsor="德康大药房")
    elder, till = make_elder(here), Till(here)
    with reading() as session:
        sponsor_id = session.query(Fund.sponsor_id).scalar()

    till.serve(elder, TODAY)
    with at(NEXT, time(8)):
        givers.rename_sponsor(sponsor_id, "德康健康", NEXT, NEXT, "staff:1")
    till.serve(elder, NEXT)

    assert givers_told(elder.id, here) == [(TODAY, ["德康大药房"], [False]), (NEXT, ["德康健康"], [False])]


def test_an_agreed_name_stands_at_the_meals_of_its_days(sqlite_app: Flask) -> None:
    here = a_canteen()
    agreement_id = agree()
    right = give(agreement_id, here, begins_on=TODAY, ends_on=date(2026, 11, 30))
    elder, till = make_elder(here), Till(here)

    till.serve(elder, date(2026, 11, 19))
    till.serve(elder, TODAY)
    naming.withdraw_naming(agreement_id, right, NEXT, "换名", TODAY, "staff:1")
    till.serve(elder, NEXT)

    assert givers_told(elder.id, here) == [
        (date(2026, 11, 19), [], []), (TODAY, ["维达"], [False]), (NEXT, [], []),
    ]  # fmt: skip


def test_a_canteens_page_bears_its_name_today_and_points_to_the_wall(sqlite_app: Flask) -> None:
    here = a_canteen()
    agreement_id = agree()
    give(agreement_id, here)
    phone = browser(sqlite_app)

    page = phone.get("/c/beimen").text
    with at(NEXT, time(8)):
        after = phone.get("/c/beimen").text

    assert '<p class="place">维达老地方</p>' in page and "今天的爱心支持：维达<" in page
    assert 'href="/thanks/beimen?size=a"' in page
    assert "维达" not in after


def test_a_commercial_sponsor_of_a_meal_has_a_word_of_its_own(sqlite_app: Flask) -> None:
    here = a_canteen()
    give(agree(nature="sponsorship", relatives_declared=False), here)
    elder = make_elder(here)
    Till(here).serve(elder, TODAY)

    assert givers_told(elder.id, here) == [(TODAY, ["维达"], [True])]
    assert "今天的赞助：维达" in browser(sqlite_app).get("/c/beimen").text
