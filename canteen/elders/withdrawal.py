"""Taking back a whole import within 24 hours, as long as no meal used it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.elders.importing import set_particulars
from canteen.elders.models import CanteenElder, Elder, ElderFact, HandCorrection, RosterImport

OPEN_FOR = timedelta(hours=24)

WasUsed = Callable[[Session, Sequence[int], datetime], bool]
_uses: list[WasUsed] = []


def refuse_if(was_used: WasUsed) -> WasUsed:
    """Let a later slice say whether any of these elders (by id) was served since an instant.

    This slice knows no meals. `@refuse_if` above a function is all that the one which does has to write.
    """
    _uses.append(was_used)
    return was_used


def withdraw_import(import_id: int, actor: str) -> int:
    """Take back all that an import wrote; answers how many elders it had registered.

    Elders it registered are removed with their facts, changed fields and ended facts are put back, but
    for what a person corrected since. Raises Refusal `import-unknown`, `import-old` (more than 24 hours
    ago), `import-used` (a meal, a card or a wallet came of it).
    """
    try:
        with transaction() as session:
            return _withdraw(session, import_id, actor)
    except IntegrityError as error:
        message = "名单里的老人已经办卡、充值或用餐，不能整批撤回。请一位一位更正。"
        raise Refusal("import-used", message) from error


def _withdraw(session: Session, import_id: int, actor: str) -> int:
    batch = session.get(RosterImport, import_id, with_for_update=True)
    if batch is None or batch.withdrawn_at is not None:
        raise Refusal("import-unknown", "没有这次导入，或者已经撤回了。")
    if now() - batch.imported_at > OPEN_FOR:
        raise Refusal("import-old", "导入已超过 24 小时，不能整批撤回。请一位一位更正。")
    new_ids = list(session.scalars(select(Elder.id).where(Elder.import_id == import_id)))
    _refuse_used(session, batch, new_ids)
    _put_back(session, batch)
    _remove(session, import_id)
    batch.withdrawn_at = now()
    detail = {"elders": len(new_ids)}
    record(session, "roster-withdrawn", actor, f"import:{import_id}", batch.canteen_id, detail)
    return len(new_ids)


def _refuse_used(session: Session, batch: RosterImport, new_ids: list[int]) -> None:
    touched = set(new_ids) | {entry["elder"] for entry in batch.undo if "elder" in entry}
    for table in (ElderFact, CanteenElder):
        touched |= set(session.scalars(select(table.elder_id).where(table.import_id == batch.id)))
    if any(was_used(session, sorted(touched), batch.imported_at) for was_used in _uses):
        raise Refusal("import-used", "名单里的老人已经用这份名单用过餐，不能整批撤回。请一位一位更正。")


def _put_back(session: Session, batch: RosterImport) -> None:
    for entry in batch.undo:
        if "elder" in entry:
            _put_back_particulars(session, batch, entry)
        elif "fact" in entry:
            _put_back_fact(session, entry)
        else:
            session.execute(
                update(CanteenElder)
                .where(CanteenElder.canteen_id == batch.canteen_id, CanteenElder.elder_id == entry["listed"])
                .values(distance_m=entry["distance_m"])
            )


def _put_back_particulars(session: Session, batch: RosterImport, entry: dict[str, Any]) -> None:
    elder = session.get(Elder, entry["elder"], with_for_update=True)
    if elder is None:
        return
    since = select(HandCorrection.field).where(
        HandCorrection.elder_id == elder.id, HandCorrection.corrected_at >= batch.imported_at
    )
    corrected = set(session.scalars(since))
    set_particulars(elder, {name: old for name, old in entry["was"].items() if name not in corrected})


def _put_back_fact(session: Session, entry: dict[str, Any]) -> None:
    fact = session.get(ElderFact, entry["fact"], with_for_update=True)
    if fact is not None:
        fact.until_on = date.fromisoformat(entry["until_on"]) if entry["until_on"] else None
        fact.withdrawn_at = None


def _remove(session: Session, import_id: int) -> None:
    """Remove what the import added; a card, wallet or meal of a new elder makes the database refuse."""
    session.flush()
    new = select(Elder.id).where(Elder.import_id == import_id)
    session.execute(
        update(ElderFact)
        .where(ElderFact.import_id == import_id, ElderFact.elder_id.not_in(new))
        .values(withdrawn_at=now())
    )
    session.execute(delete(ElderFact).where(ElderFact.elder_id.in_(new)))
    session.execute(
        delete(CanteenElder).where((CanteenElder.import_id == import_id) | CanteenElder.elder_id.in_(new))
    )
    session.execute(delete(HandCorrection).where(HandCorrection.elder_id.in_(new)))
    session.execute(delete(Elder).where(Elder.import_id == import_id))
