"""A card opened and saved without a change gives the very mapping that it was opened from."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from canteen.config import ROOT
from canteen.subsidies.editor.card_form import fields_of, head_fields, read_card, read_head
from canteen.subsidies.editor.nodes import Box, Conditions, Day, Line, Many, Node, Pairs, Raw, Rows
from canteen.subsidies.editor.written import literal
from tests.core.random_programmes import random_programme

PROGRAMMES = sorted((ROOT / "canteen" / "programmes").glob("*.toml"))
RANDOM_PROGRAMMES = 500


def sent(node: Node) -> Iterator[tuple[str, str]]:
    """What a browser sends of a node."""
    name = f"{node.name}." if node.name else ""
    match node:
        case Line():
            if node.kind != "tick" or node.text:
                yield node.name, node.text
            yield f"{name}@was", node.was
        case Day():
            yield from (
                (f"{name}{part}", text)
                for part, text in zip(("year", "month", "day"), node.parts, strict=True)
            )
            yield f"{name}@was", node.was
        case Many():
            yield from ((node.name, text) for text in node.chosen)
            yield f"{name}more", node.text
            yield f"{name}@was", node.was
        case Raw():
            yield f"{name}@raw", node.text
            yield f"{name}@was", node.was
        case Box() | Conditions():
            if isinstance(node, Box):
                yield f"{name}@one", node.chosen
            if isinstance(node, Box) or node.is_written:
                yield f"{name}@keys", node.keys
            yield from ((f"{name}@extra", extra.was) for extra in node.extras)
            for part in (node.fields if isinstance(node, Box) else node.rows).values():
                yield from sent(part)
        case Rows():
            if node.is_written:
                yield f"{name}@count", str(len(node.items))
            for item in node.items:
                yield from sent(item)
        case Pairs():
            yield f"{name}@count", str(len(node.items))
            yield f"{name}@written", "yes" if node.is_written else ""
            for pair in node.items:
                yield from sent(pair.label)
                yield from sent(pair.value)


def saved(part: object, kind: str = "rule") -> Any:
    """The part as it is after opening and saving its card."""
    return read_card(MultiDict(list(sent(fields_of(part, kind)))), part, kind)


def saved_head(programme: object, version: object, groups: tuple[str, ...] = ()) -> tuple[Any, Any]:
    form = MultiDict([pair for node in head_fields(programme, version, groups) for pair in sent(node)])
    return read_head(form, programme, version)


def assert_opens_and_saves_unchanged(values: dict[str, Any]) -> None:
    for version in values["version"]:
        groups = tuple(rule["group"] for rule in version["rule"] if "group" in rule)
        programme, head = saved_head(values["programme"], version, groups)
        assert literal(programme) == literal(values["programme"])
        assert literal(head) == literal(version)
        for kind in ("rule", "grant"):
            for part in version.get(kind, ()):
                assert literal(saved(part, kind)) == literal(part)


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: path.stem)
def test_a_shipped_programme_opens_and_saves_unchanged(path: Any) -> None:
    assert_opens_and_saves_unchanged(tomllib.loads(path.read_text(encoding="utf-8")))


def test_five_hundred_random_programmes_open_and_save_unchanged() -> None:
    for seed in range(RANDOM_PROGRAMMES):
        assert_opens_and_saves_unchanged(random_programme(Random(seed)))


ODD = [
    {},
    5,
    "text",
    [],
    {"pays": {}},
    {"pays": "half"},
    {"pays": {"fixed": "9.00", "percent": 25}},
    {"pays": {"cap": "3.00"}},
    {"pays": {"fixed": "9.00", "cap": "3.00"}, "round_to": "0.10", "round": 7},
    {"pays": {"percent": "12.50", "of": "left", "cap": 3}, "round": "up", "round_to": "1"},
    {"pays": {"cap": "3.00", "percent": 12.5}},
    {"round_to": "0.10", "pays": "all", "id": " a ", "title": "two\nlines \0 and\ttabs "},
    {"title": "", "id": None, "payer": 5, "fund": True, "group": ""},
    {"when": {}},
    {"when": []},
    {"when": {"age": {}, "not": {}, "any": []}},
    {"when": {"age": {"to": "74", "from": 65.5, "least": 3}, "unknown": {"deep": [1, {"x": 2}]}}},
    {"when": {"unknown": 1, "age": 65, "any": {"age": 3}, "not": [1]}},
    {"when": {"category": ["three-no", "three-no", "", 5, "5", {"a": 1}], "weekday": [7, 1, 1, "1", True]}},
    {"when": {"category": "three-no", "meal": None, "living": [], "household_division": ["62、01", "62", "62"]}},
    {"when": {"distance_km": {"to": 1.95, "above": "1.950", "from": 2, "below": 2.0}, "pension": "false"}},
    {"when": {"monthly_income": {"below": "1800"}, "price": {"from": 10}, "canteen_within": {"household": "street"}}},
    {"when": {"any": [{"any": [{"not": {"age": {"from": 60}}}, 5]}, {}, {"birthday": 1}]}},
    {"limit": []},
    {"limit": {"per": "day"}},
    {"limit": [{}, {"meals": 1, "per": "day", "amount": "3"}, {"per": "decade", "amount": 3, "scope": ""}, "x"]},
    {"split": {}},
    {"split": {"district": 60, "city": "40", "a.b": 0, "": -1, "City ": 1.5}},
    {"split": [1]},
    {"when": {"any": [{"weekday": list(range(300))}] * 201}},
    {"later": date(2026, 1, 1), "title": date(2026, 1, 1)},
]  # fmt: skip


@pytest.mark.parametrize("part", ODD, ids=lambda part: literal(part)[:60])
def test_a_faulty_rule_opens_and_saves_unchanged(part: object) -> None:
    assert literal(saved(part)) == literal(part)


@pytest.mark.parametrize(
    "part",
    [
        {"assessed": False, "payee": "operator"},
        {"assessed": True, "pays": {"per_meal": "2"}},
        {"assessed": "yes", "pays": {"per_year": "6", "per_month": "5"}},
        {"group": "g", "round_to": "0.10", "pays": "all"},
    ],
)
def test_an_odd_grant_opens_and_saves_unchanged(part: dict[str, Any]) -> None:
    assert literal(saved(part, "grant")) == literal(part)


@pytest.mark.parametrize(
    "version",
    [
        {
            "rule": [{"id": "a"}],
            "until": "tomorrow",
            "effective": date(2026, 1, 1),
            "meals": [],
            "groups": {},
        },
        {
            "effective": "2026-13-01",
            "standard_price": 15,
            "reference": "",
            "meals": ["lunch", "tea", "lunch"],
        },
        {"grant": [], "groups": {"b": "most", "a": "least", "c": ""}, "rule": "none", "note": 1},
        {"effective": "a-b-c-d", "until": 2026, "groups": ["a"], "meals": "lunch"},
        "nothing",
    ],
)
def test_a_faulty_head_opens_and_saves_unchanged(version: object) -> None:
    programme = {"source": "s", "age_counts": "never", "id": "UPPER", "extra": [1]}

    assert literal(saved_head(programme, version, ("a", "z"))) == literal((programme, version))


def test_conditions_that_stand_very_deep_in_one_another_lose_nothing() -> None:
    when: dict[str, Any] = {"age": {"from": 60}}
    for _ in range(70):
        when = {"not": when}

    assert literal(saved({"when": when})) == literal({"when": when})


def changed(part: dict[str, Any], typed: dict[str, str | list[str]], kind: str = "rule") -> Any:
    """The part after some fields of its card were typed anew."""
    before = deepcopy(part)
    form: MultiDict[str, str] = MultiDict(list(sent(fields_of(part, kind))))
    for name, text in typed.items():
        form.setlist(name, text if isinstance(text, list) else [text])
    found = read_card(form, part, kind)
    assert part == before, "a form is read without touching what it was opened from"
    return found


RULE = {
    "id": "age-80",
    "title": "80周岁及以上每餐7元",
    "payer": "government",
    "when": {"age": {"from": 80}, "distance_km": {"to": 1.95}},
    "pays": {"fixed": "7.00"},
}


@pytest.mark.parametrize("typed", ["8", "８", "8.00", "¥8", "8 元", " 8.0 "])
def test_an_amount_is_typed_as_people_write_it(typed: str) -> None:
    assert changed(RULE, {"pays.fixed": typed}) == {**RULE, "pays": {"fixed": "8.00"}}


def test_what_is_no_amount_is_kept_as_it_was_typed() -> None:
    assert changed(RULE, {"pays.fixed": "eight"})["pays"] == {"fixed": "eight"}


def test_an_emptied_amount_still_says_that_it_is_fixed() -> None:
    assert changed(RULE, {"pays.fixed": ""})["pays"] == {"fixed": ""}


def test_a_new_key_takes_its_usual_place() -> None:
    found = changed(RULE, {"group": "age-tier", "fund": "weida"})

    assert list(found) == ["id", "title", "payer", "fund", "group", "when", "pays"]


def test_another_way_to_pay_drops_what_belonged_to_the_first() -> None:
    percent = {
        **RULE,
        "pays": {"percent": 25, "cap": "3.00", "of": "left"},
        "round_to": "0.10",
        "round": "up",
    }

    found = changed(percent, {"pays.@one": "down_to", "pays.down_to": "5"})

    assert found == {**RULE, "pays": {"down_to": "5.00"}}


def test_a_percentage_brings_its_rounding() -> None:
    found = changed(
        RULE, {"pays.@one": "percent", "pays.percent": "25%", "pays.cap": "3", "round_to": "0.50"}
    )

    assert found["pays"] == {"percent": 25, "cap": "3.00"}
    assert found["round_to"] == "0.50"


def test_a_distance_with_decimals_stays_a_number_until_it_is_typed_anew() -> None:
    assert changed(RULE, {"title": "x"})["when"]["distance_km"] == {"to": 1.95}
    assert changed(RULE, {"when.distance_km.to": "2"})["when"]["distance_km"] == {"to": 2}
    assert changed(RULE, {"when.distance_km.to": "1.90"})["when"]["distance_km"] == {"to": "1.90"}


def test_a_list_keeps_its_doubles_and_takes_new_ones_behind() -> None:
    rule = {**RULE, "when": {"category": ["low-income", "three-no", "low-income"]}}

    found = changed(
        rule, {"when.category": ["low-income", "member"], "when.category.more": "model-worker，x"}
    )

    assert found["when"]["category"] == ["low-income", "low-income", "member", "model-worker", "x"]


def test_two_levels_of_one_name_are_both_kept() -> None:
    rule = {**RULE, "split": {"city": 40, "district": 60}}

    assert changed(rule, {"split.1.label": "city"})["split"] == {"city": 40, "city (2)": 60}


def test_an_unknown_key_goes_when_it_is_ticked() -> None:
    rule = {**RULE, "colour": "red"}
    extra = fields_of(rule).extras[0].was  # type: ignore[union-attr]

    assert changed(rule, {"@drop": extra}) == RULE


def test_a_day_that_does_not_exist_is_kept_as_typed() -> None:
    version = {"effective": date(2026, 1, 1), "rule": []}
    form = MultiDict([pair for node in head_fields({}, version) for pair in sent(node)])
    form["version.effective.month"] = "13"

    assert read_head(form, {}, version)[1]["effective"] == "2026-13-1"
