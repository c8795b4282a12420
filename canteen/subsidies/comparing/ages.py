"""Ages that a version's rules speak of twice, or not at all: what an officer is asked before publishing.

Looked at are the rules of an ordinary resident: they ask for an age, and for nothing else that one resident has and
another has not. Tiers of one payer that ask for the same otherwise stand on one ladder; between ladders nothing is
compared, since two payers may well begin at different ages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from canteen.core.programme_faults import Faults
from canteen.core.rules import Pays, Rule, account, read_rule
from canteen.subsidies.stored import encode

OLDEST = 120
"""The age up to which a ladder is looked at."""

Kind = Literal["overlap", "gap"]
Reason = Literal["both-pay", "never-pays", "crossing", "nobody"]

# What is asked of the place and the meal, not of the person: such a rule is still one for an ordinary resident.
_NOT_OF_THE_PERSON = {
    "household_division", "residence_division", "canteen_division", "canteen_within", "canteen", "canteen_area",
    "meal", "weekday", "workday", "channel", "price",
}  # fmt: skip
# A tier that pays little for a cheap meal may pay most for a dear one: each is weighed at all of these prices.
_PRICES_FEN = (500, 800, 1000, 1200, 1500, 2000, 3000, 10_000)


@dataclass(frozen=True, slots=True)
class AgeFinding:
    """Ages of a ladder that are paid for twice, or not at all; to be ticked by who publishes.

    `key` is the same as long as the ages are. `to_age` is None for "and over". `reason` of an overlap: `both-pay` (both
    tiers pay for one meal), `never-pays` (the second is never reached), `crossing` (of one group, where only the order
    of writing decides); of a gap: `nobody`. `titles` are those of the tiers: the two that overlap, in file order, or
    the neighbours of the gap. `payer` is written as in `expect`.
    """

    key: str
    kind: Kind
    from_age: int
    to_age: int | None
    payer: str
    reason: Reason
    rule_ids: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tier:
    place: int
    rule_id: str
    title: str
    account: str
    group: str | None
    least: int
    most: int
    pays: Pays | None
    can_run_out: bool
    asked: frozenset[str]

    @property
    def ages(self) -> frozenset[int]:
        return frozenset(range(self.least, self.most + 1))


def age_findings(version: Mapping[str, Any]) -> tuple[AgeFinding, ...]:
    """Every overlap and gap of a version's age tiers, youngest first; faulty rules are left to the list of faults."""
    written = version.get("groups") if isinstance(version, Mapping) else None
    most = (
        {group for group, choice in written.items() if choice == "most"}
        if isinstance(written, Mapping)
        else set()
    )
    tiers = _tiers(version)
    found = [
        finding
        for ladder in _ladders(tiers)
        for finding in (*_overlaps(ladder, most), *_gaps(ladder, _also_paid(ladder, tiers)))
    ]
    found.sort(key=lambda finding: (finding.from_age, finding.kind, finding.rule_ids))
    return tuple(_with_own_keys(found))


def _tiers(version: Mapping[str, Any]) -> list[_Tier]:
    rules = version.get("rule") if isinstance(version, Mapping) else None
    written = rules if isinstance(rules, list | tuple) else ()
    tiers = [_tier(place, rule) for place, rule in enumerate(written)]
    return [tier for tier in tiers if tier is not None]


def _ladders(tiers: list[_Tier]) -> list[list[_Tier]]:
    ladders: dict[tuple[str, frozenset[str]], list[_Tier]] = {}
    for tier in tiers:
        ladders.setdefault((tier.account, tier.asked), []).append(tier)
    return list(ladders.values())


def _also_paid(ladder: list[_Tier], tiers: list[_Tier]) -> frozenset[int]:
    """The ages that the same payer pays for by rules that ask for less: no gap for who climbs this ladder."""
    account, asked = ladder[0].account, ladder[0].asked
    less = [tier.ages for tier in tiers if tier.account == account and tier.asked < asked]
    return frozenset[int]().union(*less)


def _tier(place: int, rule: Any) -> _Tier | None:
    """The rule as a tier of ages; None where it asks for something else of the person, or for no age."""
    when = rule.get("when") if isinstance(rule, Mapping) else None
    if not isinstance(when, Mapping) or not set(when) - {"age"} <= _NOT_OF_THE_PERSON:
        return None
    bounds = _bounds(when.get("age"))
    if bounds is None:
        return None
    read = read_rule(rule, "", Faults())
    title = str(rule.get("title") or rule.get("id") or "")
    asked = frozenset(_said(key, value) for key, value in when.items() if key != "age")
    if read is None:
        payer = account(str(rule.get("payer")), rule.get("fund"))
        return _Tier(place, str(rule.get("id")), title, payer, None, *bounds, None, False, asked)
    return _Tier(
        place, read.id, title, read.account, read.group, *bounds, read.pays, _can_run_out(read), asked
    )


def _said(key: str, value: Any) -> str:
    return json.dumps([key, encode(value)], sort_keys=True, ensure_ascii=False, default=str)


