"""Reads of pictures: those that may be shown on a day, and all of them for the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.sponsors.models import Fund
from canteen.sponsors.pictures.models import SponsorPicture
from canteen.subsidies.drafts.services import OFFICE_ZONE


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture that may be shown; its size in pixels."""

    id: int
    caption: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture as the office sees it, with the consent it rests on."""

    id: int
    caption: str
    width: int
    height: int
    fund: str | None
    canteen: str | None
    nobody_recognisable: bool
    consent_by: str
    consent_on: date
    consent_until: date | None
    has_paper: bool
    uploaded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None

    def is_shown_on(self, on: date) -> bool:
        """Whether the consent is in force on a day."""
        has_begun = self.consent_on <= on
        return has_begun and self.withdrawn_at is None and (self.consent_until is None or on <= self.consent_until)


def shown(session: Session, sponsor_id: int, on: date | None = None) -> list[PictureRow]:
    """The pictures of a sponsor whose consent is in force on a day, by default today; the newest first."""
    rows = _in_force(on).where(SponsorPicture.sponsor_id == sponsor_id).order_by(SponsorPicture.id.desc())
    return [PictureRow(row.id, row.caption, row.width, row.height) for row in session.scalars(rows)]


def shown_content(session: Session, sponsor_id: int, picture_id: int, on: date | None = None) -> bytes:
    """The JPEG of a picture that this sponsor may see. Raises Refusal `photo-unknown` for every other."""
    rows = _in_force(on).where(SponsorPicture.sponsor_id == sponsor_id, SponsorPicture.id == picture_id)
    found = session.scalars(rows.with_only_columns(SponsorPicture.content)).first()
    if found is None:
        raise unknown()
    return found


def kept(session: Session, sponsor_id: int) -> list[KeptPicture]:
    """Every picture of a sponsor, withdrawn ones too, the newest first."""
    rows = (
        select(SponsorPicture, Fund.title, Canteen.name)
        .outerjoin(Fund, Fund.id == SponsorPicture.fund_id)
        .outerjoin(Canteen, Canteen.id == SponsorPicture.canteen_id)
        .where(SponsorPicture.sponsor_id == sponsor_id)
        .order_by(SponsorPicture.id.desc())
    )
    return [_kept(row, fund, canteen) for row, fund, canteen in session.execute(rows)]


def content(session: Session, sponsor_id: int, picture_id: int) -> bytes:
    """The JPEG of a picture of this sponsor's, for the office. Raises Refusal `photo-unknown` where it was erased."""
    rows = select(SponsorPicture.content).where(
        SponsorPicture.id == picture_id, SponsorPicture.sponsor_id == sponsor_id
    )
    found = session.scalars(rows).first()
    if found is None:
        raise unknown()
    return found


def paper(session: Session, sponsor_id: int, picture_id: int) -> tuple[str, bytes]:
    """The type and the bytes of the consent's paper. Raises Refusal `photo-unknown` where none is kept."""
    rows = select(SponsorPicture.paper_media_type, SponsorPicture.paper).where(
        SponsorPicture.id == picture_id, SponsorPicture.sponsor_id == sponsor_id
    )
    found = session.execute(rows).first()
    if found is None or found[0] is None or found[1] is None:
        raise unknown()
    return found[0], found[1]


def unknown() -> Refusal:
    """Refusal `photo-unknown`."""
    return Refusal("photo-unknown", "没有这张照片，或者已经撤下了。")


def _in_force(on: date | None) -> Select[SponsorPicture]:
    day = on or today(OFFICE_ZONE)
    return select(SponsorPicture).where(
        SponsorPicture.withdrawn_at.is_(None), SponsorPicture.consent_on <= day,
        or_(SponsorPicture.consent_until.is_(None), SponsorPicture.consent_until >= day),
    )  # fmt: skip


def _kept(row: SponsorPicture, fund: str | None, canteen: str | None) -> KeptPicture:
    return KeptPicture(
        id=row.id, caption=row.caption, width=row.width, height=row.height, fund=fund, canteen=canteen,
        nobody_recognisable=row.nobody_recognisable, consent_by=row.consent_by, consent_on=row.consent_on,
        consent_until=row.consent_until, has_paper=row.paper_sha256 is not None, uploaded_at=row.uploaded_at,
        withdrawn_at=row.withdrawn_at, withdrawn_reason=row.withdrawn_reason,
    )  # fmt: skip
