"""Taking a roster into the register: compared with what is known, then written in one transaction.

An import fills and changes what its columns hold, and ends no dated fact that it does not mention. What a
person corrected by hand since the list last came in is left alone and told. Loading the same file again
changes nothing.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.queries import CanteenRow, by_id
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.elders import facts, secrets, services
from canteen.elders.categories import kept_categories
from canteen.elders.models import CanteenElder, Elder, ElderFact, HandCorrection, RosterImport
from canteen.elders.particulars import RESIDENT, Identity
from canteen.elders.roster import Roster, RosterFinding, RosterRow, read_roster
from canteen.elders.roster.findings import warning

CHUNK = 400

PLAIN_FIELDS = ("name", "phone", "community", "address", "diet", "emergency_contact", "outside_card_no")

Progress = Callable[[int, int], None]


def _no_progress(_done: int, _total: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. `outcomes`: the sheet's row → new, updated or unchanged.

    `import_id` is None for a dry run and where nothing changed.
    """

    roster: Roster
    outcomes: Mapping[int, str]
    warnings: tuple[RosterFinding, ...]
    import_id: int | None

    def count(self, outcome: str) -> int:
        """How many good rows came out so."""
        return sum(found == outcome for found in self.outcomes.values())


def import_roster(
    data: bytes, canteen_id: int, actor: str, *, dry_run: bool = False, progress: Progress = _no_progress
) -> Imported:
    """Take a roster's good rows into a canteen's list, all or none; with `dry_run` only say what would be.

    `progress` hears (rows done, rows in all). Raises `RosterRefused` for a file that cannot be read, and
    Refusal `canteen-unknown`, `import-collided` (somebody registered one of them at the same moment: load
    it again).
    """
    with reading() as session:
        canteen = by_id(session, canteen_id)
        categories = {kept.title: kept.code for kept in kept_categories(session) if not kept.is_retired}
    roster = read_roster(data, today(canteen.time_zone), lambda row: progress(0, row), categories)
    digest = hashlib.sha256(data).hexdigest()
    if dry_run:
        with reading() as session:
            return Intake(session, canteen, roster, digest, actor, is_dry=True).run(progress)
    try:
        with transaction() as session:
            return Intake(session, canteen, roster, digest, actor).run(progress)
    except IntegrityError as error:
        message = "导入的同时有人登记了名单里的老人。什么也没有写入，请再导入一次。"
        raise Refusal("import-collided", message) from error


@dataclass(slots=True)
class Known:
    """What the register holds of some rows' elders: by identity index, and by elder."""

    elders: dict[str, Elder]
    facts: dict[int, list[ElderFact]]
    listed: dict[int, CanteenElder]
    by_hand: dict[tuple[int, str], datetime]


