"""The table of the full numbers: docs/evidence/faults.json, and the page that is made from it."""

import json
import os
import platform
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from canteen.config import ROOT
from tests.faults.accounting import DUPLICATED, LOST, PHANTOM
from tests.faults.lunch import Outcome

JSON = ROOT / "docs" / "evidence" / "faults.json"
PAGE = ROOT / "docs" / "evidence" / "faults.md"


@dataclass(slots=True)
class Part:
    """One database, or the browser: everything its lunches came to."""

    name: str
    seeds: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    cuts_by_kind: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    harm: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def cuts(self) -> int:
        """Network cuts in all."""
        return self.cuts_by_kind.total()

    def add(self, outcome: Outcome, order_matters: bool) -> None:
        """Take in one lunch."""
        self.seeds.append(outcome.seed)
        self.cuts_by_kind += outcome.cuts
        self.kills += outcome.kills
        self.counted += outcome.crashes + outcome.counted
        self.findings += [f"{outcome.seed}: {finding}" for finding in outcome.findings]
        if order_matters:
            self.findings.append(f"{outcome.seed}: the totals depend on the order of the batches")
        self.seconds += outcome.seconds
        for finding in outcome.findings:
            self.harm[harm_of(finding.name)] += 1

    def line(self, outcome: Outcome) -> str:
        """One lunch in a line, for whoever waits."""
        return (
            f"{self.name} {outcome.seed}: {outcome.cuts.total()} cuts, {outcome.kills.total()} kills, "
            f"{outcome.counted['records']} records, {len(outcome.findings)} findings, {outcome.seconds:.0f} s"
        )

    def row(self) -> dict[str, Any]:
        """What is kept."""
        return {
            "seeds": self.seeds, "commit": commit(), "machine": f"{os.cpu_count()} cores, {platform.machine()}",
            "seconds": round(self.seconds), "network_cuts": self.cuts, "cuts_by_kind": dict(sorted(self.cuts_by_kind.items())),
            "kills": self.kills.total(), "kills_by_point": dict(sorted(self.kills.items())),
            "counted": dict(sorted(self.counted.items())),
            "lost": self.harm["lost"], "duplicated": self.harm["duplicated"], "phantom": self.harm["phantom"],
            "other": self.harm["other"], "findings": self.findings[:50],
        }  # fmt: skip


def harm_of(name: str) -> str:
    """Lost, duplicated, phantom, or another harm."""
    for harm, names in (("lost", LOST), ("duplicated", DUPLICATED), ("phantom", PHANTOM)):
        if name in names:
            return harm
    return "other"


def commit() -> str:
    """What was run, with a mark where the tree had changes."""
    said = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


def write_part(part: Part) -> None:
    """Put a part into the table, and make the page anew."""
    table = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {}
    table[part.name] = part.row()
    JSON.write_text(json.dumps(table, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(page(table), encoding="utf-8")


HEAD = """# The fault run

Two tablets and a lunch, over and over, while the network is cut, the server is killed at named points, and tablets lose
their power. Afterwards every record that was ever on a tablet's disk is looked for in the database, every row of the
database is looked for on the tablets, and wallets, fund and slots are compared to the fen with a second set of books.
Each seed gives the same visits and faults; which thread is faster is left to the machine. Made by `make faults FULL=1`
(one part with `PART=`) from the code named; seventeen planted bugs, each caught by name, show in `./test` that this
accounting can fail.
"""
COLUMNS = ("sqlite", "postgresql", "browser")
ROWS = (
    ("network cuts", "network_cuts"), ("kill -9 of the server", "kills"), ("lost", "lost"),
    ("duplicated", "duplicated"), ("phantom", "phantom"), ("any other finding", "other"), ("seconds", "seconds"),
    ("commit", "commit"), ("machine", "machine"),
)  # fmt: skip


def page(table: dict[str, Any]) -> str:
    """The table as a page."""
    columns = [name for name in COLUMNS if name in table]
    lines = [HEAD, _line("", columns), _line("---", ["---"] * len(columns))]
    lines += [_line(title, [table[name].get(key, "") for name in columns]) for title, key in ROWS]
    for group in ("counted", "kills_by_point", "cuts_by_kind"):
        names = sorted({one for name in columns for one in table[name][group]})
        lines += ["", f"## {TITLES[group]}", "", _line("", columns), _line("---", ["---"] * len(columns))]
        lines += [_line(one, [table[name][group].get(one, 0) for name in columns]) for one in names]
    lines += ["", "## Seeds", ""]
    lines += [f"{name}: {', '.join(table[name]['seeds'])}" for name in columns]
    return "\n".join(lines) + "\n"


TITLES = {"counted": "What happened besides", "kills_by_point": "Kills by point", "cuts_by_kind": "Cuts by kind"}


def _line(title: str, cells: list[Any]) -> str:
    return "| " + " | ".join([title, *(str(cell) for cell in cells)]) + " |"
