"""`canteen bench`."""

from collections.abc import Callable
from typing import Any

import click

from canteen.web.console import answer_no, emit, json_option, say

# Imported when it runs: the benchmarks bring DuckDB and the embedded PostgreSQL, which no other command needs.
CELLS = ("P1", "P3", "P4", "P5", "P6", "P7", "P9")
SMALL: dict[str, dict[str, int]] = {
    "P1": {"count": 20, "pairs": 1},
    "P3": {"count": 60, "pairs": 1},
    "P4": {"count": 20, "pairs": 1},
    "P5": {"count": 16, "pairs": 1},
    "P6": {"count": 60, "pairs": 1},
    "P7": {"lines": 3000, "pairs": 1},
    "P9": {},
}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option(
    "--small", is_flag=True, help="Once and small: for the invariants and counts, not for the figures."
)
@json_option
def bench(names: tuple[str, ...], small: bool, as_json: bool) -> None:
    """Run the benchmarks P1, P3, P4, P5, P6, P7 and P9, or those named, in databases of their own."""
    unknown = [name for name in names if name.upper() not in CELLS]
    if unknown:
        raise click.UsageError(f"没有名为 {unknown[0]} 的测量；有 {'、'.join(CELLS)}。")
    found: dict[str, Any] = {}
    for name in [name.upper() for name in names] or CELLS:
        say(f"{name} …")
        try:
            found[name] = _cell(name)(**(SMALL[name] if small else {}))
        except RuntimeError as fault:
            answer_no(f"{name}: {fault}")
    emit(found, as_json)


def _cell(name: str) -> Callable[..., dict[str, Any]]:
    from canteen.bench import checkins, closing, one_fund

    cells: dict[str, Callable[..., dict[str, Any]]] = {
        "P1": checkins.p1, "P3": one_fund.p3, "P4": checkins.p4, "P5": checkins.p5, "P6": checkins.p6,
        "P7": closing.p7, "P9": checkins.p9,
    }  # fmt: skip
    return cells[name]


COMMANDS = [bench]
