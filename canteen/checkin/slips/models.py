"""Sheets of paper as they were entered, their lines, and the numbers given out for printing."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Model


class SlipSheet(Model):
    """What was entered at one time: some slips, or one sign sheet, of one day and meal period."""

    __tablename__ = "slip_sheet"
    __table_args__ = (UniqueConstraint("canteen_id", "number"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    number: Mapped[str | None] = mapped_column(String(20))  # of a sign sheet; single slips have their own
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    witness: Mapped[str] = mapped_column(String(60))  # who saw them eat
    cause: Mapped[str] = mapped_column(String(120))  # why there was no tablet
    picture: Mapped[str | None] = mapped_column(String(32))  # handle of the encrypted file
    picture_sha256: Mapped[str | None] = mapped_column(String(64))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class Slip(Model):
    """One line: an elder who ate. `meal_id` is the meal that an approval made."""

    __tablename__ = "slip"
    __table_args__ = (
        UniqueConstraint("canteen_id", "number"),
        UniqueConstraint("meal_id"),
        Index("ix_slip_sheet_id", "sheet_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(Id, ForeignKey("slip_sheet.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    number: Mapped[str] = mapped_column(String(20))
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    cash_fen: Mapped[int | None] = mapped_column(Fen)  # taken in cash then; None: from the wallet
    state: Mapped[str] = mapped_column(String(10))  # waiting, approved, rejected, refused
    code: Mapped[str | None] = mapped_column(String(20))  # of the check-in: LATE, DUPLICATE_SAME, DECEASED …
    meal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meal.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class SlipSeries(Model):
    """The next numbers to print for a canteen's drawer."""

    __tablename__ = "slip_series"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)
    next_slip: Mapped[int]
    next_sheet: Mapped[int]
