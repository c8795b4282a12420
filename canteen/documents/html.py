"""From a paper to the HTML of its sheets, with the style sheets and pictures that it names."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from canteen.config import ROOT
from canteen.documents.layout.certificate import certificate_sheets
from canteen.documents.layout.donor import donor_sheets
from canteen.documents.layout.fund import fund_sheets
from canteen.documents.layout.government import government_sheets
from canteen.documents.layout.roster import roster_sheets
from canteen.documents.layout.settlement import settlement_sheets
from canteen.documents.layout.sheet import Sheet
from canteen.documents.layout.table import Style, rules_svg
from canteen.documents.model import Paper, mark_of
from canteen.documents.pages import paper_of
from canteen.documents.papers import (
    DonorStatement,
    FundStatement,
    GovernmentSettlement,
    Heading,
    RosterPaper,
    SealedPaper,
    ThanksCertificate,
)
from canteen.documents.qr import qr_png


@dataclass(frozen=True, slots=True)
class Markup:
    """A page in HTML and everything it may ask for by name: nothing else is ever fetched."""

    html: str
    styles: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    pages: int = 0  # as many as were numbered; 0: not numbered


def templates() -> Environment:
    """The print templates; they escape everything and know no application."""
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def sealed_markup(source: SealedPaper) -> Markup:
    """The HTML of a sealed paper; raises NotPrintable where it does not balance."""
    paper = paper_of(source)
    sheets, styles, pictures, foot_lines = _sheets(source, paper)
    html = (
        templates()
        .get_template("settlement/print/paper.html")
        .render(
            paper=paper,
            sheets=sheets,
            mark=mark_of(paper.heading),
            instant=instant(paper.heading.sealed_at),
            foot_lines=foot_lines,
        )
    )
    pictures |= {f"rules-{style.key}.svg": rules_svg(style) for style in styles}
    pictures["check.png"] = qr_png(verification(paper.heading))
    return Markup(html, {"tables": "\n".join(style.css() for style in styles)}, pictures, len(sheets))


def certificate_markup(source: ThanksCertificate) -> Markup:
    """The HTML of a certificate that stands alone."""
    sheets, pictures = certificate_sheets(source)
    html = (
        templates()
        .get_template("settlement/print/certificate.html")
        .render(paper=source, sheets=sheets, mark=mark_of(source.heading), instant=instant(source.heading.sealed_at))
    )
    pictures["check.png"] = qr_png(verification(source.heading))
    return Markup(html, {}, pictures, len(sheets))


def _sheets(
    source: SealedPaper, paper: Paper
) -> tuple[tuple[Sheet, ...], list[Style], dict[str, bytes], tuple[str, ...]]:
    if isinstance(source, GovernmentSettlement):
        return (*government_sheets(source, paper), {}, ())
    if isinstance(source, RosterPaper):
        return (*roster_sheets(source, paper), {}, ())
    if isinstance(source, FundStatement):
        return fund_sheets(source, paper)
    if isinstance(source, DonorStatement):
        return donor_sheets(source, paper)
    return (*settlement_sheets(source, paper), {}, ())


def verification(heading: Heading) -> str:
    """What the foot's QR holds: the address that checks the paper, or its number and code."""
    return heading.verify_url or f"{heading.number}#{heading.check_code}"


def instant(moment: datetime) -> str:
    """A moment for the file's metadata, in UTC and whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
