"""The donor statement as tables."""

from canteen.core.money import yuan
from canteen.core.words import period_in_words
from canteen.documents.model import (
    Column,
    DoesNotBalance,
    NotPrintable,
    Paper,
    Row,
    Shape,
    Table,
    require_equal,
)
from canteen.documents.papers import FEWEST_ELDERS, CountLine, DonorStatement, UseLine

NOT_A_RECEIPT = "本对账单不作为捐赠票据。"


def donor_paper(source: DonorStatement) -> Paper:
    """The page model; raises NotPrintable where money is unbalanced or an elder recognisable."""
    _check_money(source)
    _check_nobody_is_recognisable(source)
    heading = source.heading
    return Paper(
        kind="donor",
        form="捐赠方报告",
        title="爱心助餐资助报告",
        heading=heading,
        period=period_in_words(heading.period_from, heading.period_until),
        facts=(
            ("致", source.addressed_to),
            ("基金", source.fund_name),
            ("食堂", "、".join(source.canteen_names)),
            ("受赠方", source.recipient),
            ("协议", source.agreement),
            ("票据", receipt_words(source)),
        ),
        total_label="本期使用",
        total_fen=source.total_fen,
        tables=(
            balance_table(source),
            gift_table(source),
            chart_table(source),
            use_table(source),
            age_table(source),
        ),
        remarks=(NOT_A_RECEIPT,),
    )


def receipt_words(source: DonorStatement) -> str:
    """The donation receipt's numbers, or that there is none yet."""
    receipt = source.receipt
    if receipt is None:
        return "票据尚未开具"
    return f"票据代码 {receipt.code}　号码 {receipt.number}　开票单位 {receipt.issued_by}"


def finding(source: DonorStatement) -> str:
    """The one sentence of the cover: how many meals, how many elders, more or fewer than before."""
    if not source.meals:
        return "本期没有使用这笔善款。"
    sentence = f"资助 {source.meals:,} 份热饭，{source.elders:,} 位老人因此吃上暖心饭菜"
    return sentence + compared(source) + "。"


def compared(source: DonorStatement) -> str:
    """「，比上月多 86 份」, or nothing where there is nothing to compare with."""
    if source.previous_meals is None:
        return ""
    before = "上月" if source.heading.period_from.month == source.heading.period_until.month else "上期"
    more = source.meals - source.previous_meals
    if not more:
        return f"，与{before}相同"
    return f"，比{before}{'多' if more > 0 else '少'} {abs(more):,} 份"


def average_words(source: DonorStatement) -> str:
    """What the fund paid for a meal on average, said to be rounded."""
    if not source.meals:
        return ""
    average_fen = (source.total_fen * 2 + source.meals) // (source.meals * 2)
    return f"平均每份约 {yuan(average_fen)} 元（按总额除以份数，四舍五入）"


def balance_table(source: DonorStatement) -> Table:
    """Opening balance, received, used, returned, closing balance."""
    received = sum(gift.amount_fen for gift in source.gifts)
    rows: list[Row] = [
        ("上期结余", source.opening_fen),
        ("本期到账", received),
        ("本期使用", -source.total_fen),
    ]
    if source.returned_fen:
        rows.append(("本期退回", -source.returned_fen))
    rows.append(("本期结余", source.closing_fen))
    if source.undisbursed_fen is not None:
        rows.append(("其中已用未拨付", source.undisbursed_fen))
    columns = (Column("项目", width_mm=60), Column("金额", Shape.MONEY, 40))
    return Table("balance", "收支", columns, tuple(rows))


def gift_table(source: DonorStatement) -> Table:
    """Money received, with its receipt."""
    columns = (
        Column("到账日期", Shape.DAY, 30),
        Column("方式", width_mm=40),
        Column("票据号", Shape.IDENTITY, 50),
        Column("金额", Shape.MONEY, 36, summed=True),
    )
    rows = tuple((g.on, g.way, g.receipt_no or "尚未开具", g.amount_fen) for g in source.gifts)
    return Table("gifts", "本期到账", columns, rows, empty="本期没有到账").with_total()


def chart_table(source: DonorStatement) -> Table:
    """The same numbers as the chart shows."""
    columns = (
        Column("日" if source.chart_unit == "日" else "月份", Shape.IDENTITY, 20),
        Column("份数", Shape.COUNT, 16, summed=True),
        Column("金额", Shape.MONEY, 24, summed=True),
    )
    rows = tuple((line.label, line.meals, line.amount_fen) for line in chart_lines(source))
    return Table("chart", f"按{source.chart_unit}份数", columns, rows).with_total()


def chart_lines(source: DonorStatement) -> tuple[CountLine, ...]:
    """The columns of the chart; where a day is about too few, the merged spans of the use lines instead."""
    if source.chart_unit != "日" or all(line.meals >= FEWEST_ELDERS for line in source.chart if line.meals):
        return source.chart
    spans: dict[str, list[UseLine]] = {}
    for line in source.lines:
        first, last = line.from_on.day, line.until_on.day
        spans.setdefault(f"{first}" if first == last else f"{first}–{last}", []).append(line)
    return tuple(
        CountLine(label, sum(line.meals for line in lines), sum(line.amount_fen for line in lines))
        for label, lines in spans.items()
    )


def use_table(source: DonorStatement) -> Table:
    """The de-identified lines: no line is about fewer than five elders."""
    columns = (
        Column("日期", Shape.IDENTITY, 46),
        Column("餐别", width_mm=30),
        Column("份数", Shape.COUNT, 20, summed=True),
        Column("单份资助", Shape.RATE, 28),
        Column("金额", Shape.MONEY, 34, summed=True),
    )
    rows = tuple(
        (
            _days(line),
            line.meal_period,
            line.meals,
            "不等" if line.unit_fen is None else yuan(line.unit_fen),
            line.amount_fen,
        )
        for line in source.lines
    )
    note = "少于五位老人的日期、餐别和年龄段已与相邻的合并，不列姓名、证件和住址。"
    return Table("uses", "使用明细", columns, rows, note=note, empty="本期没有使用").with_total()


def _days(line: UseLine) -> str:
    if line.from_on == line.until_on:
        return line.from_on.isoformat()
    return f"{line.from_on.isoformat()} 至 {line.until_on.isoformat()}"


def age_table(source: DonorStatement) -> Table:
    """The age bands; their elders sum to those helped."""
    columns = (
        Column("年龄段", width_mm=40),
        Column("人数", Shape.COUNT, 24, summed=True),
        Column("份数", Shape.COUNT, 24, summed=True),
    )
    rows = tuple((band.label, band.elders, band.meals) for band in source.age_bands)
    return Table("ages", "受助老人年龄分布", columns, rows).with_total(人数=source.elders)


def _check_money(source: DonorStatement) -> None:
    received = sum(gift.amount_fen for gift in source.gifts)
    closing = source.opening_fen + received - source.total_fen - source.returned_fen
    require_equal("本期结余", closing, source.closing_fen)
    require_equal("使用明细", sum(line.amount_fen for line in source.lines), source.total_fen)
    if sum(line.meals for line in source.lines) != source.meals:
        raise DoesNotBalance("使用明细: the lines do not give the number of meals")


def _check_nobody_is_recognisable(source: DonorStatement) -> None:
    groups = (source.lines, source.age_bands)
    if any(len(group) > 1 and any(0 < line.elders < FEWEST_ELDERS for line in group) for group in groups):
        raise NotPrintable(f"a line is about fewer than {FEWEST_ELDERS} elders: merge it with its neighbour")
