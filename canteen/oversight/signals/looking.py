"""What a finder looks at: one canteen, some days, the thresholds that hold there; and what it finds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.models import Scan
from canteen.oversight.signals.rules import Setting

MOST_NUMBERS = 200
"""So many records or meals are named in one signal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class FoundSignal:
    """One pattern. `key` names it for ever; `facts` hold its figures and the numbers of records and meals."""

    rule: str
    key: str
    service_on: date
    facts: Mapping[str, Any]
    meal_period: str | None = None
    elder_id: int | None = None
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as finders look at it; only what they need is read."""

    id: int
    device_id: int
    service_on: date
    meal_period: str
    elder_id: int | None
    decision: str
    state: str
    code: str | None
    meal_id: int | None
    seen_at: datetime
    received_at: datetime
    cashier: str | None
    elder_ref: str | None

    @property
    def by_hand(self) -> bool:
        """Whether the elder was found without the card."""
        return self.elder_ref is not None


@dataclass(slots=True)
class Look:
    """One look at one canteen. `over_on`: the last day whose figures no more scans of that day will change."""

    session: Session
    canteen_id: int
    zone: ZoneInfo
    first_on: date
    last_on: date
    over_on: date
    settings: Mapping[str, Setting]
    _scans: list[Seen] | None = field(default=None, repr=False)

    def scans(self) -> list[Seen]:
        """Every well-formed record of these days, in the order it was seen; read once."""
        if self._scans is None:
            self._scans = list(self._read())
        return self._scans

    def over(self) -> list[Seen]:
        """Those of days that are over: a share of the first five records of a day says nothing."""
        return [scan for scan in self.scans() if scan.service_on <= self.over_on]

    def threshold(self, rule: str) -> int:
        """The threshold of a rule here."""
        return self.settings[rule].threshold

    def fires(self, rule: str, value: int | float) -> bool:
        """Whether a figure is a signal here."""
        setting = self.settings[rule]
        return setting.rule.fires(value, setting.threshold)

    def facts(self, rule: str, count: int, scans: Iterable[Seen] = (), **more: Any) -> dict[str, Any]:
        """The figures of a signal, with the records it is about."""
        records: Sequence[Seen] = list(scans)
        meals = [scan.meal_id for scan in records if scan.meal_id is not None]
        return {
            "count": count,
            "threshold": self.threshold(rule),
            "scans": [scan.id for scan in records][:MOST_NUMBERS],
            "meals": meals[:MOST_NUMBERS],
            "cashiers": sorted({scan.cashier for scan in records if scan.cashier}),
        } | more

    def _read(self) -> Iterator[Seen]:
        columns = (
            Scan.id, Scan.device_id, Scan.service_on, Scan.meal_period, Scan.elder_id, Scan.decision, Scan.state,
            Scan.code, Scan.meal_id, Scan.seen_at, Scan.received_at, Scan.claim["cashier_ref"].as_string(),
            Scan.claim["elder_ref"].as_string(),
        )  # fmt: skip
        rows = (
            select(*columns)
            .where(
                Scan.canteen_id == self.canteen_id,
                Scan.service_on.between(self.first_on, self.last_on),
                Scan.decision != "",
            )
            .order_by(Scan.seen_at, Scan.id)
        )
        for row in self.session.execute(rows):
            yield Seen(*row)
