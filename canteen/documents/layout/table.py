"""A table of the page model as a template draws it: printed cells with their classes, heads, feet, widths."""

from dataclasses import dataclass

from canteen.documents.fitting import Fit, cell_class, fit, shortened
from canteen.documents.model import NUMBERS, Cell, Column, Row, Shape, Table, TablePage, printed


@dataclass(frozen=True, slots=True)
class CellView:
    """A printed cell and its classes."""

    text: str
    css: str


@dataclass(frozen=True, slots=True)
class HeadView:
    """A heading cell; a group stands over several columns, anything else over two lines."""

    text: str
    columns: int = 1
    lines: int = 1


@dataclass(frozen=True, slots=True)
class FootView:
    """A line of sums: its word over the first columns, then the sums."""

    label: str
    span: int
    cells: tuple[CellView, ...]
    css: str


@dataclass(frozen=True, slots=True)
class TableView:
    """One table, or the part of it that stands on one page."""

    key: str
    title: str
    places: tuple[int, ...]
    heads: tuple[tuple[HeadView, ...], ...]
    rows: tuple[tuple[CellView, ...], ...]
    feet: tuple[FootView, ...]
    note: str
    empty: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is set on its sheets: what the generated style sheet says of it."""

    key: str
    fit: Fit
    row_mm: float
    head_mm: float
    foot_mm: float

    def css(self) -> str:
        """The table's own rules; templates carry no style of their own."""
        name = f".t-{self.key}"
        widths = "".join(
            f"{name} .c{place}{{width:{width:.2f}mm}}" for place, width in enumerate(self.fit.widths_mm)
        )
        lefts = [sum(self.fit.widths_mm[:place]) for place in range(len(self.fit.widths_mm))]
        overs = "".join(f".l-{self.key} .r{place}{{left:{left:.2f}mm}}" for place, left in enumerate(lefts))
        lines, total = f".l-{self.key}", sum(self.fit.widths_mm)
        return (
            f"{lines}{{font-size:{self.fit.size_pt}pt;width:{total:.2f}mm}}{overs}"
            f".lines{lines}{{line-height:{self.row_mm}mm;background-size:{total:.2f}mm {self.row_mm}mm;"
            f'background-image:url("picture:rules-{self.key}.svg")}}'
            f".w-{self.key}{{width:{sum(self.fit.widths_mm):.2f}mm}}"
            f"{name}{{font-size:{self.fit.size_pt}pt;width:{sum(self.fit.widths_mm):.2f}mm}}{widths}"
            f"{name} tbody td{{height:{self.row_mm}mm}}{name} thead th{{height:{self.head_mm}mm}}"
            f"{name} thead.tall th{{height:{self.head_mm / 2}mm}}{name} tfoot td{{height:{self.foot_mm}mm}}"
        )


SIZES_PT = (9.5, 9, 8.5, 8, 7.5, 7, 6.5)


def rules_svg(style: Style) -> bytes:
    """One row's hairlines, to be repeated down a long list: boxes for them would cost too much."""
    total, height, left, lines = sum(style.fit.widths_mm), style.row_mm, 0.0, ""
    for width in style.fit.widths_mm[:-1]:
        left += width
        lines += f'<path d="M{left:.2f} 0V{height}" stroke="#bfbfbf" stroke-width="0.18"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total:.2f}mm" height="{height}mm"'
        f' viewBox="0 0 {total:.2f} {height}">{lines}'
        f'<path d="M0 {height - 0.09:.2f}H{total:.2f}" stroke="#8c8c8c" stroke-width="0.18"/></svg>'
    ).encode()


def style_of(
    table: Table,
    available_mm: float,
    *,
    row_mm: float,
    head_mm: float,
    foot_mm: float,
    sizes_pt: tuple[float, ...] = SIZES_PT,
) -> Style:
    """The style of a table in the width there is."""
    fitted = fit(table, available_mm, sizes_pt, heads_wrap=head_mm >= 8)
    return Style(table.key, fitted, row_mm, head_mm, foot_mm)


def view(
    table: Table, style: Style, page: TablePage | None = None, always_subtotals: bool = False
) -> TableView:
    """A table whole, or the part on one page with 本页小计 and 累计; the last part also has 合计."""
    part = page or table.pages(len(table.rows) or 1)[0]
    feet: list[FootView] = []
    if table.total is not None and table.rows:
        if always_subtotals or len(part.rows) < len(table.rows):
            feet.append(_foot(table, "本页小计", part.subtotal, ""))
            feet.append(_foot(table, "累计", part.running, ""))
        if part.is_last:
            feet.append(_foot(table, "合计", table.total, "total"))
    return TableView(
        key=table.key,
        title=table.title,
        places=tuple(range(len(table.columns))),
        heads=_heads(table.columns),
        rows=tuple(tuple(_cells(table, row, style)) for row in part.rows),
        feet=tuple(feet),
        note=table.note if part.is_last else "",
        empty="" if table.rows else table.empty,
    )


def _heads(columns: tuple[Column, ...]) -> tuple[tuple[HeadView, ...], ...]:
    if not any(column.group for column in columns):
        return (tuple(HeadView(column.title) for column in columns),)
    upper: list[HeadView] = []
    for place, column in enumerate(columns):
        if not column.group:
            upper.append(HeadView(column.title, lines=2))
        elif place == 0 or columns[place - 1].group != column.group:
            upper.append(HeadView(column.group, columns=_run(columns, place)))
    return tuple(upper), tuple(HeadView(c.title) for c in columns if c.group)


def _run(columns: tuple[Column, ...], start: int) -> int:
    length = 0
    while start + length < len(columns) and columns[start + length].group == columns[start].group:
        length += 1
    return length


def _cells(table: Table, row: Row, style: Style) -> list[CellView]:
    cells = zip(row, table.columns, style.fit.widths_mm, strict=True)
    return [cell_view(cell, column, width, style.fit.size_pt) for cell, column, width in cells]


def cell_view(cell: Cell, column: Column, width_mm: float, size_pt: float) -> CellView:
    """One cell: figures to the right, negatives in red, words set so that they stay in their row."""
    text = printed(cell, column.shape)
    if column.shape in NUMBERS or column.shape is Shape.RATE:
        negative = isinstance(cell, int) and cell < 0
        return CellView(text, "n minus" if negative else "n")
    size = cell_class(text, width_mm, size_pt)
    if size == "two-small":
        text = shortened(text, width_mm, size_pt)
    return CellView(text, size)


def _foot(table: Table, label: str, sums: Row, css: str) -> FootView:
    span = next((place for place, cell in enumerate(sums) if cell is not None), len(sums))
    cells = tuple(
        CellView(printed(cell, column.shape), "n minus" if isinstance(cell, int) and cell < 0 else "n")
        for cell, column in list(zip(sums, table.columns, strict=True))[span:]
    )
    return FootView(label, span, cells, css)
