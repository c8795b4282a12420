"""Dividing a price among those who pay for it, by a programme's rules, with a full trace.

Pure and quick: every check-in, every day sheet and every trial month goes through `divide`.
Source: the programme format, "How a price is divided".
"""

from __future__ import annotations

from functools import lru_cache

from canteen.core.calendar import AgeCounts, age_on
from canteen.core.conditions import Reckoning, first_failed
from canteen.core.division import Division, Facts, GrantShare, NoVersion, Share, Step
from canteen.core.money import Money, split_by_weights
from canteen.core.programme import Programme, Version
from canteen.core.rules import Grant, Limit, Rule

ELDER = "elder"


def divide(price_fen: int, facts: Facts, programme: Programme) -> Division | NoVersion:
    """Divide a price by the version in force on the service date; NoVersion where none is.

    The shares sum to the price. Grants are reckoned for the meal beside it and change no share; for them
    `left` is what the elder pays. Raises ValueError for a negative price.
    """
    version = programme.version_on(facts.on)
    if version is None:
        return NoVersion(facts.on)
    return divide_under(version, price_fen, facts, programme.age_counts)


def divide_under(version: Version, price_fen: int, facts: Facts, age_counts: AgeCounts) -> Division:
    """Divide a price by one version, whatever its dates: for `divide`, and for trials of a new notice."""
    if price_fen < 0:
        raise ValueError("a price is not negative")
    born_on = facts.elder.born_on
    age_years = None if born_on is None else age_on(born_on, facts.on, age_counts)
    table = _Table(facts, Reckoning(price_fen, facts, age_years))
    if facts.meal not in version.meals:
        trace = tuple(_unmatched(rule.id, "meals") for rule in version.rules)
        return Division(Money(price_fen), (_own(price_fen),), trace, version.effective_on)
    trace, shares = table.go_through(version)
    grants = table.grants(version.grants)
    return Division(Money(price_fen), shares, trace, version.effective_on, grants)


@lru_cache(maxsize=65_536)
def _unmatched(rule_id: str, key: str) -> Step:
    # Most rules do not match most elders; their steps are equal values, so they are made once.
    return Step(rule_id, False, key)


def _own(fen: int) -> Share:
    return Share(ELDER, None, Money(fen))


