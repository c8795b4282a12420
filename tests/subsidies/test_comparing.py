"""What changed between two versions, and ages of which nothing or too much is said."""

import copy
from collections.abc import Callable, Iterator
from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from canteen.subsidies.comparing.age_words import age_finding_words
from canteen.subsidies.comparing.ages import age_findings
from canteen.subsidies.comparing.versions import Difference, differences
from canteen.subsidies.wording.names import Names
from tests.core.random_programmes import random_programme
from tests.factories import PROGRAMMES, shipped

Version = dict[str, Any]
NAMES = Names(funds={"weida": "维达"}, categories={"low-income": "低保"})


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="zh")
    with app.test_request_context():
        yield


def told(before: Version | None, after: Version) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.kind, one.of, one.part_id, one.lines) for one in differences(before, after, NAMES)]


def lanzhou() -> Version:
    [version] = shipped("lanzhou-chengguan")["version"]
    assert isinstance(version, dict)
    return version


def changed(change: Callable[[Version], Any]) -> tuple[Version, Version]:
    before = lanzhou()
    after = copy.deepcopy(before)
    change(after)
    return before, after


CHANGES: list[tuple[Callable[[Version], Any], tuple[str, str, str], str]] = [
    (lambda v: v.update(effective=date(2026, 12, 1)), ("head", "head", ""), "施行日：2014年10月1日 → 2026年12月1日"),
    (lambda v: v.update(standard_price="16.00"), ("head", "head", ""), "标准餐价：15.00 元 → 16.00 元"),
    (lambda v: v.update(meals=["lunch", "dinner"]), ("head", "head", ""), "管哪几餐：午餐 → 午餐、晚餐"),
    (lambda v: v.update(groups={"age-tier": "most"}), ("head", "head", ""), "新增各组怎样付：age-tier：付得最多的一条付"),
    (lambda v: v.update(reference="城民发〔2026〕9号"), ("head", "head", ""), "新增文号：城民发〔2026〕9号"),
    (lambda v: v["rule"][2]["pays"].update(fixed="8.00"), ("changed", "rule", "age-65-74"), "每餐 9.00 元 → 8.00 元"),
    (
        lambda v: v["rule"][3]["limit"].append({"per": "month", "amount": "300.00"}),
        ("changed", "rule", "age-75"),
        "新增限额：每月最多补 300.00 元",
    ),
    (lambda v: v["rule"][3].pop("group"), ("changed", "rule", "age-75"), "取消组：age-tier"),
    (lambda v: v["rule"][3].update(title="新名称"), ("changed", "rule", "age-75"), "名称：75周岁及以上每餐10元 → 新名称"),
    (lambda v: v["rule"][3].update(id="age-75-up"), ("changed", "rule", "age-75-up"), "编号（已用的额度按编号累计）：age-75 → age-75-up"),
    (lambda v: v["rule"][0].update(payer="sponsor", fund="weida"), ("changed", "rule", "three-no"), "谁付：政府 → 冠名善款“维达”"),
    (lambda v: v["rule"].insert(0, v["rule"].pop(3)), ("moved", "rule", "age-75"), "第 4 条 → 第 1 条，现在先于““三无”老人全额补贴”"),
    (lambda v: v["rule"].append(v["rule"].pop(0)), ("moved", "rule", "three-no"), "第 1 条 → 第 4 条，现在是最后一条"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "part", "line"), CHANGES)
def test_one_change_is_told_old_and_new_and_nothing_else(
    change: Callable[[Version], Any], part: tuple[str, str, str], line: str
) -> None:
    before, after = changed(change)

    assert told(before, after) == [(*part, (line,))]


def test_what_is_added_or_gone_is_told_whole() -> None:
    before, after = changed(lambda version: version["rule"].pop(1))

    [gone], [come] = differences(before, after, NAMES), differences(after, before, NAMES)

    assert (gone.kind, gone.part_id, come.kind, come.part_id) == (
        "removed", "severe-disability", "added", "severe-disability",
    )  # fmt: skip
    assert gone.lines == come.lines and "余下的全部" in gone.lines[0]
    assert {one.kind for one in differences(None, before, NAMES)} == {"head", "added"}


