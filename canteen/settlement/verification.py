"""`canteen verify`: the database's invariants, and that closed months, seals and papers are what they were."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.calendar import month_end
from canteen.ledger.models import ClosedMonth
from canteen.oversight.invariants import Broken, Invariant, Report, check_database
from canteen.oversight.snapshot import snapshot
from canteen.settlement import archive
from canteen.settlement.frozen_rows import digest_month
from canteen.settlement.models import MonthClose, Paper, Statement
from canteen.settlement.sealing import check_code, sha256_of
from canteen.settlement.totals import added, close_totals_from_lines, differences, other_entries

ROLLUP = Invariant(
    "rollup-matches-lines", "day_rollup",
    """SELECT canteen_id, service_on, payer, sum(fen) AS fen FROM (
        SELECT canteen_id, month, service_on, meal_period, payer, rule_id, meals, amount_fen AS fen FROM day_rollup
        UNION ALL
        SELECT s.canteen_id, s.month, s.service_on, s.meal_period, s.payer, coalesce(s.rule_id, ''), -s.meals,
            -s.amount_fen FROM meal_share s WHERE EXISTS (
                SELECT 1 FROM day_rollup d WHERE d.canteen_id = s.canteen_id AND d.month = s.month)) AS both_sides
    GROUP BY canteen_id, month, service_on, meal_period, payer, rule_id
    HAVING sum(fen) <> 0 OR sum(meals) <> 0 ORDER BY canteen_id, service_on, payer""",
    "canteen:{canteen_id}:{service_on}", "{payer} 的日汇总与明细相差 {fen} 分。",
)  # fmt: skip


def verify_all(folder: Path | None = None) -> Report:
    """Check everything that can be checked; answers what was, and the first row that breaks each."""
    with snapshot() as session:
        report = check_database(session)
        ROLLUP.check(session, report)
        _check_seals(session, report)
        _check_closes(session, report)
        _check_reports(session, report)
        _check_papers(session, report, folder or archive.papers_folder())
    return report


def _first(found: Iterable[Broken | None]) -> tuple[int, Broken | None]:
    """How many were looked at, and the first that is broken."""
    count, broken = 0, None
    for one in found:
        count += 1
        broken = broken or one
    return count, broken


def _check_seals(session: Session, report: Report) -> None:
    statements = session.scalars(select(Statement).order_by(Statement.id).execution_options(yield_per=50))
    report.add("seals", *_first(_seal_fault(statement) for statement in statements))


def _seal_fault(statement: Statement) -> Broken | None:
    where = f"statement:{statement.number}"
    if sha256_of(statement.sealed_json) != statement.seal_sha256:
        return Broken("seals", where, "封存的内容被改过，与封存校验值不符。")
    paper = json.loads(statement.sealed_json)["paper"]
    sealed = (paper["heading"]["number"], paper["total_fen"], check_code(statement.seal_sha256))
    if sealed != (statement.number, statement.total_fen, statement.check_code):
        return Broken("seals", where, "文号、合计或核验码与封存的内容不符。")
    return None


def _check_closes(session: Session, report: Report) -> None:
    closes = session.scalars(select(MonthClose).order_by(MonthClose.id)).all()
    report.add("closed-months", *_first(_close_fault(session, close) for close in closes))
    report.add("settlements-sum-to-government", *_first(_sum_fault(session, close) for close in closes))


def _close_fault(session: Session, close: MonthClose) -> Broken | None:
    code = session.scalar(select(Canteen.code).where(Canteen.id == close.canteen_id))
    where = f"month:{code}:{close.month}"
    if session.get(ClosedMonth, (close.canteen_id, close.month)) is None:
        return Broken("closed-months", where, "月结了，账却没有锁上。")
    by_payer = added(
        close_totals_from_lines(session, close.canteen_id, close.month),
        other_entries(session, close.canteen_id, close.month),
    )
    for payer, now_fen, sealed_fen in differences(by_payer, close.totals["by_payer_fen"]):
        return Broken("closed-months", where, f"{payer} 现在是 {now_fen} 分，月结时是 {sealed_fen} 分。")
    frozen = digest_month(session, close.canteen_id, close.month)
    for what, now_sha256 in (
        ("明细", frozen.lines_sha256), ("就餐", frozen.meals_sha256), ("账", frozen.postings_sha256)
    ):  # fmt: skip
        key = {"明细": "lines_sha256", "就餐": "meals_sha256", "账": "postings_sha256"}[what]
        if now_sha256 != close.totals[key]:
            return Broken("closed-months", where, f"{what}与月结时不同，有一行被改过、加过或删过。")
    return None


def _sum_fault(session: Session, close: MonthClose) -> Broken | None:
    """The settlements of a canteen's month sum to what government owes, and every statement is there."""
    where = f"month:{close.canteen_id}:{close.month}"
    numbers = close.totals["statements"]
    there = select(func.count()).where(Statement.number.in_(numbers))
    if int(session.scalar(there) or 0) != len(numbers):
        return Broken("settlements-sum-to-government", where, "月结时封存的结算单少了。")
    settled = select(func.sum(Statement.total_fen)).where(
        Statement.canteen_id == close.canteen_id,
        Statement.month == close.month,
        Statement.kind == "settlement",
    )
    owed = close.totals["by_payer_fen"].get("government", 0)
    if int(session.scalar(settled) or 0) != owed:
        return Broken("settlements-sum-to-government", where, f"各结算单合计不等于政府应补的 {owed} 分。")
    return None


