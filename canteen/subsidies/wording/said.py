"""A message in the page's language, as text."""

from __future__ import annotations

from flask_babel import gettext


def _(message: str, **values: object) -> str:
    """The message in the page's language with its values put in."""
    return str(gettext(message, **values))
