"""The rendering process: one paper in on standard input, one PDF out on standard output, then it ends.

WeasyPrint takes hundreds of megabytes for a large roster and gives little of it back, so it never runs in the
server. Exit 0: the PDF. Exit 3: a paper that must not be printed, with the reason as JSON on standard error.
"""

import json
import re
import sys
from datetime import datetime

from canteen.documents.engine import Detail, draw
from canteen.documents.fonts import missing_characters
from canteen.documents.html import Markup
from canteen.documents.model import NotPrintable
from canteen.documents.papers import AnyPaper, CardSheet, FamilySlips
from canteen.documents.repair import MissingGlyphs, repair
from canteen.documents.sealed import paper_from_json

NOT_PRINTABLE = 3
TAG = re.compile(r"<[^>]*>")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&"))


def main() -> int:
    """Render what stands on standard input."""
    try:
        paper = paper_from_json(sys.stdin.buffer.read())
        sys.stdout.buffer.write(pdf_of(paper))
    except NotPrintable as refusal:
        characters = getattr(refusal, "characters", [])
        reason = {"kind": type(refusal).__name__, "message": str(refusal), "characters": characters}
        sys.stderr.write(json.dumps(reason))
        return NOT_PRINTABLE
    return 0


def pdf_of(paper: AnyPaper) -> bytes:
    """The PDF of a paper; raises NotPrintable."""
    markup, identifier, at, details = _prepared(paper)
    missing = missing_characters(_words(markup))
    if missing:
        raise MissingGlyphs(missing)
    return repair(draw(markup, identifier, at, details), markup.pages)


def _prepared(paper: AnyPaper) -> tuple[Markup, str, datetime, tuple[Detail, ...]]:
    if isinstance(paper, CardSheet | FamilySlips):
        from canteen.documents.card_html import card_markup

        return card_markup(paper), "cards", paper.printed_at, ()
    from canteen.documents.details import details_of
    from canteen.documents.html import sealed_markup

    return sealed_markup(paper), paper.heading.number, paper.heading.sealed_at, details_of(paper)


def _words(markup: Markup) -> str:
    text = TAG.sub("", markup.html)
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text


if __name__ == "__main__":
    sys.exit(main())
