"""The sources that the conventions are asked of."""

from pathlib import Path

from canteen.config import ROOT

TEMPLATES = ROOT / "templates"


def templates() -> list[Path]:
    """Every page and component."""
    return sorted(TEMPLATES.rglob("*.html"))


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted((ROOT / "canteen").rglob("*.py"))


def name(path: Path) -> str:
    """A path as a test names it."""
    return str(path.relative_to(ROOT))


def is_page(path: Path) -> bool:
    """Whether a template is a page of its own, and not a piece that pages include."""
    text = path.read_text(encoding="utf-8").lower()
    return "<!doctype" in text or "{% extends" in text


def is_paper(path: Path) -> bool:
    """Whether a template is printed by the server and never reaches a browser."""
    return "print" in path.parts or path.name == "print.html"
