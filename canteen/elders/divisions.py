"""Administrative divisions of any year: whether a code ever was one, and what it was called.

The table comes with python-stdnum. Its years do not bind here, and its own check of an identity number is
not used: it refuses everyone born before their county had today's code (620102 since 1983), which is
nearly every elder, while cards carry the code of the year in which they were issued.
"""

import re
from functools import cache

from stdnum import numdb

RESIDENCE_PERMITS = {"810000": "香港特别行政区", "820000": "澳门特别行政区", "830000": "台湾省"}
"""What residence permits for people from Hong Kong, Macao and Taiwan begin with."""

SHELLS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
"""Rungs of the code that name no place."""


def is_division(code: str) -> bool:
    """Whether six digits were an administrative division in any year, abolished ones included."""
    return code in _names()


def division_name(code: str) -> str:
    """The names from the province down, 甘肃省兰州市城关区; empty for a code that never was one."""
    return _names().get(code[:6].ljust(6, "0"), "")


def division_code(name: str) -> str | None:
    """The code of a place by its whole name, with or without its province; None where none or two bear it."""
    return _codes().get(re.sub(r"[-/·>、,\s]", "", name))


@cache
def _counties() -> dict[str, tuple[str, str]]:
    """Code → (province, names of that code with their years), in the table's order."""
    found = {}
    for _length, province_code, _high, province, counties in numdb.get("cn/loc").prefixes:
        for _len, rest, _top, properties, _children in counties:
            if properties.get("county"):
                found[province_code + rest] = (province.get("province", ""), properties["county"])
    return found


@cache
def _names() -> dict[str, str]:
    return {code: _full_name(code) for code in _counties()} | RESIDENCE_PERMITS


def _full_name(code: str) -> str:
    province, county = _counties()[code]
    _, city = _counties().get(code[:4] + "00", ("", ""))
    names = [province, _latest(city), _latest(county)]
    return "".join(dict.fromkeys(name for name in names if name and name not in SHELLS))


def _latest(names: str) -> str:
    """The name in use last: `[1983-1993]市中区,[1994-1997]渝中区` is 渝中区."""
    return re.sub(r"^\[[^\]]*\]", "", names.rsplit(",", maxsplit=1)[-1])


def _is_in_use(names: str) -> bool:
    return not re.match(r"\[\d*-\d+\]", names.rsplit(",", maxsplit=1)[-1])


@cache
def _codes() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for code, (province, county) in _counties().items():
        if _is_in_use(county):
            name = division_name(code)
            for spelling in {name, name.removeprefix(province)} - {""}:
                found.setdefault(spelling, set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}
