"""Elders with cards, a tablet and a programme for the check-in cells, and the bodies their scans make."""

import csv
import io
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import select, text

from canteen.bench.places import NOON, Place, clocked
from canteen.canteens.facts import CanteenFacts
from canteen.canteens.services import add_canteen
from canteen.cards.models import MealCard
from canteen.cards.services import issue_to_all
from canteen.checkin.counter import Sender
from canteen.config import ROOT
from canteen.db import reading, transaction
from canteen.demo.district import sender_of
from canteen.demo.people import Person, people
from canteen.devices.services import enrol, make_code
from canteen.elders.importing import import_roster
from canteen.elders.models import Elder
from canteen.keys import key
from canteen.subsidies.services import load_programme
from canteen.wallets.services import ensure_wallets

ACTOR = "system:bench"


@dataclass(slots=True)
class Crowd:
    """A canteen that is ready: its bearer token, elders with their cards' hashes, and the next one to eat."""

    bearer: str
    tablet: Sender
    elders: list[tuple[int, str]]
    next: int = 0

    def take(self, count: int) -> list[tuple[int, str]]:
        """The next `count` elders who have not eaten yet."""
        taken = self.elders[self.next : self.next + count]
        if len(taken) < count:
            raise RuntimeError("not enough elders were made for this cell")
        self.next += count
        return taken


def gather(place: Place, count: int, code: str = "bench") -> Crowd:
    """Make `count` elders with cards and empty wallets, a tablet, and Chengguan's programme."""
    with clocked(place):
        return settle(code, invented(count), chengguan())


def chengguan() -> dict[str, Any]:
    """Chengguan's programme as it is written in its file."""
    programme = ROOT / "canteen" / "programmes" / "lanzhou-chengguan.toml"
    return tomllib.loads(programme.read_text(encoding="utf-8"))


def invented(count: int) -> list[Person]:
    """So many elders, the same in every run."""
    return people(Random(7), count, "620102", ("测量社区",), date(2026, 11, 1))  # noqa: S311


def settle(code: str, elders: Sequence[Person], programme: dict[str, Any]) -> Crowd:
    """Open a canteen for these elders, with cards, empty wallets and a tablet, and bind it to the programme."""
    facts = CanteenFacts(name=f"测量食堂{code}", area="urban", division="620102001001", price_fen=1500)
    canteen_id = add_canteen(code, facts, ACTOR).id
    load_programme(programme, [code], None, ACTOR)
    import_roster(_roster(elders), canteen_id, ACTOR)
    issue_to_all(canteen_id, key("cards"), ACTOR)
    device = enrol(make_code(canteen_id, key("devices"), ACTOR).code, "一号窗口", "127.0.0.1", key("devices"))
    with reading() as session:
        cards = select(MealCard.elder_id, MealCard.token_sha256).join(Elder, Elder.id == MealCard.elder_id)
        rows = cards.where(Elder.home_canteen_id == canteen_id).order_by(MealCard.elder_id)
        found = [(elder_id, token) for elder_id, token in session.execute(rows)]
    with transaction() as session:
        ensure_wallets(session, [elder_id for elder_id, _ in found])
        session.execute(text("UPDATE wallet SET balance_fen = 0"))
    return Crowd(device.token, sender_of(device.ref, canteen_id), found)


def _roster(elders: Sequence[Person]) -> bytes:
    lines = io.StringIO()
    rows = csv.writer(lines)
    rows.writerow(["姓名", "身份证号", "距离"])
    rows.writerows([person.name, person.identity_number, person.distance_km] for person in elders)
    return lines.getvalue().encode()


def scan(random: Random, token_sha256: str) -> dict[str, Any]:
    """One record as a tablet asks online."""
    return {
        "scan_id": f"{random.getrandbits(128):032x}",
        "boot_id": "00112233aabbccdd",
        "seq": random.getrandbits(40),
        "token_sha256": token_sha256,
        "meal_period": "lunch",
        "channel": "dine-in",
        "seen_at": NOON,
        "mono_ms": 1000,
        "anchor": None,
        "shown_elder_fen": None,
        "decision": "ONLINE",
        "note": None,
    }


def body(*records: dict[str, Any]) -> str:
    """A batch with these records."""
    return json.dumps({"sent_at": NOON, "records": records})
