"""Names on the till: by rights of naming, kept in the process, and the same for all who eat."""

from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from canteen.sponsors.agreements import naming, services
from canteen.sponsors.agreements.naming import Leave, Wish
from tests.checkin.noon import Noon, make_noon
from tests.factories import TODAY, issue_card, make_canteen, make_elder, make_fund, programme
from tests.sponsors.agreed import make_agreement, make_sponsor

GIFT = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}
CONSENT = Leave("村委会", date(2026, 10, 30))


def agree(fen: int = 100_000, **terms: Any) -> int:
    """An agreement that feeds the fund, without a right of naming."""
    agreement_id = make_agreement(make_sponsor("维达纸业", "维达"), **terms)
    make_fund("weida", fen, sponsor="维达纸业")
    services.allot(agreement_id, "weida", 100_000, "staff:1")
    return agreement_id


def give(agreement_id: int, canteen_id: int, leave: Leave = CONSENT, **about: Any) -> int:
    about = {"object": "canteen", "name": "维达老地方", "begins_on": TODAY, "ends_on": TODAY} | about
    return naming.give_naming(agreement_id, Wish(canteen_id=canteen_id, **about), leave, None, "staff:1")


def fresh_card(noon: Noon, name: str = "甲", **facts: Any) -> str:
    return issue_card(make_elder(noon.canteen_id, name, **facts).id)


def told(noon: Noon) -> list[Any]:
    """What every place of the till says of donors: the day, the sheet, the bottom line, a meal, and who pays for it."""
    card = fresh_card(noon)
    day, sheet, voice = (
        noon.client.get(f"/api/v1/{path}", headers=noon.tablet.headers).json for path in ("till", "day-sheet", "voice")
    )
    answer = next(answer for answer in sheet["answers"] if answer)
    payers = [sheet["texts"][number] for number in answer[1]]
    return [day["strip"], sheet["menus"][0][3], voice["patrons"], noon.serve(card)["strip"], payers]


def test_every_place_of_the_till_names_who_may_be_named_that_day(client: FlaskClient) -> None:
    noon = make_noon(client, programme([GIFT]))
    agreement_id = agree()
    unnamed = [None, None, [], None, ["爱心资助"]]
    named = ["维达", "维达", ["维达"], "维达", ["维达"]]

    assert told(noon) == unnamed
    right = give(agreement_id, noon.canteen_id, Leave())
    assert told(noon) == unnamed
    naming.complete_naming(agreement_id, right, CONSENT, None, "staff:1")
    assert told(noon) == named
    naming.withdraw_naming(agreement_id, right, TODAY, "换名", TODAY, "staff:1")
    assert told(noon) == unnamed


def test_a_right_for_another_canteen_or_another_meal_names_nobody_here(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client(), programme([GIFT]))
    agreement_id = agree()
    give(agreement_id, make_canteen("nanmen"))
    give(agreement_id, noon.canteen_id, object="meal", meal="dinner", name="维达晚餐")

    sheet = noon.client.get("/api/v1/day-sheet", headers=noon.tablet.headers).json

    assert noon.serve(fresh_card(noon))["strip"] is None
    assert [menu[3] for menu in sheet["menus"][:3]] == [None, "维达晚餐", None]


def test_who_differs_in_category_alone_is_told_the_same(client: FlaskClient) -> None:
    noon = make_noon(client, programme([GIFT | {"when": {"category": ["low-income"]}}]))
    make_fund("weida", 1_000, sponsor="德康大药房")
    poor, same = {"facts": {"category": ["low-income"]}}, ("strip", "strip_sponsors", "used_up", "message", "code")

    def heard(**facts: Any) -> list[Any]:
        result = noon.serve(fresh_card(noon, balance_fen=5_000, **facts))
        return [result.get(key) for key in same]

    with_money = [heard(**poor), heard()]
    heard(**poor)
    ended = [heard(), heard(**poor)]

    assert with_money == [["德康大药房", None, None, "可以用餐", None]] * 2
    assert ended == [[None, None, ["德康大药房"], "可以用餐", None]] * 2
    day = noon.client.get("/api/v1/till", headers=noon.tablet.headers).json
    assert (day["strip"], day["used_up"]) == (None, ["德康大药房"])


def test_a_ceiling_of_the_day_ends_the_strip_for_that_day(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client(), programme([GIFT]))
    make_fund("weida", 10_000, sponsor="德康大药房", per_day_fen=500)

    first, second = (noon.serve(fresh_card(noon, name)) for name in "甲乙")
    sheet = noon.client.get("/api/v1/day-sheet", headers=noon.tablet.headers).json

    assert (first["strip"], second["strip"], second["used_up"]) == ("德康大药房", None, ["德康大药房"])
    assert [menu[3] for menu in sheet["menus"]] == [None, None, *["德康大药房"] * 4]


def test_a_commercial_sponsor_is_no_donor_on_the_till(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client(), programme([GIFT]))
    give(agree(nature="sponsorship", relatives_declared=False), noon.canteen_id)

    day, sheet, voice = (
        noon.client.get(f"/api/v1/{path}", headers=noon.tablet.headers).json for path in ("till", "day-sheet", "voice")
    )
    meal = noon.serve(fresh_card(noon))

    assert [(one["strip"], one["strip_sponsors"]) for one in (day, meal)] == [(None, "维达")] * 2
    assert (sheet["menus"][0][3], sheet["menus"][0][5]) == (None, "维达")
    assert (voice["patrons"], voice["sponsors"]) == ([], ["维达"])


def test_three_who_give_are_two_names_and_a_number(sqlite_app: Flask) -> None:
    rules = [GIFT | {"id": code, "fund": code, "pays": {"fixed": "1.00"}} for code in ("one", "two", "three")]
    noon = make_noon(sqlite_app.test_client(), programme(rules))
    for code, name in (("one", "德康大药房"), ("two", "爱心人士"), ("three", "万胜")):
        make_fund(code, 1_000, sponsor=name)

    assert noon.serve(fresh_card(noon))["strip"] == "德康大药房、爱心人士等 3 家"
