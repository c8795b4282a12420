"""What can happen to a draft before it is decided: begun, changed, submitted, taken back, discarded."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.queries import by_code
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.subsidies.drafts.content import (
    begins_on,
    is_same,
    keeps_locked,
    print_of,
    readable,
    rebased,
    versions_of,
)
from canteen.subsidies.drafts.history import note
from canteen.subsidies.drafts.models import ProgrammeDraft
from canteen.subsidies.drafts.queries import DraftRow, as_row, stored_programme
from canteen.subsidies.drafts.readiness import check_ready
from canteen.subsidies.queries import read_mapping
from canteen.subsidies.services import load
from canteen.subsidies.stored import decode, encode

OFFICE_ZONE = "Asia/Shanghai"
"""Where no canteen is meant, the day is the office's."""

_CODE = re.compile(r"[a-z0-9-]{1,60}")
_LARGEST_TEXT = 400
_ADDRESSES = frozenset({"new", "import", "drafts", "vocabulary"})
"""What stands under /policies besides the programmes themselves."""


def begin_copy(code: str, by: str, effective_on: date | None = None) -> int:
    """Begin a draft with a copy of a version as the next one: of the one in force, or of the one named by its day.

    It begins on the first of the next month, or of the first later month in which no version begins. Answers the
    draft's number. Raises Refusal `programme-unknown`, `version-unknown`.
    """
    with transaction() as session:
        stored = read_mapping(session, code)
        source = _version_to_copy(stored, effective_on)
        taken = {begins_on(version) for version in versions_of(stored)}
        copied = _beginning(source, _next_first(today(OFFICE_ZONE), taken))
        values = {**stored, "version": [*stored["version"], copied]}
        detail = {"copied": source["effective"].isoformat()}
        return _begin(session, values, stored, by, detail)


def begin_import(values: Mapping[str, Any], by: str) -> int:
    """Begin a draft from a file's mapping, which may hold faults; versions published already are kept beside it.

    Answers the draft's number. Raises Refusal `draft-unreadable` where no cards can be made of it, and
    `import-nothing-new` where all of it is published already.
    """
    plain = _plain(values)
    with transaction() as session:
        stored = stored_programme(session, _code_of(plain))
        if stored is not None:
            written = {begins_on(version) for version in versions_of(plain)}
            others = [version for version in versions_of(stored) if begins_on(version) not in written]
            plain["version"] = [*others, *plain["version"]]
            if print_of(plain) == print_of(stored):
                raise Refusal("import-nothing-new", "这个文件里的内容都已经发布了，没有要改的。")
        return _begin(session, plain, stored, by, {"imported": True})


def begin_new(code: str, title: str, authority: str, source: str, by: str) -> int:
    """Begin a draft of a new programme, with one version that has no rules yet. Answers the draft's number.

    Raises Refusal `programme-code`, `programme-taken`, `text-missing`, `programme-too-long`.
    """
    if not _CODE.fullmatch(code):
        raise Refusal("programme-code", "编号只能用小写字母、数字和连字符，最多 60 个。", programme=code[:60])
    if code in _ADDRESSES:
        raise Refusal("programme-taken", f"编号“{code}”是网页地址，请换一个。", programme=code)
    head = {"id": code, "title": title.strip(), "authority": authority.strip(), "source": source.strip()}
    if not all(head.values()):
        raise Refusal("programme-head", "请写出名称、主管部门和出处。")
    if max(len(head["title"]), len(head["authority"])) > 120:
        raise Refusal("programme-too-long", "名称和主管部门最多 120 个字。", longest=120)
    version = {"effective": _next_first(today(OFFICE_ZONE), set()), "rule": []}
    with transaction() as session:
        if stored_programme(session, code) is not None:
            raise Refusal("programme-taken", f"已经有编号为“{code}”的补贴项目。", programme=code)
        return _begin(session, {"programme": head, "version": [version]}, None, by, None)


