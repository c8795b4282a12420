"""A fund's statement over months: looked at, drawn as a draft, sealed once every month is; and certificates."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core.calendar import Period, month_of, months_of
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.documents.model import NotPrintable
from canteen.documents.pages import file_stem
from canteen.documents.pages.certificate import certificate_of, gets_certificate
from canteen.documents.papers import AnyPaper, DonorStatement, FundStatement
from canteen.documents.rendering import RenderingFailed, render_pdf
from canteen.settlement.donor import require_sound
from canteen.settlement.fund_meals import full_meals
from canteen.settlement.fund_money import first_month
from canteen.settlement.headings import Closing
from canteen.settlement.models import Statement
from canteen.settlement.papers import paper_of
from canteen.settlement.reports.cutting import Slice, cut
from canteen.settlement.reports.months import month_parts
from canteen.settlement.reports.periods import report_period
from canteen.settlement.reports.summing import as_draft, canteens_in, summed
from canteen.settlement.sealing import seal
from canteen.sponsors.agreements.queries import fund_nature
from canteen.sponsors.models import Fund

LONGEST_NUMBER = 80
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A month that is not sealed yet, and the canteens that have not closed it; none: money moved and nobody ate."""

    month: str
    canteens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A statement over months as it stands now; with nothing in `waits` it can be sealed."""

    fund_id: int
    fund_code: str
    period: Period
    paper: FundStatement
    waits: tuple[Waiting, ...]
    canteen_codes: tuple[str, ...]
    months: tuple[tuple[str, str], ...]  # number and seal of each monthly statement
    beside_fen: int  # used in months that have no statement of their own

    @property
    def is_ready(self) -> bool:
        """Whether every month of it is sealed."""
        return not self.waits


def read_report(session: Session, code: str, text: str, closing: Closing, today: date) -> Report:
    """The statement of a fund for a quarter, a year or a range.

    Raises Refusal `fund-unknown`, those of `report_period`, `report-before-fund`, `report-ahead`, `report-cut-first`
    and `report-cut-last`, `report-differs`, `fund-paper-refused`.
    """
    fund = session.scalars(select(Fund).where(Fund.code == code)).one_or_none()
    if fund is None:
        raise Refusal("fund-unknown", f"没有代码是“{code}”的资金。请核对代码，或先添加。", fund=code)
    period = report_period(text)
    begins = first_month(session, fund) or month_of(fund.created_at.date())
    if month_of(period.last_on) < begins:
        raise Refusal(
            "report-before-fund", f"这笔资金 {begins} 才开始，{period.text} 还没有它。请选以后的期间。", month=begins, period=period.text
        )
    if period.first_on > today:
        raise Refusal("report-ahead", f"{period.text} 还没有开始，没有可以报告的内容。", period=period.text)
    parts = month_parts(session, fund, months_of(period), closing)
    slices = cut(parts, period)
    for one in slices:
        _check_sealed(one)
    paper = summed(session, fund, slices, period, closing)
    require_sound(paper, fund, period.text)
    return Report(
        fund_id=fund.id,
        fund_code=fund.code,
        period=period,
        paper=paper,
        waits=tuple(
            Waiting(month_of(part.period.first_on), part.waits_for) for part in parts if part.waits_for is not None
        ),
        canteen_codes=tuple(canteen.code for canteen in canteens_in(slices)),
        months=tuple((part.number, part.seal_sha256) for part in parts if part.number),
        beside_fen=sum(_used(one) for one in slices if not one.part.number),
    )  # fmt: skip


def _used(one: Slice) -> int:
    return sum(line.amount_fen for line in one.lines) + sum(line.amount_fen for line in one.expenses)


def _check_sealed(one: Slice) -> None:
    """What was sealed of a month must be what its meals still say, before anything is summed of it."""
    part = one.part
    if not part.number:
        return
    lines = [line for line in part.paper.lines if line.elders]
    sealed = (sum(line.meals for line in lines), sum(line.amount_fen for line in lines), part.paper.full_meals)
    found = (
        sum(use.meals for use in part.uses), sum(use.amount_fen for use in part.uses), full_meals(part.uses)
    )  # fmt: skip
    if sealed != found:
        raise Refusal(
            "report-differs",
            f"{part.number} 封存的份数或金额，和现在的就餐记录对不上，不能合计。请维护人员运行 canteen verify 查明。",
            number=part.number,
        )  # fmt: skip


def look(code: str, text: str, host: str, today: date) -> Report:
    """The statement as it stands, nothing written. Raises Refusal as `read_report` does."""
    with reading() as session:
        return read_report(session, code, text, Closing(now(), "", "", host), today)


def draft_pdf(code: str, text: str, by: str, host: str, today: date, is_demo: bool = False) -> tuple[str, bytes]:
    """The statement as a watermarked draft, drawn now and kept nowhere: its file name and the PDF.

    Raises Refusal as `read_report` does, `paper-not-printable`, `rendering-failed`, `rendering-busy`.
    """
    with reading() as session:
        found = read_report(session, code, text, Closing(now(), by, "", host, is_demo), today)
    paper = as_draft(found.paper)
    return f"{file_stem(paper)}.pdf", drawn(paper)


def seal_report(
    code: str,
    text: str,
    by: str,
    second: str,
    *,
    today: date,
    host: str = "",
    is_demo: bool = False,
    actor: str = "system:cli",
) -> str:
    """Seal a statement over months; answers its number. Its files are rendered by `canteen work`.

    Raises Refusal as `read_report` does, `report-waits` where a month is not sealed, `report-sealed` where this
    period is, `report-number-long`.
    """
    closing = Closing(now(), by, second, host, is_demo)
    try:
        with transaction() as session:
            found = read_report(session, code, text, closing, today)
            _refuse_sealed(session, found)
            _refuse_waiting(found)
            number = _seal(session, found, closing)
            subject = f"statement:{number}"
            record(session, "report.seal", actor, subject=subject, detail={"period": found.period.text})
            return number
    except IntegrityError as fault:
        # Two people sealed it at once: the other was first.
        raise _sealed_already(report_period(text).text) from fault


def _refuse_sealed(session: Session, found: Report) -> None:
    same = select(Statement.id).where(Statement.fund_id == found.fund_id, Statement.period == found.period.text)
    if session.scalars(same).first() is not None:
        raise _sealed_already(found.period.text)


def _sealed_already(period: str) -> Refusal:
    return Refusal("report-sealed", f"{period} 的对账单已经封存过，请在列表里下载。", period=period)


def _refuse_waiting(found: Report) -> None:
    if found.waits:
        months = "、".join(one.month for one in found.waits)
        names = "、".join(dict.fromkeys(name for one in found.waits for name in one.canteens))
        raise Refusal(
            "report-waits",
            f"{months} 还没有全部月结{f'（{names}）' if names else ''}，现在只能看草稿。月结以后再封存。",
            months=months, canteens=names,
        )  # fmt: skip
    if len(found.paper.heading.number) > LONGEST_NUMBER:
        raise Refusal("report-number-long", "这笔资金的代码太长，一段日期的文号放不下。请选季度或年度。")


def _seal(session: Session, found: Report, closing: Closing) -> str:
    paper = found.paper
    rows: dict[str, Any] = {
        "canteens": list(found.canteen_codes), "months": [list(month) for month in found.months],
        "beside_fen": found.beside_fen,
    }  # fmt: skip
    sealed = seal(paper, closing.host, rows)
    session.add(
        Statement(
            number=paper.heading.number, kind="donor", payer=paper.addressed_to, canteen_id=None, fund_id=found.fund_id,
            month=month_of(found.period.last_on), period=found.period.text, total_fen=paper.total_fen,
            sealed_json=sealed.text, seal_sha256=sealed.sha256, check_code=sealed.check_code, sealed_at=closing.at,
        )
    )  # fmt: skip
    session.flush()
    return paper.heading.number


def certificate_pdf(number: str) -> tuple[str, bytes]:
    """The certificate of thanks of a sealed statement, alone: its file name and the PDF, the same every time.

    Raises Refusal `statement-unknown`, `no-certificate` for commercial money and a period without meals;
    `paper-not-printable`, `rendering-failed`, `rendering-busy`.
    """
    with reading() as session:
        paper = certified(session, number)
    if paper is None:
        raise Refusal("no-certificate", "这份对账单没有感谢状：商业赞助和没有资助份数的期间不出感谢状。", number=number)
    return f"{file_stem(paper)}_感谢状.pdf", drawn(certificate_of(paper))


def certified(session: Session, number: str) -> DonorStatement | None:
    """The sealed statement behind a certificate; None where it gets none. Raises Refusal `statement-unknown`."""
    found = session.scalars(select(Statement).where(Statement.number == number, Statement.kind == "donor")).first()
    if found is None or found.fund_id is None:
        raise Refusal("statement-unknown", "没有这份结算单。")
    paper = paper_of(found.sealed_json, found.seal_sha256, found.check_code)
    # What was sealed before the two were told apart does not say it itself.
    is_commercial = fund_nature(session, found.fund_id) == "sponsorship"
    return paper if isinstance(paper, DonorStatement) and gets_certificate(paper) and not is_commercial else None


def drawn(paper: AnyPaper) -> bytes:
    """The PDF, one at a time. Raises Refusal `paper-not-printable`, `rendering-failed`, `rendering-busy`."""
    with _alone():
        try:
            return render_pdf(paper)
        except NotPrintable as fault:
            raise Refusal("paper-not-printable", f"这份结算单现在打印不了：{fault}。请联系维护人员。") from fault
        except RenderingFailed as fault:
            raise Refusal("rendering-failed", f"生成文件没有成功：{fault}。请稍后再试一次。") from fault


@contextmanager
def _alone() -> Iterator[None]:
    # A drawing takes seconds and hundreds of megabytes: a second one waits for its person's next try.
    if not _drawing.acquire(blocking=False):
        raise Refusal("rendering-busy", "正在生成另一份文件，请过几秒再试。")
    try:
        yield
    finally:
        _drawing.release()


def told(found: Report) -> dict[str, Any]:
    """The figures of a statement as a page shows them."""
    paper = found.paper
    return {
        "opening_fen": paper.opening_fen, "received_fen": sum(gift.amount_fen for gift in paper.gifts),
        "used_fen": paper.total_fen, "returned_fen": paper.returned_fen, "closing_fen": paper.closing_fen,
        "meals": paper.meals, "full_meals": paper.full_meals, "elders": paper.elders, "at_least": paper.at_least,
        "moved": asdict(paper.moved), "undisbursed_fen": paper.undisbursed_fen,
    }  # fmt: skip
