"""P1, P4, P5, P6 and P9: check-ins a second over HTTP beside the bare database, refusals, a sync, round trips."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from canteen.app import create_app
from canteen.bench.crowd import Crowd, body, gather, scan
from canteen.bench.measuring import Ratio, in_turn, percentile, probes
from canteen.bench.places import Place, clocked, postgresql_place, served, sqlite_place
from canteen.bench.yardsticks import PostgresqlYardstick, SqliteYardstick
from canteen.checkin.models import Meal
from canteen.checkin.round_trips import counted
from canteen.checkin.services import check_in
from canteen.clock import now
from canteen.config import ROOT
from canteen.db import reading
from canteen.settlement.verification import verify_all


def p1(count: int = 600, pairs: int = 5) -> dict[str, Any]:
    """Check-ins a second on PostgreSQL, 8 connections, beside pgbench with two clients doing the same rows."""
    with postgresql_place() as place:
        return {**_cell(place, count, pairs, 8), **probes(place.folder)}


def p4(count: int = 300, pairs: int = 5) -> dict[str, Any]:
    """Check-ins a second on SQLite, 8 and 32 connections, beside raw sqlite3 with one commit each."""
    found: dict[str, Any] = {}
    for connections in (8, 32):
        with sqlite_place() as place:
            found[f"connections_{connections}"] = _cell(place, count, pairs, connections)
            found |= probes(place.folder)
    return found


def _cell(place: Place, count: int, pairs: int, connections: int) -> dict[str, Any]:
    # One round to warm up, then as many rounds of ours as of the yardstick's, each with elders of its own.
    first = (pairs + 1) * count + 1
    crowd = gather(place, first + pairs * count)
    latencies: list[float] = []
    with served(place) as port:
        meal_id = _first_meal(place, port, crowd)
        if place.is_sqlite:
            file = Path(place.settings.address.removeprefix("sqlite:///"))
            yardstick = SqliteYardstick(file, meal_id, [elder for elder, _ in crowd.elders[first:]]).rate
        else:
            yardstick = PostgresqlYardstick(place, meal_id, crowd.elders[first][0]).rate

        def ours(number: int) -> float:
            report = _load(port, crowd, _accepted(crowd, count, number), connections)
            expect(report, {"MEAL:None": count})
            latencies.extend(report["latencies"])
            return float(count / report["seconds"])

        ours(99)  # warm
        ratio = in_turn(ours, lambda _number: yardstick(count), pairs)
        found = _document(ratio, latencies)
    if (
        place.is_sqlite
    ):  # the pgbench rows stand in the very database, so there the ledger is checked before them
        must_be_sound(place)
    return found


def _document(ratio: Ratio, latencies: list[float]) -> dict[str, Any]:
    return ratio.document("per_second") | {
        "p50_ms": round(1000 * percentile(latencies, 0.5), 1),
        "p99_ms": round(1000 * percentile(latencies, 0.99), 1),
    }


def p5(count: int = 400, pairs: int = 5) -> dict[str, Any]:
    """Refusals a second beside accepted check-ins, on PostgreSQL; and 32 at once with one card make one meal."""
    with postgresql_place() as place:
        crowd = gather(place, (pairs * 3 + 1) * count + 100)
        found: dict[str, Any] = {}
        with served(place) as port:
            done = crowd.take(count)
            again = [body(scan(Random(f"done {number}"), token)) for number, (_, token) in enumerate(done)]
            _load(port, crowd, again, 8)
            kinds = {
                "second_meal": (lambda n: _second(done, n), {"REJECTED:DUPLICATE_SAME": count}),
                "unknown_card": (lambda n: _unknown(count, n), {"EXCEPTION:UNKNOWN": count}),
                "same_scan_again": (lambda _n: again, {"MEAL:None": count}),
            }
            for name, (bodies, expected) in kinds.items():
                ratio = in_turn(
                    lambda n, bodies=bodies, expected=expected: _rate(port, crowd, bodies(n), expected),  # type: ignore[misc]
                    lambda n, name=name: _rate(  # type: ignore[misc]
                        port, crowd, _accepted(crowd, count, hash((name, n))), {"MEAL:None": count}
                    ),
                    pairs,
                )
                found[name] = ratio.document("per_second")
            found["one_card_at_once"] = _one_card(port, crowd)
        must_be_sound(place)
        return found


def _rate(port: int, crowd: Crowd, bodies: list[str], expected: dict[str, int]) -> float:
    report = _load(port, crowd, bodies, 8)
    expect(report, expected)
    return float(len(bodies) / report["seconds"])


def _second(done: list[tuple[int, str]], number: int) -> list[str]:
    random = Random(f"second {number}")  # noqa: S311 - scan ids of a benchmark
    return [body(scan(random, token)) for _, token in done]


def _unknown(count: int, number: int) -> list[str]:
    random = Random(f"unknown {number}")  # noqa: S311
    return [body(scan(random, f"{random.getrandbits(256):064x}")) for _ in range(count)]


def _one_card(port: int, crowd: Crowd) -> dict[str, int]:
    random = Random("one card")
    _, token = crowd.take(1)[0]
    outcomes = dict(_load(port, crowd, [body(scan(random, token)) for _ in range(32)], 32)["outcomes"])
    expect({"outcomes": outcomes}, {"MEAL:None": 1, "REJECTED:DUPLICATE_SAME": 31})
    return outcomes


def p6(count: int = 500, pairs: int = 5) -> dict[str, Any]:
    """Records a second of one sync batch beside the same number of single scans, on both databases.

    The single scans come as a tablet sends them, one after the other; and, for comparison, over 8 connections.
    """
    found: dict[str, Any] = {}
    for name, place_of in (("postgresql", postgresql_place), ("sqlite", sqlite_place)):
        with place_of() as place:
            crowd = gather(place, (2 * 2 * pairs + 2) * count)
            with served(place) as port:
                _batch_rate(port, crowd, count, 99)  # warm
                _singles_rate(port, crowd, count, 99, 1)
                for connections in (1, 8):
                    ratio = in_turn(
                        lambda n, port=port, crowd=crowd, c=connections: _batch_rate(port, crowd, count, 10 * n + c),  # type: ignore[misc]
                        lambda n, port=port, crowd=crowd, c=connections: _singles_rate(port, crowd, count, n, c),  # type: ignore[misc]
                        pairs,
                    )
                    found[f"{name}_beside_{connections}"] = ratio.document("per_second")
            must_be_sound(place)
            found |= probes(place.folder)
    return found


def _batch_rate(port: int, crowd: Crowd, count: int, number: int) -> float:
    random = Random(f"batch {number}")
    records = [scan(random, token) for _, token in crowd.take(count)]
    report = _load(port, crowd, [body(*records)], 1)
    expect(report, {"MEAL:None": count})
    return float(count / report["seconds"])


def _singles_rate(port: int, crowd: Crowd, count: int, number: int, connections: int) -> float:
    report = _load(port, crowd, _accepted(crowd, count, 1000 * connections + number), connections)
    expect(report, {"MEAL:None": count})
    return float(count / report["seconds"])


def p9() -> dict[str, Any]:
    """Database round trips for one accepted check-in, the device's authentication included."""
    found: dict[str, Any] = {}
    for name, place_of in (("round_trips", postgresql_place), ("sqlite_statements", sqlite_place)):
        with place_of() as place:
            crowd = gather(place, 12)
            with clocked(place):
                for _ in range(2):  # the second and later ones have the process's caches filled
                    _direct(crowd, Random(crowd.next))
                with counted() as look:
                    _direct(crowd, Random(crowd.next))
            found[name] = look.count
    return found


