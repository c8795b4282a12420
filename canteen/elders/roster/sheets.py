"""Sheets that go out: the template to fill in, and faulty rows with what is wrong with each."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from canteen.elders.roster.reading import FaultyRow

TEMPLATE_COLUMNS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("姓名", 12, ()),
    ("身份证号", 24, ()),
    ("联系电话", 16, ()),
    (
        "人员类别",
        18,
        (
            "普通",
            "低保",
            "特困",
            "三无",
            "低保边缘",
            "重度残疾（一级）",
            "重度残疾（二级）",
            "优抚",
            "失独",
            "失能",
        ),
    ),
    ("居住情况", 14, ("独居", "空巢", "与家人同住", "养老院")),
    ("养老金", 10, ("有", "无")),
    ("社区", 16, ()),
    ("住址", 28, ()),
    ("户籍区划", 14, ()),
    ("距离（公里）", 12, ()),
    ("紧急联系人", 24, ()),
    ("饮食", 12, ("软食", "低盐", "低糖")),
)
"""Heading, width, and what its dropdown offers; other words may be typed."""

EXAMPLES = (
    (
        "张三", "11010519491231002X", "13900000000", "低保、独居", "", "有", "城东社区", "3 号楼 402",
        "620102", "1.2", "张小明 13800000000", "软食",
    ),
    (
        "李四", "110105193512310026", "0931-8888888", "普通", "与家人同住", "无", "城东社区", "5 号楼 101",
        "620102", "0.8", "", "",
    ),
)  # fmt: skip

ROWS_PREPARED = 2_000
PROBLEM = "问题"


def template() -> bytes:
    """An empty roster, every column as text, so that no identity number turns into 3.10E+17.

    The list is the first sheet. The examples stand on a second one, which is never read.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E6EFFA", "border": 1})
        for title, rows in (("名单", ()), ("填写示例", EXAMPLES)):
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for place, (heading, width, offered) in enumerate(TEMPLATE_COLUMNS):
                sheet.set_column(place, place, width, text)
                sheet.write_string(0, place, heading, bold)
                if offered:
                    sheet.data_validation(1, place, ROWS_PREPARED, place, _dropdown(offered))
            for number, row in enumerate(rows, start=1):
                for place, value in enumerate(row):
                    sheet.write_string(number, place, value, text)
    return file.getvalue()


def _dropdown(offered: Sequence[str]) -> dict[str, object]:
    # Only a warning for other words: 低保、独居 together is as good.
    return {"validate": "list", "source": list(offered), "show_error": False}


def faulty_rows(headings: Sequence[str], faulty: Sequence[FaultyRow], problems: Sequence[str]) -> bytes:
    """The rows that were left out, under the same headings, each with its problem in words in a last column.

    Every cell is text: nothing in it is calculated when somebody opens the file.
    """
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet("有问题的行")
        sheet.set_column(0, len(headings), 20, text)
        for place, heading in enumerate([*headings, PROBLEM]):
            sheet.write_string(0, place, heading, bold)
        for number, (row, problem) in enumerate(zip(faulty, problems, strict=True), start=1):
            for place, value in enumerate(row.cells):
                sheet.write_string(number, place, value, text)
            sheet.write_string(number, len(headings), problem, text)
    return file.getvalue()
