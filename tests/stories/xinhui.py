"""The elders of 新会 that the story of a sponsored canteen is about: every free group, and who stands at its border."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from canteen.core.identity import check_character


@dataclass(frozen=True, slots=True)
class Person:
    """An elder as the village committee writes one down. `on_list`: the sponsor's list names them."""

    name: str
    born_on: date
    category: str = ""
    km: str = "0.5"
    pension: str = ""
    on_list: bool = True


# Ages are those of 9 October 2026.
FREE = (
    Person("陈水生", date(1960, 1, 15), "农村五保", km="1.9"),  # 66
    Person("冯桂好", date(1960, 1, 15), "农村五保", km="2.0"),  # two kilometres are within two kilometres
    Person("黄阿莲", date(1956, 9, 30), "农村低保", km="1.9"),  # 70 since nine days
    Person("周锦棠", date(1964, 1, 15), "城镇低保、三无"),  # 62
    Person("谭美玉", date(1956, 9, 30), "城镇低保"),  # 70
    Person("林国栋", date(1956, 9, 30), "残疾（二级）"),  # 70
    Person("苏少芬", date(1959, 1, 15), "边缘困难"),  # 67
)
AT_COST = (
    Person("何永昌", date(1960, 1, 15), "农村五保", km="2.1"),  # beyond two kilometres
    Person("邓瑞莲", date(1956, 10, 31), "农村低保", km="1.9"),  # 69
    Person("区志强", date(1956, 9, 30), "残疾（三级）"),  # 70
    Person("叶月娥", date(1956, 10, 31), "残疾（一级）"),  # 69
    Person("李玉琼", date(1946, 1, 15), pension="有"),  # 80
    Person("梁惠芳", date(1960, 1, 15), on_list=False),  # 66, like most
)
MARGINAL_WITHOUT_SPONSOR = Person("吴顺好", date(1959, 1, 15), "边缘困难", on_list=False)
BIRTHDAY_CHILD = Person("马润生", date(1958, 10, 9))  # 68 on the day of the story, and nothing else
LAST = Person("赵丽珍", date(1946, 1, 15), "边缘困难", pension="无")  # 80, no pension, and of the margin too
TOO_LATE = (
    Person("曾金好", date(1946, 1, 15), pension="无"),
    Person("关玉兰", date(1959, 1, 15), "边缘困难"),
    Person("莫广财", date(1960, 1, 15), "农村五保", km="1.9"),
)
EVERYONE = (*FREE, *AT_COST, MARGINAL_WITHOUT_SPONSOR, BIRTHDAY_CHILD, LAST, *TOO_LATE)


def names(people: Collection[Person]) -> list[str]:
    """Their names, in order."""
    return [person.name for person in people]


def write_roster(file: Path) -> Path:
    """The roster that the village committee hands in."""
    rows = [
        (person.name, _identity_number(at, person), person.category, person.km, person.pension)
        for at, person in enumerate(EVERYONE)
    ]
    return _write(file, ("姓名", "身份证号", "类别", "距离（公里）", "退休金"), rows)


def write_guest_list(file: Path) -> Path:
    """The list of whom the sponsor invites."""
    rows = [(person.name, _identity_number(at, person)) for at, person in enumerate(EVERYONE) if person.on_list]
    return _write(file, ("姓名", "身份证号"), rows)


def _identity_number(at: int, person: Person) -> str:
    body = f"440705{person.born_on:%Y%m%d}{100 + 2 * at}"
    return body + check_character(body)


def _write(file: Path, heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines).writerows([heading, *rows])
    return file
