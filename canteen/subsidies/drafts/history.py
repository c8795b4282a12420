"""Writing a version's history: one act after another, none ever changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from canteen.clock import now
from canteen.subsidies.drafts.models import PolicyEvent


def note(
    session: Session,
    act: str,
    by: str,
    programme: str,
    effective_on: date | None = None,
    *,
    draft_id: int | None = None,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one act to a programme's history, within the caller's transaction."""
    session.add(
        PolicyEvent(
            programme_code=programme[:60],
            effective_on=effective_on,
            draft_id=draft_id,
            act=act,
            by=by[:80],
            at=now(),
            reason=reason,
            detail=detail,
        )
    )
