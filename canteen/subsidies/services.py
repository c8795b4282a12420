"""What can happen to programmes and vocabularies: loaded, bound, published anew; seeded, extended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.queries import by_code
from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core.errors import Finding, Refusal
from canteen.core.programme_faults import Fault
from canteen.db import transaction
from canteen.subsidies import queries
from canteen.subsidies.binding import bind
from canteen.subsidies.checking import check_mapping
from canteen.subsidies.closed_days import Reign, refuse_closed_days
from canteen.subsidies.drafts.history import note
from canteen.subsidies.models import Programme, ProgrammeVersion
from canteen.subsidies.naming import named_in
from canteen.subsidies.queries import Named
from canteen.subsidies.stored import encode, fingerprint
from canteen.subsidies.vocabulary.days import set_working_day
from canteen.subsidies.vocabulary.services import add_category, seed_vocabulary

__all__ = [
    "FaultyProgramme",
    "Loaded",
    "add_category",
    "faults_of",
    "load",
    "load_programme",
    "seed_vocabulary",
    "set_working_day",
    "version_used",
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A programme as it is stored now. `published` are the days of the versions that this load wrote.

    `warnings`: what the programme names and nobody keeps yet; until then it holds nothing.
    """

    id: str
    versions: int
    published: tuple[date, ...]
    canteens: tuple[str, ...]
    warnings: tuple[Finding, ...]


class FaultyProgramme(Refusal):
    """Refusal `programme-faulty`: nothing is loaded, and `faults` are all that is wrong, in file order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        message = f"补贴项目有 {len(faults)} 处问题，没有载入。第一处在 {first.path}：{first.message}"
        super().__init__("programme-faulty", message, count=len(faults), path=first.path)
        self.faults = tuple(faults)


def load_programme(
    values: Mapping[str, Any],
    canteens: Sequence[str] = (),
    from_on: date | None = None,
    by: str = "system:canteen",
) -> Loaded:
    """Store a programme or publish its new versions, and bind these canteens to it.

    A version already stored with the same content stays as it is. Without `from_on` the canteens are bound
    from the programme's first version. All or nothing. Raises FaultyProgramme, and Refusal `version-used`,
    `age-counts-used`, `programme-too-long`, `canteen-unknown`, `month-closed` and `version-begins-closed`.
    """
    with transaction() as session:
        loaded = load(session, values, canteens, from_on, by)
        for day in loaded.published:
            note(session, "loaded", by, loaded.id, day)
    return loaded


def load(
    session: Session,
    values: Mapping[str, Any],
    canteens: Sequence[str] = (),
    from_on: date | None = None,
    by: str = "system:canteen",
) -> Loaded:
    """The same within the caller's transaction; the caller writes it into the programme's history."""
    _refuse_faulty(session, values)
    places = [by_code(session, code) for code in dict.fromkeys(canteens)]
    row = _store_head(session, values)
    spans, before = queries.bound_spans(session, row.id).get(row.id, []), _reigns(session, row)
    published = _publish(session, row, values["version"], by)
    after = _reigns(session, row)
    refuse_closed_days(session, spans, before, after)
    for place in places:
        bind(session, place, row, from_on or min(reign.effective_on for reign in after), by)
    raise_revision(session)
    detail = {"versions": [day.isoformat() for day in published]}
    record(session, "programme-loaded", by, f"programme:{row.code}", None, detail)
    lacking = queries.unknown(session, named_in(values))
    bound = tuple(place.code for place in places)
    return Loaded(row.code, len(after), tuple(published), bound, _warnings(lacking, bool(bound)))


def faults_of(session: Session, values: Mapping[str, Any]) -> list[Fault]:
    """All faults of a mapping, its examples tried by the office's own calendar."""
    return check_mapping(values, queries.working_days(session, _example_years(values)))


def _refuse_faulty(session: Session, values: Mapping[str, Any]) -> None:
    faults = faults_of(session, values)
    if faults:
        raise FaultyProgramme(faults)
    for text, longest in _kept_texts(values):
        if len(text) > longest:
            raise Refusal("programme-too-long", f"“{text[:20]}…”太长，最多 {longest} 个字。", longest=longest)


def _example_years(values: Mapping[str, Any]) -> list[int]:
    examples = values.get("example")
    written = examples if isinstance(examples, list) else []
    days = [example.get("on") for example in written if isinstance(example, Mapping)]
    return [day.year for day in days if isinstance(day, date)]


