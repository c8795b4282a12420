"""Titles of what rules name by code, in the reader's language: categories, funds, vouchers, canteens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Result, column, select, table
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.elders.divisions import division_name
from canteen.subsidies.queries import categories
from canteen.web.languages import page_language

Language = Literal["zh", "en"]

# What later slices keep is named here as tables: they know this slice, and this one imports none of them.
_FUND = table("fund", column("code"), column("title"))
_VOUCHER_KIND = table(
    "voucher_kind", column("code"), column("title"), column("title_en"), column("retired_at")
)
# The vocabulary of levels is a part of this slice beside this one.
_LEVEL = table("level", column("code"), column("title"), column("title_en"), column("retired_at"))
_CATEGORY = table("category", column("code"), column("retired_at"))


@dataclass(frozen=True, slots=True)
class Names:
    """Titles by code. A code without a title is shown itself.

    `levels` are those the office named; the usual ones have their words in `terms`. `retired`: by list
    (`category`, `level`, `voucher`) the codes that are read, and no longer offered.
    """

    language: Language = "zh"
    categories: Mapping[str, str] = field(default_factory=dict)
    funds: Mapping[str, str] = field(default_factory=dict)
    vouchers: Mapping[str, str] = field(default_factory=dict)
    canteens: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def offered(self, kind: str, titles: Mapping[str, str]) -> dict[str, str]:
        """Of the titles of a list those that forms offer."""
        gone = self.retired.get(kind, frozenset())
        return {code: title for code, title in titles.items() if code not in gone}

    def category(self, code: object) -> str:
        """低保; an unknown code itself."""
        return _named(self.categories, code)

    def fund(self, code: object) -> str:
        """The fund's title."""
        return _named(self.funds, code)

    def voucher(self, code: object) -> str:
        """The voucher kind's title."""
        return _named(self.vouchers, code)

    def canteen(self, code: object) -> str:
        """The canteen's name."""
        return _named(self.canteens, code)

    def division(self, code: object) -> str:
        """An administrative code with the name of the smallest place that is known: `620102 甘肃省兰州市城关区`."""
        digits = str(code)
        name = division_name(digits) if digits.isdigit() and len(digits) > 1 else ""
        return f"{digits} {name}" if name else digits


def _named(titles: Mapping[str, str], code: object) -> str:
    return titles.get(str(code)) or str(code)


def page_names(session: Session) -> Names:
    """Every title that rules may need, in the page's language."""
    return read_names(session, "en" if page_language() == "en" else "zh")


def read_names(session: Session, language: Language = "zh") -> Names:
    """Every title that rules may need, in this language where the office wrote one."""

    def titled(rows: Result[str, str, str]) -> dict[str, str]:
        return {code: (language == "en" and title_en) or title for code, title, title_en in rows}

    return Names(
        language=language,
        categories={
            row.code: (language == "en" and row.title_en) or row.title for row in categories(session)
        },
        funds=dict(session.execute(select(_FUND.c.code, _FUND.c.title)).all()),
        vouchers=titled(
            session.execute(select(_VOUCHER_KIND.c.code, _VOUCHER_KIND.c.title, _VOUCHER_KIND.c.title_en))
        ),
        canteens=dict(session.execute(select(Canteen.code, Canteen.name)).all()),
        levels=titled(session.execute(select(_LEVEL.c.code, _LEVEL.c.title, _LEVEL.c.title_en))),
        retired={
            kind: frozenset(session.scalars(select(kept.c.code).where(kept.c.retired_at.is_not(None))))
            for kind, kept in (("category", _CATEGORY), ("level", _LEVEL), ("voucher", _VOUCHER_KIND))
        },
    )
