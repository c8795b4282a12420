"""What is wrong with a month before it is closed: every finding at once, each with a stable code.

| code | severity | what it says |
|---|---|---|
| `month-not-over` | block | the month's last day has not passed |
| `earlier-month-open` | block | an earlier month with meals is not closed; months close in order |
| `unsettled-outcomes` | block | records wait for a person's decision; one finding for each outcome code, saying which |
| `carried-over` | note | records under review were carried into a later month, and nothing is paid for them |
| `signals-open` | warn | patterns of the month wait for somebody to look at them |
| `slips-waiting` | warn | lines of paper of the month wait for the second person |
| `days-not-closed` | warn | on some days a till's cash was not closed; only of canteens that close tills |
| `device-not-synced` | block | since the month ended a till has not said that nothing is unsent, or was not in touch |
| `gap` | warn | numbers are missing in a till's records |
| `device-lost` | warn | a till of the month was declared lost |
| `deceased-charged` | block | somebody is charged for a meal after the elder's death |
| `journal-differs` | block | lines and journal give a payer different totals |
| `entry-unbalanced` | block | an entry of the month does not sum to zero |
| `rollup-differs` | block | a day roll-up that is there already differs from its lines |
| `fund-differs` | block | a fund's balance is below zero, or not what the journal says |
| `font-missing` | block | a paper would print a character that its font lacks; names the elder |
| `font-not-installed` | block | the papers' font is not installed |
| `paper-refused` | block | a paper's rows do not sum to its total |
| `no-programme` | warn | no programme governs the canteen on some day of the month |
| `grant-pending` | note | a grant waits for the month's assessment |
| `same-name` | warn | who prepared the papers also checked them |
| `no-meals` | note | nobody ate in the month |
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare, Scan, ScanRuling
from canteen.checkin.outbox_files.queries import gaps_in_month
from canteen.checkin.shifts.queries import days_not_closed
from canteen.checkin.slips.models import Slip, SlipSheet
from canteen.core.calendar import Period
from canteen.core.errors import Finding
from canteen.core.money import yuan
from canteen.core.names import masked_name
from canteen.devices.models import Device
from canteen.devices.queries import DeviceRow, DeviceState, states_of_canteen
from canteen.documents.fonts import FontMissing, missing_characters
from canteen.documents.model import NotPrintable
from canteen.documents.pages import paper_of
from canteen.documents.papers import RosterPaper, SealedPaper
from canteen.documents.sealed import to_plain
from canteen.elders.models import Elder
from canteen.ledger.models import ClosedMonth, Entry, Posting
from canteen.oversight.models import Signal
from canteen.oversight.signals.rules import AFTER_END
from canteen.settlement.headings import payer_name
from canteen.settlement.models import DayRollup
from canteen.settlement.month import MonthRows
from canteen.settlement.monthly_grants import MonthlyGrant
from canteen.settlement.totals import (
    close_totals_from_journal,
    close_totals_from_lines,
    close_totals_from_rollup,
    differences,
)
from canteen.sponsors.models import Fund, Sponsor

NAMED_AT_MOST = 20
"""So many records, numbers or days are named in one finding; the rest is counted."""

BORNE_BY_THE_CANTEEN = ("operator", "operator:absorbed")


def end_of(period: Period, zone: str) -> datetime:
    """The instant at which the period is over in the canteen's time zone."""
    after = datetime.combine(period.last_on + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone))
    return after.astimezone(UTC)


