"""Programmes and meals made at random: valid by the format, though they need not make sense."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from canteen.core.division import CanteenFacts, ElderFacts, Facts, Used

CATEGORIES = ("three-no", "low-income", "severe-disability", "member")
DIVISIONS = ("62", "6201", "620102", "620102003", "620102003001", "440705", "440705101")
PERS = ("meal-period", "day", "week", "month", "year")
LIVING = ("alone", "empty-nest", "with-family", "care-home")
FIRST_ON = date(2024, 1, 1)


def yuan_text(random: Random, most: int = 2_000) -> str:
    fen = random.choice((0, 1, 50, 333, 500, 900, 1_500, random.randint(0, most)))
    return f"{fen // 100}.{fen % 100:02d}"


def random_programme(random: Random, rules: int | None = None) -> dict[str, Any]:
    """A valid mapping with one version of some rules, two of its groups of either choice, and two grants."""
    count = rules or random.randint(1, 10)
    written = [_rule(random, number) for number in range(count)]
    groups = {rule["group"] for rule in written if "group" in rule}
    return {
        "programme": {
            "id": "random",
            "title": "t",
            "authority": "a",
            "source": "s",
            "age_counts": random.choice(("birthday", "day-after", "next-month", "next-year")),
        },
        "version": [
            {
                "effective": FIRST_ON,
                "groups": {group: random.choice(("first", "most")) for group in sorted(groups)},
                "rule": written,
                "grant": [_grant(random, number) for number in range(2)],
            }
        ],
    }


def _rule(random: Random, number: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": f"r-{number}", "title": "t", **_payer(random), "pays": _pays(random)}
    if isinstance(rule["pays"], dict) and "percent" in rule["pays"]:
        if random.random() < 0.5:
            rule["round_to"] = random.choice(("0.01", "0.10", "0.50", "1.00"))
        if random.random() < 0.5:
            rule["round"] = random.choice(("half-up", "down", "up"))
    if random.random() < 0.7:
        rule["when"] = random_when(random)
    if random.random() < 0.5:
        rule["group"] = random.choice(("one", "two"))
    if random.random() < 0.4:
        rule["limit"] = [_limit(random, "group" in rule) for _ in range(random.randint(1, 2))]
    if random.random() < 0.3:
        rule["split"] = {
            level: random.randint(1, 60) for level in random.sample(("city", "district", "town"), 2)
        }
    return rule


def _payer(random: Random) -> dict[str, str]:
    payer = random.choice(("government", "collective", "family", "operator", "sponsor", "sponsor", "voucher"))
    if payer == "sponsor":
        return {"payer": payer, "fund": random.choice(("weida", "wansheng"))}
    return {"payer": payer, "fund": "home-care"} if payer == "voucher" else {"payer": payer}


def _pays(random: Random) -> Any:
    kind = random.choice(("all", "fixed", "fixed", "down_to", "percent"))
    if kind == "all":
        return "all"
    if kind != "percent":
        return {kind: yuan_text(random, 1_200)}
    pays: dict[str, Any] = {"percent": random.choice((0, 25, 50, 100, "12.5", "33.33"))}
    if random.random() < 0.4:
        pays["cap"] = yuan_text(random, 600)
    if random.random() < 0.5:
        pays["of"] = random.choice(("price", "left"))
    return pays


def _limit(random: Random, has_group: bool) -> dict[str, Any]:
    limit: dict[str, Any] = {"per": random.choice(PERS)}
    if random.random() < 0.5:
        limit["meals"] = random.randint(0, 3)
    else:
        limit["amount"] = yuan_text(random, 3_000)
    if random.random() < 0.5:
        limit["scope"] = random.choice(("rule", "group")) if has_group else "rule"
    return limit


def _grant(random: Random, number: int) -> dict[str, Any]:
    grant: dict[str, Any] = {"id": f"g-{number}", "title": "t", **_payer(random)}
    grant["pays"] = {random.choice(("per_meal", "per_meal", "per_month")): yuan_text(random, 400)}
    if random.random() < 0.5:
        grant["when"] = random_when(random)
    if random.random() < 0.5:
        grant["limit"] = [_limit(random, False)]
    return grant


def random_when(random: Random, depth: int = 0) -> dict[str, Any]:
    keys = random.sample(sorted(_CONDITIONS), random.randint(1, 2))
    when = {key: _CONDITIONS[key](random) for key in keys}
    if depth < 2 and random.random() < 0.25:
        when["not"] = random_when(random, depth + 1)
    if depth < 2 and random.random() < 0.25:
        when["any"] = [random_when(random, depth + 1) for _ in range(random.randint(1, 2))]
    return when


def _range(random: Random, low: int, high: int, write: Any = int) -> dict[str, Any]:
    lower, upper = sorted((random.randint(low, high), random.randint(low, high)))
    bounds = {}
    if random.random() < 0.7:
        bounds[random.choice(("from", "above"))] = write(lower)
    if random.random() < 0.5 or not bounds:
        bounds[random.choice(("to", "below"))] = write(upper)
    return bounds


def _money(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


_CONDITIONS: dict[str, Any] = {
    "age": lambda random: _range(random, 55, 95),
    "category": lambda random: random.sample(CATEGORIES, 2),
    "all_categories": lambda random: random.sample(CATEGORIES, random.randint(1, 2)),
    "disability_grade": lambda random: _range(random, 1, 4),
    "care_level": lambda random: _range(random, 0, 4),
    "pension": lambda random: random.random() < 0.5,
    "monthly_income": lambda random: _range(random, 150_000, 200_000, _money),
    "household_division": lambda random: random.sample(DIVISIONS, 2),
    "canteen_within": lambda random: {
        random.choice(("household", "residence")): random.choice(("province", "city", "district", "town"))
    },
    "distance_km": lambda random: _range(
        random, 0, 4_000, lambda metres: f"{metres // 1000}.{metres % 1000:03d}"
    ),
    "living": lambda random: random.sample(LIVING, 2),
    "channel": lambda random: random.sample(("dine-in", "takeaway", "delivery"), 2),
    "meal": lambda random: random.sample(("breakfast", "lunch", "dinner"), 2),
    "weekday": lambda random: random.sample(range(1, 8), 4),
    "workday": lambda random: random.random() < 0.5,
    "price": lambda random: _range(random, 0, 2_500, _money),
    "left": lambda random: _range(random, 0, 2_500, _money),
    "canteen_area": lambda random: random.sample(("urban", "rural"), 1),
    "birthday": lambda random: random.random() < 0.5,
}


def random_facts(random: Random) -> Facts:
    """An elder of whom much, little or nothing is known, with limits partly used."""

    def known(value: Any) -> Any:
        return value if random.random() < 0.75 else None

    on = FIRST_ON + timedelta(days=random.randint(0, 1_200))
    born_on = date(random.randint(1930, 1968), random.randint(1, 12), random.randint(1, 28))
    if random.random() < 0.1:
        born_on = date(random.choice((1940, 1944, 1948, 1952, 1956, 1960)), 2, 29)
    return Facts(
        on=on,
        meal=random.choice(("breakfast", "lunch", "dinner")),
        channel=random.choice(("dine-in", "takeaway", "delivery")),
        elder=ElderFacts(
            born_on=known(born_on),
            categories=frozenset(random.sample(CATEGORIES, random.randint(0, 3))),
            disability_grade=known(random.randint(1, 4)),
            care_level=known(random.randint(0, 4)),
            pension=known(random.random() < 0.5),
            monthly_income_fen=known(random.randint(150_000, 200_000)),
            household_division=known(random.choice(DIVISIONS)),
            residence_division=known(random.choice(DIVISIONS)),
            distance_m=known(random.randint(0, 4_000)),
            living=known(random.choice(LIVING)),
        ),
        canteen=CanteenFacts(
            "beimen", known(random.choice(("urban", "rural"))), known(random.choice(DIVISIONS))
        ),
        is_workday=known(random.random() < 0.7),
        used={name: _used(random) for name in ("r-0", "r-1", "r-2", "r-5", "g-0") if random.random() < 0.6},
        funds={"weida": random.choice((0, 250, 10**9)), "wansheng": random.randint(0, 1_000)},
        vouchers={"home-care": random.choice((0, 120, 5_000))} if random.random() < 0.7 else {},
    )


def _used(random: Random) -> dict[str, Used]:
    return {
        per: Used(random.randint(0, 3), random.randint(0, 2_000)) for per in PERS if random.random() < 0.7
    }
