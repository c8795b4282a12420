"""The canteen settlement sheet on its sheets."""

from canteen.core.money import yuan
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
from canteen.documents.layout.table import Style, style_of, view
from canteen.documents.model import Paper
from canteen.documents.pages.settlement import payable_fen
from canteen.documents.papers import CanteenSettlement

WIDTH_MM, HEIGHT_MM = PORTRAIT_MM
DAY_COLUMNS, DAY_ROWS, COLUMN_GAP_MM = 2, 36, 5
SHORT_ROWS = 8


def settlement_sheets(source: CanteenSettlement, paper: Paper) -> tuple[tuple[Sheet, ...], list[Style]]:
    """The sheets and the styles of their tables."""
    served = _table(paper, "served", WIDTH_MM, head_mm=10)
    wallet = _table(paper, "wallet", WIDTH_MM)
    changes, change_styles = _beside(paper, "additions", "deductions")
    paid, paid_styles = _beside(paper, "received", "payers")
    day_mm = (WIDTH_MM - COLUMN_GAP_MM) / DAY_COLUMNS
    days = style_of(paper.table("days"), day_mm, row_mm=5.2, head_mm=6, foot_mm=5.6, sizes_pt=(9, 8.5))
    blocks: list[Block | Breakable] = [
        Block("title", 15, (paper.title, paper.period)),
        Block("facts", 8 * len(paper.facts) + 3, paper.facts),
        served,
        *changes,
        *paid,
        Block("reckoning", 31, _reckoning(source, paper)),
        wallet,
        Block("both_sign", 50 + 4.5 * len(source.remarks), (source.party_a, source.party_b, source.remarks)),
    ]
    for place, parts in enumerate(side_by_side(paper.table("days"), days, DAY_COLUMNS, DAY_ROWS)):
        height = 32 + 5.2 * max((len(part.rows) for part in parts), default=1)
        blocks.append(Block("columns", height, parts, new_page=place == 0))
    flow = Flow("portrait", HEIGHT_MM - HEADER_MM - FOOTER_MM).place(blocks)
    return numbered(flow.sheets()), [served.style, wallet.style, *change_styles, *paid_styles, days]


def _beside(paper: Paper, *keys: str) -> tuple[list[Block | Breakable], list[Style]]:
    """Two short tables side by side; longer ones one under the other."""
    if any(len(paper.table(key).rows) > SHORT_ROWS for key in keys):
        long = [_table(paper, key, WIDTH_MM) for key in keys]
        return [*long], [part.style for part in long]
    parts = [_table(paper, key, (WIDTH_MM - COLUMN_GAP_MM) / len(keys)) for key in keys]
    height = max(part.height_mm(len(part.table.rows), subtotals=False, last=True) for part in parts)
    pair = Block("pair", height, tuple(view(part.table, part.style) for part in parts))
    return [pair], [part.style for part in parts]


def _table(paper: Paper, key: str, width_mm: float, head_mm: float = 6) -> Breakable:
    table = paper.table(key)
    style = style_of(table, width_mm, row_mm=5.6, head_mm=head_mm, foot_mm=5.6, sizes_pt=(9.5, 9))
    return Breakable(table, style)


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