def test_a_condition_changed_taken_away_and_put_in_has_a_line_each() -> None:
    before = {"rule": [{"id": "a", "when": {"age": {"from": 65, "to": 74}, "pension": False}}]}
    after = {"rule": [{"id": "a", "when": {"age": {"from": 60, "to": 74}, "category": ["low-income"]}}]}

    [(_, _, _, lines)] = told(before, after)

    assert len(lines) == 3
    assert lines[0].startswith("条件：") and " → " in lines[0]
    assert lines[1].startswith("新增条件：") and "低保" in lines[1]
    assert lines[2].startswith("取消条件：")


def test_the_order_of_levels_and_conditions_is_told_for_it_can_count() -> None:
    before = {"rule": [{"id": "a", "split": {"city": 1, "town": 1}, "when": {"age": {"from": 60}, "pension": False}}]}
    after = {"rule": [{"id": "a", "split": {"town": 1, "city": 1}, "when": {"pension": False, "age": {"from": 60}}}]}

    [(kind, _, _, lines)] = told(before, after)

    assert kind == "changed" and [line[-1] for line in lines] == ["。", "。"] and all("只换了先后" in line for line in lines)


def every_part(version: Version) -> Iterator[tuple[str, Version]]:
    for of in ("rule", "grant"):
        yield from ((of, part) for part in version.get(of, ()))


def change_one(random: Random, version: Version) -> tuple[str, str]:
    """Change one thing; answers of what, and its id."""
    of, part = random.choice(list(every_part(version)))
    key = random.choice(["title", "payer", "when", "pays", "limit", "split", "group"])
    part[key] = {
        "title": "另一个名称", "payer": "另一方", "when": {"price": {"above": "1.23"}}, "pays": {"fixed": "123.45"},
        "limit": [{"per": "week", "amount": "123.45"}], "split": {"village": 7}, "group": "third",
    }[key]  # fmt: skip
    return of, part["id"]


def test_random_versions_differ_in_nothing_from_themselves_and_one_change_names_its_part_alone() -> None:
    random = Random(20261120)

    for _ in range(150):
        [before] = random_programme(random)["version"]
        after = copy.deepcopy(before)
        assert differences(before, after, NAMES) == ()
        of, part_id = change_one(random, after)

        [found] = differences(before, after, NAMES)

        assert (found.kind, found.of, found.part_id) == ("changed", of, part_id)
        assert found.lines


def test_one_rule_put_elsewhere_is_the_only_one_that_moved() -> None:
    random = Random(7)

    for _ in range(50):
        [before] = random_programme(random, rules=7)["version"]
        after = copy.deepcopy(before)
        at, to = random.sample(range(7), 2)
        after["rule"].insert(to, after["rule"].pop(at))

        found = differences(before, after, NAMES)

        assert [one.kind for one in found] == ["moved"]
        # Of two neighbours that changed places either may be said to have moved.
        assert found[0].part_id == before["rule"][at]["id"] or abs(at - to) == 1


FAULTY: list[Any] = [
    {}, {"rule": None}, {"rule": "x"}, {"rule": [5, {"id": 7}, {"id": "a"}, {"id": "a", "when": [1]}]},
    {"rule": [{"limit": "x", "split": 3, "pays": [], "payer": 9, "group": {}, "when": {"age": 7, "any": 1}}]},
    {"meals": 3, "groups": [1], "effective": "x", "standard_price": 9.5, "grant": {"a": 1}, "zzz": True},
]  # fmt: skip


def test_nothing_that_can_be_typed_stops_a_comparison() -> None:
    for one in [*FAULTY, lanzhou()]:
        assert differences(one, copy.deepcopy(one), NAMES) == ()
        assert age_findings(one) == ()
        for other in [*FAULTY, lanzhou()]:
            found = differences(one, other, NAMES)
            assert all(isinstance(each, Difference) and each.lines for each in found)


def tier(part_id: str, age: Version, fixed: str = "5.00", **more: Any) -> Version:
    return {"id": part_id, "title": part_id, "payer": "government", "when": {"age": age}, "pays": {"fixed": fixed}, **more}


