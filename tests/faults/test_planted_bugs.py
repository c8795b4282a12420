"""The accounting of the fault run can fail: each planted bug is caught, by name."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from tests.faults import tablet_bugs as wrong
from tests.faults.conftest import SetLunch
from tests.faults.hands import Hands
from tests.faults.lunch import Size, at_once
from tests.faults.scene import Diner
from tests.faults.tablet import Tablet

FEW = Size(elders=18, cuts=0, kills=0, crashes=0, patience_s=0.3)
MANY = replace(FEW, elders=110)


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug: on the server or on the tablet, what makes it show, and how the accounting calls its harm."""

    name: str
    harm: str
    serve: Callable[[Hands, Hands], None]
    tablet: type[Tablet] = Tablet
    is_backed_up: bool = False


def fresh(hands: Hands, count: int = 3, sort: str = "plain") -> list[Diner]:
    """So many elders of this sort who have not been here, those with most in the wallet first."""
    of_sort = [diner for diner in hands.lunch.scene.diners if diner.sort == sort and diner.id not in hands.lunch.met]
    chosen = sorted(of_sort, key=lambda diner: -diner.balance_fen)[:count]
    hands.lunch.met.update(diner.id for diner in chosen)
    return chosen


def a_kill(point: str) -> Callable[[Hands, Hands], None]:
    """The server dies over the first scan."""

    def serve(here: Hands, there: Hands) -> None:
        here.wire.stack(f"kill:{point}")
        for diner in fresh(here):
            here.tablet.scan(diner.token, asks=True, patience_s=5)

    return serve


def two_tills(here: Hands, there: Hands) -> None:
    """Each elder at both tills in the same moment."""
    for diner in fresh(here, 4):
        at_once(*(partial(one.tablet.scan, diner.token, asks=True, patience_s=5) for one in (here, there)))


def a_meal_and_another(here: Hands, there: Hands) -> None:
    """An elder's meal at one till, a further one at the other, both from the wallet and at once."""
    further = {"decision": "FULL_PRICE", "price_basis": "full", "shown_elder_fen": 1500, "tender": "wallet"}
    for diner in fresh(here):
        at_once(
            partial(here.tablet.scan, diner.token, asks=True, patience_s=5),
            partial(there.tablet.scan, diner.token, how=further, patience_s=5),
        )


def a_cheaper_promise(here: Hands, there: Hands) -> None:
    """The answer does not come in time, the tablet shows less, and says so twice."""
    here.wire.stack("half-open")
    here.tablet.scan(fresh(here, 1, "cheaper")[0].token, asks=True)
    here.wire.stack("repeat-request")
    here.tablet.sync()


def a_promise(here: Hands, there: Hands) -> None:
    """The answer does not come in time, and the tablet shows less."""
    here.wire.stack("half-open")
    here.tablet.scan(fresh(here, 1, "cheaper")[0].token, asks=True)


def a_cancel_twice(here: Hands, there: Hands) -> None:
    """A cancellation arrives, and its answer does not."""
    for diner in fresh(here):
        scan_id = here.tablet.scan(diner.token, asks=True, patience_s=5)
        here.tablet.cancel(scan_id)
        here.wire.stack("half-open")
        here.tablet.post_letters(0.5)
        here.tablet.post_letters()


def a_cancel_beside_its_scan(here: Hands, there: Hands) -> None:
    """The server is slow over a scan; the tablet serves by itself, and the cashier takes it back at once."""
    for diner in fresh(here):
        here.wire.stack("kill:slow:before-commit")
        scan_id = here.tablet.scan(diner.token, asks=True, patience_s=0.2)
        here.tablet.cancel(scan_id)
        here.tablet.post_letters()


def a_retry(here: Hands, there: Hands) -> None:
    """An answer does not come; the scan goes out again."""
    for diner in fresh(here):
        here.wire.stack("half-open")
        here.tablet.scan(diner.token, asks=True)
        here.tablet.sync()


def a_broken_sync(here: Hands, there: Hands) -> None:
    """What was scanned without the network is damaged on its way."""
    _scanned_offline(here)
    here.wire.stack("corrupt-request")
    here.tablet.sync()


def a_kept_answer(here: Hands, there: Hands) -> None:
    """A proxy answers a sync with what it had kept of another."""
    here.tablet.scan(fresh(here, 1)[0].token, asks=True, patience_s=5)
    _scanned_offline(here)
    here.wire.stack("repeat-answer")
    here.tablet.sync()