def _direct(crowd: Crowd, random: Random) -> None:
    (_, token), *_ = crowd.take(1)
    results = check_in(crowd.tablet, now(), [scan(random, token)]).results
    expect({"outcomes": {f"{results[0]['state']}:{results[0]['code']}": 1}}, {"MEAL:None": 1})


def _first_meal(place: Place, port: int, crowd: Crowd) -> int:
    random = Random("first")
    (_, token), *_ = crowd.take(1)
    expect(_load(port, crowd, [body(scan(random, token))], 1), {"MEAL:None": 1})
    with create_app(place.settings).app_context(), reading() as session:
        return int(session.scalar(select(func.max(Meal.id))) or 0)


def _accepted(crowd: Crowd, count: int, number: int) -> list[str]:
    random = Random(f"accepted {number}")
    return [body(scan(random, token)) for _, token in crowd.take(count)]


def _load(port: int, crowd: Crowd, bodies: list[str], connections: int) -> dict[str, Any]:
    return load(port, [crowd.bearer] * len(bodies), bodies, connections)


def load(port: int, bearers: list[str], bodies: list[str], connections: int) -> dict[str, Any]:
    """Send these bodies, each as the tablet of its bearer token; answers seconds, latencies and outcomes."""
    task = {"port": port, "bearers": bearers, "bodies": bodies, "connections": connections}
    done = subprocess.run(
        [sys.executable, "-m", "canteen.bench.client"],
        input=json.dumps(task), capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def expect(report: dict[str, Any], outcomes: dict[str, int]) -> None:
    """Raise RuntimeError if a load came to anything else."""
    if report["outcomes"] != outcomes:
        raise RuntimeError(
            f"expected {outcomes}, and it became {report['outcomes']}: the figure does not count"
        )


def must_be_sound(place: Place) -> None:
    """Raise RuntimeError if the books of this place break an invariant."""
    with create_app(place.settings).app_context():
        broken = verify_all().broken
    if broken:
        raise RuntimeError(f"{broken[0]}: the figure does not count")