IN = {"group": "tier"}
AGES: list[tuple[str, Version, list[tuple[str, str]]]] = [
    ("side by side", {"rule": [tier("a", {"from": 65, "to": 74}, **IN), tier("b", {"from": 75}, **IN)]}, []),
    ("the narrower first is an exception", {"rule": [tier("b", {"from": 80}, **IN), tier("a", {"from": 60}, **IN)]}, []),
    ("the wider first starves the narrower", {"rule": [tier("a", {"from": 60}, **IN), tier("b", {"from": 80}, "8.00", **IN)]},
     [("overlap:80-120", "never-pays")]),
    ("the order alone decides", {"rule": [tier("a", {"from": 70, "to": 79}, **IN), tier("b", {"from": 75}, **IN)]},
     [("overlap:75-79", "crossing")]),
    ("the most pays, so wider and narrower are fine",
     {"groups": {"tier": "most"}, "rule": [tier("a", {"from": 60}, **IN), tier("b", {"from": 80}, "8.00", **IN)]}, []),
    ("where the most pays, less is never paid",
     {"groups": {"tier": "most"}, "rule": [tier("a", {"from": 60}, "9.00", **IN), tier("b", {"from": 80}, "8.00", **IN)]},
     [("overlap:80-120", "never-pays")]),
    ("without a group both pay", {"rule": [tier("a", {"from": 70, "to": 79}), tier("b", {"from": 75})]},
     [("overlap:75-79", "both-pay")]),
    ("what tops up pays nothing twice", {"rule": [tier("a", {"from": 60}), {**tier("b", {"from": 80}), "pays": {"down_to": "2.00"}}]}, []),
    ("a second that pays when the first has run out",
     {"rule": [tier("a", {"from": 60}, "9.00", limit=[{"per": "day", "meals": 1}], **IN), tier("b", {"from": 60}, **IN)]}, []),
    ("a hole", {"rule": [tier("a", {"from": 65, "to": 79}, **IN), tier("b", {"above": 84}, **IN)]}, [("gap:80-84", "nobody")]),
    ("nothing for the oldest", {"rule": [tier("a", {"from": 65, "to": 74}), tier("b", {"from": 75, "below": 90})]},
     [("gap:90-120", "nobody")]),
    ("two payers begin where they like", {"rule": [tier("a", {"from": 60, "to": 69}), tier("b", {"from": 70}),
     {**tier("c", {"from": 80}), "payer": "collective"}]}, []),
    ("what asks for more is no tier", {"rule": [tier("a", {"from": 65}),
     {**tier("b", {"from": 60, "to": 69}), "when": {"age": {"from": 60, "to": 69}, "pension": False}}]}, []),
    ("the town's own, and all others", {"rule": [tier("a", {"from": 80}),
     {**tier("b", {}), "when": {"age": {"from": 60, "to": 79}, "household_division": ["620102"]}}]}, []),
]  # fmt: skip


@pytest.mark.parametrize(("version", "found"), [case[1:] for case in AGES], ids=[case[0] for case in AGES])
def test_tiers_are_questioned_only_where_an_officer_would(version: Version, found: list[tuple[str, str]]) -> None:
    assert [(one.key, one.reason) for one in age_findings(version)] == found


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMMES.glob("*.toml")))
def test_no_shipped_programme_is_questioned(name: str) -> None:
    assert [age_findings(version) for version in shipped(name)["version"]] == [()]


def test_findings_of_the_same_ages_have_keys_of_their_own_and_read_plainly() -> None:
    both = [tier("a", {"from": 70, "to": 79}, **IN), tier("b", {"from": 75, "to": 84}, **IN), tier("c", {"from": 90}, **IN)]
    theirs = [{**tier(f"{one['id']}-2", one["when"]["age"]), "payer": "collective"} for one in both]

    ours = age_findings({"rule": both})

    assert [age_finding_words(one) for one in ours] == [
        "75–79 岁 重叠了：“a”和“b”都管这些岁数，由写在前面的一条付。",
        "没有规定 85–89 岁：没有写就是不补。",
    ]
    keys = [one.key for one in age_findings({"rule": both + theirs})]
    assert len(keys) == len(set(keys)) == 4
