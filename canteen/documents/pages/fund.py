"""A fund's statement as tables."""

from canteen.core.calendar import month_end
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
from canteen.documents.pages.donor import NOT_A_RECEIPT, use_table
from canteen.documents.papers import FEWEST_ELDERS, FundStatement, Heading, ReceivedLine

NO_RECEIPT_FOR_SPONSORS = "商业赞助，不开具公益事业捐赠票据"
MERGED = "少于五位老人的格子已与相邻的合并，也不能由其他数字推算出来。"


def fund_paper(source: FundStatement) -> Paper:
    """The page model; raises NotPrintable where money is unbalanced or an elder recognisable."""
    _check_money(source)
    _check_meals(source)
    _check_nobody_is_recognisable(source)
    heading = source.heading
    return Paper(
        kind="donor",
        form="赞助方报告" if source.commercial else "捐赠方报告",
        title=title_of(source),
        heading=heading,
        period=period_in_words(heading.period_from, heading.period_until),
        facts=_facts(source),
        total_label="本期使用",
        total_fen=source.total_fen,
        tables=tuple(_tables(source)),
        remarks=tuple(remarks_of(source)),
    )


def title_of(source: FundStatement) -> str:
    """What the paper is called: a donation and commercial money never alike."""
    return "商业赞助助餐报告" if source.commercial else "爱心助餐资助报告"


def _facts(source: FundStatement) -> tuple[tuple[str, str], ...]:
    party = "收款方" if source.commercial else "受赠方"
    found = [
        ("致", source.addressed_to),
        ("性质", "商业赞助" if source.commercial else "捐赠"),
        ("基金", source.fund_name),
        ("食堂", "、".join(source.canteen_names)),
        (party, source.recipient),
        ("协议", source.agreement),
        ("公开募捐", source.filing),
        ("票据", receipt_words(source)),
        ("所含月报", "、".join(source.months)),
    ]
    return tuple((label, value) for label, value in found if value)


def receipt_words(source: FundStatement) -> str:
    """The receipts' numbers, or that there is none yet; a commercial sponsor gets none."""
    if source.commercial:
        return NO_RECEIPT_FOR_SPONSORS
    came = [gift for gift in source.gifts if gift.amount_fen > 0]
    without = sum(1 for gift in came if not gift.receipt_no)
    if source.receipt is None:
        return "票据尚未开具" if came else "本期没有到账，本期票据尚未开具"
    receipt = source.receipt
    parts = [f"票据代码 {receipt.code}" if receipt.code else "", f"号码 {receipt.number}"]
    parts.append(f"开票单位 {receipt.issued_by}" if receipt.issued_by else "")
    written = "　".join(part for part in parts if part)
    return f"{written}；另有 {without} 笔票据尚未开具" if without else written


def remarks_of(source: FundStatement) -> list[str]:
    """Sentences that stand under the figures, wherever they are read."""
    found = [NOT_A_RECEIPT]
    drawn = drawn_ahead(source)
    if -source.closing_fen > drawn:
        found.append("本期结余小于零：用了下一期才记到账的钱，下一期的到账里先补上。")
    if drawn:
        found.append(
            f"期末已先用认捐款 {yuan(drawn)} 元：钱还没有到账，到账后先补这一笔，所以本期结余小于零。"
        )
    if source.advance_fen > drawn:
        found.append(f"另有认捐款 {yuan(source.advance_fen - drawn)} 元约定可以先用，期末没有动用，也不在结余里。")
    if source.expenses:
        spent = sum(line.amount_fen for line in source.expenses)
        found.append(f"使用明细列餐费和补助；餐费以外的支出 {yuan(spent)} 元另列一表，两项合计就是本期使用。")
    if source.goods:
        found.append("实物按价值另列，不计入到账、使用和结余。")
    if source.filing:
        found.append(f"本项目接受公众捐赠：{source.filing}。")
    return found


