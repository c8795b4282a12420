"""Scanned papers: what may be kept, and keeping it."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.sponsors.agreements.models import Agreement, AgreementFile, Naming
from canteen.sponsors.agreements.queries import unknown_agreement

LARGEST_BYTES = 10 * 1024 * 1024
_IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it was sent."""

    name: str
    content: bytes


def media_type_of(paper: Paper) -> str:
    """What a file is, by what it holds and not by its name. Raises Refusal `file-empty`, `file-large`, `file-kind`."""
    if not paper.content:
        raise Refusal("file-empty", "这个文件是空的，请重新选择。")
    if len(paper.content) > LARGEST_BYTES:
        raise Refusal("file-large", "文件太大：最大 10 MB。请把扫描分辨率调低一些。", megabytes=LARGEST_BYTES >> 20)
    if paper.content.startswith(b"%PDF-") and b"%%EOF" in paper.content[-2048:]:
        return "application/pdf"
    return _image_type(paper.content)


def _image_type(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=list(_IMAGES)) as picture:
            picture.verify()
            return _IMAGES[str(picture.format)]
    except Exception as error:  # Broken pictures fail in as many ways as there are; all mean the same here.
        raise Refusal("file-kind", "只能上传完整的 PDF、JPEG 或 PNG 文件。") from error


def keep_paper(agreement_id: int, paper: Paper, actor: str, naming_id: int | None = None) -> int:
    """Keep a scan of an agreement, or of the approval of a name under it. Answers the file's number.

    Raises Refusal `agreement-unknown`, `naming-unknown`, `file-empty`, `file-large`, `file-kind`.
    """
    with transaction() as session:
        if session.get(Agreement, agreement_id) is None:
            raise unknown_agreement()
        right = None if naming_id is None else session.get(Naming, naming_id)
        if naming_id is not None and (right is None or right.agreement_id != agreement_id):
            raise Refusal("naming-unknown", "没有这项冠名。")
        return keep(session, agreement_id, paper, actor, naming_id)


def keep(session: Session, agreement_id: int, paper: Paper, actor: str, naming_id: int | None = None) -> int:
    """The same within the caller's transaction."""
    media_type = media_type_of(paper)
    # Only the last part of a name is one, whatever the browser sent; it is shown, and never opened as a path.
    shown = " ".join(paper.name.replace("\\", "/").rsplit("/", 1)[-1].split())
    row = AgreementFile(
        agreement_id=agreement_id, naming_id=naming_id, kind="agreement" if naming_id is None else "approval",
        name="".join(sign for sign in shown if sign.isprintable())[-120:] or "scan", media_type=media_type,
        size_bytes=len(paper.content), sha256=hashlib.sha256(paper.content).hexdigest(), content=paper.content,
        uploaded_by=actor, uploaded_at=now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, "agreement-paper", actor, f"agreement:{agreement_id}", detail={"sha256": row.sha256})
    return row.id
