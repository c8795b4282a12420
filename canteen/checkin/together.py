"""Records of a batch looked at and written together, where none of them has to do with another.

A tablet that was cut off sends hundreds of scans at once, nearly all of different elders. Asking and writing for each
by itself costs two round trips a record; here as many as agree in day, meal period and rules are asked for in one,
and written in one. Whatever is out of the ordinary (a record sent before with another decision, an elder twice, a
cancellation that waits) ends the run and is dealt with by itself, as a single scan is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from canteen.checkin.answers import refused_record
from canteen.checkin.changing import differs
from canteen.checkin.counter import Answer, Counter
from canteen.checkin.deciding import Moment
from canteen.checkin.facts import Found, Question, read_found
from canteen.checkin.records import BadRecord, Record
from canteen.checkin.rows import Rows
from canteen.checkin.standing import Place, Standing

FEWEST = 8
"""Fewer than this are not worth the trouble."""

AnyRecord = Record | BadRecord


class BulkDesk(Protocol):
    """What a run asks of a database beside what a single check-in asks."""

    def gather_all(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """What is known of each record, in order, under its locks; the questions differ in record and card only."""

    def record_all(self, rows: Sequence[Rows], probe: bool) -> list[Mapping[str, Any]]:
        """Write the rows of each record, in order."""


@dataclass(slots=True)
class _Run:
    """Answers in the order of the records: ready ones, or the place of their rows among those to be written."""

    answers: list[Answer | int] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)
    elders: set[int] = field(default_factory=set)
    drawn_fen: dict[int, int] = field(default_factory=dict)


def check_in_all(counter: Counter, desk: BulkDesk, records: Sequence[AnyRecord]) -> list[Answer]:
    """What becomes of each record, in their order, within the desk's transaction."""
    answers: list[Answer] = []
    while len(answers) < len(records):
        rest = records[len(answers) :]
        run = _alike(counter, rest)
        found = _together(counter, desk, run) if len(run) >= FEWEST else []
        answers += found or [counter.check_in(rest[0])]
    return answers


def _alike(counter: Counter, records: Sequence[AnyRecord]) -> list[tuple[Record, Moment, Question]]:
    """The first records that ask the same of different cards."""
    place = counter.cache.now().places.get(counter.sender.canteen_id)
    run: list[tuple[Record, Moment, Question]] = []
    seen: set[str | None] = set()
    for record in records:
        if place is None or isinstance(record, BadRecord):
            break
        moment, question = counter.question_of(record, place)
        whose = record.token_sha256 or record.elder_ref
        if record.scan_id in seen or whose in seen or (run and _common(question) != _common(run[0][2])):
            break
        seen |= {record.scan_id, whose}
        run.append((record, moment, question))
    return run


def _common(question: Question) -> Question:
    return replace(question, scan_id="", token_sha256=None, elder_ref=None)


def _together(
    counter: Counter, desk: BulkDesk, records: Sequence[tuple[Record, Moment, Question]]
) -> list[Answer]:
    """Answers of the first so many of these records; none where the very first needs a look of its own."""
    standing = counter.cache.now()
    place = standing.places[counter.sender.canteen_id]
    run = _Run()
    for (record, moment, _), values in zip(records, desk.gather_all([asked for _, _, asked in records]), strict=True):
        _less_drawn(values, run.drawn_fen)
        found = read_found(values)
        if found.standing != standing.number or not _add(run, counter, (standing, place), (record, moment, found)):
            break
    made = counter.write_all(desk.record_all, run.rows) if run.rows else []
    return [made[answer] if isinstance(answer, int) else answer for answer in run.answers]


def _add(
    run: _Run, counter: Counter, here: tuple[Standing, Place], asked: tuple[Record, Moment, Found]
) -> bool:
    """Take a record into the run; False where it must be dealt with by itself."""
    record, moment, found = asked
    if found.known is not None:
        if found.known.content_sha256 != record.content_sha256:
            run.answers.append(refused_record(record.scan_id, "ID_REUSED"))
        elif differs(found.known, record):
            return False
        else:
            run.answers.append(dict(found.known.answer))
        return True
    if found.is_cancelled_before or (found.elder is not None and found.elder.id in run.elders):
        return False
    rows = counter.rows_of(counter.scene_of(record, *here, found, moment))
    if any("contact" in earlier for earlier in run.rows):
        rows.pop("contact", None)  # The device was heard from once.
    if found.elder is not None:
        run.elders.add(found.elder.id)
    for fund in rows.get("funds", ()):
        run.drawn_fen[fund["id"]] = run.drawn_fen.get(fund["id"], 0) + fund["fen"]
    run.answers.append(len(run.rows))
    run.rows.append(rows)
    return True


def _less_drawn(values: dict[str, Any], drawn_fen: Mapping[int, int]) -> None:
    """Take off the funds what earlier records of the run draw on them; the database does not know it yet."""
    for fund in values.get("funds") or ():
        drawn = drawn_fen.get(fund["id"], 0)
        fund["balance_fen"] -= drawn
        fund["drawn_fen"] = (fund["drawn_fen"] or 0) + drawn