def drawn_ahead(source: FundStatement) -> int:
    """What was used of pledged money that had not come by the end of the period, in fen."""
    return min(max(-source.closing_fen, 0), source.advance_fen)


def finding(source: FundStatement) -> str:
    """The one sentence of the cover: how many meals, how many elders, more or fewer than before."""
    if source.meals <= 0:
        return f"本期没有使用这笔{money_word(source)}。"
    sentence = f"资助 {source.meals:,} 份热饭，{elders_words(source)} 位老人因此吃上暖心饭菜"
    return sentence + compared(source) + "。"


def elders_words(source: FundStatement) -> str:
    """How many elders, or how many at least."""
    return f"至少 {source.elders:,}" if source.at_least else f"{source.elders:,}"


def money_word(source: FundStatement) -> str:
    """善款, or 赞助款 of a commercial sponsor."""
    return "赞助款" if source.commercial else "善款"


def compared(source: FundStatement) -> str:
    """「，比上季度多 86 份」, or nothing where there is nothing to compare with."""
    if source.previous_meals is None:
        return ""
    before, more = period_before(source.heading), source.meals - source.previous_meals
    if not more:
        return f"，与{before}相同"
    return f"，比{before}{'多' if more > 0 else '少'} {abs(more):,} 份"


def period_before(heading: Heading) -> str:
    """What the period before is called: 上月, 上季度, 上年, 上期."""
    first, last = heading.period_from, heading.period_until
    if first.day != 1 or last != month_end(last):
        return "上期"
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return {1: "上月", 3: "上季度", 12: "上年"}.get(months, "上期")


def counted(source: FundStatement) -> str:
    """份 full and part apart, and the average, said to be rounded."""
    if source.meals <= 0:
        return f"本期冲回 {-source.meals:,} 份。" if source.meals else "本期没有资助的餐。"
    sentences = [f"本期资助 {source.meals:,} 份（份＝这笔钱付了钱的餐）"]
    if source.tells_full:
        part = source.meals - source.full_meals
        sentences.append(f"全额 {source.full_meals:,} 份，部分 {part:,} 份")
    average_fen = (source.meals_fen * 2 + source.meals) // (source.meals * 2)
    sentences.append(f"平均每份约 {yuan(average_fen)} 元（按总额除以份数，四舍五入）")
    return "；".join(sentences) + "。"


def _tables(source: FundStatement) -> list[Table]:
    found = [balance_table(source), amounts_table(source), gift_table(source)]
    found += [expense_table(source)] if source.expenses else []
    found += [refund_table(source)] if source.refunds else []
    found += [goods_table(source)] if source.goods else []
    if source.chart:
        found.append(chart_table(source))
    if source.meals or source.canteens:
        found.append(canteen_table(source))
    return [*found, use_table(source), age_table(source)]


def balance_table(source: FundStatement) -> Table:
    """Opening balance, received, used and for what, returned, closing balance: of money received."""
    spent = sum(line.amount_fen for line in source.expenses)
    grants = source.total_fen - source.meals_fen - spent
    rows: list[Row] = [
        ("上期结余", None, source.opening_fen),
        ("本期到账", None, sum(gift.amount_fen for gift in source.gifts)),
        ("本期使用", None, -source.total_fen),
        ("　其中：餐费", source.meals_fen, None),
    ]
    rows += [("　其中：餐费以外的补助", grants, None)] if grants else []
    rows += [("　其中：其他支出", spent, None)] if spent else []
    rows += [("本期退回", None, -source.returned_fen), ("本期结余", None, source.closing_fen)]
    if drawn := drawn_ahead(source):
        rows.append(("　其中：先用的认捐款（尚未到账）", drawn, None))
    columns = (Column("项目", width_mm=38), Column("其中", Shape.MONEY, 20), Column("金额", Shape.MONEY, 22))
    return Table("balance", "收支", columns, tuple(rows))


