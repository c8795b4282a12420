"""A fund's statement on its sheets: cover, money, meals, detail, certificate."""

from canteen.core.words import capitals
from canteen.documents.fitting import text_mm
from canteen.documents.layout.certificate import certificate_sheet, frame_svg
from canteen.documents.layout.donor import Sheets, flow_parts
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
from canteen.documents.model import Paper, Table
from canteen.documents.pages.certificate import certificate_of, gets_certificate
from canteen.documents.pages.fund import compared, counted, elders_words, finding, receipt_words, remarks_of
from canteen.documents.papers import FundStatement
from canteen.documents.qr import qr_png

WIDTH_MM, HEIGHT_MM = PORTRAIT_MM
ROOM_MM = HEIGHT_MM - HEADER_MM - FOOTER_MM
COLUMN_GAP_MM, CHART_MM = 5, 48
SAID_MM, SAID_PT = 5.4, 10
MOST_NAMED_MONTHS = 12
MOST_IN_ONE = 6  # months whose table stands in one piece
HEAD_MM = (54, 77)  # the unit, and the title with the period, in the header
MEASURE = "单位：元、份"


def fund_sheets(source: FundStatement, paper: Paper) -> Sheets:
    """The sheets, the styles of their tables, the pictures, and the words of the foot."""
    pictures: dict[str, bytes] = {}
    if source.portal_url:
        pictures["portal.png"] = qr_png(source.portal_url)
    shape = _shape(paper)
    sheets = [Sheet(shape, (Block("fund_cover", ROOM_MM, _cover(source, paper)),), measure=MEASURE)]
    blocks, styles = _money(source, paper)
    charted, more = _chart(source, paper, pictures)
    blocks += charted
    styles += more
    for key in ("gifts", "expenses", "refunds", "goods", "canteens", "uses", "ages"):
        for table in paper.tables:
            if table.key == key:
                part = _table(table)
                blocks.append(part)
                styles.append(part.style)
    blocks.append(_said([*remarks_of(source), receipt_words(source)]))
    sheets += [
        Sheet(shape, sheet.blocks, measure=MEASURE)
        for sheet in Flow("portrait", ROOM_MM).place(blocks).sheets()
    ]
    if gets_certificate(source):
        sheets.append(certificate_sheet(certificate_of(source)))
        pictures["frame.svg"] = frame_svg()
    return numbered(sheets), styles, pictures, _foot(source)


def _shape(paper: Paper) -> str:
    """The page, and what of its header is set smaller so that unit, title and measure stand apart."""
    long_unit = text_mm(paper.heading.unit_name, 9) > HEAD_MM[0]
    long_name = text_mm(f"{paper.title}　{paper.period}", 9) > HEAD_MM[1]
    return "portrait" + " long-unit" * long_unit + " long-period" * long_name


def _foot(source: FundStatement) -> tuple[str, ...]:
    lines = (("联系电话", source.hotline), ("公示", source.notice_url))
    return tuple(f"{label} {value}" for label, value in lines if value)


def _cover(source: FundStatement, paper: Paper) -> dict[str, object]:
    facts = [(label, value) for label, value in paper.facts if label not in ("致", "所含月报")]
    return {
        "title": paper.title,
        "commercial": source.commercial,
        "canteens": _places(source),
        "to": source.addressed_to,
        "to_size": _name_size(f"致：{source.addressed_to}"),
        "period": paper.period,
        "figures": (
            ("使用", money(source.total_fen), "元"),
            ("资助", f"{source.meals:,}", "份"),
            ("受助", elders_words(source), "位老人"),
        ),
        "finding": finding(source),
        "since": source.meals_since_start,
        "facts": tuple((label, value, _size(value)) for label, value in facts),
        "portal": bool(source.portal_url),
        "remarks": tuple(remarks_of(source)[:1]),
    }


def _places(source: FundStatement) -> str:
    """The canteens over the title; the first of them and how many there are, where all have no room."""
    names = "、".join(source.canteen_names)
    if text_mm(names, 14) <= WIDTH_MM - 2:
        return names
    return f"{source.canteen_names[0]}等 {len(source.canteen_names)} 家食堂"


