"""A message in the page's language, as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask_babel import gettext

_known: ContextVar[dict[str, str] | None] = ContextVar("known", default=None)


def _(message: str, **values: object) -> str:
    """The message in the page's language with its values put in."""
    known = _known.get()
    if known is None:
        return str(gettext(message, **values))
    text = known.get(message)
    if text is None:
        text = known[message] = str(gettext(message))
    return text % values if values else text


@contextmanager
def one_language() -> Iterator[None]:
    """Look each message up once within: for a page of thousands of words, whose language does not change meanwhile.

    A look-up asks for the request's language, which costs more than the words.
    """
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)
