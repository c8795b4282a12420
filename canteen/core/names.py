"""Names of people: how they are kept, hidden and spoken."""

import unicodedata
from collections.abc import Iterable

# Only those that are read as one surname today: 贺兰英 and 安国强 are far likelier a 贺 and an 安.
TWO_CHARACTER_SURNAMES = frozenset((
    "万俟", "上官", "东方", "东郭", "令狐", "仲孙", "公冶", "公孙", "公羊", "南宫", "南门", "司寇",
    "司徒", "司空", "司马", "呼延", "夏侯", "太叔", "太史", "完颜", "宇文", "宗政", "尉迟", "左丘",
    "巫马", "慕容", "拓跋", "梁丘", "欧阳", "歐陽", "欧陽", "淳于", "漆雕", "澹台", "濮阳", "濮陽",
    "独孤", "獨孤", "申屠", "百里", "皇甫", "端木", "第五", "纳兰", "羊舌", "耶律", "西门", "谷梁",
    "赫连", "轩辕", "轩轅", "钟离", "鍾離", "长孙", "長孫", "闻人", "闾丘", "鲜于", "颛孙", "亓官",
    "诸葛", "諸葛", "司馬", "東方",
))  # fmt: skip

ELDER_FROM_YEARS = 60
"""From this age on the default form of address is 爷爷 or 奶奶."""

FORMS_OF_ADDRESS = ("爷爷", "奶奶", "老师", "先生", "女士", "叔叔", "阿姨", "师傅", "同志", "大夫")
"""What the canteen may choose for an elder instead of the default."""

# GB 18030-2000 parked eighty characters in the private use area, and old systems still write them there:
# 䶮 arrives as U+E863. They sit in GB order behind FE50; since 2005 and 2022 every one has a code of its own.
FIRST_PARKED = 0xE815
PARKED_CODES = tuple(code for code in range(0xFE50, 0xFEA1) if code != 0xFE7F)
PARKED_STILL = {
    0xFE51: "\U00020087",
    0xFE52: "\U00020089",
    0xFE53: "\U000200cc",
    0xFE59: "\u9fb4",
    0xFE61: "\u9fb5",
    0xFE66: "\u9fb6",
    0xFE67: "\u9fb7",
    0xFE6C: "\U000215d7",
    0xFE6D: "\u9fb8",
    0xFE76: "\U0002298f",
    0xFE7E: "\u9fb9",
    0xFE90: "\u9fba",
    0xFE91: "\U000241fe",
    0xFEA0: "\u9fbb",
}
UNPARKED = {
    FIRST_PARKED + place: PARKED_STILL.get(code) or code.to_bytes(2, "big").decode("gb18030")
    for place, code in enumerate(PARKED_CODES)
}


def kept_name(text: str) -> str:
    """The name as it is stored: NFC, without inner spaces or invisible marks, no character lost."""
    composed = unicodedata.normalize("NFC", text.translate(UNPARKED))
    return "".join(c for c in composed if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def is_name(name: str) -> bool:
    """Whether there is anything to call a person by: at least one letter or character."""
    return any(unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "Co" for c in name)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate this instead of showing it: it begins with = + - or @."""
    stripped = unicodedata.normalize("NFKC", text).strip()
    return len(stripped) > 1 and stripped[0] in "=+-@"


def surname(name: str) -> str:
    """The surname: one character, or a known one of two when a given name follows it."""
    if len(name) > 2 and name[:2] in TWO_CHARACTER_SURNAMES:
        return name[:2]
    return name[:1]


def masked_name(name: str) -> str:
    """What others may read: 王秀英 → 王*英, 王英 → 王*, 欧阳建国 → 欧**国."""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def form_of_address(name: str, sex: str | None, age_years: int | None, chosen: str | None = None) -> str:
    """How an elder is called at the counter: 王奶奶, 欧阳爷爷; what they chose themselves comes first.

    `sex` is male, female or unknown. Younger than sixty: 先生 and 女士. Without a known sex, and for
    names that have no Chinese surname, the whole name.
    """
    title = chosen or _default_title(sex, age_years)
    if not title or not _is_chinese(name[:1]) or "·" in name:
        return name
    return surname(name) + title


def _default_title(sex: str | None, age_years: int | None) -> str | None:
    if sex not in ("male", "female"):
        return None
    # An unknown age is an elder's: this is the register of elders.
    if age_years is None or age_years >= ELDER_FROM_YEARS:
        return "爷爷" if sex == "male" else "奶奶"
    return "先生" if sex == "male" else "女士"


def _is_chinese(character: str) -> bool:
    return bool(character) and unicodedata.category(character) in ("Lo", "Co")


def initials_keys(readings: Iterable[Iterable[str]]) -> frozenset[str]:
    """Every string of initials that a name may be searched by, from every reading of each character.

    `readings` holds, a character at a time, its readings in lower-case pinyin: [["chan", "shan", "dan"],
    ["yu"]] gives CY, SY and DY. At most sixty-four keys are made; a name with more has its later
    characters read the first way.
    """
    keys = [""]
    for options in readings:
        letters = list(dict.fromkeys(option[0].upper() for option in options if option))
        if not letters:
            continue
        if len(keys) * len(letters) > 64:
            letters = letters[:1]
        keys = [key + letter for key in keys for letter in letters]
    return frozenset(key for key in keys if key)