def amounts_table(source: FundStatement) -> Table:
    """认捐, 到账, 已用, 拨付: four amounts that are never confused."""
    now, ever = source.moved, source.since_start
    rows: tuple[Row, ...] = (
        ("认捐（答应给的）", now.pledged_fen, ever.pledged_fen),
        ("到账（收到的）", now.received_fen, ever.received_fen),
        ("已用（餐费和补助）", now.used_fen, ever.used_fen),
        ("拨付（付给食堂的）", now.paid_over_fen, ever.paid_over_fen),
        ("期末认捐未到账", None, source.open_pledge_fen),
        ("期末已用未拨付", None, source.undisbursed_fen),
    )
    columns = (Column("项目", width_mm=34), Column("本期", Shape.MONEY, 22), Column("累计", Shape.MONEY, 22))
    return Table("amounts", "四个数分开看", columns, rows)


def gift_table(source: FundStatement) -> Table:
    """Money received, with its way and its receipt."""
    if source.commercial:
        columns: tuple[Column, ...] = (
            Column("到账日期", Shape.DAY, 30),
            Column("方式", width_mm=80),
            Column("金额", Shape.MONEY, 36, summed=True),
        )
        rows: tuple[Row, ...] = tuple((gift.on, gift.way, gift.amount_fen) for gift in source.gifts)
        return Table("gifts", "本期收到的赞助款", columns, rows, empty="本期没有到账").with_total()
    columns = (
        Column("到账日期", Shape.DAY, 20),
        Column("方式", width_mm=26),
        Column("票据代码", Shape.IDENTITY, 24),
        Column("票据号码", Shape.IDENTITY, 28),
        Column("开票单位", width_mm=34),
        Column("金额", Shape.MONEY, 26, summed=True),
    )
    rows = tuple(
        (gift.on, gift.way, gift.receipt_code, _receipt_no(gift), gift.issued_by, gift.amount_fen)
        for gift in source.gifts
    )
    return Table("gifts", "本期到账", columns, rows, empty="本期没有到账").with_total()


def _receipt_no(gift: ReceivedLine) -> str:
    if gift.receipt_no:
        return gift.receipt_no
    return "尚未开具" if gift.amount_fen > 0 else ""


def expense_table(source: FundStatement) -> Table:
    """What the fund paid that is no meal."""
    columns = (
        Column("日期", Shape.DAY, 22),
        Column("类别", width_mm=28),
        Column("用途", width_mm=54),
        Column("食堂", width_mm=34),
        Column("金额", Shape.MONEY, 30, summed=True),
    )
    rows = tuple(
        (line.on, line.kind, line.what, line.canteen_name or "—", line.amount_fen) for line in source.expenses
    )
    return Table("expenses", "餐费以外的支出", columns, rows).with_total()


def refund_table(source: FundStatement) -> Table:
    """Money that went back."""
    columns = (
        Column("日期", Shape.DAY, 22),
        Column("退给", width_mm=90),
        Column("金额", Shape.MONEY, 36, summed=True),
    )
    rows = tuple((line.on, line.to, line.amount_fen) for line in source.refunds)
    return Table("refunds", "本期退回", columns, rows).with_total()


def goods_table(source: FundStatement) -> Table:
    """Goods given in kind; their value is in no sum of money."""
    columns = (
        Column("日期", Shape.DAY, 22),
        Column("物品", width_mm=40),
        Column("数量", Shape.RATE, 18),
        Column("单位", width_mm=14),
        Column("价值依据", width_mm=48),
        Column("价值", Shape.MONEY, 28, summed=True),
    )
    rows = tuple(
        (line.on, line.what, line.quantity, line.unit, line.basis, line.value_fen) for line in source.goods
    )
    return Table("goods", "实物（价值另列，不算钱款）", columns, rows).with_total()


