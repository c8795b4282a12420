"""The government settlement on its sheets: one to three pages, the last to be signed."""

from canteen.core.money import yuan
from canteen.core.words import capitals
from canteen.documents.layout.sheet import (
    FOOTER_MM,
    HEADER_MM,
    LANDSCAPE_MM,
    Block,
    Breakable,
    Flow,
    Sheet,
    numbered,
    side_by_side,
)
from canteen.documents.layout.table import Style, style_of, view
from canteen.documents.model import Paper
from canteen.documents.papers import GovernmentSettlement

WIDTH_MM, HEIGHT_MM = LANDSCAPE_MM
DAY_COLUMNS, DAY_ROWS, COLUMN_GAP_MM = 3, 20, 5
SHORT_ROWS = 8


def government_sheets(source: GovernmentSettlement, paper: Paper) -> tuple[tuple[Sheet, ...], list[Style]]:
    """The sheets and the styles of their tables."""
    tiers = Breakable(
        paper.table("tiers"),
        style_of(
            paper.table("tiers"),
            WIDTH_MM,
            row_mm=6.2,
            head_mm=11,
            foot_mm=6.2,
            sizes_pt=(9, 8.5, 8, 7.5, 7, 6.5, 6),
        ),
    )
    day_mm = (WIDTH_MM - (DAY_COLUMNS - 1) * COLUMN_GAP_MM) / DAY_COLUMNS
    days = style_of(paper.table("days"), day_mm, row_mm=5, head_mm=6, foot_mm=5.6, sizes_pt=(9, 8.5))
    blocks: list[Block | Breakable] = [
        Block("title", 15, (paper.title, paper.period)),
        Block("facts", 8 * -(-len(paper.facts) // 2) + 3, paper.facts),
        Block("figures", 22, key_figures(source)),
        tiers,
    ]
    blocks += [
        Block("columns", 12 + 6 + 5 * max((len(part.rows) for part in parts), default=1) + 10, parts)
        for parts in side_by_side(paper.table("days"), days, DAY_COLUMNS, DAY_ROWS)
    ]
    beside, more = _further(paper)
    blocks += beside
    styles = [tiers.style, days, *more]
    closing = _closing(source, paper)
    styles.append(closing[1])
    blocks.append(closing[0])
    flow = Flow("landscape", HEIGHT_MM - HEADER_MM - FOOTER_MM).place(blocks)
    return numbered(flow.sheets()), styles


def _further(paper: Paper) -> tuple[list[Block | Breakable], list[Style]]:
    """Grants, levels and adjustments: two side by side where both are short, else across the page."""
    tables = [table for table in paper.tables if table.key in ("grants", "levels", "adjustments")]
    blocks: list[Block | Breakable] = []
    styles: list[Style] = []
    while tables:
        short = [table for table in tables[:2] if len(table.rows) <= SHORT_ROWS]
        taken = tables[: 2 if len(short) == 2 else 1]
        tables = tables[len(taken) :]
        width = (WIDTH_MM - COLUMN_GAP_MM) / 2 if len(taken) == 2 else WIDTH_MM
        parts = [
            Breakable(table, style_of(table, width, row_mm=5.6, head_mm=6, foot_mm=5.6, sizes_pt=(9,)))
            for table in taken
        ]
        styles += [part.style for part in parts]
        if len(parts) == 1:
            blocks += parts
        else:
            height = max(part.height_mm(len(part.table.rows), subtotals=False, last=True) for part in parts)
            blocks.append(Block("pair", height, tuple(view(part.table, part.style) for part in parts)))
    return blocks, styles


def key_figures(source: GovernmentSettlement) -> tuple[tuple[str, str, str], ...]:
    """The four large numbers: what, how much, a line beneath."""
    meals = sum(day.meals for day in source.days)
    adjusted = sum(adjustment.amount_fen for adjustment in source.adjustments)
    return (
        ("享受补贴老人", f"{source.elders:,} 人", "按人去重"),
        ("补贴人次", f"{meals:,} 人次" if meals else "本月无补贴人次", "刷卡记录"),
        ("应补金额", money(source.total_fen), capitals(source.total_fen)),
        ("上期调整", money(adjusted), f"{len(source.adjustments)} 项" if source.adjustments else "无"),
    )


def money(fen: int) -> str:
    """¥ with nothing between it and the digits; the sign of a negative stands before it."""
    return f"-¥{yuan(-fen)}" if fen < 0 else f"¥{yuan(fen)}"


def _closing(source: GovernmentSettlement, paper: Paper) -> tuple[Block, Style]:
    """Table four, the declaration and every place to sign: one block, so no signature stands alone."""
    table = paper.table("sources")
    style = style_of(table, WIDTH_MM, row_mm=6.2, head_mm=6, foot_mm=6, sizes_pt=(9, 8.5, 8))
    heading = source.heading
    data = {
        "sources": view(table, style),
        "declaration": (
            f"以上数据由系统依刷卡记录生成，冻结于 {heading.sealed_at:%Y-%m-%d %H:%M}，与花名册一致。"
        ),
        "remarks": source.remarks,
        "sum": _sum(source),
        "total": money(source.total_fen),
        "words": paper.total_in_words,
        "signers": heading.signers,
        "reviews": (f"{source.review_unit}审核意见", f"{source.approval_unit}审批意见"),
    }
    return Block("closing", 107 + 4.5 * len(source.remarks), data), style


def _sum(source: GovernmentSettlement) -> str:
    """How the total is made, in one line."""
    tiers = sum(tier.payable_fen for tier in source.tiers)
    grants = sum(grant.amount_fen for grant in source.grants)
    adjusted = sum(adjustment.amount_fen for adjustment in source.adjustments)
    return (
        f"应补金额合计 = 表一 {yuan(tiers)} + 餐价以外的补贴 {yuan(grants)} + 本期调整 {yuan(adjusted)}"
        f" = {yuan(source.total_fen)} 元"
    )
