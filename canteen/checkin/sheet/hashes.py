"""Every card of the district in eight bytes each, so that a tablet without a network knows a guest from a stranger.

One file for the whole district, the canteen's own cards among them: the day sheet is asked first, and a card that
came to the list after the last sheet is still known as a valid one. Big-endian throughout:

    offset  bytes
    0       4       "CKH1"
    4       4       0: the whole file; 1: a delta, whose cards replace what was known of them
    8       24      its version, ASCII, zeros after it: what to send as `since` next time
    32      24      the version that a delta brings up to date; zeros in a whole file
    56      4 × 4   how many cards are valid, lost, replaced, and "ask the manager" (closed account, deceased)
    72      8 × n   the first eight bytes of the SHA-256 of each card's token: four lists in that order, each sorted

A version is an instant before which nothing is still on its way into the database: what commits late was begun
earlier, so a delta reaches back behind the oldest transaction that is still open, and ten minutes more. Cards that
changed within those minutes come twice, which changes nothing.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from canteen.canteens.queries import revision
from canteen.cards.models import MealCard
from canteen.checkin.standing import EPOCH
from canteen.clock import now
from canteen.db import is_postgresql, reading
from canteen.devices.queries import trusted
from canteen.elders.models import Elder

MAGIC = b"CKH1"
HEADER = struct.Struct(">4sI24s24s4I")
KINDS = ("valid", "lost", "replaced", "ask")
STATES = {"active": "valid", "lost": "lost", "replaced": "replaced"}
BYTES = 8
PAGE = 2_500
OVERLAP = timedelta(minutes=10)
VERSION = re.compile(r"([0-9]{1,9})-([0-9]{1,13})")
OPEN_SINCE = text("SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database()")

Card = tuple[bytes, str]


def card_hashes(device_id: int, since: str | None) -> bytes:
    """The file for a device: what changed since a version, or all of it. Raises Refusal `device-revoked`."""
    with reading() as session:
        trusted(session, device_id)
        epoch = revision(session, EPOCH) or 1
        horizon = _horizon(session)
    version = f"{epoch}-{round(horizon.timestamp() * 1000)}"
    begun = _begun(since, epoch)
    if begun is None:
        return pack(_read(MealCard.id > 0), version)
    # By the card and by its holder apart: each has an index of its own.
    changed = dict(_read(MealCard.changed_at >= begun)) | dict(_read(Elder.standing_changed_at >= begun))
    return pack(changed.items(), version, since)


def pack(cards: Iterable[Card], version: str, since: str | None = None) -> bytes:
    """The file of these cards, each the first bytes of its hash and what it is."""
    lists: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
    for found, kind in cards:
        lists[kind].append(found)
    counts = [len(lists[kind]) for kind in KINDS]
    head = HEADER.pack(MAGIC, since is not None, version.encode(), (since or "").encode(), *counts)
    return b"".join([head, *(entry for kind in KINDS for entry in sorted(lists[kind]))])


def _horizon(session: Session) -> datetime:
    opened = session.scalar(OPEN_SINCE) if is_postgresql(session) else None
    return min(now(), opened or now()) - OVERLAP


def _begun(since: str | None, epoch: int) -> datetime | None:
    """The instant of a version under this epoch; None for what is no version of ours."""
    found = VERSION.fullmatch(since or "")
    if found is None or int(found[1]) != epoch:
        return None
    begun = datetime.fromtimestamp(int(found[2]) / 1000, UTC)
    return begun if begun <= now() else None


def _read(which: ColumnElement[bool]) -> Iterator[Card]:
    """The cards of a condition, a page a look: nobody's commit waits for a district of cards."""
    last = 0
    while True:
        rows = (
            select(MealCard.id, MealCard.token_sha256, MealCard.state, Elder.died_on, Elder.closed_on)
            .join(Elder, Elder.id == MealCard.elder_id)
            .where(which, MealCard.id > last)
            .order_by(MealCard.id)
            .limit(PAGE)
        )
        with reading() as session:
            found = session.execute(rows).all()
        yield from (_card(row) for row in found)
        if len(found) < PAGE:
            return
        last = found[-1].id


def _card(row: Any) -> Card:
    is_over = row.died_on is not None or row.closed_on is not None
    # What was lost or replaced stays so: that answer says what to do about the card.
    kind = STATES.get(row.state, "ask")
    return bytes.fromhex(row.token_sha256[: 2 * BYTES]), "ask" if is_over and kind == "valid" else kind
