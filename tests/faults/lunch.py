"""One lunch under faults: a server that is killed, two tablets on bad wires, and what came of it.

Everything that is done is drawn from the seed before it begins (`visits`); only which thread is faster is not.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from canteen.checkin.models import Scan
from canteen.checkin.standing import raise_epoch
from canteen.config import Settings
from canteen.db import db, reading, transaction
from canteen.ledger.models import Entry
from tests.faults.accounting import Audit, Finding, till_of
from tests.faults.copies import copy_of, let_go, put_back, throw_away
from tests.faults.disk import Disk
from tests.faults.points import LATE, POINTS, TRIGGERS
from tests.faults.scene import Diner, Scene, set_scene
from tests.faults.serve import Lives, LunchClock, Served, free_port
from tests.faults.tablet import Killed, Record, Tablet, durable_records
from tests.faults.wire import CUTS, Wire

HELD_BACK_PATIENCE_S = 1.2
TRIES = 8
"""How often the tablets try, once the network is healed, without getting rid of anything."""
MakeTablet = Callable[..., Tablet]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is to happen. `kills` of each named point; `cuts` and `crashes` (of tablets) in all."""

    elders: int
    cuts: int
    kills: int
    crashes: int
    jumps: int = 6
    budget_fen: int = 200 * 10_000
    patience_s: float = 0.25


