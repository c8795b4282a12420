"""Sponsors and their funds: received money only, terms, canteens and named guests."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, cast, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from canteen.db import Fen, Id, Instant, Model


class Sponsor(Model):
    """Who gives."""

    __tablename__ = "sponsor"
    __table_args__ = (Index("uq_sponsor_uscc", "uscc", unique=True),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))  # 对外署名
    kind: Mapped[str | None] = mapped_column(String(12))  # organisation, person, anonymous, many; None: not told
    uscc: Mapped[str | None] = mapped_column(String(18))
    contact_name: Mapped[str | None] = mapped_column(String(60))
    contact_phone: Mapped[str | None] = mapped_column(String(30))
    contact_address: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(254))  # where statements are sent
    created_at: Mapped[datetime] = mapped_column(Instant)


class FundSlice(Model):
    """A part of a fund that one check-in draws on while others draw on others; there are none on SQLite.

    Money moves between a fund and its slices under the lock of the fund's row.
    """

    __tablename__ = "fund_slice"
    __table_args__ = (CheckConstraint("balance_fen >= 0", name="never_below_zero"),)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), primary_key=True)
    slice_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    balance_fen: Mapped[int] = mapped_column(Fen)


class Fund(Model):
    """A sponsor's earmarked money; it pays only through a rule of the programme in force.

    `balance_fen` is what no slice holds, and all there is where the row was locked by `holding.lock_fund`; what the
    fund holds is `held_fen`.
    """

    __tablename__ = "fund"
    __table_args__ = (CheckConstraint("balance_fen >= 0", name="never_below_zero"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    sponsor_id: Mapped[int] = mapped_column(Id, ForeignKey("sponsor.id"))
    title: Mapped[str] = mapped_column(String(80))
    balance_fen: Mapped[int] = mapped_column(Fen, default=0)
    held_fen: Mapped[int] = column_property(  # received less drawn
        balance_fen
        + select(cast(func.coalesce(func.sum(FundSlice.balance_fen), 0), Fen))
        .where(FundSlice.fund_id == id)  # noqa: A003 - the column above
        .correlate_except(FundSlice)
        .scalar_subquery()
    )
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    per_meal_fen: Mapped[int | None] = mapped_column(Fen)
    per_day_fen: Mapped[int | None] = mapped_column(Fen)
    is_for_named_guests: Mapped[bool] = mapped_column(default=False)
    is_for_all_canteens: Mapped[bool] = mapped_column(default=True)
    purpose: Mapped[str | None] = mapped_column(String(200))
    budget_fen: Mapped[int | None] = mapped_column(Fen)  # what is planned; only what was received is drawn
    created_at: Mapped[datetime] = mapped_column(Instant)


class FundCanteen(Model):
    """A canteen that a fund pays in; no row at all means every canteen."""

    __tablename__ = "fund_canteen"
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)


class FundGuest(Model):
    """An elder on a fund's list of named guests."""

    __tablename__ = "fund_guest"
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), primary_key=True)
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), primary_key=True)


class FundDay(Model):
    """What a fund with a daily ceiling has drawn for a service date, all canteens together."""

    __tablename__ = "fund_day"
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), primary_key=True)
    service_on: Mapped[date] = mapped_column(primary_key=True)
    drawn_fen: Mapped[int] = mapped_column(Fen)


class Gift(Model):
    """Money received for a fund."""

    __tablename__ = "gift"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    received_on: Mapped[date]
    receipt_no: Mapped[str | None] = mapped_column(String(60), unique=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
