"""Categories as offices write them in words: 低保、独居; 重度残疾（二级）.

A cell is cut at separators and brackets, and each piece must be made of known words from end to end, so
that a word which nobody foresaw is named and never half understood. Longer words win: 低保边缘 is not
低保.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from canteen.elders.roster.cells import as_text, folded

CATEGORY_WORDS: dict[str, tuple[str, ...]] = {
    "three-no": ("三无", "城镇三无", "城市三无"),
    "destitute": (
        "五保", "特困", "特困供养", "特困救助供养", "分散供养", "集中供养", "分散特困", "集中特困",
        "农村五保", "城市特困", "农村特困", "城镇特困",
    ),
    "low-income": (
        "低保", "城市低保", "农村低保", "城镇低保", "最低生活保障", "最低生活保障家庭", "城乡低保",
        "享受低保", "低保户", "低保家庭",
    ),
    "near-low-income": (
        "低保边缘", "低边", "低保边缘家庭", "低保边缘户", "最低生活保障边缘", "最低生活保障边缘家庭",
        "低收入", "低收入家庭", "低收入户",
    ),
    "marginal": ("边缘困难", "其他边缘困难", "边缘户", "其它边缘困难"),
    "severe-disability": ("重度残疾", "重残", "重度残障", "重度伤残"),
    "special-care": (
        "优抚", "重点优抚", "优抚对象", "重点优抚对象", "三属", "五老", "三属五老", "烈属", "烈士遗属",
        "革命伤残军人", "伤残军人", "残疾军人", "老复员军人", "在乡老复员军人", "带病回乡退伍军人",
    ),
    "bereaved": (
        "失独", "计划生育特殊", "计生特殊", "计划生育特殊家庭", "计生特殊家庭", "失独家庭", "计生特扶",
        "特扶", "计生失独",
    ),
    "incapacitated": ("失能", "完全失能", "全失能", "重度失能", "中度失能", "生活不能自理", "不能自理"),
    "dementia": ("失智", "认知障碍", "认知症", "老年痴呆", "痴呆", "阿尔茨海默"),
    "left-behind": ("留守",),
    "model-worker": ("劳模", "劳动模范", "省级劳模", "市级劳模", "全国劳模", "先进工作者"),
    "member": ("会员", "社员", "本社会员", "合作社会员", "幸福院会员"),
}  # fmt: skip

LIVING_WORDS: dict[str, tuple[str, ...]] = {
    "alone": ("独居", "独自居住", "单独居住", "一人居住", "一个人住", "独住", "孤寡独居"),
    "empty-nest": (
        "空巢", "夫妻同住", "与配偶同住", "与老伴同住", "和老伴同住", "老两口", "夫妻空巢", "纯老",
        "纯老家庭", "双老",
    ),
    "with-family": (
        "与家人同住", "和家人同住", "与子女同住", "和子女同住", "同住", "与家属同住", "家人同住",
        "子女同住", "随子女居住", "与亲属同住", "非独居",
    ),
    "care-home": (
        "养老院", "敬老院", "养老机构", "机构养老", "入住机构", "住养老院", "住敬老院", "机构", "福利院",
        "入住养老机构", "机构供养", "护理院",
    ),
}  # fmt: skip

DISABILITY_WORDS = (
    "残疾", "残障", "残疾人", "持证残疾", "肢体残疾", "视力残疾", "听力残疾", "言语残疾", "智力残疾",
    "精神残疾", "多重残疾", "轻度残疾", "肢体", "视力", "听力", "言语", "智力", "精神", "多重",
)  # fmt: skip

PLAIN_WORDS = (
    "普通", "一般", "正常", "健康", "自理", "能自理", "完全自理", "高龄", "社会", "社会老人", "自费",
    "其他", "其它", "普惠", "退休", "在册", "常住", "城镇", "农村", "城市", "农业", "非农业", "居民",
    "居民身份证", "身份证", "户籍", "本地", "离退休", "退休职工", "企业退休", "普通类",
)  # fmt: skip
"""Words that say there is nothing to say: no category and no warning."""

NOTHING = frozenset((
    "无", "没有", "否", "非", "不是", "不详", "暂无", "无特殊", "未知", "—", "–", "_", "*", "空", "x",
    "×",
))  # fmt: skip
"""The same, but only as a whole: 非低保 must not be read as 低保."""

FILLERS = (
    "老年人", "老人", "长者", "人员", "对象", "家庭", "人", "户", "者", "类", "的", "和", "及", "与",
    "且", "兼",
)  # fmt: skip

SEPARATORS = re.compile(r"[、,;/\\|+&.。·:()\[\]【】〔〕{}<>“”\"'‘’「」-]+")
AGES = re.compile(r"\d{2,3}(-\d{2,3})?周?岁?(及?以上|及?以下)?")
NUMERALS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "壹": 1, "贰": 2, "叁": 3, "肆": 4,
    "1": 1, "2": 2, "3": 3, "4": 4, "I": 1, "II": 2, "III": 3, "IV": 4,
}  # fmt: skip
GRADE = re.compile(r"(III|II|IV|I|[一二三四壹贰叁肆1-4])(?:级|等)")
SEVERE_UP_TO = 2


@dataclass(frozen=True, slots=True)
class CategoryReading:
    """What one cell says: category codes, grade (1 the most severe), living situation, unknown words."""

    categories: frozenset[str] = frozenset()
    disability_grade: int | None = None
    living: str | None = None
    unknown: tuple[str, ...] = ()


@dataclass(slots=True)
class _Pieces:
    categories: set[str] = field(default_factory=set)
    grade: int | None = None
    living: str | None = None
    unknown: list[str] = field(default_factory=list)
    is_disability: bool = False


def _lexicon() -> dict[str, tuple[str, str]]:
    words = dict.fromkeys(FILLERS, ("filler", ""))
    words |= dict.fromkeys(PLAIN_WORDS, ("plain", ""))
    words |= dict.fromkeys(DISABILITY_WORDS, ("disability", ""))
    for code, spellings in CATEGORY_WORDS.items():
        words |= dict.fromkeys(spellings, ("category", code))
    for code, spellings in LIVING_WORDS.items():
        words |= dict.fromkeys(spellings, ("living", code))
    return words


LEXICON = _lexicon()
WORD = re.compile("|".join(sorted(map(re.escape, LEXICON), key=len, reverse=True)))


def read_categories(cell: object) -> CategoryReading:
    """What a category cell says; a roster repeats a few dozen cells, so each is read once."""
    return _read_cell(as_text(cell))


@lru_cache(maxsize=4096)
def _read_cell(text: str) -> CategoryReading:
    """The categories, grade and living situation of one cell, and every word of it that nobody knows.

    Grades one and two are 重度残疾 by definition (domain 6), so 残疾二级 is that category too; 残疾
    without a grade says too little to act on and is told as unknown.
    """
    found = _Pieces()
    for piece in SEPARATORS.split(_separable(text)):
        if piece:
            _read_piece(piece, found)
    if found.grade is not None and found.grade <= SEVERE_UP_TO:
        found.categories.add("severe-disability")
    if found.is_disability and found.grade is None and "severe-disability" not in found.categories:
        found.unknown.append("残疾")
    return CategoryReading(
        frozenset(found.categories), found.grade, found.living, tuple(dict.fromkeys(found.unknown))
    )


def _separable(text: str) -> str:
    """Folded text in which white space still separates."""
    return folded(re.sub(r"[\s\u3000]+", "、", text.strip()))


def _read_piece(piece: str, found: _Pieces) -> None:
    if piece in NOTHING or AGES.fullmatch(piece):
        return
    rest = piece
    if grade := GRADE.search(piece):
        rest = piece[: grade.start()] + piece[grade.end() :]
    words = _words(rest)
    speaks_of_disability = found.is_disability or "severe-disability" in found.categories
    if words is None or (grade and not speaks_of_disability and not _names_disability(words)):
        found.unknown.append(piece)
        return
    if grade:
        found.grade = NUMERALS[grade.group(1)]
    for kind, code in words:
        if kind == "category":
            found.categories.add(code)
        elif kind == "living":
            found.living = code
        elif kind == "disability":
            found.is_disability = True


def _names_disability(words: list[tuple[str, str]]) -> bool:
    return any(kind == "disability" or code == "severe-disability" for kind, code in words)


def _words(piece: str) -> list[tuple[str, str]] | None:
    """The known words that make up a piece from end to end; None where something is left over."""
    words = []
    place = 0
    while place < len(piece):
        match = WORD.match(piece, place)
        if match is None:
            return None
        words.append(LEXICON[match.group()])
        place = match.end()
    return words


def read_living(cell: object) -> tuple[str | None, bool]:
    """The living situation in a column of its own, and whether the cell was understood."""
    reading = read_categories(cell)
    text = folded(as_text(cell))
    if text in ("是", "√", "1"):
        return None, False
    return reading.living, not reading.unknown


def read_grade(cell: object) -> tuple[int | None, bool]:
    """A disability grade from 1 to 4 in a column of its own, and whether the cell was understood."""
    text = folded(as_text(cell))
    if not text or text in ("无", "否", "/", "-", "—", "0", "没有", "未评定", "无残疾"):
        return None, True
    if match := GRADE.search(text):
        return NUMERALS[match.group(1)], True
    if text in NUMERALS:
        return NUMERALS[text], True
    if isinstance(cell, float | int | Decimal) and cell in (1, 2, 3, 4):
        return int(cell), True
    return None, False
