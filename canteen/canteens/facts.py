"""What a canteen is, as somebody states it: checked here, before anything is written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from canteen.canteens.hours import DEFAULT_HOURS, checked
from canteen.core.errors import Refusal

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
DIVISION = re.compile(r"[1-9][0-9]{1,11}")
PHONE = re.compile(r"[0-9+()\- ]{5,20}")
AREAS = ("urban", "rural")
HIGHEST_PRICE_FEN = 100_000

# The longest text each of these may hold, as the table has it.
LONGEST = {"name": 60, "operator_name": 80, "reporting_unit": 80, "submitted_to": 120, "collective_name": 80}


@dataclass(frozen=True, slots=True)
class CanteenFacts:
    """The standing facts of one canteen. `price_fen` is that of a set meal; None: the programme's own."""

    name: str
    area: str
    division: str
    hours: Mapping[str, tuple[str, str]] = field(default_factory=lambda: DEFAULT_HOURS)
    price_fen: int | None = None
    time_zone: str = "Asia/Shanghai"
    operator_name: str | None = None
    operator_uscc: str | None = None
    reporting_unit: str | None = None
    submitted_to: str | None = None
    collective_name: str | None = None
    phone: str | None = None


def checked_code(code: str) -> str:
    """The code without surrounding space. Raises Refusal `canteen-code`."""
    stripped = code.strip()
    if not CODE.fullmatch(stripped):
        message = "食堂代码用字母、数字、点、横线和下划线，不以符号开头，最多 40 个。"
        raise Refusal("canteen-code", message)
    return stripped


def checked_facts(facts: CanteenFacts) -> CanteenFacts:
    """The facts in the form in which they are kept.

    Raises Refusal `canteen-name`, `canteen-area`, `canteen-division`, `canteen-price`, `canteen-phone`,
    `canteen-uscc`, `canteen-zone`, `text-too-long`, and those of the hours.
    """
    texts = {name: _text(getattr(facts, name), longest, name) for name, longest in LONGEST.items()}
    facts = replace(facts, **texts)  # type: ignore[arg-type]
    if not facts.name:
        raise Refusal("canteen-name", "请填食堂名称。")
    if facts.area not in AREAS:
        raise Refusal("canteen-area", "地区类型只能是城镇（urban）或农村（rural）。")
    if facts.price_fen is not None and not 0 < facts.price_fen <= HIGHEST_PRICE_FEN:
        raise Refusal("canteen-price", "套餐价格要大于 0，最多 1000 元。")
    return replace(
        facts,
        division=checked_division(facts.division),
        hours=checked(facts.hours),
        phone=_phone(facts.phone),
        operator_uscc=_uscc(facts.operator_uscc),
        time_zone=_zone(facts.time_zone),
    )


def checked_division(division: str) -> str:
    """An administrative code of 2 to 12 digits. Raises Refusal `canteen-division`."""
    digits = unicodedata.normalize("NFKC", division).strip()
    if not DIVISION.fullmatch(digits):
        message = "行政区划代码要写 2 到 12 位数字，比如区县 6 位 620102。"
        raise Refusal("canteen-division", message)
    return digits


def _text(value: str | None, longest: int, name: str) -> str | None:
    stripped = " ".join((value or "").split())
    if len(stripped) > longest:
        raise Refusal("text-too-long", f"这一项最多 {longest} 个字，请缩短。", field=name, longest=longest)
    return stripped or (None if name != "name" else "")


def _phone(phone: str | None) -> str | None:
    digits = unicodedata.normalize("NFKC", phone or "").strip()
    if digits and not PHONE.fullmatch(digits):
        raise Refusal("canteen-phone", "电话只能是数字、加号、横线和括号，比如 0931-8461234。")
    return digits or None


def _uscc(code: str | None) -> str | None:
    written = unicodedata.normalize("NFKC", code or "").strip().upper()
    if written and not re.fullmatch("[0-9A-HJ-NPQRTUWXY]{18}", written):
        raise Refusal("canteen-uscc", "统一社会信用代码是 18 位数字和大写字母，请对照营业执照核对。")
    return written or None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Refusal("canteen-zone", f"没有叫“{name}”的时区，请写 Asia/Shanghai 这样。", zone=name) from None
    return name