def change_draft(
    draft_id: int, revision: int, change: Callable[[dict[str, Any]], dict[str, Any]], by: str
) -> int:
    """Change what a draft says: `change` gets a copy of its mapping and answers the mapping as it shall be.

    Answers the new revision; the same one where nothing changed. Raises Refusal `draft-unknown`, `draft-closed`
    where it is no longer open, `draft-changed` where somebody saved meanwhile, `version-locked` and `code-locked`
    where the change would alter what is published, `draft-unreadable`.
    """
    with transaction() as session:
        row = locked_draft(session, draft_id, revision, "open")
        draft = as_row(session, row)
        values = _plain(change(copy.deepcopy(draft.values)))
        if is_same(values, draft.values):
            return row.revision
        if not keeps_locked(draft.values, values, draft.locked):
            raise Refusal("version-locked", "已发布的版本不能改。请复制为新版本，改新的那一份。")
        if not draft.is_new and _code_of(values) != draft.code:
            raise Refusal("code-locked", "项目的编号发布以后不能改。", programme=draft.code)
        _write(row, values)
        _touch(row, by)
        return row.revision


def choose_canteens(
    draft_id: int, revision: int, canteens: Sequence[str], from_on: date | None, by: str
) -> int:
    """Say which canteens a programme that binds none yet shall bind at publication, and from which day on.

    Without a day: from its first version. Answers the new revision. Raises Refusal `canteen-unknown`.
    """
    with transaction() as session:
        row = locked_draft(session, draft_id, revision, "open")
        row.canteens = [by_code(session, code).code for code in dict.fromkeys(canteens)]
        row.bind_from = from_on if row.canteens else None
        _touch(row, by)
        return row.revision


def take_in(draft_id: int, revision: int, by: str) -> int:
    """Take in what was published since the draft began; its own changes stay. Answers the new revision."""
    with transaction() as session:
        row = locked_draft(session, draft_id, revision, "open")
        draft = as_row(session, row)
        stored = stored_programme(session, row.code)
        if not draft.is_outdated:
            return row.revision
        base = None if row.base is None else decode(row.base)
        if stored is not None:
            _write(row, rebased(draft.values, base, stored))
        _set_base(row, stored)
        _touch(row, by)
        return row.revision


def submit(draft_id: int, revision: int, ticks: Collection[str], by: str) -> None:
    """Ask for a second person. `ticks` are the keys of what was found and is meant so (see readiness).

    Raises FaultyProgramme, Refusal `draft-outdated`, `draft-nothing-new`, `ticks-missing`, `version-begins-closed`
    and whatever a publication would be refused for.
    """
    with transaction() as session:
        row = locked_draft(session, draft_id, revision, "open")
        draft = as_row(session, row)
        found = check_ready(session, draft, ticks)
        _try(session, draft, by)
        row.state, row.submitted_by, row.submitted_at = "submitted", by[:80], now()
        row.decided_by = row.decided_at = None
        row.ticks = sorted(found.ticks)
        row.hands = _with(row.hands, by)
        _tell(session, "submitted", draft, by)


def take_back(draft_id: int, by: str) -> None:
    """Take a submitted draft back to go on writing. Raises Refusal `draft-closed`, `take-back-other`."""
    with transaction() as session:
        row = locked_draft(session, draft_id, None, "submitted")
        if by not in row.hands:
            raise Refusal("take-back-other", "这份草稿是别人提交的。请用“退回”，并写明原因。")
        row.state = "open"
        _tell(session, "taken-back", as_row(session, row), by)


def refuse(draft_id: int, revision: int, reason: str, by: str) -> None:
    """Send a submitted draft back with a reason. Raises Refusal `policy-reason`, `refuse-own`."""
    said = " ".join(reason.split())[:_LARGEST_TEXT]
    if not said:
        raise Refusal("policy-reason", "请写明原因。")
    with transaction() as session:
        row = locked_draft(session, draft_id, revision, "submitted")
        if by == row.submitted_by:
            raise Refusal("refuse-own", "这份草稿是您提交的。要改的话，请撤回提交。")
        row.state, row.reason = "open", said
        row.decided_by, row.decided_at = by[:80], now()
        _tell(session, "refused", as_row(session, row), by, said)


def discard(draft_id: int, by: str) -> None:
    """Give a draft up. It stays on record; a submitted one is taken back first. Raises Refusal `draft-closed`."""
    with transaction() as session:
        row = locked_draft(session, draft_id, None, "open")
        row.state, row.decided_by, row.decided_at = "discarded", by[:80], now()
        _tell(session, "discarded", as_row(session, row), by)


