"""Reads of links: their state, what they were used for, and whether one lets a browser in."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.core.errors import Refusal
from canteen.core.token import token_sha256
from canteen.sponsors.links.models import SponsorLink, SponsorLinkUse

USES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as the office sees it. `state` is fresh, bound, expired or revoked."""

    id: int
    sponsor_id: int
    label: str
    state: str
    created_by: str
    created_at: datetime
    expires_on: date
    revoked_at: datetime | None
    first_used_at: datetime | None
    uses: int
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class UseRow:
    """One use: `what` is opened, page, a paper with its number after a colon, or elsewhere, expired, revoked: refused."""

    link_id: int
    label: str
    at: datetime
    what: str
    device: str


def links_of(session: Session, sponsor_id: int, today: date) -> list[LinkRow]:
    """A sponsor's links, newest first."""
    uses = (
        select(SponsorLinkUse.link_id, func.count().label("uses"), func.max(SponsorLinkUse.at).label("last"))
        .group_by(SponsorLinkUse.link_id)
        .subquery()
    )
    rows = (
        select(SponsorLink, uses.c.uses, uses.c.last)
        .outerjoin(uses, uses.c.link_id == SponsorLink.id)
        .where(SponsorLink.sponsor_id == sponsor_id)
        .order_by(SponsorLink.id.desc())
    )
    return [_row(link, count or 0, last, today) for link, count, last in session.execute(rows)]


def link(session: Session, sponsor_id: int, link_id: int, today: date) -> LinkRow:
    """One link of this sponsor. Raises Refusal `link-unknown` for another's too."""
    found = next((row for row in links_of(session, sponsor_id, today) if row.id == link_id), None)
    if found is None:
        raise Refusal("link-unknown", "没有这个链接。请回到链接列表再选。")
    return found


def uses_of(session: Session, sponsor_id: int) -> list[UseRow]:
    """The last uses of a sponsor's links, newest first."""
    rows = (
        select(SponsorLinkUse, SponsorLink.label)
        .join(SponsorLink, SponsorLink.id == SponsorLinkUse.link_id)
        .where(SponsorLink.sponsor_id == sponsor_id)
        .order_by(SponsorLinkUse.at.desc(), SponsorLinkUse.id.desc())
        .limit(USES_SHOWN)
    )
    return [UseRow(use.link_id, label, use.at, use.what, use.device) for use, label in session.execute(rows)]


def state_of(link: SponsorLink, today: date) -> str:
    """Whether a link is fresh, bound to a browser, expired or revoked."""
    if link.revoked_at is not None:
        return "revoked"
    if link.expires_on < today:
        return "expired"
    return "fresh" if link.browser_sha256 is None else "bound"


def entry(session: Session, link_id: int, secret: str, today: date) -> tuple[str, int | None]:
    """What a browser that says it holds a link may do: its state, and the sponsor's number if it may read.

    The state is bound, expired, revoked, or unknown where the secret is not that of the browser that used it first.
    """
    link = session.get(SponsorLink, link_id)
    if link is None or not is_bound_to(link, secret):
        return "unknown", None
    state = state_of(link, today)
    return state, link.sponsor_id if state == "bound" else None


def is_bound_to(link: SponsorLink, secret: str) -> bool:
    """Whether this is the secret of the browser that used the link first."""
    return link.browser_sha256 is not None and secrets.compare_digest(
        link.browser_sha256, token_sha256(secret)
    )


def _row(link: SponsorLink, uses: int, last: datetime | None, today: date) -> LinkRow:
    return LinkRow(
        link.id, link.sponsor_id, link.label, state_of(link, today), link.created_by, link.created_at,
        link.expires_on, link.revoked_at, link.first_used_at, uses, last,
    )  # fmt: skip