@dataclass(slots=True)
class Intake:
    """One import under way. `undo` is what its withdrawal puts back: old values, never an identity number."""

    session: Session
    canteen: CanteenRow
    roster: Roster
    digest: str
    actor: str
    is_dry: bool = False
    outcomes: dict[int, str] = field(default_factory=dict)
    warnings: list[RosterFinding] = field(default_factory=list)
    undo: list[dict[str, Any]] = field(default_factory=list)
    batch: RosterImport | None = None
    on: date = field(init=False)
    at: datetime = field(init=False)
    left_alone_since: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.at = now()
        self.on = today(self.canteen.time_zone)
        self.left_alone_since = self._left_alone_since()

    def run(self, progress: Progress) -> Imported:
        """Go through the good rows, some hundred at a time, and sum up."""
        rows = self.roster.rows
        for begin in range(0, len(rows), CHUNK):
            self._take(rows[begin : begin + CHUNK])
            progress(min(begin + CHUNK, len(rows)), len(rows))
        found = [*self.roster.warnings, *self.warnings]
        result = Imported(
            self.roster,
            self.outcomes,
            tuple(sorted(found, key=lambda one: one.row)),
            self.batch.id if self.batch else None,
        )
        self._seal(result)
        return result

    def _left_alone_since(self) -> datetime | None:
        """From when on corrections by hand outrank this list: since it last came in, None for ever.

        A file that was loaded before keeps the moment it had then, so that loading it again changes nothing.
        """
        past = select(RosterImport).where(
            RosterImport.canteen_id == self.canteen.id, RosterImport.withdrawn_at.is_(None)
        )
        same = self.session.scalars(
            past.where(RosterImport.sha256 == self.digest).order_by(RosterImport.id).limit(1)
        ).first()
        if same is not None:
            moment = same.counts.get("left_alone_since")
            return datetime.fromisoformat(moment) if moment else None
        last = self.session.scalars(past.order_by(RosterImport.id.desc()).limit(1)).first()
        return last.imported_at if last else None

    def _take(self, rows: Sequence[RosterRow]) -> None:
        indexes = {row.row: secrets.index(RESIDENT, row.identity) for row in rows}
        known = self._look_up(list(indexes.values()))
        fresh = [row for row in rows if indexes[row.row] not in known.elders]
        self._register(fresh)
        for row in rows:
            elder = known.elders.get(indexes[row.row])
            if elder is not None:
                self.outcomes[row.row] = "updated" if self._update(row, elder, known) else "unchanged"
        self.session.flush()

    def _look_up(self, indexes: list[str]) -> Known:
        # Locked in one order, so that two imports at once cannot wait for each other in a ring.
        wanted = select(Elder).where(Elder.identity_hmac.in_(indexes)).order_by(Elder.id)
        elders = {
            elder.identity_hmac or "": elder
            for elder in self.session.scalars(wanted if self.is_dry else wanted.with_for_update())
        }
        ids = [elder.id for elder in elders.values()]
        standing = select(ElderFact).where(ElderFact.elder_id.in_(ids), ElderFact.withdrawn_at.is_(None))
        known_facts: dict[int, list[ElderFact]] = {}
        for fact in self.session.scalars(standing.order_by(ElderFact.from_on)):
            known_facts.setdefault(fact.elder_id, []).append(fact)
        lists = select(CanteenElder).where(
            CanteenElder.canteen_id == self.canteen.id, CanteenElder.elder_id.in_(ids)
        )
        listed = {entry.elder_id: entry for entry in self.session.scalars(lists)}
        by_hand = {
            (note.elder_id, note.field): note.corrected_at
            for note in self.session.scalars(select(HandCorrection).where(HandCorrection.elder_id.in_(ids)))
        }
        return Known(elders, known_facts, listed, by_hand)

    def _register(self, rows: Sequence[RosterRow]) -> None:
        """Write elders nobody knew, with what the roster says of them, many to a statement."""
        self.outcomes.update((row.row, "new") for row in rows)
        if self.is_dry or not rows:
            return
        batch_id = self._batch().id
        statement = insert(Elder).returning(Elder.id, sort_by_parameter_order=True)
        ids = list(self.session.scalars(statement, [self._elder_columns(row, batch_id) for row in rows]))
        pairs = list(zip(ids, rows, strict=True))
        self.session.execute(
            insert(CanteenElder), [self._listing_columns(elder_id, row) for elder_id, row in pairs]
        )
        stated = [
            self._fact_columns(elder_id, kind, value, None)
            for elder_id, row in pairs
            for kind, value in stated_facts(row)
        ]
        if stated:
            self.session.execute(insert(ElderFact), stated)

    def _elder_columns(self, row: RosterRow, batch_id: int) -> dict[str, Any]:
        ref = secrets.new_ref()
        identity = Identity(RESIDENT, row.identity, row.born_on, row.sex.value)
        return {
            "ref": ref,
            **{name: getattr(row, name) for name in PLAIN_FIELDS},
            **services.name_columns(row.name),
            **services.identity_columns(identity, ref),
            "phone_tail": services.phone_tail(row.phone),
            "home_canteen_id": self.canteen.id,
            "import_id": batch_id,
            "is_page_off": False,
            "created_at": self.at,
        }

    def _listing_columns(self, elder_id: int, row: RosterRow) -> dict[str, Any]:
        return {
            "canteen_id": self.canteen.id,
            "elder_id": elder_id,
            "distance_m": row.distance_m,
            "import_id": self._batch().id,
            "listed_at": self.at,
        }

    def _fact_columns(self, elder_id: int, kind: str, value: str, until_on: date | None) -> dict[str, Any]:
        return {
            "elder_id": elder_id,
            "kind": kind,
            "value": value,
            "from_on": self.on,
            "until_on": until_on,
            "evidence": None,
            "source": "import",
            "import_id": self._batch().id,
            "recorded_at": self.at,
            "recorded_by": self.actor,
        }

    def _update(self, row: RosterRow, elder: Elder, known: Known) -> bool:
        """Bring a known elder up to date with a row; answers whether anything changed, or would."""
        if elder.died_on is not None:
            self._warn(row, "name", "deceased")
            return False
        has_changed = self._update_particulars(row, elder, known)
        has_changed |= self._update_listing(row, elder, known)
        for kind, value in stated_facts(row):
            has_changed |= self._update_fact(row, elder, kind, value, known)
        return has_changed

    def _update_particulars(self, row: RosterRow, elder: Elder, known: Known) -> bool:
        changed: dict[str, str] = {}
        for name in PLAIN_FIELDS:
            value = getattr(row, name)
            if value and value != getattr(elder, name) and not self._is_left_alone(row, elder, name, known):
                changed[name] = value
        if changed and not self.is_dry:
            self._batch()
            self.undo.append({"elder": elder.id, "was": {name: getattr(elder, name) for name in changed}})
            set_particulars(elder, changed)
        return bool(changed)

    def _update_listing(self, row: RosterRow, elder: Elder, known: Known) -> bool:
        entry = known.listed.get(elder.id)
        if entry is None:
            if not self.is_dry:
                self.session.add(CanteenElder(**self._listing_columns(elder.id, row)))
            return True
        if row.distance_m is None or row.distance_m == entry.distance_m:
            return False
        if self._is_left_alone(row, elder, "distance_m", known):
            return False
        if not self.is_dry:
            self._batch()
            self.undo.append({"listed": elder.id, "distance_m": entry.distance_m})
            entry.distance_m = row.distance_m
        return True

    def _update_fact(self, row: RosterRow, elder: Elder, kind: str, value: str, known: Known) -> bool:
        kin = [fact for fact in known.facts.get(elder.id, []) if fact.kind == kind]
        running = [fact for fact in kin if facts.holds_on(fact, self.on)]
        if any(fact.value == value for fact in running):
            return False
        if self._is_left_alone(row, elder, services.correction_field(kind, value), known):
            return False
        if self.is_dry:
            return True
        self._batch()
        if kind in facts.SINGLE:
            for fact in running:
                self._end(fact)
        same = kin if kind in facts.SINGLE else [fact for fact in kin if fact.value == value]
        later = [fact.from_on for fact in same if fact.from_on > self.on]
        until_on = facts.day_before(min(later)) if later else None
        self.session.add(ElderFact(**self._fact_columns(elder.id, kind, value, until_on)))
        return True

    def _end(self, fact: ElderFact) -> None:
        """End a fact the day before; one that began today never held and is withdrawn."""
        old = fact.until_on.isoformat() if fact.until_on else None
        self.undo.append({"fact": fact.id, "until_on": old})
        if fact.from_on == self.on:
            fact.withdrawn_at = self.at
        else:
            fact.until_on = facts.day_before(self.on)

    def _is_left_alone(self, row: RosterRow, elder: Elder, name: str, known: Known) -> bool:
        """Whether a person corrected this since the list last came in; if so, the difference is told."""
        corrected_at = known.by_hand.get((elder.id, name))
        if corrected_at is None or (self.left_alone_since and corrected_at < self.left_alone_since):
            return False
        self._warn(row, name, "corrected-by-hand")
        return True

    def _warn(self, row: RosterRow, name: str, code: str) -> None:
        column = "category" if name.startswith("category:") else COLUMN_OF.get(name, name)
        self.warnings.append(warning(row.row, self.roster.headings_of.get(column, column), code))

    def _batch(self) -> RosterImport:
        """The import's own row, made at the first change: a load that changes nothing leaves no trace."""
        if self.batch is None:
            self.batch = RosterImport(
                canteen_id=self.canteen.id,
                sha256=self.digest,
                counts={},
                undo=[],
                imported_at=self.at,
                imported_by=self.actor,
            )
            self.session.add(self.batch)
            self.session.flush()
        return self.batch

    def _seal(self, result: Imported) -> None:
        if self.batch is None:
            return
        counts = {outcome: result.count(outcome) for outcome in ("new", "updated", "unchanged")}
        counts["read"] = self.roster.read
        counts["faults"] = len(self.roster.faulty)
        since = self.left_alone_since
        self.batch.counts = {**counts, "left_alone_since": since.isoformat() if since else None}
        self.batch.undo = self.undo
        subject = f"import:{self.batch.id}"
        record(self.session, "roster-imported", self.actor, subject, self.canteen.id, counts)
        self.session.flush()


COLUMN_OF = {"distance_m": "distance", "monthly_income_fen": "monthly_income"}
"""Fields whose column is called otherwise."""


def stated_facts(row: RosterRow) -> list[tuple[str, str]]:
    """What a row says that is dated, as kind and value; nothing for what it leaves open."""
    found = [("category", code) for code in sorted(row.categories)]
    single = {
        "disability_grade": row.disability_grade,
        "care_level": row.care_level,
        "pension": None if row.pension is None else ("yes" if row.pension else "no"),
        "monthly_income_fen": row.monthly_income_fen,
        "household_division": row.household_division,
        "residence_division": row.residence_division,
        "living": row.living,
    }
    return found + [(kind, str(value)) for kind, value in single.items() if value is not None]


def set_particulars(elder: Elder, values: Mapping[str, str | None]) -> None:
    """Write plain fields, and the columns that follow them."""
    for name, value in values.items():
        setattr(elder, name, value)
    if "name" in values:
        for column, text in services.name_columns(elder.name).items():
            setattr(elder, column, text)
    if "phone" in values:
        elder.phone_tail = services.phone_tail(elder.phone)
