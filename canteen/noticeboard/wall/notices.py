"""Reads of public notices: as they were published, whether they hold, and how long they still hang."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.core.calendar import next_month
from canteen.core.errors import Corrupt
from canteen.documents.papers.notice import PublicNotice
from canteen.documents.sealed import from_plain
from canteen.noticeboard.wall.figures import Told
from canteen.noticeboard.wall.models import NoticeWithdrawal
from canteen.noticeboard.wall.models import PublicNotice as Row
from canteen.settlement.models import MonthClose
from canteen.settlement.sealing import sha256_of

DAYS = 7


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a month's notice; withdrawn where `withdrawn_at` is told."""

    id: int
    canteen_id: int
    notice: PublicNotice
    seal_sha256: str
    published_at: datetime
    reason: str | None
    withdrawn_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether it holds."""
        return self.withdrawn_at is None

    def days_left(self, today: date) -> int:
        """How many days it still has to hang, today among them; 0 when the seven are over."""
        return max((self.notice.last_on - today).days + 1, 0)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A closed month of a canteen with the versions of its notice, the newest first."""

    canteen_id: int
    month: str
    versions: tuple[Published, ...]

    @property
    def live(self) -> Published | None:
        """The version that holds."""
        return next((one for one in self.versions if one.is_live), None)


def notices_of(session: Session, canteen_id: int) -> list[Published]:
    """Every notice that a canteen ever published, the latest month and version first."""
    rows = (
        select(Row, NoticeWithdrawal)
        .outerjoin(NoticeWithdrawal, NoticeWithdrawal.notice_id == Row.id)
        .where(Row.canteen_id == canteen_id)
        .order_by(Row.month.desc(), Row.version.desc())
    )
    return [_published(row, withdrawal) for row, withdrawal in session.execute(rows)]


def live_notices(session: Session, canteen_id: int) -> list[Published]:
    """Those that hold, the latest month first."""
    return [one for one in notices_of(session, canteen_id) if one.is_live]


def months(session: Session, canteen_ids: Sequence[int]) -> list[MonthRow]:
    """The closed months of these canteens, the newest first, each with its notices."""
    rows = select(MonthClose.canteen_id, MonthClose.month).where(MonthClose.canteen_id.in_(canteen_ids))
    closed = session.execute(rows.order_by(MonthClose.month.desc(), MonthClose.canteen_id)).all()
    versions = {place: notices_of(session, place) for place in {place for place, _month in closed}}
    return [
        MonthRow(place, month, tuple(one for one in versions[place] if one.notice.month == month))
        for place, month in closed
    ]


def told_before(earlier: Sequence[Published], month: str) -> tuple[str, Told | None]:
    """The first month of which the donations' use is still to be told, and what was told last.

    `earlier`: notices that hold, of months before, the latest first.
    """
    since = month
    for one in earlier:
        roll = one.notice.fund
        if roll is not None:
            return next_month(roll.until), Told(roll.until, roll.closing_fen)
        if one.notice.is_fund_waiting:
            since = one.notice.month
    return since, None


def _published(row: Row, withdrawal: NoticeWithdrawal | None) -> Published:
    if sha256_of(row.sealed_json) != row.seal_sha256:
        raise Corrupt(f"the notice {row.number} is not what was published")
    notice: PublicNotice = from_plain(PublicNotice, json.loads(row.sealed_json)["notice"])
    return Published(
        id=row.id, canteen_id=row.canteen_id, notice=notice, seal_sha256=row.seal_sha256,
        published_at=row.published_at, reason=None if withdrawal is None else withdrawal.reason,
        withdrawn_at=None if withdrawal is None else withdrawal.withdrawn_at,
    )  # fmt: skip