def locked_draft(session: Session, draft_id: int, revision: int | None, state: str) -> ProgrammeDraft:
    """The draft's row, held until the transaction ends; of two who decide at once the second finds it decided.

    Raises Refusal `draft-unknown`, `draft-closed` and, where a revision is named, `draft-changed`.
    """
    found = select(ProgrammeDraft).where(ProgrammeDraft.id == draft_id).with_for_update()
    row = session.scalars(found.execution_options(populate_existing=True)).first()
    if row is None:
        raise Refusal("draft-unknown", "没有这份草稿。", draft=draft_id)
    if row.state != state:
        raise Refusal(
            "draft-closed", "这份草稿现在不能这样改：请刷新页面，看看它到了哪一步。", state=row.state
        )
    if revision is not None and row.revision != revision:
        raise Refusal("draft-changed", "别人刚刚改过这份草稿。请刷新页面，看过以后再做。")
    return row


def _try(session: Session, draft: DraftRow, by: str) -> None:
    """Load it and take it back at once: what a publication would be refused for is refused now."""
    trial = session.begin_nested()
    try:
        load(session, draft.values, () if draft.is_bound else draft.canteens, draft.bind_from, by)
    finally:
        trial.rollback()


def _begin(
    session: Session,
    values: Mapping[str, Any],
    stored: Mapping[str, Any] | None,
    by: str,
    detail: dict[str, Any] | None,
) -> int:
    row = ProgrammeDraft(
        revision=1, state="open", canteens=[], hands=[by[:80]], ticks=[], begun_by=by[:80], begun_at=now(),
        changed_by=by[:80], changed_at=now(), code="", title="", mapping={}, base_sha256="",
    )  # fmt: skip
    _write(row, values)
    _set_base(row, stored)
    session.add(row)
    session.flush()
    _tell(session, "begun", as_row(session, row), by, detail=detail)
    return row.id


def _write(row: ProgrammeDraft, values: Mapping[str, Any]) -> None:
    head = values["programme"]
    row.mapping = encode(values)
    row.code, row.title = _code_of(values), str(head.get("title", ""))[:120]


def _touch(row: ProgrammeDraft, by: str) -> None:
    row.revision += 1
    row.changed_by, row.changed_at = by[:80], now()
    row.hands = _with(row.hands, by)
    # What was ticked was ticked of another text.
    row.ticks = []


def _with(hands: Sequence[str], by: str) -> list[str]:
    return list(dict.fromkeys([*hands, by[:80]]))


def _set_base(row: ProgrammeDraft, stored: Mapping[str, Any] | None) -> None:
    row.base, row.base_sha256 = (None if stored is None else encode(stored)), print_of(stored)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping as it can be kept. Raises Refusal `draft-unreadable`."""
    plain = readable(values)
    if plain is None:
        raise Refusal("draft-unreadable", "这个文件不能作为草稿打开：至少要有 [programme] 和 [[version]]。")
    return plain


def _code_of(values: Mapping[str, Any]) -> str:
    code = values["programme"].get("id")
    return code[:60] if isinstance(code, str) else ""


def _tell(
    session: Session,
    act: str,
    draft: DraftRow,
    by: str,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the act into the programme's history and into the audit."""
    note(session, act, by, draft.code, draft.begins_on, draft_id=draft.id, reason=reason, detail=detail)
    record(session, f"policy-{act}", by, f"policy-draft:{draft.id}", None, {"programme": draft.code})


def _version_to_copy(stored: Mapping[str, Any], effective_on: date | None) -> Mapping[str, Any]:
    versions = sorted(versions_of(stored), key=lambda version: version["effective"])
    if effective_on is None:
        begun = [version for version in versions if version["effective"] <= today(OFFICE_ZONE)]
        return begun[-1] if begun else versions[0]
    found = [version for version in versions if version["effective"] == effective_on]
    if not found:
        raise Refusal("version-unknown", "没有从这一天起施行的版本。", effective_on=effective_on.isoformat())
    return found[0]


def _beginning(version: Mapping[str, Any], on: date) -> dict[str, Any]:
    """A copy that begins on another day; a last day that lies before it is left out."""
    copied = {**copy.deepcopy(dict(version)), "effective": on}
    if "until" in copied and copied["until"] < on:
        del copied["until"]
    return copied


def _next_first(on: date, taken: Collection[date | None]) -> date:
    while True:
        on = date(on.year + on.month // 12, on.month % 12 + 1, 1)
        if on not in taken:
            return on
