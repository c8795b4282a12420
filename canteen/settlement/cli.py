"""Commands of the month's end: close, statements, statement verify, verify."""

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import current_app

from canteen.config import Settings
from canteen.core.calendar import Period, parse_month, parse_period
from canteen.core.errors import Finding, Refusal
from canteen.core.money import yuan
from canteen.settlement.handing_out import hand_out
from canteen.settlement.sending import cli as sending_cli
from canteen.settlement.services import CloseResult, close_month
from canteen.settlement.trial import cli as trial_cli
from canteen.settlement.verification import verify_all
from canteen.settlement.verifying_files import verify_file
from canteen.web.console import answer_no, emit, json_option, progress, refusals_end, say

MARKS = {"block": "✗", "warn": "!", "note": "·"}


class MonthType(click.ParamType[str]):
    """A month like 2026-11."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The month as text; anything else is a wrong use of the command."""
        try:
            return parse_month(str(value)).text
        except ValueError:
            self.fail(f"“{value}”不是月份，请写成 2026-11 这样。", param, ctx)


class PeriodType(click.ParamType[Period]):
    """A period like 2026-11, 2026-Q4, 2026 or 2026-11-01..2026-12-15."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """The period; anything else is a wrong use of the command."""
        if isinstance(value, Period):
            return value
        try:
            return parse_period(str(value))
        except ValueError:
            self.fail(
                f"“{value}”不是期间，请写成 2026-11、2026-Q4、2026 或 2026-11-01..2026-12-15。", param, ctx
            )


@click.command()
@click.argument("period", type=MonthType())
@click.option("--canteen", "canteen_code", required=True, help="The canteen's code.")
@click.option("--dry-run", is_flag=True, help="Say what is found and what it would come to; write nothing.")
@click.option("--by", help="Who prepared the papers, as printed; default: the operating system's user.")
@click.option("--second", help="Who checked them, as printed; default: the operating system's user.")
@json_option
@refusals_end
def close(
    *, period: str, canteen_code: str, dry_run: bool, by: str | None, second: str | None, as_json: bool
) -> None:
    """Close a canteen's month: findings, then one transaction that freezes and seals."""
    settings: Settings = current_app.config["CANTEEN"]
    account = getpass.getuser()
    try:
        result = close_month(
            period, canteen_code, by or account, second or account, dry_run=dry_run, host=settings.public_host,
            is_demo=(settings.home / "demo").exists(), actor=f"system:{account}",
        )  # fmt: skip
    except Refusal as refusal:
        if as_json:
            emit(_document(_refused(refusal)), as_json=True)
        raise
    for finding in result.findings:
        say(f"{MARKS[finding.severity]} {finding.message} [{finding.code}]")
    emit(_document(result), as_json, _words(result, dry_run))
    if result.is_blocked:
        answer_no(None if dry_run else "没有月结：请先处理上面标 ✗ 的各项。")


def _refused(refusal: Refusal) -> CloseResult:
    finding = Finding(refusal.code, "block", refusal.message)
    return CloseResult((finding,), meals=0, by_payer_fen={"elder": 0}, statements=(), is_closed=False)


def _document(result: CloseResult) -> dict[str, Any]:
    return {
        "findings": [asdict(finding) for finding in result.findings],
        "meals": result.meals,
        "payable_fen": result.payable_fen,
        "by_payer_fen": result.by_payer_fen,
        "statements": list(result.statements),
    }


def _words(result: CloseResult, dry_run: bool) -> str:
    amounts = "\n".join(f"  {payer}: {yuan(fen)} 元" for payer, fen in result.by_payer_fen.items())
    ending = "试算完毕，没有写入。" if dry_run else "已月结并封存：" + "、".join(result.statements)
    return f"{result.meals} 餐\n{amounts}\n{ending if dry_run or result.is_closed else '没有月结。'}"


@click.command()
@click.argument("period", type=PeriodType())
@click.option("--canteen", "canteen_code", help="One canteen's papers alone.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files."
)
@json_option
@refusals_end
def statements(period: Period, canteen_code: str | None, out: Path, as_json: bool) -> None:
    """Render the sealed papers of a period and hand out the archived files."""
    with progress("生成结算单", 100) as advance:
        given = hand_out(period, canteen_code, out, advance=lambda done, total: advance(100 * done // total))
    for paper in given:
        say(f"{paper.number}  {paper.pdf}")
    if not given:
        say(f"{period.text} 没有封存的结算单。请先月结。")
    emit({"files": [asdict(paper) for paper in given]}, as_json, f"共 {len(given)} 份。")


@click.group()
def statement() -> None:
    """A single statement."""


@statement.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@refusals_end
def verify_statement(file: Path, as_json: bool) -> None:
    """Compare a PDF or XLSX with what was sealed: match, or the first difference."""
    found = verify_file(file.read_bytes())
    words = (
        f"{found.number} 与封存一致。" if found.match else f"{found.number or '未知文号'}：{found.difference}"
    )
    emit(asdict(found), as_json, words)
    if not found.match:
        answer_no(found.difference if as_json else None)


@click.command()
@json_option
@refusals_end
def verify(as_json: bool) -> None:
    """Check every invariant of the database, the audit chain, the seals and the archived papers."""
    report = verify_all()
    for broken in report.broken:
        say(f"✗ {broken.name}: {broken.where}: {broken.message}")
    document = {"checked": report.checked, "broken": [asdict(broken) for broken in report.broken]}
    emit(document, as_json, f"检查了 {len(report.checked)} 项，{len(report.broken)} 项不成立。")
    if report.broken:
        answer_no()


statement.add_command(sending_cli.send)
# `programme trial` joins the group of its slice, which knows nothing of it.
COMMANDS = [close, statements, statement, verify, *trial_cli.COMMANDS]
