"""Amounts and days as papers write them out: 人民币大写, 2026 年 11 月.

Rules of the capitals: 支付结算办法, annex 1 (正确填写票据和结算凭证的基本规定).
"""

from datetime import date

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
TOO_MUCH_FEN = 10**18


def capitals(fen: int) -> str:
    """The amount in Chinese capitals: 140950 → 人民币壹仟肆佰零玖元伍角整.

    元 and 角 end with 整, 分 never does, several zeros are read as one. A negative amount begins with
    应扣人民币, because a document never says 负. Raises ValueError from 10,000 万亿 yuan on.
    """
    if abs(fen) >= TOO_MUCH_FEN:
        raise ValueError("an amount of sixteen digits and more has no name")
    prefix = "应扣人民币" if fen < 0 else "人民币"
    whole, rest = divmod(abs(fen), 100)
    return prefix + _whole_part(whole, rest) + _small_part(whole, rest)


def _whole_part(whole: int, rest: int) -> str:
    if whole:
        return _integer(whole) + "元"
    return "" if rest else "零元"


def _small_part(whole: int, rest: int) -> str:
    if not rest:
        return "整"
    jiao, fen = divmod(rest, 10)
    # A zero is read where the yuan end in zero or the jiao is missing: 壹拾柒万元零伍角叁分, 伍元零肆分.
    zero = "零" if whole and (whole % 10 == 0 or not jiao) else ""
    words = f"{DIGITS[jiao]}角" if jiao else ""
    return zero + words + (f"{DIGITS[fen]}分" if fen else "整")


def _integer(whole: int) -> str:
    """A positive whole number in capitals, read in groups of four digits from 亿亿 down."""
    groups: list[int] = []
    while whole:
        whole, group = divmod(whole, 10_000)
        groups.append(group)
    words, gap = "", False
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if group == 0:
            gap = True
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _four(group) + _group_name(power, groups)
        gap = False
    return words


def _group_name(power: int, groups: list[int]) -> str:
    """The name of a group of four digits; of 万亿 the 亿 is left to the group below, if that is spoken."""
    if power == 3 and groups[2]:
        return "万"
    return GROUPS[power]


def _four(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words


def day_in_words(day: date) -> str:
    """A day as a letter writes it: 2026 年 11 月 21 日."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def month_in_words(day: date) -> str:
    """The month of a day: 2026 年 11 月."""
    return f"{day.year} 年 {day.month} 月"


def period_in_words(first: date, last: date) -> str:
    """A period as a title writes it: a whole month, quarter or year by its name, else both days.

    `last` is included. 2026 年 11 月 · 2026 年第四季度 · 2026 年 · 2026 年 11 月 1 日至 12 月 15 日.
    """
    after_last = date.fromordinal(last.toordinal() + 1)
    if first.day == after_last.day == 1:
        months = (after_last.year - first.year) * 12 + after_last.month - first.month
        if months == 1:
            return month_in_words(first)
        if months == 3 and first.month % 3 == 1:
            return f"{first.year} 年第{'一二三四'[first.month // 3]}季度"
        if months == 12 and first.month == 1:
            return f"{first.year} 年"
    if first == last:
        return day_in_words(first)
    end = f"{last.month} 月 {last.day} 日"
    return f"{day_in_words(first)}至 {end if first.year == last.year else day_in_words(last)}"