def _can_run_out(rule: Rule) -> bool:
    return bool(rule.limits) or rule.fund is not None


def _bounds(written: Any) -> tuple[int, int] | None:
    """The ages of a range, both included; None where it is no sound one."""
    if not isinstance(written, Mapping) or not written:
        return None
    if not all(type(age) is int for age in written.values()):
        return None
    least = max(written.get("from", 0), written.get("above", -1) + 1)
    most = min(written.get("to", OLDEST), written.get("below", OLDEST + 1) - 1, OLDEST)
    return (least, most) if least <= most else None


def _gaps(ladder: list[_Tier], also_paid: frozenset[int]) -> Iterable[AgeFinding]:
    """The ages above the youngest of a ladder that no tier of it speaks of."""
    youngest = min(tier.least for tier in ladder)
    covered = also_paid.union(*(tier.ages for tier in ladder))
    for first, last in _runs(frozenset(range(youngest, OLDEST + 1)) - covered):
        near = [tier for tier in ladder if tier.most == first - 1 or tier.least == last + 1]
        yield _finding("gap", "nobody", first, last, sorted(near, key=lambda tier: tier.least))


def _overlaps(ladder: list[_Tier], most: set[str]) -> Iterable[AgeFinding]:
    for at, first in enumerate(ladder):
        for second in ladder[at + 1 :]:
            common = first.ages & second.ages
            if not common or first.pays is None or second.pays is None:
                continue
            reason = _reason(first, second, most)
            if reason is not None:
                yield _finding("overlap", reason, min(common), max(common), [first, second])


def _reason(first: _Tier, second: _Tier, most: set[str]) -> Reason | None:
    """What is wrong with two tiers that meet, the first in file order first; None: nothing is."""
    if first.group is None or first.group != second.group:
        return (
            "both-pay" if _both_pay(first, second) else "never-pays" if _is_starved(first, second) else None
        )
    if first.group in most:
        return "never-pays" if _is_beaten(first, second) or _is_beaten(second, first) else None
    if second.ages <= first.ages:
        # A tier for the same ages may stand in for one that has run out; for fewer ages it is simply not reached.
        return None if second.ages == first.ages and first.can_run_out else "never-pays"
    # The narrower tier standing first is how an exception is written; else the order alone decides, unsaid.
    return None if first.ages <= second.ages else "crossing"


def _both_pay(first: _Tier, second: _Tier) -> bool:
    """Whether one meal draws on both. What tops up to an amount, or pays what is left, pays nothing twice."""
    assert first.pays is not None and second.pays is not None
    if second.pays.kind not in ("fixed", "percent"):
        return False
    return any(_paid(second.pays, price, price - _paid(first.pays, price, price)) for price in _PRICES_FEN)


def _is_starved(first: _Tier, second: _Tier) -> bool:
    """Whether the second finds nothing left at any price, at any of its ages."""
    assert first.pays is not None and second.pays is not None
    if first.can_run_out or not second.ages <= first.ages:
        return False
    return not any(
        _paid(second.pays, price, price - _paid(first.pays, price, price)) for price in _PRICES_FEN
    )


def _is_beaten(one: _Tier, other: _Tier) -> bool:
    """Whether, where the most pays, another offers at least as much at all of its ages and every price."""
    assert one.pays is not None and other.pays is not None
    if other.can_run_out or not one.ages <= other.ages:
        return False
    offers = [(_paid(one.pays, price, price), _paid(other.pays, price, price)) for price in _PRICES_FEN]
    return all(
        own < others or (own == others and other.place < one.place) or not own for own, others in offers
    )


def _paid(pays: Pays, price_fen: int, left_fen: int) -> int:
    return min(pays.amount(price_fen, left_fen), left_fen)


def _runs(ages: frozenset[int]) -> list[tuple[int, int]]:
    """The ages as unbroken runs, first and last of each."""
    runs: list[tuple[int, int]] = []
    for age in sorted(ages):
        if runs and runs[-1][1] == age - 1:
            runs[-1] = (runs[-1][0], age)
        else:
            runs.append((age, age))
    return runs


def _finding(kind: Kind, reason: Reason, first: int, last: int, tiers: list[_Tier]) -> AgeFinding:
    to_age = None if last >= OLDEST else last
    payer = tiers[0].account if tiers else ""
    ids, titles = tuple(tier.rule_id for tier in tiers), tuple(tier.title for tier in tiers)
    return AgeFinding(f"{kind}:{first}-{last}", kind, first, to_age, payer, reason, ids, titles)


def _with_own_keys(found: list[AgeFinding]) -> Iterable[AgeFinding]:
    """The findings, each told from others of the same ages by its payer and its rules."""
    keys = [finding.key for finding in found]
    for finding in found:
        if keys.count(finding.key) > 1:
            own = f"{finding.key}:{finding.payer}:{'+'.join(finding.rule_ids)}"
            yield AgeFinding(
                own, finding.kind, finding.from_age, finding.to_age, finding.payer, finding.reason, finding.rule_ids,
                finding.titles,
            )  # fmt: skip
        else:
            yield finding
