"""What a roster's reader has to say: refusals of a whole file, faults and warnings of a row, in words.

Every sentence is a template with named gaps, so that the edge can say it in another language. No sentence
holds an identity number or a name: these reach logs and screens that others see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

REFUSALS = {
    "empty": "文件是空的。请选择填好的名单再上传。",
    "too-large": "文件超过 %(limit)s MB。请只保留名单这一张表，另存为 .xlsx 再上传。",
    "too-many-rows": "名单超过 %(limit)s 行。请分成几份上传。",
    "picture": "这个文件是图片，不是表格。请上传 .xlsx 或 .csv 名单；只有纸质名单时，请先在模板里录入。",
    "pdf": "这个文件是 PDF，不是表格。请上传原来的 .xlsx 或 .csv 名单。",
    "old-excel": "这是旧版 Excel（.xls）文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再上传。",
    "encrypted": "这个表格设了打开密码，读不了。请在 Excel 或 WPS 里去掉密码，另存后再上传。",
    "bomb": "这个压缩文件展开后大得不正常，没有打开。请用 Excel 或 WPS 打开原表，另存为新的 .xlsx 再上传。",
    "not-a-workbook": "这个压缩文件里没有表格。请上传 .xlsx 或 .csv 名单。",
    "damaged": "表格损坏了，读不出来。请用 Excel 或 WPS 打开，另存为新的 .xlsx 再上传。",
    "not-text": "读不出这个文件的文字。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
    "header-missing": "前 10 行里没有找到表头。表头要有一列姓名（姓名、老人姓名、长者姓名、申请人姓名之一）"
    "和一列身份证号（如 身份证号、证件号码、公民身份号码）。请改好表头，或下载模板填写。",
    "formula": "第 %(row)s 行“%(column)s”里是公式，不是名字。"
    "请选中这一列，复制后“选择性粘贴 → 数值”，再上传。",
}
"""Why a whole file is refused, by code: what happened and what to do. Nothing of it is written."""

FAULTS = {
    "name-missing": "没有填。请补上姓名。",
    "id-missing": "没有填。请填 18 位号码。",
    "id-scientific": "被 Excel 变成了数字，末几位已经丢失。请把这一列设为“文本”，重新输入号码。",
    "id-length": "不是 18 位。请填 18 位号码。",
    "id-date": "出生日期不对。请核对第 7 到 14 位。",
    "id-checksum": "最后一位不对，应该是 %(expected)s，或前面有错。请对照身份证核对。",
    "id-checksum-letters": "有不是数字的字符。请对照身份证核对。",
    "id-division": "前 6 位不是任何年份的行政区划代码。请对照身份证核对。",
    "duplicate": "和第 %(first)s 行相同。一位老人只能有一行，请删去一行。",
}
"""Why a row is left out. The row's other columns are not looked at any more."""

WARNINGS = {
    "phone": "不像电话号码。老人照常导入，电话先空着，请以后补上。",
    "category-unknown": "有不认识的类别“%(word)s”。老人照常导入，不记这个类别，请核对后补上。",
    "sex-mismatch": "和身份证号不一致，按身份证号记为%(sex)s。",
    "division-unknown": "认不出区划“%(word)s”。请填行政区划代码（如 620102）。这一项空着。",
    "distance-unknown": "“%(word)s”读不出来。请填公里数，如 1.9。这一项空着。",
    "pension-unknown": "“%(word)s”读不出来。请填“有”或“无”。这一项空着。",
    "grade-unknown": "“%(word)s”读不出来。请填一级到四级。这一项空着。",
    "grade-differs": "和人员类别里写的残疾等级不一致，按这一列记。",
    "care-level-unknown": "“%(word)s”读不出来。请填数字，如 2。这一项空着。",
    "income-unknown": "“%(word)s”读不出来。请填元数，如 1500 或 1500.50。这一项空着。",
    "living-unknown": "“%(word)s”认不出来。请填独居、空巢、与家人同住或机构养老。这一项空着。",
    "text-too-long": "这一格超过 %(limit)s 个字，只留了前面的部分。",
    "corrected-by-hand": "这一项有人在上次导入以后手工改过，没有用表里的值。",
    "deceased": "这位老人已登记去世，没有改动。",
}
"""What a good row loses or differs in; the elder goes in all the same."""


@dataclass(frozen=True, slots=True)
class RosterFinding:
    """One fault or warning: the sheet's own row, the column by its heading, a stable code, a sentence.

    `template` and `values` are the sentence before its gaps were filled, for saying it in another language.
    """

    row: int
    column: str
    code: str
    template: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in Chinese, as it stands in the command's answer."""
        return f"第 {self.row} 行 {self.column} {self.template % self.values}"


class RosterRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the programme
    """A file that cannot be read as a roster; nothing of it is written."""

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.template = REFUSALS[code]
        self.values = values
        super().__init__(self.template % values)


def fault(row: int, column: str, code: str, **values: str) -> RosterFinding:
    """A fault with its sentence; a checksum that cannot be reckoned has words of its own."""
    template = FAULTS[code]
    if code == "id-checksum" and not values.get("expected"):
        template = FAULTS["id-checksum-letters"]
    return RosterFinding(row, column, code, template, values)


def warning(row: int, column: str, code: str, **values: str) -> RosterFinding:
    """A warning with its sentence."""
    return RosterFinding(row, column, code, WARNINGS[code], values)
