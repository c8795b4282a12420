"""Which row is the header and what each column means, by the headings that offices write."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from canteen.elders.roster.cells import Sheet, SheetRow, folded
from canteen.elders.roster.findings import RosterRefused

HEADER_WITHIN = 10

BRACKETS = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|\{[^{}]*\}|<[^<>]*>|《[^《》]*》|〈[^〈〉]*〉"
)


class Field(StrEnum):
    """What a column may hold; the value is the elder's own word for it."""

    NAME = "name"
    IDENTITY = "identity"
    PHONE = "phone"
    CATEGORY = "category"
    SEX = "sex"
    COMMUNITY = "community"
    ADDRESS = "address"
    HOUSEHOLD_DIVISION = "household_division"
    RESIDENCE_DIVISION = "residence_division"
    DISTANCE = "distance"
    PENSION = "pension"
    DISABILITY_GRADE = "disability_grade"
    CARE_LEVEL = "care_level"
    MONTHLY_INCOME = "monthly_income"
    LIVING = "living"
    DIET = "diet"
    EMERGENCY_CONTACT = "emergency_contact"
    EMERGENCY_PHONE = "emergency_phone"
    OUTSIDE_CARD_NO = "outside_card_no"


IDENTITY_WORDS = ("身份证", "身份号码", "证件号", "公民身份")
CATEGORY_WORDS = ("类别", "类型")
OF_ANOTHER = ("监护", "代办", "代领", "家属", "联系人", "子女", "配偶", "户主", "赡养")
"""A number under such a heading belongs to somebody else, where the sheet also has the elder's own."""

_HEADINGS: dict[Field, str] = {
    Field.NAME: "姓名 老人姓名 长者姓名 申请人姓名",
    Field.PHONE: "电话 联系电话 联系方式 手机 手机号 手机号码 电话号码 联系手机 本人电话 老人电话",
    Field.SEX: "性别",
    Field.COMMUNITY: "社区 所属社区 社区名称 村 所在社区 村社区 社区村 村居 所属村 行政村",
    Field.ADDRESS: "住址 地址 家庭住址 居住地址 门牌 家庭地址 详细地址 详细住址 现住址 门牌号",
    Field.HOUSEHOLD_DIVISION: (
        "户籍区划 户籍地 户籍所在地 户籍地区划 户籍行政区划 户籍区划代码 户籍地代码 户籍 户籍代码"
    ),
    Field.RESIDENCE_DIVISION: (
        "居住区划 居住地 居住地区划 常住地 现居住地 居住行政区划 居住区划代码 居住地代码 常住区划 居住代码"
    ),
    Field.DISTANCE: (
        "距离 距食堂距离 家到食堂距离 距离公里 距离km 公里数 离食堂距离 距助餐点距离 与食堂距离 "
        "住家距离 距食堂公里数 距食堂公里 到食堂距离"
    ),
    Field.PENSION: (
        "养老金 退休金 有无养老金 有无退休金 是否有养老金 是否有退休金 是否领取养老金 "
        "是否领取退休金 领取养老金 领取退休金 退休待遇"
    ),
    Field.DISABILITY_GRADE: "残疾等级 残疾级别 伤残等级 残疾证等级 残疾程度",
    Field.CARE_LEVEL: (
        "护理等级 照护等级 失能等级 能力等级 护理级别 照护级别 失能程度 能力评估等级 评估等级"
    ),
    Field.MONTHLY_INCOME: "月收入 家庭人均月收入 人均月收入 家庭月人均收入 收入 月均收入 人均收入",
    Field.LIVING: (
        "居住情况 居住状况 居住方式 居住状态 生活状况 家庭状况 独居情况 居住形式 居住类别 居住类型"
    ),
    Field.DIET: "饮食 饮食要求 忌口 饮食禁忌 饮食习惯 饮食需求 饮食忌口",
    Field.EMERGENCY_CONTACT: (
        "紧急联系人 监护人 联系人 紧急联系人姓名 联系人姓名 监护人姓名 家属 紧急联系人及电话"
    ),
    Field.EMERGENCY_PHONE: (
        "紧急联系电话 紧急联系人电话 联系人电话 监护人电话 家属电话 紧急电话 紧急联系方式 "
        "紧急联系人联系方式 紧急联系人手机 紧急联系人联系电话"
    ),
    Field.OUTSIDE_CARD_NO: "卡号 就餐卡号 助餐卡号 老年卡号 市民卡号 就餐卡编号 养老卡号",
}
HEADINGS: Mapping[str, Field] = {
    heading: field for field, headings in _HEADINGS.items() for heading in headings.split()
}


@dataclass(frozen=True, slots=True)
class Header:
    """The header's row and what its columns are: of categories any number, of all else one."""

    row: int
    headings: tuple[str, ...]
    columns: Mapping[Field, int]
    categories: tuple[int, ...]
    ignored: tuple[str, ...]

    def heading(self, field: Field) -> str:
        """The column's heading as the sheet writes it, or the usual one where there is no such column."""
        place = self.columns.get(field)
        return self.headings[place] if place is not None else _HEADINGS.get(field, field.value).split()[0]


def headings_of(header: Header) -> dict[str, str]:
    """Field → the sheet's own heading, for saying where a value came from."""
    found = {field.value: header.headings[place] for field, place in header.columns.items()}
    if header.categories:
        first = header.headings[header.categories[0]]
        # Grade and living situation may stand in the category cell, in words.
        for field in (Field.CATEGORY, Field.DISABILITY_GRADE, Field.LIVING):
            found.setdefault(field.value, first)
    return found


def plain_heading(text: str) -> str:
    """A heading without white space, and without brackets and what they hold, full width folded."""
    bare = folded(text)
    while (shorter := BRACKETS.sub("", bare)) != bare:
        bare = shorter
    return bare.lower() if bare.isascii() else bare


def find_header(sheets: Iterable[Sheet]) -> tuple[Sheet, Header]:
    """The first sheet with a header in its first ten rows, and that header; raises `RosterRefused`.

    A header is a row that names a name column and an identity column.
    """
    for sheet in sheets:
        for row in islice(sheet.rows(), HEADER_WITHIN):
            if header := read_header(row):
                return sheet, header
    raise RosterRefused("header-missing")


def read_header(row: SheetRow) -> Header | None:
    """What the columns of a row are if it is a header, else None."""
    written = tuple(row.text(place) for place in range(len(row.cells)))
    plain = [plain_heading(text) for text in written]
    identity = _identity_column(plain)
    if identity is None or not any(HEADINGS.get(heading) is Field.NAME for heading in plain):
        return None
    columns: dict[Field, int] = {Field.IDENTITY: identity}
    categories: list[int] = []
    ignored: list[str] = []
    for place, heading in enumerate(plain):
        field = HEADINGS.get(heading)
        if place == identity:
            continue
        if field is not None and field not in columns:
            columns[field] = place
        elif field is None and _names_any(heading, CATEGORY_WORDS):
            categories.append(place)
        elif heading:
            ignored.append(written[place])
    return Header(row.number, written, columns, tuple(categories), tuple(ignored))


def _names_any(heading: str, words: tuple[str, ...]) -> bool:
    return any(word in heading for word in words)


def _identity_column(plain: list[str]) -> int | None:
    """The elder's own number: not the kind of document, and not a guardian's where there is another."""
    named = [
        place
        for place, heading in enumerate(plain)
        if _names_any(heading, IDENTITY_WORDS) and not _names_any(heading, CATEGORY_WORDS)
    ]
    own = [place for place in named if not _names_any(plain[place], OF_ANOTHER)]
    return next(iter(own or named), None)
