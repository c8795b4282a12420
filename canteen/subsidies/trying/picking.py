"""An example begun from a real elder: the facts, the limits' use and the vouchers of a day, told of somebody else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from canteen.canteens.queries import CanteenRow
from canteen.core.calendar import is_birthday
from canteen.core.money import plain_yuan
from canteen.core.programme import Version
from canteen.subsidies.trying.deidentified import elder_written, other_birth, other_birthday, used_written
from canteen.subsidies.trying.queries import ElderOnDay, elder_on, working_days_on
from canteen.subsidies.trying.readable import Readable


def picked_example(
    session: Session,
    ref: str,
    canteen_ids: Collection[int],
    base: Mapping[str, Any],
    readable: Readable,
    version: Version | None,
    canteen: CanteenRow | None,
    programme: str,
) -> dict[str, Any]:
    """The example for an elder of these canteens, over `base`, which says the day, the meal and the price.

    Nothing in it names the elder. Raises Refusal `elder-unknown`.
    """
    on: date = base["on"]
    windows = version.limit_windows() if version else ()
    canteen_id = canteen.id if canteen else None
    elder = elder_on(session, ref, canteen_ids, on, base["meal"], canteen_id, programme, windows)
    mentions = version.mentions if version else None
    moved_on, born_on = _born(session, elder, on, readable, version)
    example = {**base, "title": "", "on": moved_on, "elder": elder_written(elder.facts, born_on, mentions)}
    if elder.used:
        example["used"] = used_written(elder.used)
    held = {
        kind: fen
        for kind, fen in elder.vouchers.items()
        if version is None or kind in version.codes("voucher")
    }
    if held:
        example["voucher"] = {kind: plain_yuan(fen) for kind, fen in held.items()}
    return example


def _born(
    session: Session, elder: ElderOnDay, on: date, readable: Readable, version: Version | None
) -> tuple[date, date | None]:
    born_on = elder.facts.born_on
    if born_on is None:
        return on, None
    if is_birthday(born_on, on):
        near = [on + timedelta(days=more) for more in range(-28, 29)]
        first_on, last_on = (version.effective_on, version.until_on) if version else (on, on)
        return other_birthday(born_on, on, first_on, last_on, working_days_on(session, near))
    counts = readable.programme.age_counts if readable.programme else "birthday"
    return on, other_birth(born_on, on, counts)
