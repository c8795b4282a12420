"""How a price is divided, case by case, figures worked out by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from canteen.core.division import CanteenFacts, Division, ElderFacts, Facts, NoVersion, Used
from canteen.core.programme import Programme, read_programme
from canteen.core.subsidy import divide

ON = date(2026, 11, 20)  # a Friday


def programme(rules: str, version: str = "", head: str = "") -> Programme:
    text = f"""
        [programme]
        id = "p"
        title = "t"
        authority = "a"
        source = "s"
        {head}
        [[version]]
        effective = 2020-01-01
        {version}
        {rules}
    """
    read, faults = read_programme(tomllib.loads(text))
    assert read is not None, faults
    return read


def rule(rule_id: str, pays: str, payer: str = "government", more: str = "") -> str:
    return f'\n[[version.rule]]\nid = "{rule_id}"\ntitle = "t"\npayer = "{payer}"\npays = {pays}\n{more}\n'


def facts(meal: str = "lunch", on: date = ON, **known: Any) -> Facts:
    elder = ElderFacts(**{key: known.pop(key) for key in list(known) if key in ElderFacts.__slots__})
    return Facts(on=on, meal=meal, elder=elder, **known)


def shares(price: int, given: Facts, by: Programme) -> list[tuple[str, int]]:
    division = divide(price, given, by)
    assert isinstance(division, Division)
    return [(share.payer, share.fen) for share in division.shares]


def trace(price: int, given: Facts, by: Programme) -> list[tuple[str, str]]:
    division = divide(price, given, by)
    assert isinstance(division, Division)
    words = []
    for step in division.trace:
        state = (
            "no: " + step.failed if step.failed else "passed over" if step.passed_over else str(step.paid_fen)
        )
        words.append((step.rule_id, state + (f" cut by {step.cut_by}" if step.cut_by else "")))
    return words


def used(**windows: Mapping[str, Used]) -> dict[str, Mapping[str, Used]]:
    return {name.replace("_", "-"): window for name, window in windows.items()}


def test_rules_are_read_in_file_order_against_what_is_left() -> None:
    by = programme(
        rule("first", '{ fixed = "6.00" }')
        + rule("second", '{ percent = 50, of = "left" }', "collective")
        + rule("third", "{ percent = 50 }", "operator")
    )

    # 15.00 - 6.00 = 9.00; half of it 4.50; half of the full price is 7.50, but 4.50 is left.
    assert shares(1500, facts(), by) == [
        ("government", 600),
        ("collective", 450),
        ("operator", 450),
        ("elder", 0),
    ]
    assert trace(1500, facts(), by)[2] == ("third", "450 cut by left")


def test_the_elder_stands_last_also_with_nothing_to_pay() -> None:
    assert shares(1500, facts(), programme(rule("all", '"all"'))) == [("government", 1500), ("elder", 0)]
    assert shares(0, facts(), programme(rule("all", '"all"'))) == [("elder", 0)]


def test_a_price_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        divide(-1, facts(), programme(rule("all", '"all"')))


def test_several_rules_of_one_payer_are_added_up_where_payers_are_asked_for() -> None:
    division = divide(
        1500, facts(), programme(rule("a", '{ fixed = "1.00" }') + rule("b", '{ fixed = "2.00" }'))
    )

    assert isinstance(division, Division)
    assert division.by_payer() == {"government": 300, "elder": 1200}
    assert division.elder_fen == 1200


def test_down_to_pays_as_much_as_leaves_that_amount() -> None:
    by = programme(rule("gov", '{ fixed = "3.00" }') + rule("village", '{ down_to = "5.00" }', "collective"))

    assert shares(1500, facts(), by)[1] == ("collective", 700)
    assert shares(700, facts(), by) == [("government", 300), ("elder", 400)]


@pytest.mark.parametrize(
    ("price", "percent", "step", "how", "pays"),
    [
        (1001, 50, "0.01", "half-up", 501),
        (1001, 50, "0.01", "down", 500),
        (999, 10, "0.01", "up", 100),
        (1000, 10, "0.01", "up", 100),
        (1050, 10, "0.10", "half-up", 110),
        (1049, 10, "0.10", "half-up", 100),
        (1250, 10, "0.50", "half-up", 150),
        (1249, 10, "0.50", "half-up", 100),
        (1500, 10, "1.00", "half-up", 200),
        (1500, 10, "1.00", "down", 100),
        (1001, 10, "1.00", "up", 200),
        (10_000, '"33.33"', "0.01", "half-up", 3333),
        (150, '"0.33"', "0.01", "half-up", 0),
        (152, '"0.33"', "0.01", "half-up", 1),
        (1500, 0, "1.00", "up", 0),
        (1500, 100, "0.01", "down", 1500),
    ],
)
def test_a_percentage_is_rounded_as_its_rule_says(
    price: int, percent: Any, step: str, how: str, pays: int
) -> None:
    by = programme(rule("r", f"{{ percent = {percent} }}", more=f'round_to = "{step}"\nround = "{how}"'))

    division = divide(price, facts(), by)

    assert isinstance(division, Division)
    assert division.trace[0].paid_fen == pays


def test_a_percentage_is_rounded_first_and_capped_then() -> None:
    by = programme(rule("r", '{ percent = 25, cap = "3.30" }', more='round_to = "1.00"'))

    # 25 % of 13.00 is 3.25, rounded 3.00; of 15.00 it is 3.75, rounded 4.00, capped 3.30.
    assert shares(1300, facts(), by)[0] == ("government", 300)
    assert shares(1500, facts(), by)[0] == ("government", 330)


def test_a_percentage_rounded_up_never_pays_more_than_is_left() -> None:
    by = programme(rule("r", "{ percent = 100 }", more='round_to = "1.00"\nround = "up"'))

    assert shares(1050, facts(), by) == [("government", 1050), ("elder", 0)]


def test_in_other_meals_than_the_versions_no_rule_applies() -> None:
    by = programme(rule("all", '"all"'), version='meals = ["lunch"]')

    assert shares(1500, facts("dinner"), by) == [("elder", 1500)]
    assert trace(1500, facts("dinner"), by) == [("all", "no: meals")]


VERSIONS = """
[programme]
id = "p"
title = "t"
authority = "a"
source = "s"
[[version]]
effective = 2021-01-01
until = 2021-06-30
rule = [{ id = "r", title = "t", payer = "government", pays = { fixed = "2.00" } }]
[[version]]
effective = 2020-01-01
rule = [{ id = "r", title = "t", payer = "government", pays = { fixed = "1.00" } }]
[[version]]
effective = 2022-01-01
rule = [{ id = "r", title = "t", payer = "government", pays = { fixed = "3.00" } }]
"""


@pytest.mark.parametrize(
    ("on", "pays"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), 100),
        (date(2020, 12, 31), 100),
        (date(2021, 1, 1), 200),
        (date(2021, 6, 30), 200),
        (date(2021, 7, 1), None),
        (date(2021, 12, 31), None),
        (date(2022, 1, 1), 300),
        (date(2099, 1, 1), 300),
    ],
)
def test_the_version_in_force_on_the_service_date_divides(on: date, pays: int | None) -> None:
    by, _ = read_programme(tomllib.loads(VERSIONS))
    assert by is not None

    division = divide(1500, facts(on=on), by)

    if pays is None:
        assert division == NoVersion(on)
    else:
        assert isinstance(division, Division)
        assert division.shares[0].fen == pays
        assert division.version_effective <= on


GROUP = (
    rule("small", '{ fixed = "2.00" }', more='group = "g"\nlimit = [{ per = "day", meals = 1 }]')
    + rule("between", '{ fixed = "1.00" }', "operator")
    + rule("large", '{ fixed = "5.00" }', "collective", 'group = "g"')
    + rule("equal", '{ fixed = "5.00" }', "family", 'group = "g"')
)


def test_of_a_group_the_first_that_pays_applies_and_the_later_are_passed_over() -> None:
    assert shares(1500, facts(), programme(GROUP)) == [
        ("government", 200),
        ("operator", 100),
        ("elder", 1200),
    ]
    assert trace(1500, facts(), programme(GROUP)) == [
        ("small", "200"),
        ("between", "100"),
        ("large", "passed over"),
        ("equal", "passed over"),
    ]


def test_a_rule_of_a_group_that_pays_nothing_leaves_the_group_to_the_next() -> None:
    spent = used(small={"day": Used(1, 200)})

    assert shares(1500, facts(used=spent), programme(GROUP)) == [
        ("operator", 100),
        ("collective", 500),
        ("elder", 900),
    ]
    assert trace(1500, facts(used=spent), programme(GROUP))[0] == ("small", "0 cut by limit:day")


def test_of_a_most_group_the_one_that_would_pay_most_pays_where_the_first_stands() -> None:
    by = programme(GROUP, version='groups = { g = "most" }')

    # 5.50 is divided: the collective's 5.00 at the first rule's place, then 0.50 is left for the operator.
    # Of the two that would pay 5.00 the first pays.
    assert shares(550, facts(), by) == [("operator", 50), ("collective", 500), ("elder", 0)]
    assert trace(550, facts(), by) == [
        ("small", "passed over"),
        ("between", "50 cut by left"),
        ("large", "500"),
        ("equal", "passed over"),
    ]


def test_a_most_group_weighs_what_limits_and_funds_leave() -> None:
    by = programme(
        rule("fund", '"all"', "sponsor", 'fund = "weida"\ngroup = "g"')
        + rule(
            "gov", '{ fixed = "9.00" }', more='group = "g"\nlimit = [{ per = "month", amount = "30.00" }]'
        ),
        version='groups = { g = "most" }',
    )

    assert shares(1500, facts(funds={"weida": 800}), by)[0] == ("government", 900)
    assert shares(1500, facts(funds={"weida": 1000}), by)[0] == ("sponsor:weida", 1000)
    spent = used(gov={"month": Used(3, 2700)})
    assert shares(1500, facts(funds={"weida": 800}, used=spent), by)[0] == ("sponsor:weida", 800)


def test_inside_a_most_group_left_is_what_is_left_where_its_first_rule_stands() -> None:
    by = programme(
        rule("half", '{ percent = 50, of = "left" }', more='group = "g"')
        + rule("between", '{ fixed = "10.00" }', "operator")
        + rule(
            "late", '{ fixed = "9.00" }', "collective", 'group = "g"\nwhen = { left = { from = "12.00" } }'
        ),
        version='groups = { g = "most" }',
    )

    # At the first rule 15.00 is left: half is 7.50; the later rule's condition holds and it offers 9.00.
    assert shares(1500, facts(), by) == [("operator", 600), ("collective", 900), ("elder", 0)]


def test_a_most_group_of_which_nobody_pays_passes_nobody_over() -> None:
    by = programme(
        rule("a", '{ fixed = "0.00" }', more='group = "g"')
        + rule("b", '{ fixed = "5.00" }', more='group = "g"\nwhen = { pension = true }'),
        version='groups = { g = "most" }',
    )

    assert trace(1500, facts(), by) == [("a", "0"), ("b", "no: pension")]


@pytest.mark.parametrize(
    ("limit", "per", "use", "pays"),
    [
        ('{ per = "day", meals = 1 }', "day", Used(0, 0), 900),
        ('{ per = "day", meals = 1 }', "day", Used(1, 900), 0),
        ('{ per = "meal-period", meals = 1 }', "meal-period", Used(1, 1), 0),
        ('{ per = "meal-period", meals = 1 }', "day", Used(1, 1), 900),
        ('{ per = "week", meals = 3 }', "week", Used(2, 9_999), 900),
        ('{ per = "week", meals = 3 }', "week", Used(3, 0), 0),
        ('{ per = "month", amount = "300.00" }', "month", Used(33, 29_700), 300),
        ('{ per = "month", amount = "300.00" }', "month", Used(34, 30_000), 0),
        ('{ per = "month", amount = "300.00" }', "month", Used(40, 36_000), 0),
        ('{ per = "year", amount = "600.00" }', "year", Used(1, 59_900), 100),
        ('{ per = "year", meals = 0 }', "year", Used(0, 0), 0),
    ],
)
def test_a_limit_leaves_what_is_not_used(limit: str, per: str, use: Used, pays: int) -> None:
    by = programme(rule("r", '{ fixed = "9.00" }', more=f"limit = [{limit}]"))

    division = divide(1500, facts(used=used(r={per: use})), by)

    assert isinstance(division, Division)
    assert division.trace[0].paid_fen == pays


def test_the_tightest_of_several_limits_cuts_and_is_named() -> None:
    by = programme(
        rule(
            "r",
            '{ fixed = "9.00" }',
            more='limit = [{ per = "day", amount = "8.00" }, { per = "month", amount = "100.00" }]',
        )
    )

    spent = used(r={"month": Used(12, 9_300)})
    assert trace(1500, facts(used=spent), by) == [("r", "700 cut by limit:month")]
    assert trace(1500, facts(), by) == [("r", "800 cut by limit:day")]


def test_a_limit_of_a_group_counts_what_all_its_rules_paid() -> None:
    limit = (
        'group = "g"\nlimit = [{ per = "month", meals = 3, scope = "group" }, '
        '{ per = "month", amount = "20.00", scope = "group" }]'
    )
    by = programme(
        rule("young", '{ fixed = "4.00" }', more=limit + "\nwhen = { age = { to = 74 } }")
        + rule("old", '{ fixed = "5.00" }', more=limit)
    )

    assert set(by.versions[0].limit_windows()) == {("young", "month"), ("old", "month")}
    two = used(young={"month": Used(1, 400)}, old={"month": Used(1, 1_500)})
    assert shares(1500, facts(used=two), by)[0] == ("government", 100)
    three = used(young={"month": Used(2, 800)}, old={"month": Used(1, 500)})
    assert shares(1500, facts(used=three), by) == [("elder", 1500)]
    gone = used(forgotten={"month": Used(9, 9_000)})
    assert shares(1500, facts(used=gone), by)[0] == ("government", 500)


def test_a_version_names_the_use_that_its_limits_look_at_and_no_more() -> None:
    by = programme(
        rule("a", '"all"', more='limit = [{ per = "day", meals = 1 }, { per = "day", amount = "9.00" }]')
        + rule("b", '"all"')
        + '[[version.grant]]\nid = "g"\ntitle = "t"\npayer = "government"\npays = { per_meal = "1.00" }\n'
        + 'limit = [{ per = "year", meals = 9 }]'
    )

    assert by.versions[0].limit_windows() == (("a", "day"), ("g", "year"))


def test_what_a_rule_draws_from_a_fund_is_gone_for_the_later_rules_of_the_meal() -> None:
    by = programme(
        rule("a", '{ fixed = "3.00" }', "sponsor", 'fund = "weida"')
        + rule("b", '{ fixed = "3.00" }', "sponsor", 'fund = "weida"')
        + rule("c", '{ fixed = "3.00" }', "voucher", 'fund = "weida"')
    )

    # Fund and voucher kind are two things also under one code.
    given = facts(funds={"weida": 500}, vouchers={"weida": 200})
    assert shares(1500, given, by) == [
        ("sponsor:weida", 300),
        ("sponsor:weida", 200),
        ("voucher:weida", 200),
        ("elder", 800),
    ]
    assert trace(1500, given, by) == [
        ("a", "300"),
        ("b", "200 cut by fund:weida"),
        ("c", "200 cut by voucher:weida"),
    ]


def test_a_fund_or_voucher_that_is_not_named_holds_nothing() -> None:
    by = programme(
        rule("a", '"all"', "sponsor", 'fund = "weida"') + rule("b", '"all"', "voucher", 'fund = "care"')
    )

    assert shares(1500, facts(), by) == [("elder", 1500)]
    assert shares(1500, facts(funds={"weida": -500}), by) == [("elder", 1500)]


def test_a_split_divides_each_rules_own_amount() -> None:
    by = programme(
        rule("a", '{ fixed = "9.00" }', more="split = { city = 40, district = 60 }")
        + rule("b", '{ fixed = "0.01" }', "collective", "split = { village = 1, group = 1 }")
    )

    division = divide(1500, facts(), by)

    assert isinstance(division, Division)
    assert division.shares[0].levels == (("city", 360), ("district", 540))
    assert division.shares[1].levels == (("village", 1), ("group", 0))
    assert division.shares[2].levels == ()


GRANTS = (
    rule("r", '{ fixed = "9.00" }')
    + """