def find_all(
    session: Session,
    rows: MonthRows,
    monthly: Sequence[MonthlyGrant],
    papers: Sequence[SealedPaper],
    at: datetime,
) -> list[Finding]:
    """Everything that stands against the close, or that whoever closes should know."""
    canteen, period = rows.canteen, rows.period
    return [
        *_time(session, canteen, period, at),
        *_unsettled(session, canteen, period),
        *_signals(session, canteen, period),
        *_slips(session, canteen, period),
        *_tills(session, canteen, period),
        *_devices(session, canteen, period),
        *_gaps(session, canteen, period),
        *_deceased(session, rows),
        *_differences(session, canteen, period.text),
        *_funds(session, canteen, period.text),
        *_programme_days(rows),
        *_unprintable(rows, papers),
        *_fund_names(session, canteen, period.text),
        *[_pending(grant) for grant in monthly if grant.is_pending],
        *_no_meals(rows),
    ]


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether one of these findings stops the close."""
    return any(finding.severity == "block" for finding in findings)


def same_name(by: str, second: str) -> list[Finding]:
    """Two people sign a month; one name twice is told, and the office decides."""
    if by.strip() != second.strip():
        return []
    return [Finding("same-name", "warn", f"制表人和复核人是同一个名字（{by}）。最好由两个人经手。")]


def _time(session: Session, canteen: Canteen, period: Period, at: datetime) -> Iterable[Finding]:
    if at < end_of(period, canteen.time_zone):
        ends = period.last_on.isoformat()
        yield Finding(
            "month-not-over", "block", f"{period.text} 还没有过完，{ends} 结束以后才能月结。", period.text
        )
    closed = select(ClosedMonth.month).where(ClosedMonth.canteen_id == canteen.id)
    earlier = select(func.min(Meal.month)).where(
        Meal.canteen_id == canteen.id, Meal.month < period.text, Meal.month.not_in(closed)
    )
    month = session.scalar(earlier)
    if month is not None:
        yield Finding(
            "earlier-month-open",
            "block",
            f"{month} 有就餐记录，还没有月结。请先结 {month}，再结 {period.text}。",
            month,
        )


def _unsettled(session: Session, canteen: Canteen, period: Period) -> Iterable[Finding]:
    waiting = _waiting_scans(session, canteen.id, period)
    by_code: dict[str, list[Scan]] = defaultdict(list)
    for scan in waiting:
        if (scan.carried_to or "") <= period.text:
            by_code[scan.code or "—"].append(scan)
    for code, scans in sorted(by_code.items()):
        named = "、".join(
            f"{scan.service_on.isoformat()} {scan.scan_id[:8]}" for scan in scans[:NAMED_AT_MOST]
        )
        more = "等" if len(scans) > NAMED_AT_MOST else ""
        advice = (
            "请先装载适用的补贴项目。"
            if code == "NO_RULE"
            else "请到“异常核查”逐条决定，或写明原因转入下月。"
        )
        message = f"{code} 有 {len(scans)} 条记录待核：{named}{more}。{advice}"
        yield Finding("unsettled-outcomes", "block", message, code)
    carried = [scan for scan in waiting if (scan.carried_to or "") > period.text]
    if carried:
        message = f"有 {len(carried)} 条待核记录已转入以后的月份，本月不付款。"
        yield Finding("carried-over", "note", message, carried[0].carried_to or "")


def _waiting_scans(session: Session, canteen_id: int, period: Period) -> Sequence[Scan]:
    """Records up to the month's end that nobody has decided, oldest first."""
    ruled = select(ScanRuling.id).where(ScanRuling.scan_row_id == Scan.id, ScanRuling.reversed_at.is_(None))
    waiting = select(Scan).where(
        Scan.canteen_id == canteen_id,
        Scan.state == "EXCEPTION",
        Scan.service_on <= period.last_on,
        ~ruled.exists(),
    )
    return session.scalars(waiting.order_by(Scan.service_on, Scan.id)).all()


def carried_count(session: Session, canteen: Canteen, period: Period) -> int:
    """Records that stay under review beyond this month."""
    return len(_waiting_scans(session, canteen.id, period))


def _signals(session: Session, canteen: Canteen, period: Period) -> Iterable[Finding]:
    # Meals after a death are a finding of their own, and told once.
    is_death = (Signal.rule == AFTER_END) & Elder.died_on.is_not(None)
    rows = (
        select(func.count())
        .select_from(Signal)
        .outerjoin(Elder, Elder.id == Signal.elder_id)
        .where(
            Signal.canteen_id == canteen.id,
            Signal.state.in_(("open", "referred")),
            Signal.service_on.between(period.first_on, period.last_on),
            func.coalesce(~is_death, true()),
        )
    )
    count = session.scalar(rows) or 0
    if count:
        yield Finding("signals-open", "warn", f"有 {count} 条提示还没有人看过。请到“异常核查”看一眼。", period.text)


def _slips(session: Session, canteen: Canteen, period: Period) -> Iterable[Finding]:
    rows = (
        select(func.count())
        .select_from(Slip)
        .join(SlipSheet, SlipSheet.id == Slip.sheet_id)
        .where(
            SlipSheet.canteen_id == canteen.id,
            SlipSheet.service_on.between(period.first_on, period.last_on),
            Slip.state == "waiting",
        )
    )
    count = session.scalar(rows) or 0
    if count:
        message = f"有 {count} 行纸条还没有人核准，月结以后核准的记入下月调整。请到“纸条和签到表”核准或退回。"
        yield Finding("slips-waiting", "warn", message, period.text)


def _tills(session: Session, canteen: Canteen, period: Period) -> Iterable[Finding]:
    days = days_not_closed(session, canteen.id, period.first_on, period.last_on)
    if days:
        named = "、".join(on.isoformat() for on in days[:NAMED_AT_MOST])
        more = "等" if len(days) > NAMED_AT_MOST else ""
        message = f"有 {len(days)} 天的收银台还没有日结：{named}{more}。请在平板上日结，现金才对得上。"
        yield Finding("days-not-closed", "warn", message, period.text)


