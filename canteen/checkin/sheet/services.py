"""Handing a day sheet to a tablet: the whole of it, or what changed since the one that it has."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from canteen.canteens.queries import badges, revision
from canteen.checkin.answers import utc_text
from canteen.checkin.deciding import price_of
from canteen.checkin.services import backed_up_through
from canteen.checkin.serving_time import service_date
from canteen.checkin.sheet import versions
from canteen.checkin.sheet.document import Content, Scribe, delta, full, slots_of
from canteen.checkin.sheet.gathering import Gathered, Slot, gather
from canteen.checkin.sheet.reckoning import Reckoner
from canteen.checkin.standing import Place, Standing, standing_cache
from canteen.checkin.strips import of_day
from canteen.clock import now
from canteen.db import db, reading, transaction
from canteen.devices import services as devices
from canteen.devices.queries import DeviceIdentity, DeviceRow, trusted

VERSION = re.compile(r"[0-9a-f]{20}")
MOST_CANTEENS = 32

Document = dict[str, Any]


@dataclass(slots=True)
class _Workshop:
    """Where one process makes the sheets of one canteen, one at a time."""

    reckoner: Reckoner = field(default_factory=Reckoner)
    scribe: Scribe = field(default_factory=Scribe)
    lock: threading.Lock = field(default_factory=threading.Lock)


_workshops: WeakKeyDictionary[Engine, dict[int, _Workshop]] = WeakKeyDictionary()


def day_sheet(device: DeviceIdentity, since: str | None) -> Document:
    """The sheet for a device: what changed since a version, the whole where that version is not known.

    It renews the device's lease and notes the first sheet it was given. Raises Refusal `device-revoked`. Opens its
    looks and its one transaction itself: what is reckoned is reckoned outside of both.
    """
    with reading() as session:
        row = trusted(session, device.id)
    standing = _standing(device.canteen_id)
    place = standing.places[device.canteen_id]
    content = make(standing, place)
    document = _since(content, place.id, since)
    with transaction() as session:
        versions.keep(session, place.id, content, now())
        lease_until = devices.renew_lease(session, device.id)
        devices.note_sheet(session, device.id, service_date(now(), place.zone)[0])
    return document | _head(row, standing) | {"lease_until": utc_text(lease_until)}


def make(standing: Standing, place: Place) -> Content:
    """What the canteen's sheet says now."""
    workshop = _workshop(place.id)
    with workshop.lock:
        gathered = gather(place, service_date(now(), place.zone)[0])
        slots = slots_of(place, gathered)
        answers = workshop.reckoner.answers(standing, place, slots, gathered)
        with reading() as session:
            menus = [_menu(session, standing, place, gathered, slot) for slot in slots]
            shown = badges(session, place.id)
        return workshop.scribe.content(place, gathered, answers, menus, shown)


def _standing(canteen_id: int) -> Standing:
    cache = standing_cache()
    standing = cache.now()
    with reading() as session:
        number = revision(session)
    if standing.number != number or canteen_id not in standing.places:
        standing = cache.again()
    return standing


def _workshop(canteen_id: int) -> _Workshop:
    shops = _workshops.setdefault(db.engine, {})
    if canteen_id not in shops:
        while len(shops) >= MOST_CANTEENS:
            shops.pop(next(iter(shops)), None)
        shops[canteen_id] = _Workshop()
    return shops[canteen_id]


def _since(content: Content, canteen_id: int, since: str | None) -> Document:
    if since is None or not VERSION.fullmatch(since):
        return full(content)
    with reading() as session:
        known = versions.known(session, canteen_id, since)
    # Other days or hours are other slots: what a line says of them would be read wrongly beside the old ones.
    if known is None or known.heads["place"] != content.heads["place"]:
        return full(content)
    return delta(content, since, known.heads, known.digests)


def _head(row: DeviceRow, standing: Standing) -> Document:
    return {
        "made_at": utc_text(now()),
        "window": row.name,
        "epoch": standing.epoch,
        "backed_up_through": backed_up_through(),
    }


def _menu(session: Session, standing: Standing, place: Place, gathered: Gathered, slot: Slot) -> list[Any]:
    """Price, dishes, whether sold out, the day's donors, how many are booked (None: no orders), its commercial
    sponsors, and whose money has ended."""
    menu, (on, period) = gathered.menus.get(slot), slot
    price_fen = price_of(place, on, menu.price_fen if menu else None)
    strip = of_day(session, place, on, standing.is_workday(on), period).document()
    dishes = list(menu.dishes) if menu else []
    return [price_fen, dishes, 0, strip["strip"], None, strip["strip_sponsors"], strip["used_up"]]
