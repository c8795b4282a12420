"""Menus: drafts, publishing, copying, and days that are over. It is Friday 20 November 2026."""

from datetime import date, timedelta

import pytest
from flask import Flask

from canteen.canteens import queries as canteens
from canteen.canteens.queries import CanteenRow
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.menus import queries, services
from canteen.menus.services import Draft, read_dishes
from tests.factories import TODAY, make_canteen, publish_menu

ACTOR = "staff:1"
MONDAY = date(2026, 11, 16)
NEXT_MONDAY = date(2026, 11, 23)
LUNCH = Draft("lunch", ("红烧带鱼", "番茄炒蛋"), 1500)


def canteen_of(canteen_id: int) -> CanteenRow:
    with reading() as session:
        return canteens.by_id(session, canteen_id)


def lunch_on(canteen_id: int, day: date) -> queries.MenuRow | None:
    with reading() as session:
        return queries.published_menu(session, canteen_id, day, "lunch")


def test_a_draft_is_nobodys_menu_before_it_is_published(app: Flask) -> None:
    canteen_id = make_canteen()

    services.write_day(canteen_id, TODAY, [LUNCH], ACTOR, publish=False)
    assert lunch_on(canteen_id, TODAY) is None

    services.write_day(canteen_id, TODAY, [LUNCH], ACTOR, publish=True)
    menu = lunch_on(canteen_id, TODAY)
    assert menu is not None
    assert menu.dishes == ("红烧带鱼", "番茄炒蛋")


def test_the_published_price_is_the_days_price(app: Flask) -> None:
    canteen_id = make_canteen(price_fen=1400)
    services.write_day(canteen_id, TODAY, [LUNCH], ACTOR, publish=True)

    with reading() as session:
        assert queries.published_price(session, canteen_id, TODAY, "lunch") == 1500
        assert queries.published_price(session, canteen_id, TODAY, "dinner") is None


def test_a_published_menu_stays_published_when_it_is_changed(app: Flask) -> None:
    canteen_id = make_canteen()
    services.write_day(canteen_id, TODAY, [LUNCH], ACTOR, publish=True)

    services.write_day(canteen_id, TODAY, [Draft("lunch", ("鳕鱼",), 1600)], ACTOR, publish=False)

    menu = lunch_on(canteen_id, TODAY)
    assert menu is not None
    assert (menu.dishes, menu.price_fen) == (("鳕鱼",), 1600)


def test_an_empty_meal_takes_away_what_was_written(app: Flask) -> None:
    canteen_id = make_canteen()
    services.write_day(canteen_id, TODAY, [LUNCH], ACTOR, publish=True)

    services.write_day(canteen_id, TODAY, [Draft("lunch", (), None)], ACTOR, publish=False)

    assert lunch_on(canteen_id, TODAY) is None


def test_a_day_that_is_over_is_never_written_again(app: Flask) -> None:
    canteen_id = make_canteen()

    with pytest.raises(Refusal) as refused:
        services.write_day(canteen_id, TODAY - timedelta(days=1), [LUNCH], ACTOR, publish=True)

    assert refused.value.code == "menu-past"
    assert lunch_on(canteen_id, TODAY - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft("lunch", tuple("菜" for _ in range(13)), 1500), "menu-dishes"),
        (Draft("lunch", ("鱼" * 31,), 1500), "menu-dish-long"),
        (Draft("lunch", ("鱼",), 0), "menu-price"),
        (Draft("lunch", ("鱼",), 100_001), "menu-price"),
    ],
)
def test_a_faulty_meal_is_refused_and_the_good_one_beside_it_is_not_written(
    app: Flask, draft: Draft, code: str
) -> None:
    canteen_id = make_canteen()
    dinner = Draft("dinner", ("白粥",), 800)

    with pytest.raises(Refusal) as refused:
        services.write_day(canteen_id, TODAY, [dinner, draft], ACTOR, publish=True)

    assert refused.value.code == code
    with reading() as session:
        assert not queries.day_menus(session, canteen_of(canteen_id), TODAY).is_written


def test_a_week_is_copied_as_drafts_where_nothing_is_written(app: Flask) -> None:
    canteen_id = make_canteen()
    publish_menu(canteen_id, "红烧肉", 1500, on=MONDAY)
    publish_menu(canteen_id, "清蒸鱼", 1600, on=MONDAY + timedelta(days=1))
    publish_menu(canteen_id, "已经写好", 1700, on=NEXT_MONDAY)

    copied = services.copy_week(canteen_id, MONDAY, NEXT_MONDAY, ACTOR)

    with reading() as session:
        week = queries.week(session, canteen_of(canteen_id), NEXT_MONDAY)
    monday, tuesday = week[0].menus["lunch"], week[1].menus["lunch"]
    assert copied == 1
    assert monday is not None
    assert monday.dishes == ("已经写好",)
    assert tuesday is not None
    assert (tuesday.dishes, tuesday.price_fen, tuesday.is_published) == (("清蒸鱼",), 1600, False)


def test_copying_leaves_days_that_are_over_alone(app: Flask) -> None:
    canteen_id = make_canteen()
    for number in range(7):
        publish_menu(canteen_id, "红烧肉", 1500, on=MONDAY - timedelta(days=7 - number))

    copied = services.copy_week(canteen_id, MONDAY - timedelta(days=7), MONDAY, ACTOR)

    with reading() as session:
        week = queries.week(session, canteen_of(canteen_id), MONDAY)
    assert copied == 3  # Friday, Saturday, Sunday
    assert [day.is_written for day in week] == [False] * 4 + [True] * 3


def test_publishing_a_week_publishes_its_drafts_from_today_on(app: Flask) -> None:
    canteen_id = make_canteen()
    publish_menu(canteen_id, "昨天的草稿", on=TODAY - timedelta(days=1), published=False)
    publish_menu(canteen_id, "今天的草稿", on=TODAY, published=False)
    publish_menu(canteen_id, "下周的草稿", on=NEXT_MONDAY, published=False)

    assert services.publish_week(canteen_id, TODAY, ACTOR) == 1

    assert lunch_on(canteen_id, TODAY) is not None
    assert lunch_on(canteen_id, TODAY - timedelta(days=1)) is None
    assert lunch_on(canteen_id, NEXT_MONDAY) is None


def test_the_menu_of_one_canteen_is_not_the_menu_of_another(app: Flask) -> None:
    here, there = make_canteen(), make_canteen("nanmen", name="南门社区食堂")

    services.write_day(here, TODAY, [LUNCH], ACTOR, publish=True)

    assert lunch_on(there, TODAY) is None


def test_dishes_are_read_line_by_line_or_parted_by_the_chinese_comma() -> None:
    text = " 红烧带鱼、番茄炒蛋\r\n\n 清炒  菠菜 \n"

    assert read_dishes(text) == ("红烧带鱼", "番茄炒蛋", "清炒 菠菜")
