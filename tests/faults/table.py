"""The table of the full numbers: docs/evidence/faults.json, and the page that is made from it."""

import json
import os
import platform
import subprocess
from collections import Counter
from typing import Any

import fasteners

from canteen.config import ROOT
from tests.faults.accounting import DUPLICATED, LOST, PHANTOM
from tests.faults.lunch import Outcome

JSON = ROOT / "docs" / "evidence" / "faults.json"
PAGE = ROOT / "docs" / "evidence" / "faults.md"
PARTS = ("sqlite", "postgresql", "browser")
HARMS = {"lost": LOST, "duplicated": DUPLICATED, "phantom": PHANTOM}
GROUPS = {"kills": "Kills of the server, by point", "cuts": "Network cuts, by kind", "counted": "What else happened"}
HEAD = """# The fault run

Two tablets and a lunch, over and over, while the network is cut, the server is killed at named points, and tablets and
browsers are killed or lose their power. Afterwards every record that was ever on a tablet's disk is looked for in the
database, every row of the database is looked for on the tablets, wallets, fund and slots are compared to the fen with a
second set of books, and all records are sent again in two other orders, whose totals must agree.

Each seed gives the same visits and faults; which thread is faster is left to the machine. Made by `make faults FULL=1`
(one part with `PART=`). A small run with every point, and seventeen planted bugs, each caught by name, are part of
`./test`.
"""


def keep_row(part: str, outcome: Outcome) -> None:
    """Put one lunch into the table, and make the page anew."""
    with fasteners.InterProcessLock(JSON.with_suffix(".lock")):
        table = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {}
        table.setdefault(part, {})[outcome.seed] = row_of(outcome)
        text = json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True)
        JSON.write_text(text + "\n", encoding="utf-8")
        PAGE.write_text(page(table), encoding="utf-8")
    JSON.with_suffix(".lock").unlink(missing_ok=True)


def row_of(outcome: Outcome) -> dict[str, Any]:
    """What is kept of one lunch."""
    harms = Counter(harm_of(finding.name) for finding in outcome.findings)
    return {
        "commit": commit(), "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "seconds": round(outcome.seconds), "cuts": dict(sorted(outcome.cuts.items())),
        "kills": dict(sorted(outcome.kills.items())),
        "counted": dict(sorted((outcome.counted + outcome.crashes).items())),
        **{harm: harms[harm] for harm in (*HARMS, "other")},
        "findings": [str(finding) for finding in outcome.findings[:20]],
    }  # fmt: skip


def harm_of(name: str) -> str:
    """Lost, duplicated, phantom, or another harm."""
    return next((harm for harm, names in HARMS.items() if name in names), "other")


def commit() -> str:
    """What was run, with a mark where the tree had changes."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def page(table: dict[str, Any]) -> str:
    """The table as a page."""
    parts = [part for part in PARTS if part in table]
    sums = {part: _summed(table[part]) for part in parts}
    titles = ("lunches", "network cuts", "kill -9 of the server", "browsers killed", *HARMS, "other", "minutes")
    lines = [HEAD, *_head(parts)]
    lines += [_line(title, [sums[part]["whole"][title] for part in parts]) for title in titles]
    for group, title in GROUPS.items():
        names = sorted({name for part in parts for name in sums[part][group]})
        lines += ["", f"## {title}", "", *_head(parts)]
        lines += [_line(name, [sums[part][group][name] for part in parts]) for name in names]
    lines += ["", "## Seeds, and the code they ran on", ""]
    lines += [f"- {part}: " + ", ".join(f"`{seed}` ({row['commit']})" for seed, row in table[part].items()) for part in parts]
    return "\n".join(lines) + "\n"


def _summed(rows: dict[str, Any]) -> dict[str, Counter[str]]:
    found = {group: sum((Counter(row[group]) for row in rows.values()), Counter()) for group in GROUPS}
    whole: Counter[str] = Counter(
        {
            "lunches": len(rows), "network cuts": found["cuts"].total(), "kill -9 of the server": found["kills"].total(),
            "browsers killed": found["counted"]["browsers killed"],
            "minutes": round(sum(row["seconds"] for row in rows.values()) / 60),
        }
    )  # fmt: skip
    for harm in (*HARMS, "other"):
        whole[harm] = sum(row[harm] for row in rows.values())
    return {**found, "whole": whole}


def _head(parts: list[str]) -> list[str]:
    return [_line("", parts), _line("---", ["---:"] * len(parts))]


def _line(title: str, cells: list[Any]) -> str:
    return "| " + " | ".join([title, *(str(cell) for cell in cells)]) + " |"