class _Table:
    """The table at which the payers of one meal sit: what is left, who has drawn on what."""

    __slots__ = ("drawn", "facts", "reckoning", "settled")

    def __init__(self, facts: Facts, reckoning: Reckoning) -> None:
        self.facts = facts
        self.reckoning = reckoning
        self.drawn: dict[str, int] = {}
        self.settled: set[str] = set()

    def go_through(self, version: Version) -> tuple[tuple[Step, ...], tuple[Share, ...]]:
        """Every rule in file order; a group of which the most pays is settled where its first rule stands."""
        steps: list[Step | None] = [None] * len(version.rules)
        shares: list[Share | None] = [None] * len(version.rules)
        most_groups = version.most_groups
        for place, rule in enumerate(version.rules):
            if steps[place] is not None:
                continue
            if rule.group is not None and rule.group in most_groups:
                self._weigh(version, most_groups[rule.group], steps, shares)
            else:
                steps[place], shares[place] = self._reach(rule)
        paid = [share for share in shares if share is not None]
        return tuple(step for step in steps if step is not None), (*paid, _own(self.reckoning.left))

    def _reach(self, rule: Rule) -> tuple[Step, Share | None]:
        failed = first_failed(rule.when, self.reckoning)
        if failed is not None:
            return _unmatched(rule.id, failed), None
        if rule.group in self.settled:
            return Step(rule.id, True, passed_over=True), None
        amount, cut_by = self._would_pay(rule)
        step = Step(rule.id, True, None, cut_by, Money(amount))
        return step, self._pay(rule, amount) if amount else None

    def _weigh(
        self, version: Version, places: tuple[int, ...], steps: list[Step | None], shares: list[Share | None]
    ) -> None:
        offers: dict[int, tuple[int, str | None]] = {}
        for place in places:
            rule = version.rules[place]
            failed = first_failed(rule.when, self.reckoning)
            if failed is None:
                offers[place] = self._would_pay(rule)
            else:
                steps[place] = _unmatched(rule.id, failed)
        # max() keeps the first of equals: a tie goes to the rule that stands first.
        best = max(offers, key=lambda place: offers[place][0], default=None)
        nobody_pays = best is None or not offers[best][0]
        for place, (amount, cut_by) in offers.items():
            rule = version.rules[place]
            if nobody_pays or place == best:
                steps[place] = Step(rule.id, True, None, cut_by, Money(amount))
            else:
                steps[place] = Step(rule.id, True, None, cut_by, passed_over=True)
        if best is not None and not nobody_pays:
            shares[best] = self._pay(version.rules[best], offers[best][0])

    def _would_pay(self, rule: Rule) -> tuple[int, str | None]:
        reckoning = self.reckoning
        amount = rule.pays.amount(reckoning.price, reckoning.left)
        cut_by = None
        if amount > reckoning.left:
            amount, cut_by = reckoning.left, "left"
        if rule.limits or rule.fund is not None:
            return self._within(rule, amount, cut_by)
        return amount, cut_by

    def _within(self, part: Rule | Grant, amount: int, cut_by: str | None) -> tuple[int, str | None]:
        """What the limits and the fund or voucher leave of an amount, and which of them cut it most."""
        for limit in part.limits:
            room = self._room(limit)
            if room is not None and room < amount:
                amount, cut_by = room, f"limit:{limit.per}"
        if part.fund is not None:
            held = self._held(part.payer, part.account, part.fund)
            if held < amount:
                kind = "fund" if part.payer == "sponsor" else "voucher"
                amount, cut_by = held, f"{kind}:{part.fund}"
        return amount, cut_by

    def _room(self, limit: Limit) -> int | None:
        """What a limit leaves, in fen; None: as much as one likes."""
        meals = amount_fen = 0
        for rule_id in limit.counts:
            windows = self.facts.used.get(rule_id)
            used = windows.get(limit.per) if windows else None
            if used is not None:
                meals += used.meals
                amount_fen += used.amount_fen
        if limit.meals is not None:
            return None if meals < limit.meals else 0
        return max((limit.amount_fen or 0) - amount_fen, 0)

    def _held(self, payer: str, account: str, fund: str) -> int:
        balances = self.facts.funds if payer == "sponsor" else self.facts.vouchers
        return max(balances.get(fund, 0) - self.drawn.get(account, 0), 0)

    def _pay(self, rule: Rule, amount: int) -> Share:
        self.reckoning.left -= amount
        if rule.group is not None:
            self.settled.add(rule.group)
        if rule.fund is not None:
            self._draw(rule.account, amount)
        levels = tuple(split_by_weights(amount, rule.split)) if rule.split else ()
        return Share(rule.account, rule.id, Money(amount), levels, rule.fund)

    def _draw(self, account: str, amount: int) -> None:
        self.drawn[account] = self.drawn.get(account, 0) + amount

    def grants(self, grants: tuple[Grant, ...]) -> tuple[GrantShare, ...]:
        """The grants by the meal that are due for this one."""
        due = [self._grant(grant) for grant in grants if grant.per == "meal"]
        return tuple(share for share in due if share is not None)

    def _grant(self, grant: Grant) -> GrantShare | None:
        if first_failed(grant.when, self.reckoning) is not None:
            return None
        amount, _ = self._within(grant, grant.fen, None)
        if not amount:
            return None
        if grant.fund is not None:
            self._draw(grant.account, amount)
        levels = tuple(split_by_weights(amount, grant.split)) if grant.split else ()
        return GrantShare(
            grant.id, grant.account, grant.payee, Money(amount), levels, grant.fund, grant.assessed
        )
