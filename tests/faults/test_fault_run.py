"""A lunch in which everything breaks, and nothing is lost, doubled or made up."""

from tests.faults.conftest import SetLunch
from tests.faults.lunch import Size
from tests.faults.points import LATE, POINTS
from tests.faults.replaying import comparable, replayed_totals

SMALL = Size(elders=90, cuts=44, kills=2, crashes=12, budget_fen=45 * 200)


def test_a_lunch_of_cuts_and_kills_loses_doubles_and_makes_up_nothing(set_lunch: SetLunch) -> None:
    lunch = set_lunch("lunch-1", SMALL)
    outcome = lunch.run()

    assert not outcome.findings, outcome.says()
    assert outcome.cuts.total() >= SMALL.cuts
    assert {point: outcome.kills[point] for point in (*POINTS, *LATE)} == dict.fromkeys((*POINTS, *LATE), 2)
    assert outcome.counted["another price shown"] >= 2
    assert outcome.counted["green against a stored no"] >= 2

    one, other = (replayed_totals(lunch, seed) for seed in ("one order", "another"))
    assert comparable(one) == comparable(other)
