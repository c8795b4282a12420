"""What a rule is called on a paper: its category, its age band, its rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from canteen.core.money import parse_yuan, plain_yuan

ORDINARY = "普通老人"
ANY_AGE = "不限"

# Conditions on the person that no short word stands for: the rule's own title says it better.
PERSONAL = frozenset(
    {"disability_grade", "care_level", "pension", "monthly_income", "living", "any", "not", "birthday"}
)

# Levels of government from the top down; what an office names otherwise follows in alphabetical order.
LEVELS = {
    "central": "中央", "nation": "中央", "province": "省级", "provincial": "省级", "city": "市级", "municipal": "市级",
    "district": "区级", "county": "县级", "street": "街道级", "subdistrict": "街道级", "town": "乡镇级",
    "township": "乡镇级", "village": "村级", "community": "社区级",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule on a paper: category, age band, rate, and its place (version, then file order) for sorting."""

    category: str
    age_band: str
    standard: str
    place: tuple[str, int]


def words_of(rule: Mapping[str, Any], titles: Mapping[str, str], place: tuple[str, int]) -> RuleWords:
    """The words of one rule, given as its mapping; `titles` are those of the categories by code."""
    when = rule.get("when") or {}
    return RuleWords(
        category=_category(rule, when, titles),
        age_band=_age_band(when.get("age")),
        standard=_standard(rule.get("pays")),
        place=place,
    )


def joined(parts: Sequence[RuleWords]) -> RuleWords:
    """Several rules of one payer that paid for one meal, as one line: 9.00＋2.00."""
    if len(parts) == 1:
        return parts[0]
    return RuleWords(
        category=_each_once("、", [part.category for part in parts]),
        age_band=_each_once("、", [part.age_band for part in parts]),
        standard="＋".join(part.standard for part in parts),
        place=min(part.place for part in parts),
    )


def _each_once(between: str, words: Sequence[str]) -> str:
    return between.join(dict.fromkeys(words))


def level_order(levels: Sequence[str] | set[str], titles: Mapping[str, str]) -> list[str]:
    """Levels from the top down, in the order of the office's list; the database keeps none of a split's keys.

    A level stands where its label does: `municipal` beside `city`.
    """
    known = [*titles.values(), *LEVELS.values()]

    def place(level: str) -> int:
        label = level_label(level, titles)
        return known.index(label) if label in known else len(known)

    return sorted(levels, key=lambda level: (place(level), level))


def level_label(level: str, titles: Mapping[str, str]) -> str:
    """A level as papers print it, 市级: by the office's own list, else as it is usually called."""
    return titles.get(level) or LEVELS.get(level, level)


def _category(rule: Mapping[str, Any], when: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    if PERSONAL & when.keys():
        return str(rule.get("title") or rule.get("id"))
    if "category" in when:
        return "、".join(titles.get(code, code) for code in when["category"])
    if "all_categories" in when:
        return "且".join(titles.get(code, code) for code in when["all_categories"])
    return ORDINARY


def _age_band(age: Mapping[str, int] | None) -> str:
    if not age:
        return ANY_AGE
    least = max((age[key] + add for key, add in (("from", 0), ("above", 1)) if key in age), default=None)
    most = min((age[key] - less for key, less in (("to", 0), ("below", 1)) if key in age), default=None)
    if least is None:
        return f"{most}及以下"
    if most is None:
        return f"{least}及以上"
    return f"{least}–{most}"


def _standard(pays: Any) -> str:
    if pays == "all":
        return "全额"
    if not isinstance(pays, Mapping):
        return "—"
    if "fixed" in pays:
        return plain_yuan(parse_yuan(pays["fixed"]))
    if "down_to" in pays:
        return f"自付{plain_yuan(parse_yuan(pays['down_to']))}"
    of = "余额" if pays.get("of") == "left" else "餐价"
    cap = f"，至多{plain_yuan(parse_yuan(pays['cap']))}" if "cap" in pays else ""
    return f"{of}{pays.get('percent')}%{cap}"
