"""The words of a poster: a published notice as tables, refused where its sums differ."""

from dataclasses import dataclass
from datetime import date

from canteen.core.money import yuan
from canteen.core.words import month_in_words
from canteen.documents.model import DoesNotBalance, require_equal
from canteen.documents.papers.notice import FundRoll, NoticeLine, PublicNotice, Unnamed

INCOME = {
    "government": "政府补贴", "collective": "集体（村、社区）", "charity": "慈善捐赠", "sponsorship": "商业赞助",
    "elder": "老人个人", "other": "其他",
}  # fmt: skip
SPENDING = {
    "meals": "餐费", "delivery": "送餐", "running": "运营补贴", "helpers": "助餐员补助", "equipment": "设备和用具",
    "upkeep": "维护", "other": "其他",
}  # fmt: skip
WITHHELD = "本月用餐的老人不足 5 位，为不让人认出是谁，不公布人次和金额。"
WAITING = "本月用到善款的老人不足 5 位，使用和结余与以后的月份一起公布。"
NO_SPONSORS_NOTE = "商业赞助不是捐赠，单列于此。"

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows of words and amounts, with the sum below."""

    title: str
    rows: Rows
    total: str


def month_words(month: str) -> str:
    """2026 年 11 月."""
    return month_in_words(date.fromisoformat(f"{month}-01"))


def income_table(notice: PublicNotice) -> Sums:
    """收入, by who pays."""
    return _sums("收入（元）", notice.income, INCOME, notice.income_fen)


def spending_table(notice: PublicNotice) -> Sums:
    """支出, by what for. Raises DoesNotBalance where it is not the income."""
    require_equal("支出", notice.spending_fen, notice.income_fen)
    return _sums("支出（元）", notice.spending, SPENDING, notice.spending_fen)


def balance_words(notice: PublicNotice) -> str:
    """What is left of the month's income: nothing, since meals and grants are paid to what they cost."""
    left = f"收入减支出，结余 {yuan(notice.income_fen - notice.spending_fen)} 元"
    return f"{left}；善款的结余在下面。" if notice.fund else f"{left}。"


def fund_row(notice: PublicNotice) -> Rows:
    """善款结余, from the opening to the closing. Raises DoesNotBalance."""
    roll = notice.fund
    if roll is None:
        return ()
    require_equal("善款结余", closing_fen(roll), roll.closing_fen)
    rows = [("上期结余", roll.opening_fen)]
    if roll.late_fen:
        rows.append(("上期补记", roll.late_fen))
    rows += [("到账", roll.received_fen), ("用于餐费", -roll.used_fen)]
    rows += [
        (word, -fen) for word, fen in (("其他支出", roll.expenses_fen), ("退回", roll.refunded_fen)) if fen
    ]
    rows.append(("本期结余", roll.closing_fen))
    return tuple((word, yuan(fen).replace("-", "−")) for word, fen in rows)


def closing_fen(roll: FundRoll) -> int:
    """What is left by the other figures."""
    gone = roll.used_fen + roll.expenses_fen + roll.refunded_fen
    return roll.opening_fen + roll.late_fen + roll.received_fen - gone


def fund_title(notice: PublicNotice) -> str:
    """善款收支（元）, with its months where they are several."""
    roll = notice.fund
    if roll is None or roll.since == roll.until:
        return "本食堂的善款（元）"
    return f"本食堂的善款（元，{month_words(roll.since)}至{month_words(roll.until)}）"


def unnamed_words(unnamed: Unnamed) -> str:
    """爱心人士 37 位、爱心单位 2 家."""
    counts = (
        (unnamed.people, "爱心人士 {:,} 位"),
        (unnamed.units, "爱心单位 {:,} 家"),
        (unnamed.gifts, "没有留名的捐赠 {:,} 笔"),
    )
    return "、".join(words.format(count) for count, words in counts if count)


def check(notice: PublicNotice) -> None:
    """Raises DoesNotBalance where a notice does not add up, or tells what it should withhold."""
    spending_table(notice)
    fund_row(notice)
    if notice.is_withheld and (notice.income or notice.spending or notice.meals is not None):
        raise DoesNotBalance(f"{notice.number}: a withheld month tells figures")


def _sums(title: str, lines: tuple[NoticeLine, ...], words: dict[str, str], total_fen: int) -> Sums:
    rows = tuple(("、".join(words[code] for code in line.codes), yuan(line.amount_fen)) for line in lines)
    return Sums(title, rows, yuan(total_fen))
