"""Sealed statements become papers: what waits is rendered in a child process, outside any transaction.

What waits is state in the database: a statement without its files. A worker claims one before it draws it; the
claim of a worker that died runs out.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.clock import now
from canteen.core.errors import Corrupt, Refusal
from canteen.db import is_postgresql, reading, transaction
from canteen.documents.model import NotPrintable
from canteen.documents.rendering import Files, RenderingFailed, render
from canteen.settlement import archive
from canteen.settlement.models import Paper, RenderClaim, Statement
from canteen.settlement.papers import paper_of

CLAIM_LASTS = timedelta(minutes=10)
SMALLEST_ID = 0


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """An archived file: what it is called when it is given out, its SHA-256, its bytes."""

    name: str
    sha256: str
    content: bytes


def render_waiting(limit: int = 1000, folder: Path | None = None) -> int:
    """Render up to `limit` sealed statements that have no papers yet; answers how many were.

    One that cannot be rendered is left with its claim and tried again when that has run out.
    """
    done, after = 0, SMALLEST_ID
    while done < limit:
        statement_id = claim_next(after)
        if statement_id is None:
            break
        after = statement_id
        try:
            render_one(statement_id, folder)
        except (NotPrintable, RenderingFailed):
            continue
        done += 1
    return done


def claim_next(after: int = SMALLEST_ID) -> int | None:
    """Claim the next statement that waits, by number; None where nothing waits that nobody else is drawing."""
    with transaction() as session:
        for statement_id in session.scalars(_waiting(after)).all():
            if _claim(session, statement_id):
                return statement_id
    return None


def _waiting(after: int) -> Select[int]:
    ready = (
        select(func.count()).where(Paper.statement_id == Statement.id).correlate(Statement).scalar_subquery()
    )
    fresh = select(RenderClaim.statement_id).where(
        RenderClaim.statement_id == Statement.id, RenderClaim.claimed_at > now() - CLAIM_LASTS
    )
    return (
        select(Statement.id)
        .where(Statement.id > after, ready < len(archive.FORMATS), ~fresh.exists())
        .order_by(Statement.id)
        .limit(20)
    )


def _claim(session: Session, statement_id: int) -> bool:
    """Whether the claim is ours: one statement inserts it or takes over one that ran out."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    claim = (
        insert(RenderClaim)
        .values(statement_id=statement_id, claimed_at=now())
        .on_conflict_do_update(
            index_elements=[RenderClaim.statement_id],
            set_={"claimed_at": now()},
            where=RenderClaim.claimed_at <= now() - CLAIM_LASTS,
        )
        .returning(RenderClaim.statement_id)
    )
    return session.scalars(claim).first() is not None


def render_one(statement_id: int, folder: Path | None = None) -> None:
    """Render one statement and archive both files; what another worker archived first stays.

    Raises NotPrintable and RenderingFailed.
    """
    with reading() as session:
        statement = session.get_one(Statement, statement_id)
        paper = paper_of(statement.sealed_json, statement.seal_sha256, statement.check_code)
    files = render(paper)
    sums = _archive(files, folder or archive.papers_folder())
    try:
        with transaction() as session:
            for ending, sha256 in sums.items():
                _record(session, statement_id, ending, sha256, f"{files.stem}.{ending}")
            session.execute(delete(RenderClaim).where(RenderClaim.statement_id == statement_id))
    except IntegrityError:
        return  # Somebody else's rendering was first, and is the one that is given out.


def _archive(files: Files, folder: Path) -> dict[str, str]:
    return {
        "pdf": archive.keep(files.pdf, "pdf", folder),
        "xlsx": archive.keep(files.xlsx, "xlsx", folder),
    }


def _record(session: Session, statement_id: int, ending: str, sha256: str, name: str) -> None:
    there = select(Paper.id).where(Paper.statement_id == statement_id, Paper.format == ending)
    if session.scalars(there).first() is None:
        session.add(
            Paper(statement_id=statement_id, format=ending, sha256=sha256, file_name=name, rendered_at=now())
        )


def archived(statement_id: int, folder: Path | None = None) -> dict[str, ArchivedFile]:
    """The archived files of a statement by format, rendered now if they never were.

    A file that is gone from the archive is drawn again and taken if it is the same to the byte. Raises Refusal
    `paper-not-printable`, Corrupt if the archive and a new rendering differ from what was first given out.
    """
    folder = folder or archive.papers_folder()
    papers = _papers(statement_id)
    if len(papers) < len(archive.FORMATS):
        _render_or_refuse(statement_id, folder)
        papers = _papers(statement_id)
    if any(archive.read(sha256, ending, folder) is None for ending, (_, sha256) in papers.items()):
        _draw_again(statement_id, folder)
    return {
        ending: ArchivedFile(name, sha256, _whole(archive.read(sha256, ending, folder)))
        for ending, (name, sha256) in papers.items()
    }


def _papers(statement_id: int) -> dict[str, tuple[str, str]]:
    """Name and SHA-256 of a statement's archived files, by format."""
    papers = select(Paper.format, Paper.file_name, Paper.sha256).where(Paper.statement_id == statement_id)
    with reading() as session:
        return {
            ending: (name, sha256) for ending, name, sha256 in session.execute(papers.order_by(Paper.format))
        }


def _render_or_refuse(statement_id: int, folder: Path) -> None:
    try:
        render_one(statement_id, folder)
    except NotPrintable as fault:
        raise Refusal("paper-not-printable", f"这份结算单现在打印不了：{fault}。请联系维护人员。") from fault
    except RenderingFailed as fault:
        raise Refusal("rendering-failed", f"生成文件没有成功：{fault}。请稍后再试一次。") from fault


def _draw_again(statement_id: int, folder: Path) -> None:
    with reading() as session:
        statement = session.get_one(Statement, statement_id)
        paper = paper_of(statement.sealed_json, statement.seal_sha256, statement.check_code)
    _archive(render(paper), folder)


def _whole(content: bytes | None) -> bytes:
    if content is None:
        raise Corrupt("an archived paper is lost, and drawing it again gives another file")
    return content
