"""Canteens, who works in them, and the counters by which processes notice changed standing facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Json, Model


class Canteen(Model):
    """One place where elders eat."""

    __tablename__ = "canteen"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    area: Mapped[str] = mapped_column(String(10))  # urban, rural
    division: Mapped[str] = mapped_column(String(12))
    time_zone: Mapped[str] = mapped_column(String(40))
    price_fen: Mapped[int | None] = mapped_column(Fen)
    hours: Mapped[dict[str, Any]] = mapped_column(Json)  # {"lunch": ["10:30", "13:00"]}
    operator_name: Mapped[str | None] = mapped_column(String(80))
    operator_uscc: Mapped[str | None] = mapped_column(String(18))
    reporting_unit: Mapped[str | None] = mapped_column(String(80))
    submitted_to: Mapped[str | None] = mapped_column(String(120))  # 主送
    collective_name: Mapped[str | None] = mapped_column(String(80))  # the village or community that is billed
    phone: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Workplace(Model):
    """Where a person works; an administrator and an officer need none."""

    __tablename__ = "workplace"
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"), primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)


class Revision(Model):
    """A counter that every change of a standing fact raises, so that cached copies are known to be old."""

    __tablename__ = "revision"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)  # "standing": canteens, programmes, keys
    number: Mapped[int] = mapped_column(Id)
