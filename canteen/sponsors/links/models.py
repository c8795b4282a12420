"""Tables of links: what lets a sponsor read its page, and what each was used for."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


class SponsorLink(Model):
    """A link for one browser: the one that used it first. Token and browser's secret are kept as hashes only."""

    __tablename__ = "sponsor_link"
    __table_args__ = (
        CheckConstraint("(browser_sha256 IS NULL) = (first_used_at IS NULL)", name="bound_when_used"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sponsor_id: Mapped[int] = mapped_column(Id, ForeignKey("sponsor.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(40))  # for whom it was made
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_on: Mapped[date]  # the last day on which it opens the page
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    browser_sha256: Mapped[str | None] = mapped_column(String(64))
    first_used_at: Mapped[datetime | None] = mapped_column(Instant)


class SponsorLinkUse(Model):
    """What a link was used for, on what kind of device; never from which address."""

    __tablename__ = "sponsor_link_use"
    __table_args__ = (Index("ix_sponsor_link_use_link_id_at", "link_id", "at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    link_id: Mapped[int] = mapped_column(Id, ForeignKey("sponsor_link.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str] = mapped_column(String(100))  # opened, page, paper:<number> …, or why it was refused
    device: Mapped[str] = mapped_column(String(10))  # phone, tablet, computer, other
