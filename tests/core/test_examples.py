"""A file's own examples: those that hold, those that do not, and what is said of them."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from canteen.core.examples import check_examples
from canteen.core.programme import read_leniently, read_programme
from canteen.core.programme_faults import Fault

FILE = """
[programme]
id = "p"
title = "t"
authority = "a"
source = "s"

[[version]]
effective = 2016-01-01
until = 2016-12-31
meals = ["lunch"]

[[version.rule]]
id = "old"
title = "t"
payer = "government"
when = { age = { from = 75 } }
pays = { fixed = "9.00" }
split = { city = 40, district = 60 }
group = "g"
limit = [{ per = "month", amount = "20.00", scope = "group" }]

[[version.rule]]
id = "weida"
title = "t"
payer = "sponsor"
fund = "weida"
pays = { fixed = "3.00" }

[[version.rule]]
id = "ticket"
title = "t"
payer = "voucher"
fund = "home-care"
pays = { fixed = "1.00" }

[[version.rule]]
id = "friday"
title = "t"
payer = "operator"
when = { workday = false }
pays = { fixed = "0.50" }

[[version.grant]]
id = "delivery"
title = "t"
payer = "government"
when = { channel = ["delivery"] }
pays = { per_meal = "2.00" }

[[version.grant]]
id = "rent"
title = "t"
payer = "government"
pays = { per_month = "2.00" }

