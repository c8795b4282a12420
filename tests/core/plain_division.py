"""The rules of division once more, written down as plainly as possible and straight from the mapping.

It shares no code with the engine: what both say of a hundred thousand meals is what the format says, or the
same mistake was made twice.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from canteen.core.division import Facts

RANGES = {
    "age": 1,
    "disability_grade": 1,
    "care_level": 1,
    "monthly_income": 100,
    "distance_km": 1000,
    "price": 100,
    "left": 100,
}
DIGITS = {"province": 2, "city": 4, "district": 6, "town": 9}
STEP = {"0.01": 1, "0.10": 10, "0.50": 50, "1.00": 100}


def fen(text: str) -> int:
    return int(Fraction(text) * 100)


def birthday(born_on: date, year: int) -> date:
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age(born_on: date, on: date, age_counts: str) -> int:
    years = 0
    while takes_effect(birthday(born_on, born_on.year + years + 1), age_counts) <= on:
        years += 1
    return years


def takes_effect(day: date, age_counts: str) -> date:
    if age_counts == "day-after":
        return day + timedelta(days=1)
    if age_counts == "next-month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    if age_counts == "next-year":
        return date(day.year + 1, 1, 1)
    return day


class PlainDivision:
    """What each rule and each grant pays of one price: `paid` and `granted` by id, `left` for the elder."""

    def __init__(self, price: int, facts: Facts, programme: dict[str, Any]) -> None:
        self.price, self.left, self.facts = price, price, facts
        self.age_counts = programme["programme"].get("age_counts", "birthday")
        self.version = programme["version"][0]
        self.balances = {("sponsor", fund): held for fund, held in facts.funds.items()}
        self.balances |= {("voucher", kind): held for kind, held in facts.vouchers.items()}
        self.paid: dict[str, int] = {}
        self.granted: dict[str, int] = {}
        for rule in self.version["rule"]:
            self.reach(rule)
        for grant in self.version.get("grant", []):
            self.give(grant)

    def reach(self, rule: dict[str, Any]) -> None:
        group = rule.get("group")
        members = [other for other in self.version["rule"] if group and other.get("group") == group]
        if self.version["groups"].get(group) == "most":
            if rule is members[0]:
                offers = [self.offer(member) for member in members]
                if max(offers) > 0:
                    self.pay(members[offers.index(max(offers))], max(offers))
        elif not any(member["id"] in self.paid for member in members):
            self.pay(rule, self.offer(rule))

    def pay(self, rule: dict[str, Any], amount: int) -> None:
        if amount > 0:
            self.paid[rule["id"]] = amount
            self.left -= amount
            self.draw(rule, amount)

    def draw(self, part: dict[str, Any], amount: int) -> None:
        if "fund" in part:
            self.balances[part["payer"], part["fund"]] -= amount

    def offer(self, rule: dict[str, Any]) -> int:
        if not self.all_hold(rule.get("when", {})):
            return 0
        return min([self.says(rule), self.left, *self.ceilings(rule)])

    def ceilings(self, part: dict[str, Any]) -> list[int]:
        found = [self.room(part, limit) for limit in part.get("limit", [])]
        if "fund" in part:
            found.append(self.balances.get((part["payer"], part["fund"]), 0))
        return [max(ceiling, 0) for ceiling in found]

    def room(self, part: dict[str, Any], limit: dict[str, Any]) -> int:
        ids = [part["id"]]
        if limit.get("scope") == "group":
            ids = [rule["id"] for rule in self.version["rule"] if rule.get("group") == part["group"]]
        used = [
            self.facts.used[one][limit["per"]] for one in ids if limit["per"] in self.facts.used.get(one, {})
        ]
        if "meals" in limit:
            return 10**12 if sum(use.meals for use in used) < limit["meals"] else 0
        return fen(limit["amount"]) - sum(use.amount_fen for use in used)

    def says(self, rule: dict[str, Any]) -> int:
        pays = rule["pays"]
        if pays == "all":
            return self.left
        if "fixed" in pays:
            return fen(pays["fixed"])
        if "down_to" in pays:
            return max(self.left - fen(pays["down_to"]), 0)
        base = self.left if pays.get("of") == "left" else self.price
        step = STEP[rule.get("round_to", "0.01")]
        steps = Fraction(str(pays["percent"])) / 100 * base / step
        rounded = {"down": floor(steps), "up": ceil(steps)}.get(
            rule.get("round", ""), floor(steps + Fraction(1, 2))
        )
        return min(rounded * step, fen(pays["cap"]) if "cap" in pays else 10**12)

    def give(self, grant: dict[str, Any]) -> None:
        if "per_meal" in grant["pays"] and self.all_hold(grant.get("when", {})):
            amount = min([fen(grant["pays"]["per_meal"]), *self.ceilings(grant)])
            if amount > 0:
                self.granted[grant["id"]] = amount
                self.draw(grant, amount)

    def all_hold(self, when: dict[str, Any]) -> bool:
        return all(self.holds(key, value) for key, value in when.items())

    def holds(self, key: str, value: Any) -> bool:
        elder, canteen, on = self.facts.elder, self.facts.canteen, self.facts.on
        if key == "not":
            return not self.all_hold(value)
        if key == "any":
            return any(self.all_hold(when) for when in value)
        if key in RANGES:
            return self.within(key, value)
        if key == "category":
            return any(category in elder.categories for category in value)
        if key == "all_categories":
            return all(category in elder.categories for category in value)
        if key == "household_division":
            return any((elder.household_division or "").startswith(code) for code in value)
        if key == "canteen_within":
            return all(
                self.near(getattr(elder, f"{home}_division"), DIGITS[to]) for home, to in value.items()
            )
        if key == "birthday":
            return elder.born_on is not None and (birthday(elder.born_on, on.year) == on) == value
        fact = {
            "pension": elder.pension,
            "living": elder.living,
            "channel": self.facts.channel,
            "meal": self.facts.meal,
            "weekday": on.weekday() + 1,
            "workday": self.facts.is_workday,
            "canteen_area": canteen.area,
        }[key]
        return fact == value if isinstance(value, bool) else fact in value

    def within(self, key: str, value: dict[str, Any]) -> bool:
        elder = self.facts.elder
        fact = {
            "age": None if elder.born_on is None else age(elder.born_on, self.facts.on, self.age_counts),
            "disability_grade": elder.disability_grade,
            "care_level": elder.care_level,
            "monthly_income": elder.monthly_income_fen,
            "distance_km": elder.distance_m,
            "price": self.price,
            "left": self.left,
        }[key]
        if fact is None:
            return False
        edge = {bound: Fraction(str(written)) * RANGES[key] for bound, written in value.items()}
        return (
            ("from" not in edge or fact >= edge["from"])
            and ("above" not in edge or fact > edge["above"])
            and ("to" not in edge or fact <= edge["to"])
            and ("below" not in edge or fact < edge["below"])
        )

    def near(self, home: str | None, digits: int) -> bool:
        here = self.facts.canteen.division
        if not home or not here or min(len(home), len(here)) < digits:
            return False
        return home[:digits] == here[:digits]
