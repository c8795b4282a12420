"""The full numbers: `make faults FULL=1`, or one part of them with `PART=sqlite`, `postgresql` or `browser`.

Each part writes its row into docs/evidence/faults.json as soon as it is done, so that an interrupted run loses one
part at most; faults.md is made from that file.
"""

import pytest

from canteen.config import Settings
from tests.faults.conftest import SetLunch
from tests.faults.lunch import Lunch, Size
from tests.faults.points import LATE, POINTS
from tests.faults.replaying import comparable, replayed_totals
from tests.faults.table import Part, write_part

LUNCHES = 10
BIG = Size(elders=400, cuts=206, kills=7, crashes=24, jumps=12, patience_s=0.4)
RUNNING_OUT_FEN = 150 * 200


@pytest.fixture
def part(settings: Settings) -> str:
    return settings.address.partition(":")[0].partition("+")[0]


def test_ten_lunches(set_lunch: SetLunch, part: str) -> None:
    done = Part(part)
    for number in range(1, LUNCHES + 1):
        budget_fen = RUNNING_OUT_FEN if number % 2 else BIG.budget_fen
        lunch = set_lunch(f"full-{number}", Size(**{**BIG_VALUES, "budget_fen": budget_fen}))
        outcome = lunch.run()
        done.add(outcome, _order_matters(lunch))
        print(done.line(outcome), flush=True)
        lunch.close()

    write_part(done)
    assert not done.findings, "\n".join(done.findings)
    assert done.cuts >= 2_000
    assert sum(done.kills[point] for point in (*POINTS, *LATE)) >= 500


BIG_VALUES = {name: getattr(BIG, name) for name in Size.__dataclass_fields__}


def _order_matters(lunch: Lunch) -> bool:
    one, other = (replayed_totals(lunch, seed) for seed in ("one order", "another"))
    return comparable(one) != comparable(other)
