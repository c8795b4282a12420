"""Writing one change of a list into its history, and into the audit, within the caller's transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.subsidies.vocabulary.models import VocabularyChange

Values = dict[str, Any] | None


def write(
    session: Session, vocabulary: str, code: str, act: str, before: Values, after: Values, by: str
) -> None:
    """One row that is never changed again: what was done to which word, what it was and is."""
    session.add(
        VocabularyChange(
            vocabulary=vocabulary, code=code, act=act, before=before, after=after, by=by[:80], at=now()
        )
    )
    record(session, f"{vocabulary}-{act}", by, f"{vocabulary}:{code}", detail=after)