def _check_reports(session: Session, report: Report) -> None:
    """A fund's quarter or year is the sum of its sealed months."""
    longer = session.scalars(select(Statement).where(Statement.period.is_not(None)).order_by(Statement.id)).all()
    report.add("fund-reports-sum-to-months", *_first(_report_fault(session, statement) for statement in longer))


def _report_fault(session: Session, statement: Statement) -> Broken | None:
    name, where = "fund-reports-sum-to-months", f"statement:{statement.number}"
    document = json.loads(statement.sealed_json)
    rows, paper = document["rows"], document["paper"]
    seals = dict(rows["months"])
    months = session.scalars(select(Statement).where(Statement.number.in_(seals)).order_by(Statement.month)).all()
    if {month.number: month.seal_sha256 for month in months} != seals:
        return Broken(name, where, "合计时用的月报，有的不在了，或与当时封存的不同。")
    if (statement.period or "").count("..") and _cuts_a_month(paper):
        return None  # Of a month that it takes in part, its figures are no sum.
    papers = [json.loads(month.sealed_json)["paper"] for month in months]
    beside = {"total_fen": rows["beside_fen"]}
    for figure in ("total_fen", "meals"):
        summed = sum(int(month[figure]) for month in papers) + beside.get(figure, 0)
        if summed != paper[figure]:
            return Broken(name, where, f"{figure} 是 {paper[figure]}，各月合计是 {summed}。")
    return None


def _cuts_a_month(paper: dict[str, Any]) -> bool:
    first, last = (date.fromisoformat(paper["heading"][key]) for key in ("period_from", "period_until"))
    return first.day != 1 or last != month_end(last)


def _check_papers(session: Session, report: Report, folder: Path) -> None:
    papers: Any = session.scalars(select(Paper).order_by(Paper.id)).all()
    report.add("archived-papers", *_first(_paper_fault(paper, folder) for paper in papers))


def _paper_fault(paper: Paper, folder: Path) -> Broken | None:
    path = archive.path_of(paper.sha256, paper.format, folder)
    if not path.is_file():
        return Broken("archived-papers", f"paper:{paper.file_name}", "存档的文件不见了。")
    if hashlib.sha256(path.read_bytes()).hexdigest() != paper.sha256:
        return Broken("archived-papers", f"paper:{paper.file_name}", "存档的文件被改过。")
    return None
