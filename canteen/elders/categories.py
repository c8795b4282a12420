"""The office's categories as elders are told of them. A later slice keeps the table; this one knows its name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

_CATEGORY = table(
    "category",
    column("code"),
    column("title"),
    column("title_en"),
    column("position"),
    column("retired_at"),
)


@dataclass(frozen=True, slots=True)
class KeptCategory:
    """A category by its code, as the office calls it; a retired one is read, and offered in no form."""

    code: str
    title: str
    title_en: str
    is_retired: bool


def kept_categories(session: Session) -> tuple[KeptCategory, ...]:
    """Every category that the office keeps, in its order; none before the vocabulary was filled in."""
    kept = _CATEGORY.c
    rows = select(kept.code, kept.title, kept.title_en, kept.retired_at).order_by(kept.position, kept.code)
    return tuple(
        KeptCategory(code, title, title_en, retired_at is not None)
        for code, title, title_en, retired_at in session.execute(rows)
    )
