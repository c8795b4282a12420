"""Whose money helps a meal, as the till shows it: the same for all who eat, and never who is paid for.

Donors (资助) and commercial sponsors (赞助) stand apart. A record's own strip tells of funds open to every elder only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from canteen.checkin.facts import FundState
from canteen.checkin.standing import Place
from canteen.core.drawing import funds_of_day
from canteen.sponsors.agreements.places import ShownAt, drawn


@dataclass(frozen=True, slots=True)
class Strip:
    """Names as they may be shown at this canteen's till. `used_up`: whose money is there no more."""

    donors: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    used_up: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As tills read it."""
        return {
            "strip": joined_names(self.donors),
            "strip_sponsors": joined_names(self.sponsors),
            "used_up": list(self.used_up),
        }


def of_day(session: Session, place: Place, on: date, is_workday: bool | None, period: str | None) -> Strip:
    """The strip of a meal period, None for a day as a whole: of every fund that the canteen draws on that day."""
    codes = _codes(place, on, is_workday, period)
    funds = drawn(session, place.id, on, codes)
    return _strip(place, on, period, [(fund.code, not fund.is_used_up) for fund in funds])


def of_record(
    place: Place, on: date, is_workday: bool | None, period: str, funds: Sequence[FundState]
) -> Strip:
    """The strip of one record, from the funds that were found with it: no question is asked for it."""
    if not funds:
        return Strip()
    codes = _codes(place, on, is_workday, period)
    is_open = [fund for fund in funds if fund.is_for_everyone and fund.code in codes]
    in_order = sorted(is_open, key=lambda fund: fund.id)  # as the day's strip has them
    return _strip(place, on, period, [(fund.code, fund.payable_fen > 0) for fund in in_order])


def joined_names(names: Sequence[str]) -> str | None:
    """Two names at most, then how many there are."""
    kept = list(dict.fromkeys(names))
    if not kept:
        return None
    return "、".join(kept) if len(kept) <= 2 else f"{'、'.join(kept[:2])}等 {len(kept)} 家"


def _codes(place: Place, on: date, is_workday: bool | None, period: str | None) -> frozenset[str]:
    version = place.version_on(on)
    return frozenset() if version is None else funds_of_day(version, on, place.facts, is_workday, period)


def _strip(place: Place, on: date, period: str | None, funds: Iterable[tuple[str, bool]]) -> Strip:
    paying: list[ShownAt] = []
    ended: list[ShownAt] = []
    for code, pays in funds:
        names = place.names.get(code)
        if names is not None:
            (paying if pays else ended).extend(names.at("till", place.id, on, period))
    shown = {name.name for name in paying}
    return Strip(
        _each(name.name for name in paying if not name.is_sponsorship),
        _each(name.name for name in paying if name.is_sponsorship),
        _each(name.name for name in ended if name.name not in shown),  # another fund of the same name still pays
    )


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
