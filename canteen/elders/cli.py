"""Commands of the elders slice."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from canteen.canteens.queries import by_code
from canteen.db import reading
from canteen.elders.importing import Imported, Progress, import_roster
from canteen.elders.roster import RosterFinding, RosterRefused
from canteen.elders.services import record_printed_name
from canteen.web.console import answer_no, emit, json_option, progress, refusals_end, say


@click.group()
def elders() -> None:
    """Elders and their rosters."""


@elders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--canteen", "code", required=True, metavar="CODE", help="The canteen whose list it is.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@json_option
@refusals_end
def import_(file: Path, code: str, dry_run: bool, as_json: bool) -> None:
    """Take a roster (.xlsx or .csv) into a canteen's list.

    Exits 0 when the roster was read and its good rows are in, also where some rows are faulty: good rows
    go in, and the faulty ones are the answer, not a failure of the import. Exits 1 when nothing could be
    taken from the file: it is no roster, has no header, or holds a formula for a name.
    """
    with reading() as session:
        canteen = by_code(session, code)
    try:
        with _bar() as advance:
            done = import_roster(file.read_bytes(), canteen.id, actor(), dry_run=dry_run, progress=advance)
    except RosterRefused as refused:
        if as_json:
            emit(_refused(refused), as_json=True)
        answer_no(f"{refused} [{refused.code}]")
    if not as_json:
        for finding in (*done.roster.faults, *done.warnings):
            say(f"{finding.message} [{finding.code}]")
    emit(_answer(done), as_json, _words(done, dry_run))


@elders.command("printed-name")
@click.argument("ref")
@click.argument("name")
@json_option
@refusals_end
def printed_name(ref: str, name: str, as_json: bool) -> None:
    """Record how papers print the name of the elder REF, whose name has a character that their font lacks."""
    record_printed_name(ref, name, actor())
    emit({"ref": ref, "printed_name": name}, as_json)


def actor() -> str:
    """Who acts on the command line: the operating system's account."""
    import getpass

    with contextlib.suppress(KeyError, OSError):
        return f"system:{getpass.getuser()}"[:80]
    return "system:unknown"


def _answer(done: Imported) -> dict[str, Any]:
    return {
        "read": done.roster.read,
        "new": done.count("new"),
        "updated": done.count("updated"),
        "unchanged": done.count("unchanged"),
        "faults": [_finding(finding) for finding in done.roster.faults],
        "warnings": [_finding(finding) for finding in done.warnings],
        "ignored_columns": list(done.roster.ignored_columns),
    }


def _refused(refused: RosterRefused) -> dict[str, Any]:
    return {
        "read": 0, "new": 0, "updated": 0, "unchanged": 0, "faults": [], "warnings": [],
        "ignored_columns": [],
        "refused": {"code": refused.code, "message": str(refused)},
    }  # fmt: skip


def _finding(finding: RosterFinding) -> dict[str, Any]:
    return {
        "row": finding.row,
        "column": finding.column,
        "code": finding.code,
        "message": finding.message,
    }


def _words(done: Imported, dry_run: bool) -> str:
    head = "试读（什么也没有写入）" if dry_run else "已导入"
    counts = "，".join(
        f"{word} {done.count(outcome)}"
        for outcome, word in (("new", "新登记"), ("updated", "更新"), ("unchanged", "没有变化"))
    )
    ignored = "、".join(done.roster.ignored_columns)
    tail = f"；没有用到的列：{ignored}" if ignored else ""
    return f"{head}：读到 {done.roster.read} 行，{counts}，有问题 {len(done.roster.faulty)}{tail}"


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    """A bar while rows are written; while the file is being read nobody knows how many there are."""
    with contextlib.ExitStack() as stack:
        bars: list[Any] = []

        def advance(done: int, total: int) -> None:
            if not done:
                return
            if not bars:
                bars.append(stack.enter_context(progress("导入", total)))
            bars[0](done)

        yield advance
    sys.stderr.flush()


COMMANDS: list[click.Command] = [elders]
