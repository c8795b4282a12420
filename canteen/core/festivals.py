"""The lunar festivals on which sponsors give a meal, as dates of the common calendar.

The lunar calendar follows GB/T 33661-2017 (农历的编算和颁行): a month begins on the day of the new moon at Beijing's
hour. The dates were reckoned by that rule from the new moons and solar terms (Meeus, Astronomical Algorithms, chapters
25 and 49) and compared with those of ICU's Chinese calendar: 2033 and the spring of 2034, around the leap month that
the plain rule misses, are ICU's; the springs of 2027 and 2030, whose new moons fall within minutes of midnight, are
reckoned. The holidays that the State Council published are tested against it. Years beyond the table are not guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

CODES = ("spring", "dragon-boat", "mid-autumn", "double-ninth")
"""春节 (first of the first month), 端午 (5/5), 中秋 (8/15), 重阳 (9/9)."""

_DAYS: Mapping[int, tuple[str, str, str, str]] = {
    2024: ("02-10", "06-10", "09-17", "10-11"),
    2025: ("01-29", "05-31", "10-06", "10-29"),
    2026: ("02-17", "06-19", "09-25", "10-18"),
    2027: ("02-06", "06-09", "09-15", "10-08"),
    2028: ("01-26", "05-28", "10-03", "10-26"),
    2029: ("02-13", "06-16", "09-22", "10-16"),
    2030: ("02-03", "06-05", "09-12", "10-05"),
    2031: ("01-23", "06-24", "10-01", "10-24"),
    2032: ("02-11", "06-12", "09-19", "10-12"),
    2033: ("01-31", "06-01", "09-08", "10-01"),
    2034: ("02-19", "06-20", "09-27", "10-20"),
    2035: ("02-08", "06-10", "09-16", "10-09"),
    2036: ("01-28", "05-30", "10-04", "10-27"),
}


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival, by one of CODES, and its day."""

    code: str
    on: date


def festivals_between(first_on: date, last_on: date) -> list[Festival]:
    """The festivals of a stretch of days, both ends included, by day; none in years that the table does not know."""
    years = range(first_on.year, last_on.year + 1)
    return [found for year in years for found in _of(year) if first_on <= found.on <= last_on]


def _of(year: int) -> Iterator[Festival]:
    for code, day in zip(CODES, _DAYS.get(year, ()), strict=False):
        yield Festival(code, date.fromisoformat(f"{year}-{day}"))
