"""What is known when a scan is decided: gathered in one go, under the locks of this check-in.

Both databases give the same keys and JSON-like values; here they become typed values for the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from canteen.core.calendar import window_of
from canteen.core.division import ElderFacts, Used
from canteen.core.programme import Programme, Version
from canteen.elders.queries import as_facts
from canteen.ledger.locks import month_lock_key


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the database for one record. `windows`: the use that the limits look at.

    `dearest_fen`: the most that this meal may draw on one fund, the menu's own price not counted; a fund that holds
    plenty may answer with a slice of it. None: with all that it holds.
    """

    scan_id: str
    device_id: int
    canteen_id: int
    token_sha256: str | None
    elder_ref: str | None
    service_on: date
    meal_period: str
    month: str
    programme: str | None = None
    windows: tuple[tuple[str, str, date, date], ...] = ()
    funds: tuple[str, ...] = ()
    vouchers: tuple[str, ...] = ()
    dearest_fen: int | None = None

    @property
    def month_lock(self) -> int:
        """The number of the advisory lock of this canteen's month."""
        return month_lock_key(self.canteen_id, self.month)


class Drawn(NamedTuple):
    """What the rules of a version draw on, for a day."""

    programme: str | None
    windows: tuple[tuple[str, str, date, date], ...]
    funds: tuple[str, ...]
    vouchers: tuple[str, ...]


def drawn_on(programme: Programme | None, version: Version | None, on: date) -> Drawn:
    """Which use, funds and vouchers a division on this day will look at."""
    if programme is None or version is None:
        return Drawn(None, (), (), ())
    windows = tuple((rule_id, per, *window_of(per, on)) for rule_id, per in version.limit_windows())
    return Drawn(
        programme.id, windows, tuple(sorted(version.codes("sponsor"))), tuple(sorted(version.codes("voucher")))
    )


@dataclass(frozen=True, slots=True)
class Known:
    """The scan of this id as it is recorded."""

    id: int
    content_sha256: str
    decision: str
    claim: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Diner:
    """The elder in front of the till. `card` is the state of the card shown, None when found by hand."""

    id: int
    ref: str
    name: str
    born_on: date | None
    died_on: date | None
    closed_on: date | None
    community: str | None
    diet: str | None
    card: str | None
    serial: str | None
    is_listed: bool
    home_canteen_id: int
    balance_fen: int
    facts: ElderFacts


@dataclass(frozen=True, slots=True)
class FirstMeal:
    """The meal that holds the slot: its number, where it was and when."""

    meal_no: int
    canteen_id: int
    served_at: datetime
    window: str | None


@dataclass(frozen=True, slots=True)
class FundState:
    """One fund whose terms let it pay for this meal. `slice_no`: the slice that is held for it, not the whole fund."""

    id: int
    code: str
    payable_fen: int
    has_day_ceiling: bool
    is_for_everyone: bool
    slice_no: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known. `elder` None: no such card. `open_month`: where a record of a closed month counts."""

    standing: int
    known: Known | None = None
    epoch: int = 1
    device_name: str = ""
    device_enrolled_at: datetime | None = None
    device_contact_at: datetime | None = None
    device_is_revoked: bool = False
    device_lease_until: datetime | None = None
    is_closed: bool = False
    last_closed: str | None = None
    is_cancelled_before: bool = False
    menu_price_fen: int | None = None
    dishes: str = ""
    elder: Diner | None = None
    has_expired_proof: bool = False
    first: FirstMeal | None = None
    used: Mapping[str, Mapping[str, Used]] = field(default_factory=dict)
    funds: tuple[FundState, ...] = ()
    vouchers: tuple[tuple[int, str, int], ...] = ()


NO_DEVICE = ("", None, None, False, None)


def read_found(values: Mapping[str, Any]) -> Found:
    """Make typed values of what a database gave."""
    standing = values["standing"] or 0
    if values.get("known") is not None:
        return Found(standing, Known(**values["known"]))
    # What was written on paper came through no device.
    name, enrolled_at, contact_at, is_revoked, lease_until = values["device"] or NO_DEVICE
    menu = values["menu"] or (None, "")
    elder, facts = values.get("elder"), values.get("facts") or ()
    return Found(
        standing=standing,
        epoch=values["epoch"] or 1,
        device_name=name or "",
        device_enrolled_at=None if enrolled_at is None else instant(enrolled_at),
        device_contact_at=None if contact_at is None else instant(contact_at),
        device_is_revoked=bool(is_revoked),
        device_lease_until=None if lease_until is None else instant(lease_until),
        is_closed=bool(values["closed"]),
        last_closed=values["last_closed"],
        is_cancelled_before=bool(values["held"]),
        menu_price_fen=menu[0],
        dishes=menu[1] or "",
        elder=None if elder is None else _diner(elder, [(kind, value) for kind, value, is_valid in facts if is_valid]),
        has_expired_proof=_has_expired(facts),
        first=None if values.get("slot") is None else _first(values["slot"]),
        used=_used(values.get("used") or ()),
        funds=tuple(_fund(fund) for fund in values.get("funds") or ()),
        vouchers=tuple((row[0], row[1], row[2]) for row in values.get("vouchers") or ()),
    )


def instant(value: Any) -> datetime:
    """An instant as either database writes it, aware and in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _diner(row: Mapping[str, Any], facts: Any) -> Diner:
    born_on = _day(row["born_on"])
    return Diner(
        id=row["id"], ref=row["ref"], name=row["name"], born_on=born_on, died_on=_day(row["died_on"]),
        closed_on=_day(row["closed_on"]), community=row["community"], diet=row["diet"], card=row["card"],
        serial=row["serial"], is_listed=bool(row["listed"]), home_canteen_id=row["home"],
        balance_fen=row["balance_fen"] or 0, facts=as_facts(born_on, row["distance_m"], facts),
    )  # fmt: skip


def _has_expired(facts: Any) -> bool:
    """Whether a category ended lately and was not proved again."""
    held = {value for kind, value, is_valid in facts if kind == "category" and is_valid}
    return any(kind == "category" and not is_valid and value not in held for kind, value, is_valid in facts)


def _first(row: Any) -> FirstMeal:
    return FirstMeal(row[0], row[1], instant(row[2]), row[3])


def _used(rows: Any) -> dict[str, dict[str, Used]]:
    used: dict[str, dict[str, Used]] = {}
    for rule_id, per, meals, fen in rows:
        used.setdefault(rule_id, {})[per] = Used(int(meals), int(fen))
    return used


def _fund(row: Mapping[str, Any]) -> FundState:
    payable = row["balance_fen"]
    if row["per_meal_fen"] is not None:
        payable = min(payable, row["per_meal_fen"])
    if row["per_day_fen"] is not None:
        payable = min(payable, row["per_day_fen"] - (row["drawn_fen"] or 0))
    return FundState(
        row["id"], row["code"], max(payable, 0), row["per_day_fen"] is not None, not row["named"],
        row.get("slice_no"),
    )  # fmt: skip
