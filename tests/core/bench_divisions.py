"""How many prices one process divides in a second, by a programme of ten rules.

    .venv/bin/python -m tests.core.bench_divisions

Prints the median of seven rounds by the processor time of this process: what the neighbours on the machine do
is left out. Twenty thousand a second is the bar; no test is timed by it.
"""

from __future__ import annotations

import statistics
import sys
import time
import tomllib
from datetime import date

from canteen.core.division import CanteenFacts, ElderFacts, Facts, Used
from canteen.core.programme import Programme, read_programme
from canteen.core.subsidy import divide

TEN_RULES = """
[programme]
id = "ten-rules"
title = "ten rules"
authority = "an authority"
source = "a bench"
[[version]]
effective = 2020-01-01
meals = ["lunch", "dinner"]
groups = { best = "most" }
rule = [
  { id = "three-no", title = "t", payer = "government", when = { category = ["three-no"] }, pays = "all" },
  { id = "age-60", title = "t", payer = "government", group = "age", when = { age = { from = 60, to = 69 } }, pays = { fixed = "2.00" }, limit = [{ per = "day", meals = 1 }], split = { city = 40, district = 60 } },
  { id = "age-70", title = "t", payer = "government", group = "age", when = { age = { from = 70, to = 79 } }, pays = { fixed = "3.00" }, limit = [{ per = "day", meals = 1 }], split = { city = 40, district = 60 } },
  { id = "age-80", title = "t", payer = "government", group = "age", when = { age = { from = 80 } }, pays = { fixed = "4.00" }, limit = [{ per = "day", meals = 1 }], split = { city = 40, district = 60 } },
  { id = "low-income", title = "t", payer = "government", group = "best", when = { category = ["low-income"] }, pays = { percent = 25, cap = "3.00" }, limit = [{ per = "month", amount = "60.00" }] },
  { id = "severe", title = "t", payer = "government", group = "best", when = { disability_grade = { to = 2 } }, pays = { fixed = "3.00" } },
  { id = "village", title = "t", payer = "collective", when = { canteen_within = { residence = "town" } }, pays = { percent = 10, of = "left" }, round_to = "0.10" },
  { id = "weida", title = "t", payer = "sponsor", fund = "weida", when = { distance_km = { to = 2 }, pension = false }, pays = { down_to = "5.00" } },
  { id = "coupon", title = "t", payer = "voucher", fund = "home-care", pays = "all", when = { monthly_income = { to = "1800.00" } } },
  { id = "house", title = "t", payer = "operator", when = { weekday = [1, 2, 3, 4, 5], channel = ["dine-in"] }, pays = { fixed = "0.50" } },
]
[[version.grant]]
id = "delivery"
title = "t"
payer = "government"
payee = "courier"
when = { channel = ["delivery"] }
pays = { per_meal = "2.00" }
"""  # noqa: E501 - a rule a line reads best


def ten_rules() -> Programme:
    """A programme of ten rules with groups, limits, a split, a fund and a voucher."""
    programme, faults = read_programme(tomllib.loads(TEN_RULES))
    assert programme is not None, faults
    return programme


def many_facts(count: int = 2_000) -> list[Facts]:
    """Elders of every sort at lunch, their limits partly used."""
    return [_facts(number) for number in range(count)]


def _facts(number: int) -> Facts:
    elder = ElderFacts(
        born_on=date(1930 + number % 35, 1 + number % 12, 1 + number % 28),
        categories=frozenset(["low-income"] if number % 7 == 0 else ["three-no"] if number % 31 == 0 else []),
        disability_grade=2 if number % 11 == 0 else None,
        pension=number % 3 != 0,
        monthly_income_fen=200_000 if number % 2 else 170_000,
        residence_division="620102003",
        distance_m=number % 4000,
    )
    return Facts(
        on=date(2026, 11, 1 + number % 30),
        meal="lunch",
        elder=elder,
        canteen=CanteenFacts("beimen", "urban", "620102003001"),
        is_workday=True,
        used={"age-70": {"day": Used(0, 0)}, "low-income": {"month": Used(9, 5_900)}},
        funds={"weida": 1_000_000},
        vouchers={"home-care": 500},
    )


def divisions_per_second(rounds: int = 7) -> float:
    """The median rate over some rounds of 2,000 divisions."""
    programme, facts = ten_rules(), many_facts()
    rates = []
    for _ in range(rounds):
        begun = time.process_time()
        for one in facts:
            divide(1_500, one, programme)
        rates.append(len(facts) / (time.process_time() - begun))
    return statistics.median(rates)


if __name__ == "__main__":
    sys.stdout.write(f"{divisions_per_second():,.0f} divisions a second\n")
