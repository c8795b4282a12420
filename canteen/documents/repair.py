"""What WeasyPrint leaves undone for PDF/A-3, put right before a paper is archived.

Each attachment stands twice in /AF, the name tree is not sorted, and the kind of an attached file comes from
a table that differs from machine to machine.
"""

import io
import mimetypes
from typing import Any

import pikepdf

from canteen.documents.fonts import FAMILY
from canteen.documents.model import NotPrintable

KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
}


class MissingGlyphs(NotPrintable):
    """The page holds characters that the papers' fonts lack."""

    def __init__(self, characters: list[str]) -> None:
        super().__init__("the fonts lack " + " ".join(f"U+{ord(c):04X}" for c in characters))
        self.characters = characters


def repair(pdf: bytes, pages: int = 0) -> bytes:
    """The same pages with sound attachments.

    Raises NotPrintable if a foreign font slipped in, or if there are not as many `pages` as were numbered.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if pages and len(document.pages) != pages:
            raise NotPrintable(f"{pages} pages were numbered and {len(document.pages)} drawn")
        _require_own_fonts(document)
        _repair_attachments(document)
        out = io.BytesIO()
        # The file's identifier comes from its content, and the only moment in it is the seal's.
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
            deterministic_id=True,
        )
        return out.getvalue()


def _repair_attachments(document: pikepdf.Pdf) -> None:
    root = document.Root
    if "/AF" not in root:
        return
    once: list[Any] = []
    for spec in root.AF.as_list():
        if all(spec.objgen != seen.objgen for seen in once):
            once.append(spec)
    once.sort(key=lambda spec: str(spec.F))
    root.AF = pikepdf.Array(once)
    root.Names.EmbeddedFiles.Names = pikepdf.Array([item for spec in once for item in (spec.F, spec)])
    for spec in once:
        name = str(spec.UF)
        kind = KINDS.get("." + name.rpartition(".")[2]) or mimetypes.types_map[".bin"]
        for stream in (spec.EF.F,):
            stream.Subtype = pikepdf.Name("/" + kind)
        spec.EF.UF = spec.EF.F


def _require_own_fonts(document: pikepdf.Pdf) -> None:
    """A character without a glyph would be drawn from whatever font the machine has."""
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.FontDescriptor:
            name = str(item.FontName).lstrip("/").rpartition("+")[2].replace("-", "")
            if not name.startswith(FAMILY.replace(" ", "")):
                raise NotPrintable(f"the page was drawn with the font {name}, which is not the papers' own")