def _devices(session: Session, canteen: Canteen, period: Period) -> Iterable[Finding]:
    ends = end_of(period, canteen.time_zone)
    for state in states_of_canteen(session, canteen.id):
        device = state.device
        if not _binds(device, ends, period):
            continue
        if device.lost_at is not None:
            told = f"（{device.lost_reason}）" if device.lost_reason else ""
            held = f"最后一次联络时还有 {state.report.unsent} 笔没有上传，" if state.report and state.report.unsent else ""
            message = f"设备“{device.name}”已报遗失{told}，{held}它没有上传的记录不在本月。"
            yield Finding("device-lost", "warn", message, device.ref)
        elif device.revoked_at is not None and device.emptied_at is not None:
            continue
        elif not state.has_synced_past(ends):
            yield Finding("device-not-synced", "block", _not_synced(state, period, ends), device.ref)


def _binds(device: DeviceRow, ends: datetime, period: Period) -> bool:
    """Whether a month binds a device: enrolled before its end, and given a day sheet by its last day."""
    first = device.first_sheet_on
    return device.enrolled_at < ends and first is not None and first <= period.last_on.isoformat()


def _not_synced(state: DeviceState, period: Period, ends: datetime) -> str:
    name, report = state.device.name, state.report
    if report is not None and report.unsent and report.reported_at >= ends:
        return f"设备“{name}”还有 {report.unsent} 笔没有传完。请让它联着网，传完再月结；传不上来的，请在平板上导出文件再上传。"
    return f"设备“{name}”在 {period.text} 结束以后还没有联网上传。请让它联网一次；找不回来的，请登记遗失。"


def _gaps(session: Session, canteen: Canteen, period: Period) -> Iterable[Finding]:
    for gap in gaps_in_month(session, canteen.id, period.first_on, period.last_on):
        device = session.get_one(Device, gap.device_id)
        named = "、".join(str(number) for number in gap.missing[:NAMED_AT_MOST])
        message = f"设备“{device.name}”缺 {gap.count} 个流水号：{named}{'等' if gap.count > NAMED_AT_MOST else ''}。"
        yield Finding("gap", "warn", message, f"{device.ref} {gap.boot_id}")


def _deceased(session: Session, rows: MonthRows) -> Iterable[Finding]:
    died = select(Elder.id, Elder.died_on).where(Elder.id.in_(rows.elders.keys()), Elder.died_on.is_not(None))
    days = dict(session.execute(died).all())
    for meal in rows.sums.values():
        died_on = days.get(meal.meal.elder_id)
        if died_on is None or meal.meal.service_on <= died_on or meal.net <= 0:
            continue
        if any(fen for payer, fen in meal.by_payer().items() if payer not in BORNE_BY_THE_CANTEEN):
            elder = rows.elders[meal.meal.elder_id]
            message = (
                f"{masked_name(elder.name)}（{elder.ref}）{died_on.isoformat()} 去世，"
                f"{meal.meal.service_on.isoformat()} 仍有就餐（餐号 {meal.meal.id}）。请撤销这一餐，由食堂承担。"
            )
            yield Finding("deceased-charged", "block", message, f"meal:{meal.meal.id}")


def _differences(session: Session, canteen: Canteen, month: str) -> Iterable[Finding]:
    lines = close_totals_from_lines(session, canteen.id, month)
    for payer, one, other in differences(lines, close_totals_from_journal(session, canteen.id, month)):
        message = f"{payer_name(payer)}：明细合计 {yuan(one)} 元，账上 {yuan(other)} 元，对不上。请联系维护人员，先不要月结。"
        yield Finding("journal-differs", "block", message, payer)
    has_rollup = select(DayRollup.canteen_id).where(
        DayRollup.canteen_id == canteen.id, DayRollup.month == month
    )
    if session.scalars(has_rollup.limit(1)).first() is not None:
        for payer, one, other in differences(lines, close_totals_from_rollup(session, canteen.id, month)):
            message = f"{payer_name(payer)}：明细合计 {yuan(one)} 元，日汇总 {yuan(other)} 元，对不上。"
            yield Finding("rollup-differs", "block", message, payer)
    unbalanced = (
        select(Entry.id)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.canteen_id == canteen.id, Entry.month == month)
        .group_by(Entry.id)
        .having(func.sum(Posting.amount_fen) != 0)
    )
    for entry_id in session.scalars(unbalanced.order_by(Entry.id).limit(NAMED_AT_MOST)):
        yield Finding("entry-unbalanced", "block", f"第 {entry_id} 号分录借贷不平。", f"entry:{entry_id}")


