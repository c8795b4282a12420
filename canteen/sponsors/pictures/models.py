"""Pictures with the consent they rest on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


class SponsorPicture(Model):
    """A picture for one sponsor: drawn anew when it came, so that it holds no place and no camera."""

    __tablename__ = "sponsor_picture"
    __table_args__ = (
        CheckConstraint("consent_on <= consent_until", name="consent_begins_before_it_ends"),
        CheckConstraint(
            "nobody_recognisable OR (paper_sha256 IS NOT NULL AND consent_until IS NOT NULL)",
            name="people_gave_their_consent",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (content IS NOT NULL)", name="withdrawn_is_erased"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sponsor_id: Mapped[int] = mapped_column(Id, ForeignKey("sponsor.id"), index=True)
    fund_id: Mapped[int | None] = mapped_column(Id, ForeignKey("fund.id"))
    canteen_id: Mapped[int | None] = mapped_column(Id, ForeignKey("canteen.id"))
    caption: Mapped[str] = mapped_column(String(80))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # JPEG
    nobody_recognisable: Mapped[bool]
    consent_by: Mapped[str] = mapped_column(String(60))
    consent_on: Mapped[date]
    consent_until: Mapped[date | None]
    paper_media_type: Mapped[str | None] = mapped_column(String(40))
    paper_sha256: Mapped[str | None] = mapped_column(String(64))
    paper: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_reason: Mapped[str | None] = mapped_column(String(200))
