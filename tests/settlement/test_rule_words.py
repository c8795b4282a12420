"""What rules are called on papers."""

import pytest

from canteen.settlement.rule_words import joined, level_label, level_order, words_of
from canteen.subsidies.vocabulary.shipped import LEVELS

TITLES = {"three-no": "三无", "destitute": "特困"}


def words(**rule: object) -> tuple[str, str, str]:
    found = words_of({"id": "r", "title": "规则", **rule}, TITLES, ("", 0))
    return found.category, found.age_band, found.standard


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({}, ("普通老人", "不限")),
        ({"age": {"from": 65, "to": 74}}, ("普通老人", "65–74")),
        ({"age": {"above": 74}}, ("普通老人", "75及以上")),
        ({"age": {"below": 60}}, ("普通老人", "59及以下")),
        ({"category": ["three-no", "destitute"]}, ("三无、特困", "不限")),
        ({"all_categories": ["three-no", "other"]}, ("三无且other", "不限")),
        ({"disability_grade": {"to": 2}, "age": {"from": 70}}, ("规则", "70及以上")),
        ({"channel": ["delivery"]}, ("普通老人", "不限")),
    ],
)
def test_category_and_age_band(when: dict[str, object], expected: tuple[str, str]) -> None:
    assert words(when=when, pays="all")[:2] == expected


@pytest.mark.parametrize(
    ("pays", "expected"),
    [
        ("all", "全额"),
        ({"fixed": "9"}, "9.00"),
        ({"down_to": "5.0"}, "自付5.00"),
        ({"percent": 25}, "餐价25%"),
        ({"percent": "12.5", "of": "left", "cap": "3"}, "余额12.5%，至多3.00"),
    ],
)
def test_standard(pays: object, expected: str) -> None:
    assert words(pays=pays)[2] == expected


def test_two_rules_for_one_meal_are_one_line() -> None:
    one = words_of({"id": "a", "pays": {"fixed": "9.00"}}, TITLES, ("2014", 0))
    two = words_of(
        {"id": "b", "pays": {"fixed": "2.00"}, "when": {"category": ["three-no"]}}, TITLES, ("2014", 1)
    )

    assert joined([one, two]).standard == "9.00＋2.00"
    assert joined([one, two]).category == "普通老人、三无"


def test_levels_stand_from_the_top_down() -> None:
    assert level_order({"street", "x", "district", "city"}, {}) == ["city", "district", "street", "x"]
    shipped = {code: title for code, title, _ in LEVELS}
    assert level_order({"district", "municipal", "street"}, shipped) == ["municipal", "district", "street"]
    assert [level_label(level, {}) for level in ("city", "x")] == ["市级", "x"]
    assert level_label("x", {"x": "开发区级"}) == "开发区级"
