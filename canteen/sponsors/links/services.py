"""What can happen to links: one is issued, opened by a browser, used, and revoked."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.token import token_sha256
from canteen.db import transaction
from canteen.sponsors.agreements.queries import unknown_sponsor
from canteen.sponsors.links.models import SponsorLink, SponsorLinkUse
from canteen.sponsors.links.queries import is_bound_to, state_of
from canteen.sponsors.models import Sponsor

USUAL_DAYS = 90
MOST_DAYS = 365
LONGEST_LABEL = 40
TOKEN_BYTES = 24  # 192 bits
DEVICES = ("phone", "tablet", "computer", "other")
QUIET = timedelta(minutes=30)
"""So long the same thing on the same device is one use: a page that is read, made larger and read on."""
AHEAD = timedelta(seconds=10)
"""A messenger opens a link before the reader does, to see whether it is safe, and never reads on. After so long the
next browser may have the link instead, unless the page was read."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that lets this browser in. `secret` goes into its cookie and nowhere else."""

    link_id: int
    sponsor_id: int
    secret: str
    expires_on: date


def issue_link(sponsor_id: int, days: int, label: str, actor: str, on: date | None = None) -> str:
    """Make a link to a sponsor's page that ends so many days after `on`, by default today. Answers its token, once.

    Raises Refusal `sponsor-unknown`, `link-days` (1 to 365), `link-label` (up to 40 characters).
    """
    label = " ".join(label.split())
    if not 1 <= days <= MOST_DAYS:
        raise Refusal("link-days", f"有效期要在 1 到 {MOST_DAYS} 天之间。", most=MOST_DAYS)
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise Refusal("link-label", f"请写明链接给谁，最多 {LONGEST_LABEL} 个字。", longest=LONGEST_LABEL)
    token, at = secrets.token_urlsafe(TOKEN_BYTES), now()
    with transaction() as session:
        if session.get(Sponsor, sponsor_id) is None:
            raise unknown_sponsor()
        link = SponsorLink(
            sponsor_id=sponsor_id, token_sha256=token_sha256(token), label=label, created_by=actor,
            created_at=at, expires_on=(on or at.date()) + timedelta(days=days),
        )  # fmt: skip
        session.add(link)
        session.flush()
        detail = {"link": link.id, "days": days}
        record(session, "sponsor-link-issued", actor, f"sponsor:{sponsor_id}", detail=detail)
    return token


def revoke_link(link_id: int, actor: str) -> None:
    """Let a link open nothing from now on, on any browser. Twice is once. Raises Refusal `link-unknown`."""
    with transaction() as session:
        link = session.get(SponsorLink, link_id, with_for_update=True)
        if link is None:
            raise Refusal("link-unknown", "没有这个链接。请回到链接列表再选。")
        if link.revoked_at is None:
            link.revoked_by, link.revoked_at = actor, now()
            subject = f"sponsor:{link.sponsor_id}"
            record(session, "sponsor-link-revoked", actor, subject, detail={"link": link.id})


def open_link(token: str, held: str | None, device: str, today: date) -> Opened:
    """Let the browser in that follows a link: the first one that reads the page for good, every other one not at all.

    `held` is the secret that the browser holds of this link already, if it does. Raises Refusal `link-revoked`;
    `link-expired`, for an unknown token too, so that trying tells nothing; `link-elsewhere` on another browser.
    """
    # A refused try is written down, so it must be committed: the refusal is raised after the transaction.
    with transaction() as session:
        rows = select(SponsorLink).where(SponsorLink.token_sha256 == token_sha256(token)).with_for_update()
        link = session.scalars(rows).one_or_none()
        refused = _why_not(session, link, held, today)
        if link is not None:
            _note(session, link.id, refused.removeprefix("link-") if refused else "opened", device)
        if link is not None and refused is None:
            return _let_in(link, held)
    raise Refusal(refused or "link-expired")


def note_use(link_id: int, what: str, device: str) -> None:
    """Write down that a link was used: for the page, a paper, a picture, a day's card."""
    with transaction() as session:
        _note(session, link_id, what, device)


def _why_not(session: Session, link: SponsorLink | None, held: str | None, today: date) -> str | None:
    if link is None:
        return "link-expired"
    state = state_of(link, today)
    if state in ("revoked", "expired"):
        return f"link-{state}"
    is_ours = state == "fresh" or (held is not None and is_bound_to(link, held))
    return None if is_ours or _was_never_read(session, link) else "link-elsewhere"


def _was_never_read(session: Session, link: SponsorLink) -> bool:
    if link.first_used_at is None or now() <= link.first_used_at + AHEAD:
        return False
    read = select(SponsorLinkUse.id).where(SponsorLinkUse.link_id == link.id, SponsorLinkUse.what == "page")
    return session.scalars(read.limit(1)).first() is None


def _let_in(link: SponsorLink, held: str | None) -> Opened:
    if held is not None and is_bound_to(link, held):
        return Opened(link.id, link.sponsor_id, held, link.expires_on)
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    link.browser_sha256, link.first_used_at = token_sha256(secret), now()
    return Opened(link.id, link.sponsor_id, secret, link.expires_on)


def _note(session: Session, link_id: int, what: str, device: str) -> None:
    kind, at = device if device in DEVICES else "other", now()
    same = select(SponsorLinkUse.id).where(
        SponsorLinkUse.link_id == link_id, SponsorLinkUse.what == what, SponsorLinkUse.device == kind,
        SponsorLinkUse.at > at - QUIET,
    )  # fmt: skip
    if session.scalars(same.limit(1)).first() is None:
        session.add(SponsorLinkUse(link_id=link_id, at=at, what=what, device=kind))
