"""What can happen to public notices: a closed month's is published, and it is withdrawn with a reason.

One that was published is never edited; another version takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.facts import PHONE
from canteen.canteens.queries import CanteenRow
from canteen.clock import now, today
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.documents.papers.notice import DonorName, PublicNotice
from canteen.documents.sealed import to_plain
from canteen.noticeboard.wall.figures import read_figures
from canteen.noticeboard.wall.giving import Book, givers, paying_funds, read_book
from canteen.noticeboard.wall.models import NoticeWithdrawal
from canteen.noticeboard.wall.models import PublicNotice as Row
from canteen.noticeboard.wall.notices import DAYS, live_notices, notices_of, told_before
from canteen.noticeboard.wall.queries import in_order, supporters
from canteen.settlement.queries import ClosedMonthFacts, close_of
from canteen.settlement.sealing import canonical, number_of, sha256_of

FORMAT = 1
LONGEST_PUBLISHER, LONGEST_REASON = 80, 200


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who publishes, and whom one calls with doubts (监督电话)."""

    publisher: str
    hotline: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A notice as it would be published now; `seen` is the hash of its figures and names.

    `unagreed`: titles of funds that paid in the month and are neither donation nor sponsorship yet.
    """

    notice: PublicNotice
    seen: str
    unagreed: tuple[str, ...]


def preview(canteen: CanteenRow, month: str, *, is_demo: bool = False) -> Preview:
    """The notice of a closed month, nothing written.

    Raises Refusal `notice-open-month`, `notice-published`, `notice-later`, `notice-unbalanced`.
    """
    with reading() as session:
        return _preview(session, canteen, month, is_demo)


def publish(
    canteen: CanteenRow, month: str, imprint: Imprint, seen: str, actor: str, *, is_demo: bool = False
) -> str:
    """Publish the notice of a closed month as it was seen. Answers its number.

    Raises Refusal `notice-publisher`, `notice-hotline`, `notice-changed` where it would say something else by now,
    and those of `preview`.
    """
    checked = _checked(imprint)
    try:
        with transaction() as session:
            found = _preview(session, canteen, month, is_demo)
            if found.seen != seen:
                raise Refusal("notice-changed", "公示的内容刚才变了，没有发布。请再看一遍，再发布。")
            notice = replace(found.notice, publisher=checked.publisher, hotline=checked.hotline)
            _keep(session, canteen.id, notice, actor)
            return notice.number
    except IntegrityError as error:
        raise _published_already(month) from error


def withdraw(notice_id: int, reason: str, actor: str) -> None:
    """Take a notice back; the reason is told in its place. Raises Refusal `notice-unknown`, `notice-reason`,
    `notice-withdrawn`.
    """
    kept = " ".join(reason.split())
    if not kept or len(kept) > LONGEST_REASON:
        raise Refusal(
            "notice-reason",
            f"请写明撤回的原因，最多 {LONGEST_REASON} 个字；原因会公开。",
            longest=LONGEST_REASON,
        )
    try:
        with transaction() as session:
            row = session.get(Row, notice_id)
            if row is None:
                raise Refusal("notice-unknown", "没有这份公示。请回到列表再选。")
            if session.get(NoticeWithdrawal, notice_id) is not None:
                raise _withdrawn_already()
            session.add(
                NoticeWithdrawal(
                    notice_id=notice_id, reason=kept, withdrawn_by=actor[:80], withdrawn_at=now()
                )
            )
            session.flush()
            record(session, "notice.withdraw", actor, f"notice:{row.number}", canteen_id=row.canteen_id)
    except IntegrityError as error:
        raise _withdrawn_already() from error


def _preview(session: Session, canteen: CanteenRow, month: str, is_demo: bool) -> Preview:
    close = close_of(session, canteen.id, month)
    if close is None:
        raise Refusal("notice-open-month", f"{month} 还没有月结，不能公示。请先月结。", month=month)
    known = notices_of(session, canteen.id)
    live = [one for one in known if one.is_live]
    if any(one.notice.month == month for one in live):
        raise _published_already(month)
    versions = [one.notice for one in known if one.notice.month == month]
    last = max((one.notice.month for one in live), default=month)
    if last > month and not versions:
        raise Refusal(
            "notice-later", f"{last} 已经公示，不能再补 {month} 的：结余会对不上。", month=month, later=last
        )
    book = read_book(session, canteen.id, today(canteen.time_zone))
    paying = paying_funds(session, canteen.id, month)
    notice = replace(
        _drafted(session, canteen, close, book, paying),
        number=number_of(canteen.code, month, "notice", len(versions) + 1),
        version=len(versions) + 1,
        replaces=versions[0].number if versions else "",
        demo=is_demo,
    )
    # What nobody decides here but the clock does not make it another notice.
    plain = to_plain(replace(notice, published_on=date.min, last_on=date.min))
    unagreed = tuple(fund.title for fund in book.funds if fund.id in paying and fund.nature is None)
    return Preview(notice, sha256_of(canonical(plain)), unagreed)


def _drafted(
    session: Session,
    canteen: CanteenRow,
    close: ClosedMonthFacts,
    book: Book,
    paying: frozenset[int],
) -> PublicNotice:
    """The first version of a month's notice, with the canteen's own facts for imprint."""
    day, month = book.today, close.month
    earlier = [one for one in live_notices(session, canteen.id) if one.notice.month < month]
    since, told_of = told_before(earlier, month)
    figures = read_figures(session, canteen.id, close, book.funds, since, told_of)
    span = parse_month(month)
    named, unnamed = givers(book, span.first_on, span.last_on, paying)
    return PublicNotice(
        number="", version=1, canteen_name=canteen.name, month=month, income=figures.income,
        spending=figures.spending, is_withheld=figures.is_withheld,
        meals=figures.meals, people=figures.people, fund=figures.fund, is_fund_waiting=figures.is_fund_waiting,
        donors=tuple(DonorName(one.name, one.amount_fen) for one in in_order(named, "strokes")), unnamed=unnamed,
        supporters=supporters(book, span.first_on, span.last_on),
        publisher=canteen.reporting_unit or canteen.operator_name or canteen.name, hotline=canteen.phone or "",
        published_on=day, last_on=day + timedelta(days=DAYS - 1), replaces="", demo=False,
    )  # fmt: skip


def _keep(session: Session, canteen_id: int, notice: PublicNotice, actor: str) -> None:
    text = canonical({"format": FORMAT, "notice": to_plain(notice)})
    sha256 = sha256_of(text)
    session.add(
        Row(
            canteen_id=canteen_id, month=notice.month, version=notice.version, number=notice.number, sealed_json=text,
            seal_sha256=sha256, published_on=notice.published_on, published_by=actor[:80], published_at=now(),
        )
    )  # fmt: skip
    session.flush()
    record(
        session,
        "notice.publish",
        actor,
        f"notice:{notice.number}",
        canteen_id=canteen_id,
        detail={"sha256": sha256},
    )


def _checked(imprint: Imprint) -> Imprint:
    publisher = " ".join(imprint.publisher.split())
    if not publisher or len(publisher) > LONGEST_PUBLISHER:
        raise Refusal(
            "notice-publisher", f"请填公布单位，最多 {LONGEST_PUBLISHER} 个字。", longest=LONGEST_PUBLISHER
        )
    hotline = imprint.hotline.strip()
    if not PHONE.fullmatch(hotline):
        raise Refusal("notice-hotline", "监督电话只能是数字、加号、横线和括号，比如 0931-8461234。")
    return Imprint(publisher, hotline)


def _published_already(month: str) -> Refusal:
    return Refusal("notice-published", f"{month} 已经公示。要改的话，先撤回，再发布新的一版。", month=month)


def _withdrawn_already() -> Refusal:
    return Refusal("notice-withdrawn", "这份公示已经撤回了。")