def _kept_texts(values: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What the tables keep beside the mapping itself, and how long it may be."""
    head = values["programme"]
    parts = [part for version in values["version"] for part in (*version["rule"], *version.get("grant", ()))]
    return [
        (head["id"], 60),
        (head["title"], 120),
        (head["authority"], 120),
        *((part["id"], 80) for part in parts),
        *((part["fund"], 60) for part in parts if "fund" in part),
    ]


def _store_head(session: Session, values: Mapping[str, Any]) -> Programme:
    head = values["programme"]
    row = session.scalars(select(Programme).where(Programme.code == head["id"]).with_for_update()).first()
    if row is None:
        row = Programme(code=head["id"], loaded_at=now(), head={}, examples=[])
        session.add(row)
    elif _age_counts(row.head) != _age_counts(head) and queries.is_used(session, row.code):
        raise Refusal(
            "age-counts-used",
            f"补贴项目“{row.code}”已有用餐，不能再改 age_counts。请用新的编号发布。",
            programme=row.code,
        )
    row.title, row.authority = head["title"], head["authority"]
    row.head, row.examples = encode(head), _kept_examples(values)
    session.flush()
    return row


def _kept_examples(values: Mapping[str, Any]) -> Any:
    return encode(values["example"] or queries.WRITTEN_EMPTY) if "example" in values else []


def _age_counts(head: Mapping[str, Any]) -> Any:
    return head.get("age_counts", "birthday")


def _stored_versions(session: Session, row: Programme) -> dict[date, ProgrammeVersion]:
    stored = session.scalars(select(ProgrammeVersion).where(ProgrammeVersion.programme_id == row.id))
    return {version.effective_on: version for version in stored}


def _publish(session: Session, row: Programme, versions: Sequence[Mapping[str, Any]], by: str) -> list[date]:
    """Write the versions that are new or, unused so far, changed; the days from which they govern."""
    stored = _stored_versions(session, row)
    published = []
    for position, version in enumerate(versions):
        encoded = encode(version)
        sha256 = fingerprint(encoded)
        there = stored.get(version["effective"])
        if there is not None and there.sha256 == sha256:
            there.position = position
            continue
        if there is None:
            there = ProgrammeVersion(programme_id=row.id, effective_on=version["effective"])
            session.add(there)
        else:
            _refuse_used(session, row, there)
            note(session, "corrected", by, row.code, there.effective_on, detail={"version": there.mapping})
        there.until_on, there.position, there.mapping = version.get("until"), position, encoded
        there.sha256, there.published_at, there.published_by = sha256, now(), by[:80]
        published.append(there.effective_on)
    session.flush()
    return published


def _refuse_used(session: Session, row: Programme, version: ProgrammeVersion) -> None:
    if queries.is_used(session, row.code, version.effective_on):
        raise version_used(row.code, version.effective_on)


def version_used(code: str, effective_on: date) -> Refusal:
    """Refusal `version-used`: a version that a meal used is never edited."""
    return Refusal(
        "version-used",
        f"补贴项目“{code}”自 {effective_on} 起施行的版本已有用餐，不能再改。请另发一个从以后某天起施行的版本。",
        programme=code,
        effective_on=effective_on.isoformat(),
    )


def _reigns(session: Session, row: Programme) -> list[Reign]:
    stored = _stored_versions(session, row).values()
    return [Reign(version.effective_on, version.until_on, version.sha256) for version in stored]


def _warnings(lacking: Named, is_bound: bool) -> tuple[Finding, ...]:
    """Categories are warned of at every load; what pays, only when a canteen is bound to it."""
    found = [
        Finding("category-unknown", "warn", f"类别“{code}”不在词表里：没有老人会有这个类别。", code)
        for code in lacking.categories
    ]
    if is_bound:
        found += [
            Finding("fund-unknown", "warn", f"还没有基金“{code}”：设立之前它付不了钱。", code)
            for code in lacking.funds
        ]
        found += [
            Finding("voucher-unknown", "warn", f"还没有服务券“{code}”：发放之前它付不了钱。", code)
            for code in lacking.vouchers
        ]
        found += [
            Finding("canteen-unknown", "warn", f"还没有食堂“{code}”：规则里提到了它。", code)
            for code in lacking.canteens
        ]
    return tuple(found)