def chart_table(source: FundStatement) -> Table:
    """The same numbers as the chart shows."""
    columns = (
        Column("日" if source.chart_unit == "日" else "月份", Shape.IDENTITY, 20),
        Column("份数", Shape.COUNT, 16, summed=True),
        Column("金额", Shape.MONEY, 24, summed=True),
    )
    rows = tuple((line.label, line.meals, line.amount_fen) for line in source.chart)
    return Table("chart", f"按{source.chart_unit}份数", columns, rows).with_total()


def canteen_table(source: FundStatement) -> Table:
    """By canteen: meals, full and part apart, and what they took."""
    tells = any(line.full_meals is not None for line in source.canteens)
    parts = (Column("全额份", Shape.COUNT, 20, summed=True), Column("部分份", Shape.COUNT, 20, summed=True))
    columns = (
        Column("食堂", width_mm=70),
        Column("份数", Shape.COUNT, 20, summed=True),
        *(parts if tells else ()),
        Column("金额", Shape.MONEY, 32, summed=True),
    )
    rows = tuple(
        (
            "、".join(line.names), line.meals,
            *((line.full_meals, line.meals - (line.full_meals or 0)) if tells else ()),
            line.amount_fen,
        )
        for line in source.canteens
    )  # fmt: skip
    return Table("canteens", "按食堂", columns, rows, note=MERGED).with_total()


def age_table(source: FundStatement) -> Table:
    """The age bands. Over months it tells meals alone."""
    if source.tells_band_elders:
        columns: tuple[Column, ...] = (
            Column("年龄段", width_mm=40),
            Column("人数", Shape.COUNT, 24, summed=True),
            Column("份数", Shape.COUNT, 24, summed=True),
        )
        rows: tuple[Row, ...] = tuple((band.label, band.elders, band.meals) for band in source.age_bands)
        return Table("ages", "受助老人年龄分布", columns, rows).with_total(人数=source.elders)
    columns = (Column("年龄段", width_mm=64), Column("份数", Shape.COUNT, 24, summed=True))
    rows = tuple((band.label, band.meals) for band in source.age_bands)
    note = "跨月的报告按份数列年龄段，不列人数：两份报告相减不能认出任何一位老人。"
    return Table("ages", "受助老人年龄分布", columns, rows, note=note).with_total()


def _check_money(source: FundStatement) -> None:
    received = sum(gift.amount_fen for gift in source.gifts)
    closing = source.opening_fen + received - source.total_fen - source.returned_fen
    require_equal("本期结余", closing, source.closing_fen)
    lines = sum(line.amount_fen for line in source.lines)
    spent = sum(line.amount_fen for line in source.expenses)
    require_equal("使用明细", lines + spent, source.total_fen)
    require_equal("本期退回", sum(line.amount_fen for line in source.refunds), source.returned_fen)
    require_equal("餐费", sum(line.amount_fen for line in source.lines if line.elders), source.meals_fen)
    require_equal("到账", source.moved.received_fen, received)
    require_equal("已用", source.moved.used_fen, lines)


def _check_meals(source: FundStatement) -> None:
    told = {
        "使用明细": sum(line.meals for line in source.lines),
        "按食堂": sum(line.meals for line in source.canteens),
        "受助老人年龄分布": sum(band.meals for band in source.age_bands),
        f"按{source.chart_unit}份数": sum(line.meals for line in source.chart),
    }
    for title, meals in told.items():
        if meals != source.meals:
            raise DoesNotBalance(f"{title}: the lines do not give the number of meals")
    if source.canteens:
        require_equal("按食堂", sum(line.amount_fen for line in source.canteens), source.meals_fen)


def _check_nobody_is_recognisable(source: FundStatement) -> None:
    groups = (
        [line.elders for line in source.lines if line.elders],
        [band.elders for band in source.age_bands if band.elders],
        [line.elders for line in source.canteens if line.elders],
    )
    if any(len(group) > 1 and min(group) < FEWEST_ELDERS for group in groups):
        raise NotPrintable(f"a line is about fewer than {FEWEST_ELDERS} elders: merge it with its neighbour")
