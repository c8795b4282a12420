"""`canteen programme trial`: a month divided again under a programme's file. Nothing is written."""

from pathlib import Path
from typing import Any, NoReturn

import click

from canteen.core.money import yuan
from canteen.core.programme_faults import Fault
from canteen.db import reading
from canteen.settlement.trial.dividing import read_month_text, trial
from canteen.settlement.trial.result import Trial
from canteen.subsidies.checking import FileFault, check_mapping, parse
from canteen.subsidies.cli import programme
from canteen.subsidies.queries import working_days
from canteen.web.console import answer_no, emit, json_option, progress, refusals_end, say

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@programme.command("trial")
@click.argument("file", type=FILE)
@click.option("--canteen", "canteen_code", required=True, metavar="CODE", help="The canteen's code.")
@click.option("--month", required=True, metavar="PERIOD", help="The month, like 2026-10.")
@json_option
@refusals_end
def trial_command(file: Path, canteen_code: str, month: str, as_json: bool) -> None:
    """Divide a canteen's month again under a programme's file; nothing is written."""
    values, faults = parse(file.read_bytes())
    if not faults:
        with reading() as session:
            faults = check_mapping(values, working_days(session))
    if faults:
        _refuse(file, faults)
    found = _divide(values, canteen_code, read_month_text(month).text)
    for remark in _remarks(found):
        say(remark)
    emit(document(found), as_json, _words(found))


def _divide(values: dict[str, Any], canteen_code: str, month: str) -> Trial:
    with progress("试算", 100) as advance, reading() as session:
        return trial(
            session, values, canteen_code, month,
            lambda done, total: advance(100 * done // total if total else 100),
        )  # fmt: skip


def _refuse(file: Path, faults: list[Fault]) -> NoReturn:
    for fault in faults:
        say(FileFault(str(file), fault.path, fault.message).line)
    answer_no()


def document(found: Trial) -> dict[str, Any]:
    """The trial as the command prints it."""
    elders = found.elders
    return {
        "meals": found.meals,
        "changed": found.changed,
        "elders": {"more": elders.more, "less": elders.less, "same": elders.same},
        "by_payer_fen": {"before": dict(found.before), "after": dict(found.after)},
        "without_version": found.without_version,
        "without_calendar": found.without_calendar,
    }


def _remarks(found: Trial) -> list[str]:
    remarks = []
    if found.without_version:
        remarks.append(f"有 {found.without_version} 餐的日子没有适用的版本，按老人全付计算。")
    if found.without_calendar:
        remarks.append(f"有 {found.without_calendar} 餐要看工作日，而那一年没有日历，这样的规则没有付。")
    return remarks


def _words(found: Trial) -> str:
    payers = sorted(found.before.keys() | found.after.keys())
    lines = [
        f"  {payer}: {yuan(found.before.get(payer, 0))} → {yuan(found.after.get(payer, 0))} 元" for payer in payers
    ]
    elders = found.elders
    head = f"{found.month} {found.meals} 餐，其中 {found.changed} 餐的分摊不同。"
    tail = f"老人：{elders.more} 位多付，{elders.less} 位少付，{elders.same} 位不变。没有写入。"
    return "\n".join([head, *lines, tail])


COMMANDS = [programme]