def _name_size(text: str) -> str:
    """A long name stands on one line as far as it can be read there."""
    return next((f"n{size}" for size in (18, 16, 14) if text_mm(text, size, 700) <= WIDTH_MM - 1), "n14")


def _size(value: str) -> str:
    """How a fact is set so that it stays within its row of two lines."""
    width = text_mm(value, 10.5)
    return "" if width <= 2 * 128 else "small" if width <= 3 * 150 else "tiny"


def _money(source: FundStatement, paper: Paper) -> tuple[list[Block | Breakable], list[Style]]:
    half = (WIDTH_MM - COLUMN_GAP_MM) / 2
    parts = [
        Breakable(paper.table(key), style_of(paper.table(key), half, row_mm=5.2, head_mm=6, foot_mm=5.6, sizes_pt=(9, 8.5, 8, 7.5)))
        for key in ("balance", "amounts")
    ]  # fmt: skip
    height = max(part.height_mm(len(part.table.rows), subtotals=False, last=True) for part in parts)
    said = [f"本期使用 {money(source.total_fen)}　大写：{capitals(source.total_fen)}", counted(source)]
    blocks: list[Block | Breakable] = [
        Block("pair", height, tuple(view(part.table, part.style) for part in parts)),
        _said([*said, *remarks_of(source)[1:]]),
    ]
    if source.flow is not None:
        blocks.append(Block("flow", 31, flow_parts(source.flow)))
    return blocks, [part.style for part in parts]


def _said(lines: list[str]) -> Block:
    """Sentences under each other, as high as the lines that they need."""
    high = sum(int(text_mm(line, SAID_PT) // (WIDTH_MM - 2)) + 1 for line in lines)
    return Block("told", high * SAID_MM + 3, lines)


def _chart(
    source: FundStatement, paper: Paper, pictures: dict[str, bytes]
) -> tuple[list[Block | Breakable], list[Style]]:
    if not source.chart:
        return [], []
    # Here alone: matplotlib costs every other paper 40 MB and a second.
    from canteen.documents.chart import column_chart

    pictures["chart.svg"] = column_chart(
        _labels(source), [line.meals for line in source.chart], WIDTH_MM, CHART_MM, gap_pt=1.5
    )
    title = f"{paper.period}资助 {source.meals:,} 份{compared(source)}"
    blocks: list[Block | Breakable] = [
        Block("chart", CHART_MM + 10, (title, f"柱状图：按{source.chart_unit}份数，数字见下表"))
    ]
    columns = _columns(source)
    narrow = (WIDTH_MM - (columns - 1) * COLUMN_GAP_MM) / columns
    table = paper.table("chart")
    style = style_of(table, narrow, row_mm=4.3, head_mm=5, foot_mm=5, sizes_pt=(8.5, 8, 7.5))
    for parts in side_by_side(table, style, columns, 40):
        blocks.append(Block("columns", 21 + 4.3 * max(len(part.rows) for part in parts), parts))
    return blocks, [style]


def _columns(source: FundStatement) -> int:
    """How many parts of the chart's table stand side by side."""
    if source.chart_unit == "日" or len(source.chart) > MOST_NAMED_MONTHS:
        return 3
    return 2 if len(source.chart) > MOST_IN_ONE else 1


def _labels(source: FundStatement) -> list[str]:
    """What stands under the columns: of many months the number, and the year under each first."""
    labels = [line.label for line in source.chart]
    if source.chart_unit == "日" or len(labels) <= MOST_NAMED_MONTHS:
        return labels
    found, year = [], ""
    for label in labels:
        found.append(f"{int(label[5:7])}" + (f"\n{label[:4]}" if label[:4] != year else ""))
        year = label[:4]
    return found


def _table(table: Table) -> Breakable:
    return Breakable(table, style_of(table, WIDTH_MM, row_mm=5.2, head_mm=6, foot_mm=5.6, sizes_pt=(9.5, 9, 8.5, 8)))
