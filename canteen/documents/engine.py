"""WeasyPrint, fenced in: it is given HTML, our fonts and our pictures, and can reach nothing else."""

import gc
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from canteen.config import ROOT
from canteen.documents.fonts import font_file
from canteen.documents.html import Markup

STYLES: Path = ROOT / "canteen" / "static" / "print"
VARIANT = "pdf/a-3a"


@dataclass(frozen=True, slots=True)
class Detail:
    """A file inside the PDF: an ASCII name, what it is, its bytes, how it relates to the page."""

    name: str
    description: str
    content: bytes
    relationship: str  # Source: the page was made from it; Data: the same figures


class OwnFiles(URLFetcher):  # type: ignore[misc]  # weasyprint tells no types
    """Serves `font:`, `style:` and `picture:` by name and ends the rendering at anything else."""

    def __init__(self, markup: Markup) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.markup = markup

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The named file; raises FatalURLFetchingError for every other address."""
        scheme, _, name = url.partition(":")
        if scheme == "font" and name in ("400", "700"):
            return URLFetcherResponse(url, font_file(int(name)).read_bytes(), {"Content-Type": "font/ttf"})
        if scheme == "style":
            return URLFetcherResponse(url, self._style(name).encode(), {"Content-Type": "text/css"})
        if scheme == "picture" and name in self.markup.pictures:
            kind = "image/png" if name.endswith(".png") else "image/svg+xml"
            return URLFetcherResponse(url, self.markup.pictures[name], {"Content-Type": kind})
        raise FatalURLFetchingError("a paper asked for a file that is not its own")

    def _style(self, name: str) -> str:
        if name in self.markup.styles:
            return self.markup.styles[name]
        if name in {path.name for path in STYLES.glob("*.css")}:
            return (STYLES / name).read_text("utf-8")
        raise FatalURLFetchingError("a paper asked for a style sheet that is not its own")


def draw(markup: Markup, identifier: str, at: datetime, details: tuple[Detail, ...] = ()) -> bytes:
    """The PDF/A-3a, before repairs. Equal input gives equal bytes: no clock and no chance is used."""
    attachments = [
        Attachment(
            file_obj=io.BytesIO(detail.content),
            name=detail.name,
            description=detail.description,
            created=at,
            modified=at,
            relationship=detail.relationship,
        )
        for detail in details
    ]
    tree = HTML(string=markup.html, base_url="paper:", url_fetcher=OwnFiles(markup))
    document = tree.render(font_config=FontConfiguration(), pdf_variant=VARIANT)
    # The boxes from before the layout hang in cycles; let them go before the pages are painted.
    del tree
    gc.collect()
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_identifier=identifier.encode(),
        attachments=attachments or None,
    )
    return pdf
