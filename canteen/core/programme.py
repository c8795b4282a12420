"""A programme read from a mapping: its dated versions with their rules, or every fault with its path.

Source of every sentence here: the programme format, "Keys of a rule", "Examples" and "What is refused".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from canteen.core.calendar import AGE_COUNTS, MEAL_PERIODS, AgeCounts
from canteen.core.conditions import mentions
from canteen.core.money import Money
from canteen.core.programme_faults import Fault, Faults, fault
from canteen.core.programme_values import (
    Table,
    day,
    entries,
    identifier,
    list_of,
    money,
    named,
    one_of,
    open_table,
    text,
)
from canteen.core.rules import Grant, Limit, Rule, read_grant, read_rule
from canteen.core.worked_example import Example, KnownIds, read_example

__all__ = ["Example", "Fault", "Grant", "Limit", "Programme", "Rule", "Version", "read_programme"]


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One official notice, complete. `meals` are the meal periods in which its rules apply.

    `most_groups`: group → places of its rules, for the groups of which the rule that would pay most pays.
    """

    index: int
    effective_on: date
    until_on: date | None
    reference: str | None
    meals: frozenset[str]
    standard_price_fen: Money | None
    rules: tuple[Rule, ...]
    grants: tuple[Grant, ...]
    most_groups: Mapping[str, tuple[int, ...]]
    windows: tuple[tuple[str, str], ...]
    mentions: frozenset[str]

    def limit_windows(self) -> tuple[tuple[str, str], ...]:
        """The use that its limits look at: pairs of a rule's or grant's id and `per`, each once."""
        return self.windows

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def grant(self, grant_id: str) -> Grant | None:
        """The grant of that id."""
        return next((grant for grant in self.grants if grant.id == grant_id), None)

    def codes(self, payer: str) -> frozenset[str]:
        """Every fund (`sponsor`) or voucher kind (`voucher`) that its rules and grants draw on."""
        drawing = _parts(self.rules, self.grants)
        return frozenset(part.fund for part in drawing if part.payer == payer and part.fund is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """One authority's published rules; `versions` by the day from which they govern, earliest first."""

    id: str
    title: str
    authority: str
    source: str
    age_counts: AgeCounts
    versions: tuple[Version, ...]
    examples: tuple[Example, ...]

    def version_on(self, on: date) -> Version | None:
        """The version that governs a service date: the latest that has begun, unless it has ended."""
        for version in reversed(self.versions):
            if version.effective_on <= on:
                return version if version.until_on is None or on <= version.until_on else None
        return None


def read_programme(values: Mapping[str, object]) -> tuple[Programme | None, list[Fault]]:
    """Read a programme from the mapping that its TOML file parses to.

    Either the programme and no faults, or None and every fault of the file. Whether its examples hold is
    another question: see `canteen.core.examples.check_examples`.
    """
    programme, faults = read_leniently(values)
    return (None if faults else programme), faults


def read_leniently(values: Mapping[str, object]) -> tuple[Programme | None, list[Fault]]:
    """The same, but with what can still be tried beside the faults, so that all of them are found at once.

    Left out are faulty examples, and those that a faulty version would govern.
    """
    if not values:
        return None, [fault("programme", "empty")]
    faults = Faults()
    table = Table(values, "", faults, ("programme", "version", "example"))
    head = table.need("programme", _read_head)
    before = len(faults)
    versions, days = _read_versions(table)
    ids = _ids(versions) if len(faults) == before else None
    written = entries(values["example"], "example", faults) if "example" in values else []
    examples = [read_example(example, at, faults, ids) for at, (_, example) in enumerate(written)]
    if head is None or days is None:
        return None, faults.found
    in_order = tuple(sorted(versions, key=lambda version: version.effective_on))
    good = tuple(
        example for example in examples if example is not None and _is_sound(example.on, in_order, days)
    )
    return replace(head, versions=in_order, examples=good), faults.found


def _is_sound(on: date, versions: Sequence[Version], days: frozenset[date]) -> bool:
    """Whether the version that begins last before a day could be read, or none begins before it."""
    latest = max((day for day in days if day <= on), default=None)
    return latest is None or latest in {version.effective_on for version in versions}


def _read_head(value: object, path: str, faults: Faults) -> Programme | None:
    """The head without its versions; None where it does not say how ages are to be counted."""
    table = open_table(value, path, faults, ("id", "title", "authority", "source", "age_counts"))
    if table is None:
        return None
    programme_id, title = table.need("id", identifier), table.need("title", text)
    authority, source = table.need("authority", text), table.need("source", text)
    age_counts = table.take("age_counts", one_of(*AGE_COUNTS))
    if age_counts is None and "age_counts" in table:
        return None
    counted = cast(AgeCounts, age_counts or "birthday")
    return Programme(programme_id or "", title or "", authority or "", source or "", counted, (), ())


def _read_versions(table: Table) -> tuple[list[Version], frozenset[date] | None]:
    """The sound versions, and the days from which all of them govern; None where one begins nobody knows when."""
    if table.values.get("version") == []:
        # An empty list says as little as no list.
        table.faults.add("version", "missing")
        return [], None
    written = table.need("version", entries) or []
    versions = [_read_version(at, value, path, table.faults) for at, (path, value) in enumerate(written)]
    begun: set[date] = set()
    for path, value in written:
        effective = value.get("effective") if isinstance(value, Mapping) else None
        if type(effective) is date:
            if effective in begun:
                table.faults.add(f"{path}.effective", "day-taken", found=effective.isoformat())
            begun.add(effective)
    is_known = bool(written) and len(begun) == len(written)
    return [version for version in versions if version is not None], frozenset(begun) if is_known else None


_VERSION_KEYS = (
    "effective",
    "until",
    "reference",
    "meals",
    "standard_price",
    "groups",
    "rule",
    "grant",
)


def _read_version(index: int, value: object, path: str, faults: Faults) -> Version | None:
    before = len(faults)
    table = open_table(value, path, faults, _VERSION_KEYS)
    if table is None:
        return None
    effective, until = table.need("effective", day), table.take("until", day)
    _fault_until(table, effective, until)
    reference = table.take("reference", text)
    meals = table.take("meals", list_of(one_of(*MEAL_PERIODS)))
    price = table.take("standard_price", money)
    choices = table.take("groups", _read_choices) or {}
    rules = [read_rule(rule, at, faults) for at, rule in _rule_entries(table)]
    grants = [read_grant(grant, at, faults) for at, grant in table.take("grant", entries) or []]
    _fault_taken_ids(table)
    if len(faults) > before or effective is None:
        return None
    counted = _count_groups([rule for rule in rules if rule is not None])
    granted = tuple(_count_own(grant) for grant in grants if grant is not None)
    return Version(
        index=index,
        effective_on=effective,
        until_on=until,
        reference=reference,
        meals=frozenset(MEAL_PERIODS if meals is None else meals),
        standard_price_fen=price,
        rules=counted,
        grants=granted,
        most_groups=_most_groups(counted, choices),
        windows=_windows(_parts(counted, granted)),
        mentions=frozenset[str]().union(*(mentions(part.when) for part in _parts(counted, granted))),
    )


def _fault_until(table: Table, effective: date | None, until: date | None) -> None:
    if effective is not None and until is not None and until < effective:
        later = max("effective", "until", key=list(table.values).index)
        table.faults.add(
            table.at(later), "until-before", until=until.isoformat(), effective=effective.isoformat()
        )


def _read_choices(value: object, path: str, faults: Faults) -> dict[str, str] | None:
    return named(one_of("first", "most"))(value, path, faults)


def _rule_entries(table: Table) -> list[tuple[str, object]]:
    if table.values.get("rule", []) == []:
        table.faults.add(table.at("rule"), "no-rules")
        return []
    return table.take("rule", entries) or []


def _fault_taken_ids(table: Table) -> None:
    """An id names one rule or grant of its version: what was used is counted under it."""
    taken: set[str] = set()
    for key in ("rule", "grant"):
        written = table.values.get(key)
        for at, part in enumerate(written if isinstance(written, list | tuple) else ()):
            part_id = part.get("id") if isinstance(part, Mapping) else None
            if isinstance(part_id, str):
                if part_id in taken:
                    table.faults.add(f"{table.at(key)}[{at}].id", "id-taken", found=part_id)
                taken.add(part_id)


def _count_groups(rules: list[Rule]) -> tuple[Rule, ...]:
    """The rules with each limit told whose use it counts."""
    members: dict[str | None, tuple[str, ...]] = {}
    for rule in rules:
        members[rule.group] = (*members.get(rule.group, ()), rule.id)
    return tuple(
        replace(
            rule,
            limits=tuple(
                replace(limit, counts=members[rule.group] if limit.scope == "group" else (rule.id,))
                for limit in rule.limits
            ),
        )
        for rule in rules
    )


def _count_own(grant: Grant) -> Grant:
    return replace(grant, limits=tuple(replace(limit, counts=(grant.id,)) for limit in grant.limits))


def _most_groups(rules: tuple[Rule, ...], choices: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    return {
        group: tuple(at for at, rule in enumerate(rules) if rule.group == group)
        for group, choice in choices.items()
        if choice == "most"
    }


def _parts(rules: tuple[Rule, ...], grants: tuple[Grant, ...]) -> tuple[Rule | Grant, ...]:
    return (*rules, *grants)


def _windows(parts: tuple[Rule | Grant, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [(rule_id, limit.per) for part in parts for limit in part.limits for rule_id in limit.counts]
    return tuple(dict.fromkeys(pairs))


def _ids(versions: list[Version]) -> KnownIds:
    rules = [rule.id for version in versions for rule in version.rules]
    grants = [grant for version in versions for grant in version.grants]
    return KnownIds(
        frozenset(rules),
        frozenset(grant.id for grant in grants),
        frozenset(grant.id for grant in grants if grant.per == "meal"),
    )