@dataclass(slots=True)
class Outcome:
    """What a lunch came to."""

    seed: str
    cuts: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    jumps: int = 0
    records: int = 0
    greens: int = 0
    states: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    def says(self) -> str:
        """What failed, with the seed."""
        lines = [str(finding) for finding in self.findings[:20]]
        return "\n".join([f"seed {self.seed}: {len(self.findings)} findings", *lines])


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that happens at a tablet."""

    what: str
    diner: Diner | None = None
    fault: str | None = None


class Lunch:
    """A served canteen with two tablets, and the means to break everything."""

    def __init__(
        self, settings: Settings, folder: Path, seed: str, size: Size, clock: LunchClock,
        plant: str | None = None, make_tablet: MakeTablet = Tablet, is_backed_up: bool = False,
    ) -> None:  # fmt: skip
        self.seed = seed
        self.size = size
        self.clock = clock
        self.random = random.Random(seed)
        self.scene: Scene = set_scene(seed, size.elders, size.budget_fen)
        put_triggers()
        self.first_entry = last_entry()
        self.settings = settings
        self.mark = folder / "backed-up-through" if is_backed_up else None
        self.copies: dict[str, Settings] = {"start": copy_of(settings, "start")}
        self.back_up()
        served = Served(
            settings.home, settings.address, free_port(), folder / "deaths", clock, plant=plant, backup_mark=self.mark
        )
        self.lives = Lives(served)
        self.wires = [Wire(served.port, f"{seed}:wire:{number}", size.patience_s) for number in (1, 2)]
        self.tablets = [
            make_tablet(
                made.ref, made.bearer, Disk(folder / f"tablet-{number}"), wire.port, self.scene.sheet(),
                self.scene.district(), clock, f"{seed}:tablet:{number}", size.patience_s,
            )
            for number, (made, wire) in enumerate(zip(self.scene.tablets, self.wires, strict=True), 1)
        ]  # fmt: skip
        self.outcome = Outcome(seed)
        self.due = Counter(dict.fromkeys((*POINTS, *LATE), size.kills))
        self._lock = threading.Lock()

    def run(self, serve: Callable[["Hands", "Hands"], None] | None = None) -> Outcome:
        """Serve the lunch, let the network heal, and take stock. `serve`: something else than the drawn visits."""
        began_s = time.monotonic()
        self.lives.begin()
        hands = [self._hands(number) for number in (0, 1)]
        if serve is not None:
            serve(*hands)
        else:
            for wire in self.wires:
                wire.deck = deck(wire.random, self.size.cuts // 2)
            at_once(*(one.serve for one in hands))
        self._heal()
        self.lives.end()
        self.outcome.seconds = time.monotonic() - began_s
        self.take_stock()
        return self.outcome

    def forms(self) -> list[list[list[Record]]]:
        """Of each tablet every durable record in all its forms."""
        return [list(durable_records(tablet.disk).values()) for tablet in self.tablets]

    def _hands(self, number: int) -> "Hands":
        chance = random.Random(f"{self.seed}:hands:{number}")
        return Hands(self, self.tablets[number], self.wires[number], chance, number)

    def back_up(self) -> None:
        """Keep a backup of the database as it is, while nobody is served."""
        if self.mark is not None:
            self.copies["backup"] = copy_of(self.settings, "backup")
            with reading() as session:
                self.mark.write_text(str(session.scalar(select(func.max(Scan.id))) or 0))
            let_go()

    def back_up_between(self) -> None:
        """The same during the lunch."""
        self.lives.pause()
        self.back_up()
        self.lives.begin()

    def restore(self) -> None:
        """Lose the database, put the backup in its place, and raise the epoch."""
        self.lives.pause()
        put_back(self.copies["backup"], self.settings)
        with transaction() as session:
            raise_epoch(session)
        let_go()
        self.lives.begin()

    def close(self) -> None:
        """Leave nothing behind."""
        for copy in self.copies.values():
            throw_away(copy)
        for wire in self.wires:
            wire.close()
        for tablet in self.tablets:
            tablet.disk.close()

    def take_stock(self) -> None:
        """Count what was injected and what came of it."""
        tills = [till_of(tablet) for tablet in self.tablets]
        self.outcome.findings += Audit(self.scene, tills, self.first_entry).run()
        for wire in self.wires:
            self.outcome.cuts += wire.injected
        self.outcome.kills = Counter(self.lives.deaths())
        self.outcome.records = sum(len(till.forms) for till in tills)
        self.outcome.greens = sum(shown.is_green for till in tills for shown in till.seen.shown)
        with reading() as session:
            states = select(Scan.state, Scan.code, func.count()).group_by(Scan.state, Scan.code)
            for state, code, count in session.execute(states):
                self.outcome.states[f"{state} {code or ''}".strip()] = count

    def _heal(self) -> None:
        for wire in self.wires:
            wire.heal()
        stuck, left = 0, -1
        while left and stuck < TRIES:
            for tablet in self.tablets:
                tablet.sync(patience_s=10)
                tablet.post_letters(10)
            before, left = left, sum(len(tablet.unsent) + len(tablet.letters) for tablet in self.tablets)
            stuck = stuck + 1 if left == before else 0
            time.sleep(0.05 * stuck)
        if not self._missing():
            for tablet in self.tablets:
                tablet.sync("repeated", 10)  # once more, all that is still held: nothing may change by it

    def _missing(self) -> bool:
        with reading() as session:
            known = set(session.scalars(select(Scan.scan_id)))
        return any(forms[-1]["scan_id"] not in known for tablet in self.forms() for forms in tablet)

    def next_kill(self, wanted: tuple[str, ...]) -> str | None:
        """The named point that is owed most deaths."""
        with self._lock:
            died = Counter(self.lives.deaths())
            owed = {point: self.due[point] - died[point] for point in wanted}
            point = max(wanted, key=lambda point: owed[point])
            return point if owed[point] > 0 else None


class Hands:
    """The cashier at one tablet, and whoever pulls its plugs."""

    def __init__(
        self, lunch: Lunch, tablet: Tablet, wire: Wire, chance: random.Random, number: int
    ) -> None:
        self.number = number
        self.lunch = lunch
        self.tablet = tablet
        self.wire = wire
        self.random = chance
        self.crashes = lunch.size.crashes // 2
        self.jumps = lunch.size.jumps // 2
        self.scans: list[str] = []

    def serve(self) -> None:
        """Every visit of this tablet."""
        for visit in visits(self.lunch.scene, self.lunch.seed, self.number):
            self.act(visit)
        self.stay_until_all_is_injected()

    def act(self, visit: Visit) -> None:
        """One visit, with whatever breaks during it."""
        try:
            self._prepare()
            getattr(self, "_" + visit.what.replace("-", "_"))(visit.diner)
        except Killed:
            self._crash()
        if self.random.random() < 0.12:
            self.tablet.sync(self.random.choice(("plain", "shuffled", "repeated", "overlapping")), 1.0)
            self.tablet.post_letters(1.0)

    def _prepare(self) -> None:
        if self.crashes and self.random.random() < 0.15:
            self.crashes -= 1
            self.tablet.dies_at = self.random.choice(("before-keep", "after-keep", "after-decide"))
        if self.jumps and self.random.random() < 0.08:
            self.jumps -= 1
            self.lunch.outcome.jumps += 1
            self.tablet.offset = timedelta(seconds=self.random.choice((40, -40, 3600, -3600, 86400)))
        elif self.random.random() < 0.3:
            self.tablet.offset = timedelta(0)

    def _crash(self) -> None:
        if self.random.random() < 0.5:
            self.tablet.disk.cut_power(self.random)
            self.lunch.outcome.crashes["power cut"] += 1
        else:
            self.lunch.outcome.crashes["page killed"] += 1
        self.tablet.boot()

    def _scan(self, diner: Diner, **how: Any) -> str:
        by_hand = diner.sort not in ("guest", "lost") and self.random.random() < 0.15
        who = {"elder_ref": diner.ref} if by_hand else {"token": diner.token}
        scan_id = self.tablet.scan(**who, **how)
        self.scans.append(scan_id)
        return scan_id

    def _meal(self, diner: Diner) -> None:
        point = self.lunch.next_kill(POINTS) if self.random.random() < 0.5 else None
        if point is not None:
            self.wire.stack(f"kill:{point}")
        self._scan(diner, asks=point is not None)

    def _late_price(self, diner: Diner) -> None:
        self._late(diner, "late-price")

    def _late_refusal(self, diner: Diner) -> None:
        self._late(diner, "late-refusal")

    def _late(self, diner: Diner, point: str) -> None:
        if self.lunch.next_kill((point,)) is None:
            self._meal(diner)
            return
        self.wire.stack(f"kill:{point}")
        self._scan(diner, asks=True, patience_s=HELD_BACK_PATIENCE_S)

    def _again(self, diner: Diner) -> None:
        scan_id = self._scan(diner)
        if self.random.random() < 0.3:
            self.tablet.serve_anyway(scan_id)

    def _further(self, diner: Diner) -> None:
        how: dict[str, Any] = {"decision": "FULL_PRICE", "price_basis": "full", "shown_elder_fen": 1500}
        if self.random.random() < 0.5:
            how |= {"tender": "cash", "cash_taken_fen": 1500}
        self._scan(diner, how=how)

    def _stranger(self, _diner: None) -> None:
        from canteen.core.token import make_token

        token = make_token(b"the key of another district here", f"{self.random.randrange(10**8):08d}", 1)
        self.scans.append(self.tablet.scan(token=token))

    def _undo(self, diner: Diner) -> None:
        scan_id = self._scan(diner)
        self.tablet.cancel(scan_id)
        self.tablet.post_letters(self.tablet.patience_s)

    def _cash(self, _diner: None) -> None:
        key = self.tablet.new_key()
        body = {"id": key, "meal_period": "lunch", "portions": self.random.randint(1, 3), "price_fen": 1500}
        self.tablet.write_letter("/api/v1/cash-meals", key, body)
        self.tablet.post_letters(self.tablet.patience_s)

    def _top_up(self, diner: Diner) -> None:
        key = self.tablet.new_key()
        body = {"id": key, "elder_ref": diner.ref, "amount_fen": 5000, "method": "cash"}
        self.tablet.write_letter("/api/v1/top-ups", key, body)
        self.tablet.post_letters(self.tablet.patience_s)

    def _damaged(self, diner: Diner) -> None:
        damage = self.random.choice(({"channel": "post"}, {"boot_id": "short"}, {"seq": -1}, {"meal_period": "tea"}))
        self._scan(diner, how={**damage, "decision": "SERVED_ANYWAY"})

    def stay_until_all_is_injected(self) -> None:
        """Further meals and syncs for as long as a cut or a kill is still owed."""
        until = time.monotonic() + 60 + self.lunch.size.cuts * 0.2
        eaters = [diner for diner in self.lunch.scene.diners if diner.sort == "plain"]
        late = {sort: [d for d in self.lunch.scene.diners if d.sort == sort] for sort in ("dearer", "lost")}
        while time.monotonic() < until:
            point = self.lunch.next_kill((*POINTS, *LATE))
            if point is None and not self.wire.deck:
                return
            try:
                self._one_more(point, eaters, late)
            except Killed:
                self._crash()

    def _one_more(self, point: str | None, eaters: list[Diner], late: dict[str, list[Diner]]) -> None:
        if point in LATE:
            self._late(self.random.choice(eaters), point)
        elif point is not None:
            self.wire.stack(f"kill:{point}")
            self._further(self.random.choice(eaters))
        elif self.tablet.unsent or self.random.random() < 0.5:
            self.tablet.sync(self.random.choice(("shuffled", "repeated", "overlapping")), 1.0)
            self.tablet.post_letters(1.0)
        else:
            self._again(self.random.choice(eaters))


def visits(scene: Scene, seed: str, number: int) -> Iterator[Visit]:
    """What happens at one of the two tablets, in order: every elder once, and what comes on top."""
    chance = random.Random(f"{seed}:visits")
    own: list[Visit] = []
    for place, diner in enumerate(scene.diners):
        visit = _first_visit(diner, chance)
        at, extra = place % 2, _extra(diner, chance)
        if at == number:
            own.append(visit)
        if extra is not None and chance.randrange(2) == number:
            own.append(extra)
    mine = random.Random(f"{seed}:order:{number}")
    # Nearly in the order of the queue, but an extra may come before or after its elder's meal.
    keyed = [(place + mine.uniform(0, 12), place, visit) for place, visit in enumerate(own)]
    yield from (visit for _, _, visit in sorted(keyed, key=lambda one: one[:2]))


def _first_visit(diner: Diner, chance: random.Random) -> Visit:
    if diner.sort in ("dearer", "cheaper"):
        return Visit("late-price", diner)
    if diner.sort in ("lost", "dead"):
        return Visit("late-refusal", diner)
    return Visit(chance.choice(("meal",) * 8 + ("undo",)), diner)


EXTRAS = ("again", "again", "further", "top-up", "undo", "damaged")


def _extra(diner: Diner, chance: random.Random) -> Visit | None:
    drawn = chance.random()
    if drawn < 0.05:
        return Visit("stranger")
    if drawn < 0.1:
        return Visit("cash")
    if drawn < 0.45 and diner.sort not in ("dead", "lost", "guest"):
        return Visit(chance.choice(EXTRAS), diner)
    return None


def deck(chance: random.Random, cuts: int) -> list[str]:
    """So many cuts, of each kind as many as of any other."""
    dealt = [CUTS[number % len(CUTS)] for number in range(cuts)]
    chance.shuffle(dealt)
    return dealt


def at_once(*acts: Callable[[], object]) -> None:
    """Let all of these happen at the same time; raises what the first of them raised."""
    failures: list[BaseException] = []

    def guarded(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def put_triggers() -> None:
    """On PostgreSQL, the points inside the function that writes a check-in."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql(TRIGGERS)


def last_entry() -> int:
    """The number of the last journal entry."""
    with reading() as session:
        return session.scalar(select(func.max(Entry.id))) or 0


