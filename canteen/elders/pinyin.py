"""How a name is sorted and found by letters: every reading of every character, surnames read as surnames."""

from functools import cache
from itertools import chain

from pypinyin import Style, pinyin

from canteen.core.names import TWO_CHARACTER_SURNAMES, initials_keys, surname

# The readings of surnames that a dictionary of words gets wrong, the usual one first.
SURNAME_READINGS = {
    "单": ("shan4",), "仇": ("qiu2",), "曾": ("zeng1",), "解": ("xie4",), "查": ("zha1",), "任": ("ren2",),
    "区": ("ou1",), "朴": ("piao2",), "盖": ("ge3", "gai4"), "缪": ("miao4",), "翟": ("zhai2", "di2"),
    "乐": ("yue4", "le4"), "黑": ("he4",), "员": ("yun4",), "召": ("shao4",), "纪": ("ji3",), "葛": ("ge3",),
    "覃": ("qin2", "tan2"), "秘": ("bi4",), "繁": ("po2",), "冼": ("xian3",), "种": ("chong2",),
    "那": ("na1",),
    "华": ("hua4",), "尉": ("wei4", "yu4"), "宁": ("ning2", "ning4"), "过": ("guo1",), "哈": ("ha3",),
    "佴": ("nai4",), "贾": ("jia3",), "隗": ("kui2", "wei3"), "折": ("she2",), "洗": ("xian3",),
    "万": ("wan4",),
    "尉迟": ("yu4 chi2",), "万俟": ("mo4 qi2",), "长孙": ("zhang3 sun1",), "澹台": ("tan2 tai2",),
    "令狐": ("ling2 hu2",),
}  # fmt: skip

SORT_LIMIT = 200
INITIALS_LIMIT = 400


@cache
def _readings(character: str) -> tuple[str, ...]:
    """Every reading of one character with its tone, `ying1`; letters stand for themselves."""
    found = pinyin(character, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)
    options = chain.from_iterable(found)
    return tuple(option.lower() for option in options if option[:1].isascii() and option[:1].isalpha())


def sort_key(name: str) -> str:
    """The name in pinyin with tones, `wang2 xiu4 ying1`: how lists are ordered on every database."""
    family = surname(name)
    spoken = SURNAME_READINGS.get(family, (" ".join(_first(character) for character in family),))[0]
    given = [_first(character) for character in name[len(family) :]]
    return " ".join(part for part in (spoken, *given) if part)[:SORT_LIMIT]


def _first(character: str) -> str:
    return next(iter(_readings(character)), character)


def initials(name: str) -> str:
    """Every key the name is found by, between spaces: ` OJG OYJG ` for 欧阳建国."""
    readings = [list(_readings(character)) for character in name]
    family = surname(name)
    spoken = SURNAME_READINGS.get(family, ())
    for place in range(len(family) if spoken else 0):
        readings[place] = [option.split()[place] for option in spoken] + readings[place]
    keys = set(initials_keys(readings))
    if family in TWO_CHARACTER_SURNAMES:
        keys |= initials_keys([*readings[:1], *readings[2:]])
    return _joined(sorted(keys))


def _joined(keys: list[str]) -> str:
    text = " "
    for entry in keys:
        if len(text) + len(entry) + 1 > INITIALS_LIMIT:
            break
        text += entry + " "
    return text