[[version]]
effective = 2018-01-01
rule = [{ id = "later", title = "t", payer = "government", pays = "all" }]
"""


class EveryDayIsWorked:
    def is_workday(self, on: date) -> bool | None:
        return True


class NoCalendar:
    def is_workday(self, on: date) -> bool | None:
        return None


def check(
    lines: str, calendar: EveryDayIsWorked | NoCalendar | None = None, on: str = "2016-11-20"
) -> list[Fault]:
    text = f'{FILE}\n[[example]]\ntitle = "an elder"\non = {on}\nmeal = "lunch"\nprice = "15.00"\n{lines}'
    programme, faults = read_programme(tomllib.loads(text))
    assert programme is not None, faults
    return check_examples(programme, calendar or EveryDayIsWorked())


SPONSORED = 'elder = {}\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }\n'
HOLDING = [
    'elder = { born = 1950-01-01 }\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }',
    'elder = {}\nexpect = { government = "0.00", "sponsor:weida" = "3.00", elder = "12.00" }',
    'elder = {}\nfund = { weida = "1.00" }\nexpect = { "sponsor:weida" = "1.00", elder = "14.00" }',
    'elder = {}\nfund = { other = "1.00" }\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }',
    'elder = {}\nfund = { weida = "0.00" }\nexpect = { elder = "15.00" }',
    'elder = {}\nfund = { weida = "0.00" }\nvoucher = { "home-care" = "0.40" }\n'
    'expect = { "voucher:home-care" = "0.40", elder = "14.60" }',
    "elder = { born = 1940-01-01 }\n"
    'expect = { government = "9.00", "sponsor:weida" = "3.00", elder = "3.00" }\n'
    'expect_split = { old = { city = "3.60", district = "5.40" } }',
    'elder = {}\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }\n'
    'expect_split = { old = { city = "0.00", district = "0.00" } }',
    'elder = { born = 1940-01-01 }\nused = { old = { month = { amount = "19.00" }, day = { meals = 7 } } }\n'
    'expect = { government = "1.00", "sponsor:weida" = "3.00", elder = "11.00" }',
    'elder = { born = 1940-01-01 }\nused = { later = { month = { amount = "19.00" } } }\n'
    'expect = { government = "9.00", "sponsor:weida" = "3.00", elder = "3.00" }',
    'elder = {}\nchannel = "delivery"\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }\n'
    'expect_grant = { delivery = "2.00" }',
    SPONSORED + 'expect_grant = { delivery = "0.00" }',
]


@pytest.mark.parametrize("lines", HOLDING)
def test_an_example_that_divides_as_it_says_holds(lines: str) -> None:
    assert check(lines) == []


def test_an_example_may_expect_that_no_version_is_in_force() -> None:
    assert check('elder = {}\nexpect = "no-version"', on="2017-01-01") == []
    assert check('elder = {}\nexpect = "no-version"', on="2015-12-31") == []
    assert [fault.path for fault in check('elder = {}\nexpect = "no-version"')] == ["example[0].expect"]
    assert [fault.path for fault in check('elder = {}\nexpect = { elder = "15.00" }', on="2017-01-01")] == [
        "example[0].expect"
    ]


FAILING = [
    ('elder = {}\nexpect = { elder = "15.00" }', "expect"),
    ('elder = {}\nexpect = { "sponsor:other" = "3.00", elder = "12.00" }', "expect"),
    (
        SPONSORED + 'expect_split = { old = { city = "0.00" } }',
        "expect_split.old",
    ),
    (
        'elder = {}\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }\n'
        'expect_split = { weida = { city = "3.00" } }',
        "expect_split.weida",
    ),
    (
        SPONSORED + 'expect_grant = { delivery = "2.00" }',
        "expect_grant.delivery",
    ),
]


@pytest.mark.parametrize(("lines", "path"), FAILING)
def test_an_example_that_does_not_hold_is_named_by_what_it_expected(lines: str, path: str) -> None:
    assert [fault.path for fault in check(lines)] == [f"example[0].{path}"]


def test_a_failing_example_tells_what_was_expected_how_it_was_divided_and_the_trace() -> None:
    message = check('elder = { born = 1950-01-01 }\nexpect = { government = "9.00", elder = "6.00" }')[
        0
    ].message

    assert "an elder" in message
    assert "government 9.00, elder 6.00" in message
    assert "sponsor:weida 3.00, elder 12.00" in message
    assert "old ✗age" in message
    assert "weida ✓3.00" in message
    assert "\n" not in message


def test_a_year_without_calendar_is_said_and_the_condition_does_not_hold() -> None:
    faults = check('elder = {}\nexpect = { "sponsor:weida" = "3.00", elder = "12.00" }', NoCalendar())

    assert [(fault.path, fault.code) for fault in faults] == [("example[0].on", "calendar-missing")]
    assert "2016" in faults[0].message


def test_a_version_that_asks_for_no_working_day_needs_no_calendar() -> None:
    assert check('elder = {}\nexpect = { government = "15.00" }', NoCalendar(), on="2018-01-01") == []


def test_a_grant_by_the_month_cannot_be_expected_of_a_meal() -> None:
    text = f"""{FILE}
    [[example]]
    on = 2016-11-20
    meal = "lunch"
    price = "15.00"
    elder = {{}}
    expect = {{ elder = "15.00" }}
    expect_grant = {{ rent = "2.00" }}
    """

    _, faults = read_programme(tomllib.loads(text))

    assert [fault.path for fault in faults] == ["example[0].expect_grant.rent"]


def test_one_faulty_example_does_not_hide_another_that_fails() -> None:
    text = f"""{FILE}
    [[example]]
    on = 2016-11-20
    meal = "lunch"
    price = "15.00"
    elder = {{}}
    expect = {{ elder = "14.00" }}
    [[example]]
    on = 2016-11-20
    meal = "lunch"
    price = "15.00"
    elder = {{}}
    expect = {{ elder = "15.00" }}
    """

    programme, faults = read_leniently(tomllib.loads(text))

    assert programme is not None
    assert [fault.path for fault in faults] == ["example[0].expect"]
    assert [fault.path for fault in check_examples(programme, EveryDayIsWorked())] == ["example[1].expect"]


FAILING = '[[example]]\non = 2017-01-01\nmeal = "lunch"\nprice = "15.00"\nelder = {}\nexpect = { elder = "15.00" }\n'
LATER = """
[[version]]
effective = {effective}
[[version.rule]]
id = "r"
title = "t"
payer = "government"
pays = "all"
"""


def test_an_example_is_tried_although_the_head_or_another_version_is_faulty() -> None:
    sound = LATER.format(effective="2016-06-01")
    faulty = f'{LATER.format(effective="2018-01-01")}colour = "red"\n'
    head = FILE[: FILE.index("[[version]]")].replace('title = "t"', "")

    programme, faults = read_leniently(tomllib.loads(f"{head}{sound}{faulty}{FAILING}"))

    assert programme is not None
    assert [fault.path for fault in faults] == ["programme.title", "version[1].rule[0].colour"]
    assert [fault.path for fault in check_examples(programme, EveryDayIsWorked())] == ["example[0].expect"]


@pytest.mark.parametrize(
    "broken", ["effective = 2016-12-01\ncolour = 1", "effective = 2016", "effective = 2016-06-01"]
)
def test_an_example_that_a_faulty_version_may_govern_is_not_tried(broken: str) -> None:
    sound = LATER.format(effective="2016-06-01")
    faulty = LATER.replace("effective = {effective}", broken)
    head = FILE[: FILE.index("[[version]]")]

    programme, faults = read_leniently(tomllib.loads(f"{head}{sound}{faulty}{FAILING}"))

    assert faults
    assert programme is None or not programme.examples