def _funds(session: Session, canteen: Canteen, month: str) -> Iterable[Finding]:
    drawn = select(MealShare.fund_id).where(MealShare.canteen_id == canteen.id, MealShare.month == month)
    for fund in session.scalars(select(Fund).where(Fund.id.in_(drawn)).order_by(Fund.code)):
        posted = select(func.coalesce(func.sum(Posting.amount_fen), 0)).where(Posting.fund_id == fund.id)
        held = -int(session.scalar(posted) or 0)
        if held < 0 or held != fund.held_fen:
            message = f"资金“{fund.title}”余额 {yuan(fund.held_fen)} 元，账上 {yuan(held)} 元。"
            yield Finding("fund-differs", "block", message, fund.code)


def _programme_days(rows: MonthRows) -> Iterable[Finding]:
    covered = Counter[date]()
    for version in rows.versions:
        for ordinal in range(version.first_on.toordinal(), version.last_on.toordinal() + 1):
            covered[date.fromordinal(ordinal)] += 1
    days = (rows.period.last_on - rows.period.first_on).days + 1
    if len(covered) < days:
        message = f"{rows.period.text} 有 {days - len(covered)} 天没有适用的补贴项目。"
        yield Finding("no-programme", "warn", message, rows.period.text)


def _unprintable(rows: MonthRows, papers: Sequence[SealedPaper]) -> Iterable[Finding]:
    try:
        for paper in papers:
            yield from _characters(rows, paper)
    except FontMissing:
        yield Finding("font-not-installed", "block", "打印用的字库没有安装，请先运行 ./run --setup。")
    for paper in papers:
        try:
            paper_of(paper)
        except NotPrintable as fault:
            yield Finding("paper-refused", "block", f"{paper.heading.number}：{fault}", paper.heading.number)


def _characters(rows: MonthRows, paper: SealedPaper) -> Iterable[Finding]:
    if not isinstance(paper, RosterPaper):
        lacking = missing_characters("".join(texts_of(to_plain(paper))))
        if lacking:
            message = f"{paper.heading.number} 有字库里没有的字：{'、'.join(lacking)}。请改用能打印的写法。"
            yield Finding("font-missing", "block", message, paper.heading.number)
        return
    for elder_id in dict.fromkeys(line.elder_no for line in paper.lines):
        elder = rows.elders[elder_id]
        if lacking := missing_characters(elder.name):
            message = (
                f"{elder.name}（{elder.ref}）的姓名里有字库没有的字：{'、'.join(lacking)}。"
                "请在老人页面登记“打印用姓名”。"
            )
            yield Finding("font-missing", "block", message, f"elder:{elder.ref}")
        if lacking := missing_characters(elder.community + elder.address):
            message = f"{elder.name}（{elder.ref}）的住址里有字库没有的字：{'、'.join(lacking)}。请改写住址。"
            yield Finding("font-missing", "block", message, f"elder:{elder.ref}")


def texts_of(value: Any) -> Iterable[str]:
    """Every text in a plain value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_of(part)
    elif isinstance(value, dict):
        yield from texts_of(list(value.values()))


def _fund_names(session: Session, canteen: Canteen, month: str) -> Iterable[Finding]:
    """What a donor's statement will print, checked before the close of any canteen that draws on the fund."""
    drawn = select(MealShare.fund_id).where(MealShare.canteen_id == canteen.id, MealShare.month == month)
    funds = select(Fund, Sponsor).join(Sponsor, Sponsor.id == Fund.sponsor_id).where(Fund.id.in_(drawn))
    try:
        for fund, sponsor in session.execute(funds.order_by(Fund.code)):
            if lacking := missing_characters(fund.title + sponsor.display_name):
                message = (
                    f"资金“{fund.title}”或署名里有字库没有的字：{'、'.join(lacking)}。请改用能打印的写法。"
                )
                yield Finding("font-missing", "block", message, f"fund:{fund.code}")
    except FontMissing:
        return  # told once, for the canteen's own papers


def _pending(grant: MonthlyGrant) -> Finding:
    message = f"{grant.title}：{yuan(grant.amount_fen)} 元待考核，本月不计入应补金额。"
    return Finding("grant-pending", "note", message, grant.grant_id)


def _no_meals(rows: MonthRows) -> Iterable[Finding]:
    if not any(meal.net for meal in rows.sums.values()):
        yield Finding(
            "no-meals", "note", f"{rows.period.text} 没有就餐记录，结算单按零出具。", rows.period.text
        )
