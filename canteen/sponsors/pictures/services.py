"""What can happen to pictures: one is taken in with its consent, and taken away for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.sponsors.agreements.checking import text
from canteen.sponsors.agreements.papers import Paper, media_type_of
from canteen.sponsors.agreements.queries import unknown_sponsor
from canteen.sponsors.models import Fund, Sponsor
from canteen.sponsors.pictures.models import SponsorPicture
from canteen.sponsors.pictures.queries import unknown
from canteen.sponsors.pictures.redrawing import redraw


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed that the picture is shown to the sponsor, from when, and until when.

    A picture in which somebody can be recognised needs an end and the paper; where nobody can, both may be left out.
    """

    by: str
    on: date
    until: date | None
    nobody_recognisable: bool = False
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture as it was sent, for whom it is, and what it shows."""

    sponsor_id: int
    content: bytes
    caption: str
    fund: str = ""
    canteen_id: int | None = None


def add_picture(picture: NewPicture, consent: Consent, today: date, actor: str) -> int:
    """Take a picture in. Answers its number.

    Raises Refusal `sponsor-unknown`, `photo-caption`, `photo-fund`, `canteen-unknown`, `consent-by`,
    `consent-future`, `consent-until`, `consent-reversed`, `consent-over`, `consent-paper`, those of a paper and of a
    picture (see redrawing); nothing is written then.
    """
    caption = text(picture.caption, 80, "photo-caption")
    given_by = text(consent.by, 60, "consent-by")
    _check(consent, today)
    paper_type = media_type_of(consent.paper) if consent.paper else None
    drawn = redraw(picture.content)
    with transaction() as session:
        if session.get(Sponsor, picture.sponsor_id) is None:
            raise unknown_sponsor()
        if picture.canteen_id is not None and session.get(Canteen, picture.canteen_id) is None:
            raise Refusal("canteen-unknown", "没有这个食堂。")
        row = SponsorPicture(
            sponsor_id=picture.sponsor_id, fund_id=_fund_id(session, picture), canteen_id=picture.canteen_id,
            caption=caption, width=drawn.width, height=drawn.height, content=drawn.content,
            nobody_recognisable=consent.nobody_recognisable, consent_by=given_by, consent_on=consent.on,
            consent_until=consent.until, paper_media_type=paper_type,
            paper=consent.paper.content if consent.paper else None,
            paper_sha256=hashlib.sha256(consent.paper.content).hexdigest() if consent.paper else None,
            uploaded_by=actor[:80], uploaded_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        record(session, "picture-added", actor, f"picture:{row.id}", picture.canteen_id)
        return row.id


def withdraw_picture(sponsor_id: int, picture_id: int, reason: str, actor: str) -> None:
    """Take a picture away from every page at once, and erase it; who did it and why stays.

    Raises Refusal `photo-unknown`, `photo-withdrawn`, `photo-reason`.
    """
    said = text(reason, 200, "photo-reason")
    with transaction() as session:
        rows = select(SponsorPicture).where(SponsorPicture.id == picture_id, SponsorPicture.sponsor_id == sponsor_id)
        row = session.scalars(rows.with_for_update()).first()
        if row is None:
            raise unknown()
        if row.withdrawn_at is not None:
            raise Refusal("photo-withdrawn", "这张照片已经撤下了。")
        row.content = None
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = now(), actor[:80], said
        record(session, "picture-withdrawn", actor, f"picture:{row.id}", row.canteen_id)


def _check(consent: Consent, today: date) -> None:
    if consent.on > today:
        raise Refusal("consent-future", "同意的日期在今天以后，请核对。")
    if consent.until is not None and consent.until < consent.on:
        raise Refusal("consent-reversed", "同意到期的日子早于同意的日子，请核对。")
    if consent.until is not None and consent.until < today:
        raise Refusal("consent-over", "同意已经到期，照片不会显示。请先取得新的同意。")
    if consent.nobody_recognisable:
        return
    if consent.until is None:
        raise Refusal("consent-until", "照片里认得出人：请填同意到哪一天为止。")
    if consent.paper is None:
        raise Refusal("consent-paper", "照片里认得出人：请上传同意书的扫描件，或者勾选认不出任何人。")


def _fund_id(session: Session, picture: NewPicture) -> int | None:
    if not picture.fund:
        return None
    rows = select(Fund.id).where(Fund.code == picture.fund, Fund.sponsor_id == picture.sponsor_id)
    found = session.scalars(rows).first()
    if found is None:
        raise Refusal("photo-fund", "这笔资金不是这位捐赠方的，请重新选。")
    return found
