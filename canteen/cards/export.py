"""The list for a card maker: `serial,name,url`, which no spreadsheet will ever run."""

import csv
import io
import unicodedata
from collections.abc import Iterable

BOM = "\ufeff"
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet takes for the beginning of a formula or a command."""


def card_list(rows: Iterable[tuple[str, str, str]]) -> str:
    """The file's text with its BOM, lines ended as spreadsheets end them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["serial", "name", "url"])
    writer.writerows([[defused(cell) for cell in row] for row in rows])
    return BOM + out.getvalue()


def defused(cell: str) -> str:
    """A cell that is text to every spreadsheet: an apostrophe goes before what one would run."""
    begins = unicodedata.normalize("NFKC", cell.lstrip(" \u3000\u00a0")[:1])
    if cell[:1] in RUNS or begins in RUNS:
        return "'" + cell
    return cell
