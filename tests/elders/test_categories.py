"""Categories in words become categories, grade and living situation."""

import pytest

from canteen.elders.roster.categories import CategoryReading, read_categories


@pytest.mark.parametrize(
    ("cell", "categories", "grade", "living"),
    [
        ("低保、独居", {"low-income"}, None, "alone"),
        ("低保,独居;重度残疾(一级)", {"low-income", "severe-disability"}, 1, "alone"),
        ("重度残疾（二级）", {"severe-disability"}, 2, None),
        ("残疾（肢体、二级）", {"severe-disability"}, 2, None),
        ("肢体残疾三级", set(), 3, None),
        ("重度残疾", {"severe-disability"}, None, None),
        ("“三无”人员", {"three-no"}, None, None),
        ("五保", {"destitute"}, None, None),
        ("特困供养人员", {"destitute"}, None, None),
        ("低保边缘家庭", {"near-low-income"}, None, None),
        ("边缘困难", {"marginal"}, None, None),
        ("失独", {"bereaved"}, None, None),
        ("计划生育特殊家庭", {"bereaved"}, None, None),
        ("重点优抚对象", {"special-care"}, None, None),
        ("失能／失智", {"incapacitated", "dementia"}, None, None),
        ("留守老人 劳模 会员", {"left-behind", "model-worker", "member"}, None, None),
        ("空巢老人", set(), None, "empty-nest"),
        ("与家人同住", set(), None, "with-family"),
        ("低保（独居）", {"low-income"}, None, "alone"),
        ("低保户独居老人", {"low-income"}, None, "alone"),
        ("普通", set(), None, None),
        ("无", set(), None, None),
        ("一般", set(), None, None),
        ("80岁以上", set(), None, None),
        ("", set(), None, None),
        (None, set(), None, None),
    ],
)
def test_words_are_understood(
    cell: object, categories: set[str], grade: int | None, living: str | None
) -> None:
    assert read_categories(cell) == CategoryReading(frozenset(categories), grade, living)


@pytest.mark.parametrize("cell", ["脱贫户", "非低保", "不享受低保", "半失能", "二级", "残疾", "低保吗"])
def test_a_word_nobody_foresaw_is_named_and_never_half_understood(cell: str) -> None:
    reading = read_categories(cell)

    assert reading.unknown == (cell,)
    assert not reading.categories
