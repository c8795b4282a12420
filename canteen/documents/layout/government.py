"""The government settlement on its sheets: one to three pages, the last to be signed."""

from canteen.core.words import capitals, yuan
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
        Block("title", 12, (paper.title, paper.period)),
        Block("facts", 8 * -(-len(paper.facts) // 2) + 3, paper.facts),
        Block("figures", 22, key_figures(source)),
        tiers,
    ]
    blocks += [
        Block("columns", 12 + 6 + 5 * max((len(part.rows) for part in parts), default=1) + 10, parts)
        for parts in side_by_side(paper.table("days"), days, DAY_COLUMNS, DAY_ROWS)
    ]
    styles = [tiers.style, days]
    for key in ("grants", "levels", "adjustments"):
        if any(table.key == key for table in paper.tables):
            part = _plain_table(paper, key)
            blocks.append(part)
            styles.append(part.style)
    closing = _closing(source, paper)
    styles.append(closing[1])
    blocks.append(closing[0])
    flow = Flow("landscape", HEIGHT_MM - HEADER_MM - FOOTER_MM).place(blocks)
    return numbered(flow.sheets()), styles


def _plain_table(paper: Paper, key: str) -> Breakable:
    table = paper.table(key)
    return Breakable(table, style_of(table, WIDTH_MM, row_mm=5.6, head_mm=6, foot_mm=5.6, sizes_pt=(9,)))


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
        "total": money(source.total_fen),
        "words": paper.total_in_words,
        "signers": heading.signers,
        "reviews": (f"{source.review_unit}审核意见", f"{source.approval_unit}审批意见"),
    }
    return Block("closing", 82 + 4.5 * len(source.remarks), data), style
