"""One lunch under faults: a server that is killed, two tablets on bad wires, and what came of it.

Everything that is done is drawn from the seed before it begins (`visits`); only which thread is faster is not.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from canteen.checkin.models import Scan
from canteen.checkin.standing import raise_epoch
from canteen.config import Settings
from canteen.db import db, reading, transaction
from canteen.ledger.models import Entry
from tests.faults.accounting import Audit, Finding, Till, till_of, told_apart
from tests.faults.copies import copy_of, let_go, put_back, throw_away
from tests.faults.disk import Disk
from tests.faults.hands import Hands
from tests.faults.holdings import Record, durable_records
from tests.faults.points import LATE, POINTS, TRIGGERS
from tests.faults.scene import Scene, set_scene
from tests.faults.serve import Lives, LunchClock, Served, free_port
from tests.faults.tablet import Tablet
from tests.faults.visits import deck
from tests.faults.wire import Wire

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
    counted: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    def says(self) -> str:
        """What failed, with the seed, and how to run it again."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "tests/faults").partition(" ")[0]
        head = f"seed {self.seed}: {len(self.findings)} findings; again: .venv/bin/python -m pytest '{test}'"
        return "\n".join([head, *(str(finding) for finding in self.findings[:20])])


class Lunch:
    """A served canteen with two tablets, and the means to break everything."""

    def __init__(
        self, settings: Settings, folder: Path, seed: str, size: Size, clock: LunchClock,
        plant: str | None = None, make_tablet: MakeTablet = Tablet, is_backed_up: bool = False,
        is_ticking: bool = True,
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
            settings.home, settings.address, free_port(), folder / "deaths", clock, is_ticking, plant, self.mark
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
        self.met: set[int] = set()
        self.further: list[Till] = []
        self.ended_at = clock.noon
        self.due = Counter(dict.fromkeys((*POINTS, *LATE), size.kills))
        self._lock = threading.Lock()

    def run(self, serve: Callable[[Hands, Hands], None] | None = None) -> Outcome:
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
        self.ended_at = self.clock.now()
        self.outcome.seconds = time.monotonic() - began_s
        self.take_stock()
        return self.outcome

    def forms(self) -> list[list[list[Record]]]:
        """Of each tablet every durable record in all its forms."""
        return [list(durable_records(tablet.disk).values()) for tablet in self.tablets]

    def _hands(self, number: int) -> Hands:
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
        tills = [*(till_of(tablet) for tablet in self.tablets), *self.further]
        self.outcome.findings += Audit(self.scene, tills, self.first_entry).run()
        for wire in self.wires:
            self.outcome.cuts += wire.injected
        self.outcome.kills = Counter(self.lives.deaths())
        greens = sum(shown.is_green for till in tills for shown in till.seen.shown)
        self.outcome.counted["records on the tablets"] = sum(len(till.forms) for till in tills)
        self.outcome.counted["green on a tablet"] = greens
        self.outcome.counted.update(told_apart())

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


