"""The manager's menu pages."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from canteen.canteens.models import Workplace
from canteen.core.roles import Role
from canteen.db import transaction
from canteen.menus.models import Menu
from tests.factories import TODAY, make_canteen, publish_menu
from tests.signing_in import Browser, browser, make_staff, sign_in_as


def manager_of(app: Flask, canteen_id: int) -> Browser:
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    return sign_in_as(app, Role.MANAGER, staff_id)


def menus() -> list[Menu]:
    with transaction() as session:
        return list(session.scalars(select(Menu).order_by(Menu.id)))


def test_a_manager_writes_and_publishes_todays_menu(app: Flask) -> None:
    office = manager_of(app, make_canteen())
    typed = {"lunch_dishes": "红烧带鱼\n番茄炒蛋", "lunch_price": "15", "act": "publish"}

    answer = office.send(f"/menu/{TODAY}", typed, page=f"/menu/{TODAY}")

    assert answer.status_code == 303
    week = office.get(answer.location).text
    assert "红烧带鱼、番茄炒蛋" in week
    assert "¥15.00" in week
    assert "已发布" in week


def test_a_price_that_is_no_amount_is_said_beside_the_field_and_nothing_is_written(app: Flask) -> None:
    office = manager_of(app, make_canteen())

    answer = office.send(
        f"/menu/{TODAY}", {"lunch_dishes": "鱼", "lunch_price": "十五"}, page=f"/menu/{TODAY}"
    )

    assert "金额要写成数字" in answer.text
    assert menus() == []


def test_a_dish_too_long_is_said_and_what_was_typed_is_kept(app: Flask) -> None:
    office = manager_of(app, make_canteen())

    answer = office.send(f"/menu/{TODAY}", {"lunch_dishes": "鱼" * 31}, page=f"/menu/{TODAY}")

    assert answer.status_code == 409
    assert "一道菜名最多 30 个字" in answer.text
    assert "鱼" * 31 in answer.text
    assert menus() == []


def test_filling_in_from_the_day_before_writes_nothing_until_it_is_saved(app: Flask) -> None:
    canteen_id = make_canteen()
    publish_menu(canteen_id, "昨天的鱼", 1500, on=TODAY - timedelta(days=1))
    office = manager_of(app, canteen_id)

    page = office.get(f"/menu/{TODAY}?from={TODAY - timedelta(days=1)}")

    assert "昨天的鱼" in page.text
    assert len(menus()) == 1


def test_a_week_is_copied_and_published_with_two_buttons(app: Flask) -> None:
    canteen_id = make_canteen()
    publish_menu(canteen_id, "上周的鱼", 1500, on=TODAY - timedelta(days=7))
    office = manager_of(app, canteen_id)
    week = {"week": TODAY.isoformat()}

    office.send("/menu/copy-week", week)
    office.send("/menu/publish-week", week)

    copied = menus()[1]
    assert (copied.service_on, copied.dishes) == (TODAY, "上周的鱼")
    assert copied.published_at is not None


def test_a_day_that_is_over_can_only_be_read(app: Flask) -> None:
    office = manager_of(app, make_canteen())
    yesterday = TODAY - timedelta(days=1)

    assert "只能看" in office.get(f"/menu/{yesterday}").text
    assert office.send(f"/menu/{yesterday}", {"lunch_dishes": "鱼"}).status_code == 409
    assert menus() == []


def test_a_manager_does_not_reach_the_menu_of_another_canteen(app: Flask) -> None:
    make_canteen("nanmen", name="南门社区食堂")
    office = manager_of(app, make_canteen())

    assert office.get("/menu?canteen=nanmen").status_code == 403
    assert office.send("/menu/publish-week", {"canteen": "nanmen", "week": "2026-11-20"}).status_code == 403


def test_menus_are_not_open_to_cashiers_nor_to_strangers(app: Flask) -> None:
    make_canteen()

    assert sign_in_as(app, Role.CASHIER).get("/menu").status_code == 403
    assert browser(app).get("/menu").status_code in (302, 303)


def test_a_day_that_is_no_day_is_not_found(app: Flask) -> None:
    office = manager_of(app, make_canteen())

    for day in ("2026-02-30", "tomorrow", "0001-01-01", "9999-12-31"):
        assert office.get(f"/menu/{day}").status_code == 404
