"""The rendering process: one paper in on standard input, one PDF out on standard output, then it ends.

WeasyPrint takes hundreds of megabytes for a large roster and gives little of it back, so it never runs in the
server. Exit 0: the PDF. Exit 3: a paper that must not be printed, with the reason as JSON on standard error.
"""

import json
import re
import sys
from datetime import datetime

from canteen.documents.card_html import card_markup
from canteen.documents.details import details_of
from canteen.documents.engine import Detail, draw
from canteen.documents.fonts import missing_characters
from canteen.documents.html import Markup, certificate_markup, sealed_markup
from canteen.documents.model import NotPrintable
from canteen.documents.papers import (
    AnyPaper,
    CardSheet,
    FamilySlips,
    NoticePoster,
    ThanksCertificate,
    WallPoster,
)
from canteen.documents.poster_html import poster_day, poster_markup, poster_name
from canteen.documents.repair import MissingGlyphs, repair
from canteen.documents.sealed import paper_from_json

NOT_PRINTABLE = 3
TAG = re.compile(r"<[^>]*>")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&"))


def main() -> int:
    """Render what stands on standard input."""
    try:
        # The paper is not kept here: once its pages are written as HTML, its rows make room for the drawing.
        drawing = prepared(paper_from_json(sys.stdin.buffer.read()))
        sys.stdout.buffer.write(pdf_of(*drawing))
    except NotPrintable as refusal:
        characters = getattr(refusal, "characters", [])
        reason = {"kind": type(refusal).__name__, "message": str(refusal), "characters": characters}
        sys.stderr.write(json.dumps(reason))
        return NOT_PRINTABLE
    return 0


def prepared(paper: AnyPaper) -> tuple[Markup, str, datetime, tuple[Detail, ...]]:
    """The HTML of a paper, its identifier, its moment and the files to attach; raises NotPrintable."""
    if isinstance(paper, CardSheet | FamilySlips):
        return card_markup(paper), "cards", paper.printed_at, ()
    if isinstance(paper, NoticePoster | WallPoster):
        return poster_markup(paper), poster_name(paper), poster_day(paper), ()
    if isinstance(paper, ThanksCertificate):
        return certificate_markup(paper), f"{paper.heading.number}-thanks", paper.heading.sealed_at, ()
    return sealed_markup(paper), paper.heading.number, paper.heading.sealed_at, details_of(paper)


def pdf_of(markup: Markup, identifier: str, at: datetime, details: tuple[Detail, ...]) -> bytes:
    """The PDF; raises NotPrintable, before anything is drawn where the fonts lack a character."""
    missing = missing_characters(_words(markup))
    if missing:
        raise MissingGlyphs(missing)
    return repair(draw(markup, identifier, at, details), markup.pages)


def _words(markup: Markup) -> str:
    text = TAG.sub("", markup.html)
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text


if __name__ == "__main__":
    sys.exit(main())
