"""Tables of agreements: display names as they followed each other, papers, money agreed, rights of naming."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Model


class SponsorName(Model):
    """A display name and the day from which it counts. Never changed: another name is another row."""

    __tablename__ = "sponsor_name"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sponsor_id: Mapped[int] = mapped_column(Id, ForeignKey("sponsor.id"), index=True)
    from_on: Mapped[date]
    display_name: Mapped[str] = mapped_column(String(80))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)


class Agreement(Model):
    """What a sponsor and the holder of the money signed."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("begins_on <= ends_on", name="begins_before_it_ends"),
        CheckConstraint("amount_fen > 0", name="has_an_amount"),
        CheckConstraint("nature <> 'donation' OR holder_kind <> 'operator'", name="no_donation_to_an_operator"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    sponsor_id: Mapped[int] = mapped_column(Id, ForeignKey("sponsor.id"), index=True)
    nature: Mapped[str] = mapped_column(String(12))  # donation 捐赠, sponsorship 商业赞助
    holder_kind: Mapped[str] = mapped_column(String(12))
    holder_name: Mapped[str] = mapped_column(String(80))
    holder_uscc: Mapped[str | None] = mapped_column(String(18))
    signed_on: Mapped[date]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(Fen)
    wording_by: Mapped[str | None] = mapped_column(String(60))  # who approved the words that are shown
    wording_on: Mapped[date | None]
    goods_declared: Mapped[bool]  # no tobacco and no goods whose advertising is barred
    relatives_declared: Mapped[bool]  # no relative of the giver is among those who benefit
    shows_amount: Mapped[bool]  # the sponsor agrees that the amount is made public
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)


class AgreementFund(Model):
    """A fund that an agreement feeds, and how much of the agreed amount goes to it."""

    __tablename__ = "agreement_fund"
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("agreement.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), primary_key=True)
    allotted_fen: Mapped[int] = mapped_column(Fen)


class Naming(Model):
    """A right of naming: what bears the name, from when to when, and what allows it."""

    __tablename__ = "naming"
    __table_args__ = (CheckConstraint("begins_on <= ends_on", name="begins_before_it_ends"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("agreement.id"), index=True)
    object: Mapped[str] = mapped_column(String(10))  # canteen, meal, day, wall, statement
    canteen_id: Mapped[int | None] = mapped_column(Id, ForeignKey("canteen.id"), index=True)
    meal: Mapped[str | None] = mapped_column(String(10))
    named_on: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(80))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    consent_by: Mapped[str | None] = mapped_column(String(60))  # of the place
    consent_on: Mapped[date | None]
    needs_approval: Mapped[bool]  # 公益事业捐赠法第十四条
    approval_by: Mapped[str | None] = mapped_column(String(80))
    approval_no: Mapped[str | None] = mapped_column(String(60))
    approval_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]  # the first day on which the name is shown no more
    withdrawn_reason: Mapped[str | None] = mapped_column(String(200))
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)


class AgreementFile(Model):
    """A scanned paper: the agreement itself, or the approval of a name."""

    __tablename__ = "agreement_file"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("agreement.id"), index=True)
    naming_id: Mapped[int | None] = mapped_column(Id, ForeignKey("naming.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # agreement, approval
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class AgreementRule(Model):
    """A draft of a policy that was begun from an agreement, with a rule by which one of its funds pays."""

    __tablename__ = "agreement_rule"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(Id, ForeignKey("agreement.id"), index=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"))
    draft_id: Mapped[int] = mapped_column(Id, ForeignKey("programme_draft.id"))
    rule: Mapped[str] = mapped_column(String(60))
    begun_by: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime] = mapped_column(Instant)
