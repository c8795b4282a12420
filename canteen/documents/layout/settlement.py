"""The canteen settlement sheet on its sheets."""

from canteen.core.words import yuan
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
from canteen.documents.model import Paper
from canteen.documents.pages.settlement import payable_fen
from canteen.documents.papers import CanteenSettlement

WIDTH_MM, HEIGHT_MM = PORTRAIT_MM
DAY_COLUMNS, DAY_ROWS, COLUMN_GAP_MM = 2, 36, 5


def settlement_sheets(source: CanteenSettlement, paper: Paper) -> tuple[tuple[Sheet, ...], list[Style]]:
    """The sheets and the styles of their tables."""
    tables = {
        key: _table(paper, key)
        for key in ("served", "additions", "deductions", "received", "payers", "wallet")
    }
    day_mm = (WIDTH_MM - COLUMN_GAP_MM) / DAY_COLUMNS
    days = style_of(paper.table("days"), day_mm, row_mm=5.2, head_mm=6, foot_mm=5.6, sizes_pt=(9, 8.5))
    blocks: list[Block | Breakable] = [
        Block("title", 14, (paper.title, paper.period)),
        Block("facts", 8 * len(paper.facts) + 3, paper.facts),
        *(tables[key] for key in ("served", "additions", "deductions", "received")),
        Block("reckoning", 31, _reckoning(source, paper)),
        tables["payers"],
        tables["wallet"],
        Block("both_sign", 42 + 4.5 * len(source.remarks), (source.party_a, source.party_b, source.remarks)),
    ]
    groups = side_by_side(paper.table("days"), days, DAY_COLUMNS, DAY_ROWS)
    blocks += [
        Block(
            "columns",
            12 + 6 + 5.2 * max((len(p.rows) for p in parts), default=1) + 10,
            parts,
            new_page=place == 0,
        )
        for place, parts in enumerate(groups)
    ]
    flow = Flow("portrait", HEIGHT_MM - HEADER_MM - FOOTER_MM).place(blocks)
    return numbered(flow.sheets()), [*(part.style for part in tables.values()), days]


def _table(paper: Paper, key: str) -> Breakable:
    table = paper.table(key)
    return Breakable(
        table, style_of(table, WIDTH_MM, row_mm=5.6, head_mm=6, foot_mm=5.6, sizes_pt=(9.5, 9, 8.5, 8))
    )


def _reckoning(source: CanteenSettlement, paper: Paper) -> dict[str, object]:
    """The sum in one line, as one would write it by hand, and its result in capitals."""
    served, additions, deductions, received = (
        sum(line.amount_fen for line in lines)
        for lines in (source.served, source.additions, source.deductions, source.received)
    )
    return {
        "payable": (
            f"应付 = 供餐 {yuan(served)} + 加项 {yuan(additions)} − 扣减 {yuan(deductions)}"
            f" = {yuan(payable_fen(source))} 元"
        ),
        "balance": f"轧差 = 应付 {yuan(payable_fen(source))} − 已收个人餐费 {yuan(received)}",
        "label": paper.total_label,
        "total": money(source.total_fen),
        "words": paper.total_in_words,
    }