[[version.grant]]
id = "delivery"
title = "t"
payer = "government"
payee = "courier"
when = { channel = ["delivery"], left = { to = "6.00" } }
pays = { per_meal = "2.00" }
limit = [{ per = "day", meals = 1 }]
split = { city = 1, district = 1 }
[[version.grant]]
id = "gift"
title = "t"
payer = "sponsor"
fund = "weida"
assessed = true
pays = { per_meal = "1.00" }
[[version.grant]]
id = "monthly"
title = "t"
payer = "government"
pays = { per_month = "500.00" }
[[version.grant]]
id = "yearly"
title = "t"
payer = "government"
pays = { per_year = "100.00" }
"""
)


def test_grants_by_the_meal_stand_beside_the_price_and_change_no_share() -> None:
    by = programme(GRANTS, version='meals = ["lunch"]')

    division = divide(1500, facts(channel="delivery", funds={"weida": 40}), by)

    assert isinstance(division, Division)
    assert [(share.payer, share.fen) for share in division.shares] == [("government", 900), ("elder", 600)]
    delivery, gift = division.grants
    assert (delivery.grant_id, delivery.payer, delivery.payee, delivery.fen) == (
        "delivery",
        "government",
        "courier",
        200,
    )
    assert delivery.levels == (("city", 100), ("district", 100))
    assert (gift.payer, gift.payee, gift.fen, gift.fund, gift.assessed) == (
        "sponsor:weida",
        "operator",
        40,
        "weida",
        True,
    )


def test_a_grant_keeps_to_its_conditions_limits_and_the_versions_meals() -> None:
    by = programme(GRANTS, version='meals = ["lunch"]')

    for given in (
        facts(channel="dine-in"),
        facts(channel="delivery", used=used(delivery={"day": Used(1, 200)})),
        facts("dinner", channel="delivery", funds={"weida": 500}),
    ):
        division = divide(1500, given, by)
        assert isinstance(division, Division)
        assert division.grants == ()


def test_a_yearly_grant_is_divided_into_its_months_january_first() -> None:
    version = programme(GRANTS).versions[0]
    yearly, monthly, delivery = version.grant("yearly"), version.grant("monthly"), version.grant("delivery")
    assert yearly is not None
    assert monthly is not None
    assert delivery is not None

    # 100.00 in twelve parts is 8.33 and four fen left over.
    assert [yearly.month_fen(month) for month in range(1, 13)] == [834] * 4 + [833] * 8
    assert monthly.month_fen(2) == 50_000
    assert delivery.month_fen(2) == 0


def test_conditions_are_asked_in_the_order_written_and_the_first_that_fails_is_named() -> None:
    by = programme(
        rule("r", '"all"', more='when = { pension = false, age = { from = 65 }, not = { meal = ["lunch"] } }')
    )

    assert trace(1500, facts(), by) == [("r", "no: pension")]
    assert trace(1500, facts(pension=False), by) == [("r", "no: age")]
    assert trace(1500, facts(pension=False, born_on=date(1950, 1, 1)), by) == [("r", "no: not")]
    assert shares(1500, facts("dinner", pension=False, born_on=date(1950, 1, 1)), by)[0] == (
        "government",
        1500,
    )


def test_a_programme_says_when_a_birthday_takes_effect() -> None:
    rules = rule("r", '"all"', more="when = { age = { from = 65 } }")
    given = facts(born_on=date(1961, 11, 20))

    assert shares(1500, given, programme(rules))[0] == ("government", 1500)
    assert shares(1500, given, programme(rules, head='age_counts = "day-after"')) == [("elder", 1500)]


def test_the_canteens_facts_decide_too() -> None:
    by = programme(rule("r", '"all"', more='when = { canteen = ["beimen"], canteen_area = ["urban"] }'))

    assert shares(100, facts(canteen=CanteenFacts("beimen", "urban")), by)[0] == ("government", 100)
    assert shares(100, facts(canteen=CanteenFacts("beimen")), by) == [("elder", 100)]
