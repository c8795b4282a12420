"""One record from question to answer, within an open transaction on either database."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from canteen.checkin.answers import refused_record
from canteen.checkin.changing import change_decision, differs, withdraw_held
from canteen.checkin.deciding import Moment, Scene, dearest_fen, decide
from canteen.checkin.facts import Found, Question, drawn_on, read_found
from canteen.checkin.records import BadRecord, Record
from canteen.checkin.rows import Rows, bad_record_rows, contact, rows_of
from canteen.checkin.serving_time import LEASE, Receipt, read_anchor, service_date
from canteen.checkin.standing import Place, Standing, StandingCache
from canteen.core.calendar import month_of
from canteen.ledger.locks import month_lock_key

CONTACT_SECONDS = 60
PROBE_SECONDS = 1.0
MOST_LOOKS = 4

Answer = dict[str, Any]


class Desk(Protocol):
    """What a check-in asks of a database, within one transaction."""

    connection: Connection

    def gather(self, question: Question) -> Mapping[str, Any]:
        """What is known of one record, under its locks."""

    def known(self, scan_id: str) -> Mapping[str, Any] | None:
        """The scan of this id, if there is one."""

    def record(self, rows: Rows, probe: bool) -> Mapping[str, Any]:
        """Write the rows."""

    def backed_up(self) -> int | None:
        """The highest scan number below which nothing is in flight."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The device that sends: number, reference, canteen, and the key that signs its anchors."""

    device_id: int
    ref: str
    canteen_id: int
    anchor_key: bytes

    @property
    def actor(self) -> str:
        """How the audit names it."""
        return f"device:{self.ref}"


@dataclass(slots=True)
class Sync:
    """One batch as it came in: its receipt, and the device's lease as its first record found it."""

    receipt: Receipt
    lease_until: datetime | None = None


class BackedUp:
    """The highest number that this process knows to be backed up, and when it last looked."""

    def __init__(self) -> None:
        self.number = 0
        self._looked = 0.0

    def wants_look(self) -> bool:
        """Whether to look again: at most once a second, since looking costs the database something."""
        return time.monotonic() - self._looked >= PROBE_SECONDS

    def note(self, number: int | None) -> None:
        """What a look answered; None: somebody was at it, and the next look is due in a second."""
        if number is None:
            self._looked = time.monotonic()
        elif number > self.number:
            self.number = number


_backed_up: WeakKeyDictionary[Engine, BackedUp] = WeakKeyDictionary()


def backed_up_of(engine: Engine) -> BackedUp:
    """What this process knows of one database."""
    return _backed_up.setdefault(engine, BackedUp())


