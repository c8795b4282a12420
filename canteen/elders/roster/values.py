"""One cell to one value: phones, distances, money, divisions. What is not understood is said, not guessed."""

import re
from decimal import Decimal, InvalidOperation

from canteen.elders.divisions import division_code
from canteen.elders.roster.cells import as_text, folded

NOTHING = ("", "无", "/", "-", "—", "--", "——", "不详", "暂无", "没有")
YES = ("有", "是", "领取", "享受", "√", "y", "yes", "有养老金", "有退休金", "true", "✓", "领")
NO = ("否", "没有", "未领取", "不享受", "×", "n", "no", "false", "无养老金", "无退休金", "x", "未领", "不领")

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}[1-9]\d{6,7}(?:(?:转|-|ext\.?)\d{1,6})?|[2-9]\d{6,7}|[48]00\d{7}")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
METRES = re.compile(r"(\d+(?:\.\d+)?)(km|千米|公里|m|米|里)?")
YUAN = re.compile(r"[¥￥]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?0*(?:元|块)?(?:/月|每月)?")
DIVISION = re.compile(r"\d{6}(?:\d{3}(?:\d{3})?)?|\d{4}|\d{2}")


class NotUnderstood(ValueError):  # noqa: N818 - said of a cell, which is told as a warning
    """A cell that says something, and nobody can tell what."""


def read_phone(cell: object) -> str | None:
    """The first mobile or landline number in digits, None for an empty cell; raises `NotUnderstood`."""
    text = folded(as_text(cell)).lower()
    if text in NOTHING:
        return None
    for part in re.split(r"[、,;/|]|或", text):
        digits = re.sub(r"[-()+.]|^tel:?", "", part)
        digits = re.sub(r"^(?:0086|86)(?=1[3-9]\d{9}$)", "", digits)
        if MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits):
            return digits
    raise NotUnderstood(text)


def read_distance(cell: object) -> int | None:
    """Whole metres from a distance in kilometres, or with its unit: 1.9, 1.9公里, 800米, 3里."""
    text = folded(as_text(cell)).lower()
    if text in NOTHING:
        return None
    match = METRES.fullmatch(text.removeprefix("约"))
    if match is None:
        raise NotUnderstood(text)
    scale = {"m": 1, "米": 1, "里": 500}.get(match.group(2) or "", 1000)
    metres = Decimal(match.group(1)) * scale
    if metres > 1_000_000:
        raise NotUnderstood(text)
    return int(metres.to_integral_value())


def read_yes_no(cell: object) -> bool | None:
    """有 or 无 for a pension; an amount is 有, and 0 is 无. An empty cell is unknown."""
    text = folded(as_text(cell)).lower()
    if text in ("", "不详", "/", "-", "—", "未知"):
        return None
    if text in YES:
        return True
    if text in NO or text in NOTHING:
        return False
    try:
        return read_yuan(text) != 0
    except NotUnderstood:
        raise NotUnderstood(text) from None


def read_yuan(cell: object) -> int | None:
    """Fen from an amount in yuan with at most two decimals: 1500, 1,500.50, 1500元/月."""
    text = folded(as_text(cell)).lower()
    if text in NOTHING:
        return None
    match = YUAN.fullmatch(text)
    if match is None:
        raise NotUnderstood(text)
    try:
        fen = Decimal(match.group(1).replace(",", "") + (match.group(2) or "")) * 100
    except InvalidOperation:
        raise NotUnderstood(text) from None
    if fen > 10_000_000_00:
        raise NotUnderstood(text)
    return int(fen)


def read_care_level(cell: object) -> int | None:
    """A care level as a whole number: 2, 2级, 二级. Levels in words are the office's own, never guessed."""
    text = folded(as_text(cell)).removesuffix("级").removesuffix("等")
    if text in NOTHING:
        return None
    chinese = "零一二三四五"
    if len(text) == 1 and text in chinese:
        return chinese.index(text)
    if text.isascii() and text.isdigit() and int(text) <= 9:
        return int(text)
    raise NotUnderstood(text)


def read_division(cell: object) -> str | None:
    """An administrative code of 2, 4, 6, 9 or 12 digits, or one found by its whole name."""
    text = folded(as_text(cell))
    if text in NOTHING:
        return None
    if DIVISION.fullmatch(text):
        return text
    leading = re.match(r"\d{6}(?!\d)", text)
    if leading:
        return leading.group()
    code = division_code(text)
    if code is None:
        raise NotUnderstood(text)
    return code
