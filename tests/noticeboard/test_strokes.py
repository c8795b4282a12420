"""Names by strokes: counts looked up in a dictionary by hand."""

import random

import pytest

from canteen.noticeboard.wall.strokes import by_strokes, strokes_of

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"


@pytest.mark.parametrize(
    ("character", "strokes"),
    [("一", 1), ("丁", 2), ("王", 4), ("欧", 8), ("阳", 6), ("维", 11), ("德", 15), ("龘", 48), ("㛃", 9), ("𠮷", 6)],
)
def test_a_character_has_its_strokes(character: str, strokes: int) -> None:
    assert strokes_of(character) == strokes


@pytest.mark.parametrize("character", ["A", "3", "·", "한", "\ue000"])
def test_what_nobody_counted_has_none(character: str) -> None:
    assert strokes_of(character) is None


def test_names_stand_by_the_strokes_of_each_character_in_turn() -> None:
    names = ["龘科技", "欧阳建国", "欧阳丁", "丁一", "王秀英", "王二", "王", LONG, "德康大药房", "万胜"]

    assert by_strokes(names) == [
        "丁一", "万胜", "王", "王二", "王秀英", LONG, "欧阳丁", "欧阳建国", "德康大药房", "龘科技",
    ]  # fmt: skip


def test_one_surname_stays_together_among_others_of_as_many_strokes() -> None:
    # 尹, 毛 and 王 have four strokes each; the first by its code point stands first.
    assert by_strokes(["王丁", "毛一", "尹三", "王一", "毛龘"]) == ["尹三", "毛一", "毛龘", "王一", "王丁"]


def test_letters_follow_chinese_names_and_what_is_unknown_comes_last() -> None:
    names = ["한국회", "bosch", "3M 中国", "Alpha", "丁", "“爱心”人士", "\ue000某"]

    assert by_strokes(names) == ["丁", "“爱心”人士", "3M 中国", "Alpha", "bosch", "한국회", "\ue000某"]


def test_the_order_does_not_depend_on_how_the_names_came() -> None:
    names = [f"{first}{second}" for first in "丁王欧龘A" for second in "一二三"] + ["", "  ", LONG, LONG]
    shuffled = random.Random(1).sample(names, len(names))

    assert by_strokes(shuffled) == by_strokes(names)
    assert len(LONG) == 26