class Counter:
    """One desk with what it needs to know: the sender, the receipt, the standing facts."""

    def __init__(
        self, desk: Desk, sender: Sender, sync: Sync, cache: StandingCache, backed_up: BackedUp
    ) -> None:
        self.desk = desk
        self.sender = sender
        self.sync = sync
        self.receipt = sync.receipt
        self.cache = cache
        self.backed_up = backed_up

    def check_in(self, record: Record | BadRecord) -> Answer:
        """What becomes of one record, recorded; the same for ever if it is known."""
        if isinstance(record, BadRecord):
            return self._bad(record)
        for _ in range(MOST_LOOKS):
            standing = self.cache.now()
            place = standing.places.get(self.sender.canteen_id)
            if place is not None:
                moment, question = self.question_of(record, place)
                found = read_found(self.desk.gather(question))
                if found.standing == standing.number:
                    return self._answer(record, standing, place, found, moment)
            # Somebody changed a canteen or a programme since this process last looked.
            self.cache.again()
        raise RuntimeError("standing facts change faster than they can be read")

    def question_of(self, record: Record, place: Place) -> tuple[Moment, Question]:
        """When a record counts, and what is asked of the database for it."""
        happened_at = self.receipt.happened_at(record)
        on, at = service_date(happened_at, place.zone)
        moment = Moment(self.receipt.received_at, happened_at, on, at, True, None)
        programme = place.programme_on(on)
        version = None if programme is None else programme.version_on(on)
        question = Question(
            record.scan_id, self.sender.device_id, place.id, record.token_sha256, record.elder_ref, on,
            record.meal_period, month_of(on), *drawn_on(programme, version, on), dearest_fen(place, on),
        )  # fmt: skip
        return moment, question

    def _answer(
        self, record: Record, standing: Standing, place: Place, found: Found, moment: Moment
    ) -> Answer:
        if found.known is not None:
            return self._again(record, found)
        return self._record(self.scene_of(record, standing, place, found, moment))

    def scene_of(
        self, record: Record, standing: Standing, place: Place, found: Found, moment: Moment
    ) -> Scene:
        """The scene of a record that is new, from what was found of it."""
        since = self._since(record, found)
        moment = replace(
            moment,
            is_provable=self.receipt.is_provable(record, since),
            lease_until=self._lease_until(record, since, found),
        )
        return Scene(record, place, found, moment, standing.is_workday(moment.service_on))

    def _since(self, record: Record, found: Found) -> datetime | None:
        if record.anchor is None:
            return found.device_enrolled_at
        return read_anchor(self.sender.anchor_key, self.sender.ref, record.anchor)

    def _lease_until(self, record: Record, since: datetime | None, found: Found) -> datetime | None:
        """Until when the tablet might decide by itself; None for what was asked online.

        By its last contact before the record. A record without an anchor goes by the device's lease as this batch
        found it: its own first record renews it.
        """
        if record.is_online:
            return None
        if record.anchor is not None:
            return None if since is None else since + LEASE
        if self.sync.lease_until is None:
            self.sync.lease_until = found.device_lease_until
        return self.sync.lease_until

    def _record(self, scene: Scene) -> Answer:
        answer = self._write(self.rows_of(scene))
        if scene.found.is_cancelled_before:
            withdraw_held(self.desk.connection, scene.record.scan_id)
        return answer

    def rows_of(self, scene: Scene) -> Rows:
        """What becomes of a scene, as rows to write."""
        outcome, found = decide(scene), scene.found
        rows = rows_of(scene, outcome, (self.sender.device_id, self.sender.actor))
        if outcome.meal is not None and found.is_closed:
            rows["open_month_lock"] = month_lock_key(scene.place.id, outcome.meal.month)
        seen_at = found.device_contact_at
        if seen_at is None or (scene.moment.received_at - seen_at).total_seconds() > CONTACT_SECONDS:
            rows["contact"] = contact(scene.moment.received_at)
        return rows

    def _write(self, rows: Rows) -> Answer:
        looks = self.backed_up.wants_look()
        made = self.desk.record(rows, looks)
        if looks:
            self.backed_up.note(made["backed_up_through"])
        return _numbered(rows, made)

    def write_all(
        self, record_all: Callable[[Sequence[Rows], bool], Sequence[Mapping[str, Any]]], rows: Sequence[Rows]
    ) -> list[Answer]:
        """Write the rows of several records at once; their answers in order."""
        looks = self.backed_up.wants_look()
        made = record_all(rows, looks)
        if looks:
            self.backed_up.note(made[-1]["backed_up_through"])
        return [_numbered(one, numbers) for one, numbers in zip(rows, made, strict=True)]

    def _again(self, record: Record, found: Found) -> Answer:
        known = found.known
        assert known is not None
        self.backed_up.note(self.desk.backed_up())
        if known.content_sha256 != record.content_sha256:
            return refused_record(record.scan_id, "ID_REUSED")
        if differs(known, record):
            return change_decision(self.desk.connection, known.id, record, self.sender.actor)
        return dict(known.answer)

    def _bad(self, bad: BadRecord) -> Answer:
        answer = refused_record(bad.shown_id, "BAD_RECORD", bad.fault)
        if bad.scan_id is None:
            return answer
        known = self.desk.known(bad.scan_id)
        if known is not None:
            same = known["content_sha256"] == bad.content_sha256
            return dict(known["answer"]) if same else refused_record(bad.scan_id, "ID_REUSED")
        place = self._place()
        device = (self.sender.device_id, self.sender.actor)
        return self._write(bad_record_rows(bad, place, self.receipt.received_at, device, answer))

    def _place(self) -> Place:
        standing = self.cache.now()
        if self.sender.canteen_id not in standing.places:
            standing = self.cache.again()
        return standing.places[self.sender.canteen_id]


def _numbered(rows: Rows, made: Mapping[str, Any]) -> Answer:
    answer: Answer = rows["scan"]["answer"] | {"commit_no": made["scan"]}
    if made["meal"] is not None:
        answer["meal_no"] = made["meal"]
    return answer
