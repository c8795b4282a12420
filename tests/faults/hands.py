"""The cashier at one tablet, and whoever pulls its plugs."""

import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from canteen.core.token import make_token
from tests.faults.holdings import Killed
from tests.faults.points import LATE, POINTS
from tests.faults.scene import PRICE_FEN, Diner
from tests.faults.tablet import Tablet
from tests.faults.visits import Visit, visits
from tests.faults.wire import Wire

if TYPE_CHECKING:
    from tests.faults.lunch import Lunch

HELD_BACK_PATIENCE_S = 1.2
STRANGERS = b"the card key of another district"


class Hands:
    """The cashier at one tablet, and whoever pulls its plugs."""

    def __init__(
        self, lunch: "Lunch", tablet: Tablet, wire: Wire, chance: random.Random, number: int
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
            self._sync("plain", "shuffled", "repeated", "overlapping")
            self.tablet.post_letters(1.0)

    def _sync(self, *ways: str) -> None:
        way = self.random.choice(ways)
        self.lunch.outcome.counted[f"batches {way}"] += 1
        self.tablet.sync(way, 1.0)

    def _prepare(self) -> None:
        if self.crashes and self.random.random() < 0.15:
            self.crashes -= 1
            self.tablet.dies_at = self.random.choice(("before-keep", "after-keep", "after-decide"))
        if self.jumps and self.random.random() < 0.08:
            self.jumps -= 1
            self.lunch.outcome.counted["clock jumps"] += 1
            self.tablet.offset = timedelta(seconds=self.random.choice((40, -40, 3600, -3600, 86400)))
        elif self.random.random() < 0.3:
            self.tablet.offset = timedelta(0)

    def _crash(self) -> None:
        if self.random.random() < 0.5:
            self.tablet.disk.cut_power(self.random)
            self.lunch.outcome.crashes["tablets without power"] += 1
        else:
            self.lunch.outcome.crashes["pages killed"] += 1
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
        # Nothing else may happen to this one: it has to be recorded, and shown otherwise.
        self.tablet.dies_at, self.tablet.offset = None, timedelta(0)
        self.wire.stack(f"kill:{point}")
        self._scan(diner, asks=True, patience_s=HELD_BACK_PATIENCE_S)

    def _again(self, diner: Diner) -> None:
        scan_id = self._scan(diner)
        if self.random.random() < 0.3:
            self.tablet.serve_anyway(scan_id)

    def _further(self, diner: Diner) -> None:
        how: dict[str, Any] = {"decision": "FULL_PRICE", "price_basis": "full", "shown_elder_fen": PRICE_FEN}
        if self.random.random() < 0.5:
            how |= {"tender": "cash", "cash_taken_fen": PRICE_FEN}
        self._scan(diner, how=how)

    def _stranger(self, _diner: None) -> None:
        token = make_token(STRANGERS, f"{self.random.randrange(10**8):08d}", 1)
        self.scans.append(self.tablet.scan(token=token))

    def _undo(self, diner: Diner) -> None:
        scan_id = self._scan(diner)
        self.tablet.cancel(scan_id)
        self.tablet.post_letters(self.tablet.patience_s)

    def _cash(self, _diner: None) -> None:
        key = self.tablet.new_key()
        body = {"id": key, "meal_period": "lunch", "portions": self.random.randint(1, 3), "price_fen": PRICE_FEN}
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
        while time.monotonic() < until:
            point = self.lunch.next_kill((*POINTS, *LATE))
            if point is None and not self.wire.deck:
                return
            try:
                self._one_more(point)
            except Killed:
                self._crash()

    def _one_more(self, point: str | None) -> None:
        plain = [diner for diner in self.lunch.scene.diners if diner.sort == "plain"]
        if point in LATE:
            self._late(self.random.choice(plain), point)
        elif point is not None:
            self.wire.stack(f"kill:{point}")
            self._further(self.random.choice(plain))
        elif self.tablet.unsent or self.random.random() < 0.5:
            self._sync("shuffled", "repeated", "overlapping")
            self.tablet.post_letters(1.0)
        else:
            self._again(self.random.choice(plain))
