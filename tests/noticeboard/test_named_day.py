"""您的一餐: made once after the day, true from the ledger and the menu, and no elder to be told apart."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import replace
from datetime import date
from itertools import count, islice
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.checkin.cancelling import cancel_meal
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.noticeboard.named_day import queries, services
from canteen.noticeboard.named_day.counting import Counted, Figures, FundMonth, Paid, figures
from canteen.noticeboard.named_day.models import NamedDayCard
from canteen.sponsors.agreements import givers, naming
from tests.factories import TODAY, make_fund, publish_menu, rows
from tests.noticeboard.named_days import NEXT_DAY, name_day, serve, serve_noon


def cards_of(sponsor_id: int, today: date = date(2026, 11, 21)) -> list[queries.CardLine]:
    with reading() as session:
        return queries.cards_of(session, sponsor_id, today)


def test_a_card_is_made_once_from_what_the_fund_paid_and_the_menu_said(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(client)
    day = name_day(noon)
    publish_menu(noon.canteen_id, "红烧带鱼\n番茄炒蛋")
    publish_menu(noon.canteen_id, "南瓜粥", meal_period="dinner")
    meals = serve(noon, 7)
    cancel_meal(meals[0], "点错了", "staff:1")
    before = cards_of(day.sponsor_id, TODAY)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    unmade = cards_of(day.sponsor_id)

    card = services.look(day.naming_id).card
    again = services.look(day.naming_id)

    assert before == [] and [line.meals for line in unmade] == [None]
    told = card.facts
    assert (told.meals, told.elders, told.price_fen) == (6, 6, 1500)
    assert [(menu.meal_period, menu.dishes) for menu in told.menus] == [("lunch", ("红烧带鱼", "番茄炒蛋"))]
    assert (told.sponsor_name, told.canteen_name, told.named_on) == ("维达", "北门社区食堂", TODAY)
    assert again.card == card and not again.is_corrected and len(rows(NamedDayCard)) == 1
    assert cards_of(day.sponsor_id) == [queries.CardLine(day.naming_id, TODAY, "北门社区食堂", 6)]


def test_there_is_no_card_before_the_day_is_over_in_the_canteens_own_zone(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon)
    serve(noon, 5)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T15:59:00Z")  # 23:59 in Shanghai

    with pytest.raises(Refusal) as refused:
        services.look(day.naming_id)

    assert refused.value.code == "day-card-coming" and rows(NamedDayCard) == []
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T16:00:00Z")
    assert services.look(day.naming_id).card.made_at.astimezone(ZoneInfo("Asia/Shanghai")).date() == date(
        2026, 11, 21
    )


def test_fewer_than_five_elders_are_told_in_words(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon)
    serve(noon, 4)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)

    told = services.look(day.naming_id).card.facts

    assert (told.meals, told.elders, told.menus) == (None, None, ())
    assert told.price_fen == 1500
    assert [line.meals for line in cards_of(day.sponsor_id)] == [None]


def test_a_correction_is_told_and_a_further_card_lets_no_meal_be_taken_off_the_first(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon)
    meals = serve(noon, 12)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    first = services.look(day.naming_id).card

    cancel_meal(meals[0], "点错了", "staff:1")
    seen = services.look(day.naming_id)
    second = services.make_card(day.naming_id)
    for meal in meals[1:5]:
        cancel_meal(meal, "点错了", "staff:1")
    third = services.make_card(day.naming_id)

    assert seen.is_corrected and seen.may_be_renewed and seen.card == first
    assert [card.facts.meals for card in (first, second, third)] == [12, None, 7]
    kept = services.look(day.naming_id)
    assert [card.number for card in kept.cards] == [1, 2, 3] and not kept.is_corrected
    assert services.make_card(day.naming_id) == third
    assert len({card.check_code for card in kept.cards}) == 3


def test_two_who_look_first_at_once_get_one_card(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(client)
    day = name_day(noon)
    serve(noon, 5)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)

    def make() -> str:
        with app.app_context():
            return services.make_card(day.naming_id).check_code

    with ThreadPoolExecutor(4) as people:
        codes = {found.result() for found in [people.submit(Context().run, make) for _ in range(4)]}

    assert len(codes) == 1 and len(rows(NamedDayCard)) == 1


def test_when_every_meal_was_cancelled_no_further_card_is_made(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon)
    meals = serve(noon, 5)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    services.look(day.naming_id)
    for meal in meals:
        cancel_meal(meal, "没有供餐", "staff:1")

    seen = services.look(day.naming_id)

    assert seen.is_corrected and not seen.may_be_renewed
    with pytest.raises(Refusal, match="没有可以做卡片的餐"):
        services.make_card(day.naming_id)


def test_only_meals_that_the_agreements_own_fund_paid_count(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client(), "dekang")
    day = name_day(noon)
    make_fund("dekang", 100_000)
    serve(noon, 6)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)

    assert cards_of(day.sponsor_id) == []
    with pytest.raises(Refusal, match="没有可以做卡片的餐"):
        services.look(day.naming_id)


def test_a_name_that_may_not_be_shown_has_no_card(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = serve_noon(sqlite_app.test_client())
    unapproved = name_day(noon, wording_by="", wording_on=None)
    serve(noon, 6)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)

    assert cards_of(unapproved.sponsor_id) == []
    with pytest.raises(Refusal) as refused:
        services.look(unapproved.naming_id)
    assert refused.value.code == "day-card-none"


def test_the_card_bears_the_name_that_counted_that_day(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon, name="维达敬老日")
    serve(noon, 5)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    givers.rename_sponsor(day.sponsor_id, "维达老地方", date(2026, 11, 21), date(2026, 11, 21), "staff:1")

    told = services.look(day.naming_id).card.facts

    assert (told.sponsor_name, told.day_name) == ("维达", "维达敬老日")


def test_a_name_withdrawn_before_the_day_has_no_card(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon)
    serve(noon, 5)
    naming.withdraw_naming(day.agreement_id, day.naming_id, TODAY, "不再合作", TODAY, "staff:1")
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)

    with pytest.raises(Refusal) as refused:
        services.look(day.naming_id)

    assert refused.value.code == "day-card-none"


def test_a_fund_that_pays_on_other_days_too_tells_its_number_once_five_have_eaten_since(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    day = name_day(noon, until=date(2026, 12, 31))
    serve(noon, 6)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    first = services.look(day.naming_id).card

    serve(noon, 4)
    with_four = services.look(day.naming_id)
    serve(noon, 1)
    with_five = services.look(day.naming_id)

    assert first.facts.meals is None and not with_four.may_be_renewed
    assert with_five.is_fuller_now and not with_five.is_corrected and with_five.may_be_renewed
    assert services.make_card(day.naming_id).facts.meals == 6
    assert not services.look(day.naming_id).is_fuller_now


@pytest.mark.parametrize(
    ("before", "after", "is_over", "apart"),
    [
        ([], 0, True, True),
        ([], 0, False, False),
        ([], 4, True, False),
        ([], 5, False, True),
        ([4], 5, False, False),
        ([4, 1], 5, False, True),
        ([5, 2], 9, True, False),
        ([7, 2, 3], 0, True, True),
    ],
)
def test_a_day_is_told_by_itself_where_a_statement_cuts_before_and_after_it(
    before: list[int], after: int, is_over: bool, apart: bool
) -> None:
    on, numbers = date(2026, 11, 20), count()
    elders = {
        date(2026, 11, 1 + place): frozenset(islice(numbers, many)) for place, many in enumerate(before)
    }
    elders[on] = frozenset(islice(numbers, 40))
    elders |= {date(2026, 11, 21): frozenset(islice(numbers, after))} if after else {}

    assert FundMonth(elders, is_over).tells_apart(on) is apart


def told(paid_then: list[Paid], earlier: tuple[Counted, ...] = ()) -> Figures:
    """The figures of a canteen where both funds pay on that day alone."""
    months = {fund_id: FundMonth({TODAY: frozenset()}, is_over=True) for fund_id in (1, 2)}
    found = figures(paid_then, 1, TODAY, months, earlier)
    assert found is not None
    return found


def paid(
    elders: range, canteen_id: int = 1, fund_id: int = 1, period: str = "lunch", price_fen: int = 1500
) -> list[Paid]:
    return [
        Paid(1000 * canteen_id + elder, elder, canteen_id, fund_id, period, price_fen) for elder in elders
    ]


def test_no_number_is_told_where_the_rest_of_the_days_meals_could_be_taken_off_it() -> None:
    here, few_elsewhere, many_elsewhere = paid(range(40)), paid(range(50, 53), 2), paid(range(50, 55), 2)

    assert (told(here).meals, told(here).elders) == (40, 40)
    assert told(here + few_elsewhere).meals is None
    assert told(here + many_elsewhere).meals == 40
    assert told(here + paid(range(60, 64), fund_id=2)).meals is None


def test_a_meal_of_two_funds_is_one_and_a_price_is_told_only_where_there_was_one() -> None:
    twice = told(paid(range(6)) + paid(range(6), fund_id=2))
    dearer = told(paid(range(6)) + paid(range(10, 12), price_fen=1800))

    assert (twice.meals, twice.price_fen) == (6, 1500)
    assert (dearer.meals, dearer.price_fen) == (8, None)


def test_no_number_is_told_where_two_funds_statements_would_say_whom_both_helped() -> None:
    one_of_both = told([*paid(range(6)), *paid(range(5, 11), fund_id=2)])
    all_but_one = told([*paid(range(6)), *paid(range(5), fund_id=2)])
    five_of_both = told([*paid(range(10)), *paid(range(5, 15), fund_id=2)])

    assert (one_of_both.meals, all_but_one.meals) == (None, None)
    assert five_of_both.meals == 15


def test_a_meal_period_that_few_came_to_does_not_show_its_dishes() -> None:
    found = told([*paid(range(6)), Paid(99, 3, 1, 1, "dinner", 1500)])

    assert found.periods == ("lunch",) and found.meals == 7


def test_a_meal_entered_again_changes_no_figure() -> None:
    before = told(paid(range(6)))
    again = [replace(row, meal_id=row.meal_id + 500) if row.elder_id == 3 else row for row in paid(range(6))]

    after = told(again, (before.counted,))

    assert after.counted == before.counted and after.meals == 6
