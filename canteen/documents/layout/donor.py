"""The donor statement on its sheets: cover, money, detail, letter of thanks."""

from canteen.core.money import yuan
from canteen.core.words import capitals, day_in_words
from canteen.documents.layout.government import money
from canteen.documents.layout.sheet import (
    FOOTER_MM,
    HEADER_MM,
    PORTRAIT_MM,
    Block,
    Breakable,
    Flow,
    Sheet,
    numbered,
    side_by_side,
)
from canteen.documents.layout.table import Style, style_of
from canteen.documents.model import Paper, Table
from canteen.documents.pages.donor import (
    NOT_A_RECEIPT,
    average_words,
    chart_lines,
    compared,
    finding,
    receipt_words,
)
from canteen.documents.papers import DonorStatement, MealFlow
from canteen.documents.qr import qr_png

WIDTH_MM, HEIGHT_MM = PORTRAIT_MM
ROOM_MM = HEIGHT_MM - HEADER_MM - FOOTER_MM
CHART_COLUMNS, CHART_GAP_MM, CHART_MM = 3, 5, 48
Sheets = tuple[tuple[Sheet, ...], list[Style], dict[str, bytes], tuple[str, ...]]


def donor_sheets(source: DonorStatement, paper: Paper) -> Sheets:
    """The sheets, the styles of their tables, the pictures, and the words of the foot."""
    pictures: dict[str, bytes] = {}
    if source.portal_url:
        pictures["portal.png"] = qr_png(source.portal_url)
    sheets = [Sheet("portrait", (Block("cover", ROOM_MM, _cover(source, paper)),))]
    money_blocks, styles = _money(source, paper, pictures)
    sheets += Flow("portrait", ROOM_MM).place(money_blocks).sheets()
    detail_blocks, more = _detail(source, paper)
    sheets += Flow("portrait", ROOM_MM).place(detail_blocks).sheets()
    if source.meals and not source.commercial:
        sheets.append(Sheet("certificate", (Block("certificate", 0, _thanks(source, paper)),), plain=True))
    return numbered(sheets), [*styles, *more], pictures, _foot(source)


def _foot(source: DonorStatement) -> tuple[str, ...]:
    lines = (("监督电话", source.hotline), ("公示", source.notice_url))
    return tuple(f"{label} {value}" for label, value in lines if value)


def _cover(source: DonorStatement, paper: Paper) -> dict[str, object]:
    return {
        "title": paper.title,
        "canteens": "、".join(source.canteen_names),
        "to": source.addressed_to,
        "period": paper.period,
        "fund": source.fund_name,
        "agreement": source.agreement,
        "figures": (
            ("资助", money(source.total_fen), "元"),
            ("资助", f"{source.meals:,}", "份"),
            ("受助", f"{source.elders:,}", "位老人"),
        ),
        "finding": finding(source),
        "since": source.meals_since_start,
        "portal": bool(source.portal_url),
        "receipt": receipt_words(source),
        "not_a_receipt": NOT_A_RECEIPT,
    }


def _money(
    source: DonorStatement, paper: Paper, pictures: dict[str, bytes]
) -> tuple[list[Block | Breakable], list[Style]]:
    balance, gifts = (_table(paper.table(key)) for key in ("balance", "gifts"))
    part_meals = source.meals - source.full_meals
    counted = f"{source.meals:,} 份中：全额资助 {source.full_meals:,} 份，部分资助 {part_meals:,} 份"
    facts = (
        f"本期使用 {money(source.total_fen)}　大写：{capitals(source.total_fen)}",
        "；".join(part for part in (counted, average_words(source)) if part),
    )
    blocks: list[Block | Breakable] = [balance, gifts, Block("said", 14, facts)]
    styles = [balance.style, gifts.style]
    if source.flow is not None:
        blocks.append(Block("flow", 31, flow_parts(source.flow)))
    if source.meals:
        # Here alone: matplotlib costs every other paper 40 MB and a second.
        from canteen.documents.chart import column_chart

        columns = chart_lines(source)
        pictures["chart.svg"] = column_chart(
            [line.label for line in columns], [line.meals for line in columns], WIDTH_MM, CHART_MM
        )
        title = f"本期资助 {source.meals:,} 份{compared(source)}"
        blocks.append(
            Block("chart", CHART_MM + 10, (title, f"柱状图：按{source.chart_unit}份数，数字见下表"))
        )
        narrow = (WIDTH_MM - (CHART_COLUMNS - 1) * CHART_GAP_MM) / CHART_COLUMNS
        table = paper.table("chart")
        style = style_of(table, narrow, row_mm=4.3, head_mm=5, foot_mm=5, sizes_pt=(8.5, 8))
        styles.append(style)
        for parts in side_by_side(table, style, CHART_COLUMNS, 40):
            blocks.append(Block("columns", 21 + 4.3 * max(len(p.rows) for p in parts), parts))
    return blocks, styles


def flow_parts(flow: MealFlow) -> dict[str, object]:
    """One meal and who paid it: the sum as one reads it."""
    parts = [
        ("政府", yuan(flow.government_fen), ""),
        ("您", yuan(flow.fund_fen), "you"),
        *((label, yuan(fen), "") for label, fen in flow.others),
        ("食堂", yuan(flow.operator_fen), ""),
        ("老人", yuan(flow.elder_fen), ""),
    ]
    return {"price": yuan(flow.price_fen), "parts": parts}


def _detail(source: DonorStatement, paper: Paper) -> tuple[list[Block | Breakable], list[Style]]:
    uses, ages = (_table(paper.table(key)) for key in ("uses", "ages"))
    blocks: list[Block | Breakable] = [uses, ages, Block("said", 14, (NOT_A_RECEIPT, receipt_words(source)))]
    return blocks, [uses.style, ages.style]


def _table(table: Table) -> Breakable:
    return Breakable(table, style_of(table, WIDTH_MM, row_mm=5.2, head_mm=6, foot_mm=5.6, sizes_pt=(9.5, 9)))


def _meal_word(source: DonorStatement) -> str:
    return "午餐" if {line.meal_period for line in source.lines} == {"午餐"} else "饭菜"


def _thanks(source: DonorStatement, paper: Paper) -> dict[str, object]:
    return {
        "to": source.addressed_to,
        "text": (
            f"感谢您在 {paper.period}资助 {source.meals:,} 份热饭，"
            f"{source.elders:,} 位老人因此吃上暖心{_meal_word(source)}。特致谢忱。"
        ),
        "from": source.recipient,
        "canteens": "、".join(source.canteen_names),
        "on": day_in_words(source.heading.sealed_at.date()),
        "number": source.heading.number,
        "not_a_receipt": NOT_A_RECEIPT + receipt_words(source),
    }