def an_answer_kept_from_before_the_decision(here: Hands, there: Hands) -> None:
    """The answer does not come, the tablet decides by itself, and a proxy gives it what it had kept."""
    here.wire.stack("late-answer")
    here.tablet.scan(fresh(here, 1, "cheaper")[0].token, asks=True)
    here.wire.stack("repeat-answer")
    here.tablet.sync()


def a_power_cut(here: Hands, there: Hands) -> None:
    """The power fails after a green."""
    _scanned_offline(here)
    here.tablet.disk.cut_power(random.Random(1))
    here.tablet.boot()


def a_clock_set_by_a_day(here: Hands, there: Hands) -> None:
    """A tablet that has not heard of the server since it was switched on is set to tomorrow before it sends."""
    here.tablet.boot()
    _scanned_offline(here)
    here.tablet.offset = timedelta(days=1)
    here.tablet.sync()
    here.tablet.offset = timedelta(0)


def a_damaged_record(here: Hands, there: Hands) -> None:
    """One record of a batch cannot be read."""
    _scanned_offline(here)
    here.tablet.cuts, here.tablet.probed_s = 0, 0
    here.wire.stack("cut-before")
    here.tablet.scan(fresh(here, 1)[0].token, how={"channel": "post", "decision": "SERVED_ANYWAY"})
    here.tablet.sync()


def a_restore(here: Hands, there: Hands) -> None:
    """The database is lost after the last backup; the tablets have what came since."""
    first, second, third = fresh(here)
    here.tablet.scan(first.token, asks=True, patience_s=5)
    here.lunch.back_up_between()
    here.tablet.scan(second.token, asks=True, patience_s=5)
    here.lunch.restore()
    here.tablet.scan(third.token, asks=True, patience_s=5)


def _scanned_offline(here: Hands) -> None:
    for diner in fresh(here):
        here.wire.stack("cut-before")
        here.tablet.scan(diner.token, asks=True)


PLANTED = (
    Planted("outcome-in-its-own-transaction", "meal-without-record", a_kill("between")),
    Planted("no-unique-slot", "slot-served-twice", two_tills),
    Planted("check-then-act", "slot-served-twice", two_tills),
    Planted("answer-before-commit", "record-without-outcome", a_kill("answered-uncommitted")),
    Planted("decision-applied-twice", "promise-posted-twice", a_cheaper_promise),
    Planted("wallet-outside-lock", "charge-overwritten", a_meal_and_another),
    Planted("batch-aborted-by-one", "record-without-outcome", a_damaged_record),
    Planted("promise-ignored", "promise-broken", a_promise),
    Planted("cancel-applied-twice", "refunded-twice", a_cancel_twice),
    Planted("repeats-charged-again", "wallet-charged-twice", a_retry),
    Planted("new-id-each-try", "outcome-nobody-sent", a_retry, wrong.NewIdEachTry),
    Planted("deletes-on-refusal", "record-without-outcome", a_broken_sync, wrong.DeletesOnRefusal),
    Planted("matches-by-place", "record-without-outcome", a_kept_answer, wrong.MatchesByPlace),
    Planted(
        "takes-any-answer", "promise-broken", an_answer_kept_from_before_the_decision, wrong.TakesAnyAnswer
    ),
    Planted("never-syncs-its-disk", "green-not-durable", a_power_cut, wrong.NeverSyncs),
    Planted("keeps-after-the-answer", "green-not-durable", a_power_cut, wrong.KeepsAfterAnswer),
    Planted("lets-go-at-once", "record-without-outcome", a_restore, wrong.LetsGoAtOnce, True),
    Planted("ignores-the-epoch", "record-without-outcome", a_restore, wrong.IgnoresEpoch, True),
)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_a_planted_bug_is_caught_by_name(sqlite_lunch: SetLunch, planted: Planted) -> None:
    on_server = planted.name if planted.tablet is Tablet else None

    outcome = sqlite_lunch("planted", FEW, on_server, planted.tablet, planted.is_backed_up).run(planted.serve)

    assert planted.harm in {finding.name for finding in outcome.findings}, outcome.says()


SOUND = (
    two_tills, a_meal_and_another, a_cheaper_promise, a_cancel_twice, a_cancel_beside_its_scan, a_retry,
    a_broken_sync, a_kept_answer, an_answer_kept_from_before_the_decision, a_power_cut, a_clock_set_by_a_day, a_damaged_record, a_restore,
)  # fmt: skip


def test_without_a_bug_the_same_harms_nobody(set_lunch: SetLunch) -> None:
    def serve(here: Hands, there: Hands) -> None:
        for happening in SOUND:
            happening(here, there)

    outcome = set_lunch("sound", MANY, is_backed_up=True).run(serve)

    assert not outcome.findings, outcome.says()
