"""The worked examples beside the cards."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from canteen.subsidies.editor.page import EditorPage
from canteen.subsidies.trying.panel import panel_of
from canteen.subsidies.wording.names import Names


def panel_for(session: Session, page: EditorPage, names: Names) -> Any:
    """The examples as the draft would divide them, with an open card as it was typed."""
    canteen = page.draft.canteens[0] if page.draft.canteens else None
    return panel_of(session, page.values, page.version, canteen, names)
