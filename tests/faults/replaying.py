"""The same records in another order, cut into other batches and some of them twice: the totals must be the same."""

import os
import random
from dataclasses import dataclass
from typing import Any

from canteen.app import create_app
from canteen.config import Settings
from canteen.db import db
from tests.factories import Tablet, batch
from tests.faults.accounting import totals
from tests.faults.copies import copy_of, throw_away
from tests.faults.lunch import Lunch

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A record in its last form, and the tablet it comes from."""

    tablet: Tablet
    record: Record


def replayed_totals(lunch: Lunch, seed: str) -> dict[str, int]:
    """Send every durable record of a lunch into a copy of its first database, in the order of this seed."""
    copy = copy_of(lunch.copies["start"], f"r{len(lunch.copies)}")
    lunch.copies[seed] = copy
    kept = {name: os.environ.get(name) for name in ("CANTEEN_DATABASE_URL", "CANTEEN_NOW")}
    os.environ |= {"CANTEEN_DATABASE_URL": copy.database_url, "CANTEEN_NOW": lunch.ended_at.isoformat()}
    try:
        return _replay(copy, lunch, random.Random(seed))
    finally:
        os.environ |= {name: value for name, value in kept.items() if value is not None}
        throw_away(lunch.copies.pop(seed))


def comparable(found: dict[str, int]) -> dict[str, int]:
    """What may not depend on the order. Which of two scans of an elder wins the slot, and with it who collects what
    in which way, does; what the payers and all elders together bear does not."""
    own = ("elder", "operator:absorbed")
    kept = {name: found[name] for name in found if name.startswith(("government", "sponsor", "slots", "funds"))}
    kept["elders and canteen"] = sum(found.get(name, 0) for name in own)
    kept["records"] = sum(count for name, count in found.items() if name.split(" ")[0] in STATES)
    kept["meals"] = sum(count for name, count in found.items() if name.startswith("MEAL"))
    return kept


STATES = ("MEAL", "EXCEPTION", "REJECTED")


def _replay(settings: Settings, lunch: Lunch, chance: random.Random) -> dict[str, int]:
    app = create_app(settings)
    records = last_forms(lunch)
    records += chance.sample(records, len(records) // 4)
    chance.shuffle(records)
    with app.app_context():
        client = app.test_client()
        for made in lunch.scene.tablets:
            of_tablet = [sent.record for sent in records if sent.tablet is made]
            while of_tablet:
                size = chance.randint(1, 60)
                body = batch(*of_tablet[:size], sent_at=_text(lunch))
                answer = client.post("/api/v1/scans", json=body, headers=made.headers)
                assert answer.status_code == 200, answer.text
                of_tablet = of_tablet[size:]
        found = totals()
        for engine in db.engines.values():
            engine.dispose()
    return found


def last_forms(lunch: Lunch) -> list[Sent]:
    """Every durable record as the tablet decided it in the end."""
    return [
        Sent(made, forms[-1])
        for made, forms_of in zip(lunch.scene.tablets, lunch.forms(), strict=True)
        for forms in forms_of
    ]


def _text(lunch: Lunch) -> str:
    return lunch.ended_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


