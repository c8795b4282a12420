"""P3: every elder on one sponsor's fund, beside as many elders spread over thirty funds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from canteen.bench.checkins import expect, load, must_be_sound
from canteen.bench.crowd import ACTOR, body, chengguan, invented, scan, settle
from canteen.bench.measuring import in_turn, percentile, probes
from canteen.bench.places import clocked, postgresql_place, served
from canteen.clock import now
from canteen.demo.people import Person
from canteen.sponsors.services import NewFund, add_fund

CANTEENS = 30
CONNECTIONS = 32
GIFT_FEN = 1_000_000_00
"""More than all the meals of a run: measured far above the line below which a fund is drawn under its row's lock."""


@dataclass(frozen=True, slots=True)
class Diner:
    """An elder's card, and the bearer token of the till that this elder eats at."""

    token_sha256: str
    bearer: str


def p3(count: int = 600, pairs: int = 5) -> dict[str, Any]:
    """Check-ins a second, 32 connections to 30 canteens: all of them on one fund, beside a fund for each."""
    with postgresql_place() as place:
        elders = invented(2 * (pairs + 1) * count)
        with clocked(place):
            one = _thirty_canteens("one", elders[0::2], ["one"] * CANTEENS)
            many = _thirty_canteens("many", elders[1::2], [f"many-{number}" for number in range(CANTEENS)])
        latencies: list[float] = []
        with served(place) as port:

            def ours(_number: int) -> float:
                report = _serve(port, _next(one, count))
                latencies.extend(report["latencies"])
                return float(count / report["seconds"])

            def theirs(_number: int) -> float:
                return float(count / _serve(port, _next(many, count))["seconds"])

            _serve(port, [*_next(one, count), *_next(many, count)])  # warm
            ratio = in_turn(ours, theirs, pairs)
        must_be_sound(place)
        p99_ms = round(1000 * percentile(latencies, 0.99), 1)
        return {**ratio.document("per_second"), "p99_ms": p99_ms, **probes(place.folder)}


def _next(diners: Iterator[Diner], count: int) -> list[Diner]:
    return [next(diners) for _ in range(count)]


def _serve(port: int, eating: Sequence[Diner]) -> dict[str, Any]:
    random = Random(eating[0].token_sha256)  # noqa: S311 - scan ids of a benchmark
    bodies = [body(scan(random, diner.token_sha256)) for diner in eating]
    report = load(port, [diner.bearer for diner in eating], bodies, CONNECTIONS)
    expect(report, {"MEAL:None": len(eating)})
    return report


def _thirty_canteens(name: str, elders: Sequence[Person], funds: Sequence[str]) -> Iterator[Diner]:
    """Canteens with a till and their elders, each drawing on its fund of these; all their elders in one mixed queue."""
    for code in sorted(set(funds)):
        add_fund(NewFund(code, f"资助方{code}", GIFT_FEN, now().date()), ACTOR)
    diners: list[Diner] = []
    for number, fund in enumerate(funds):
        crowd = settle(f"{name}-{number}", elders[number::CANTEENS], _programme(fund))
        diners += [Diner(token, crowd.bearer) for _, token in crowd.elders]
    Random(name).shuffle(diners)  # noqa: S311 - the order of a benchmark's queue
    return iter(diners)


def _programme(fund: str) -> dict[str, Any]:
    """Chengguan's rules after a sponsor's, so that every meal draws on the fund whoever eats it."""
    values = chengguan()
    gift = {"id": "gift", "title": "每餐捐助5元", "payer": "sponsor", "fund": fund, "pays": {"fixed": "5.00"}}
    values["programme"]["id"] = f"bench-{fund}"
    values["version"][0]["rule"].insert(0, gift)
    del values["example"]  # they are Chengguan's own, without a sponsor
    return values
