"""The sheet as it is sent: JSON of short rows, in which equal things stand once.

    {"version", "since", "made_at", "lease_until", "epoch", "backed_up_through", "window",
     "place": {"code", "name", "zone", "days": [day…], "periods": [[meal_period, name, from, to]…]},
     "menus": [[price_fen, [dish…], is_sold_out, strip, booked, strip_sponsors, [used up…]]…],   one a slot
     "badges": [[ref, name, is_manager, sha256]…],
     "texts": [text…], "answers": [[elder_fen, [text no…], [text no, meals, …]] | null…], "rows": [[answer no…]…],
     "elders": [[ref, card, tail, name, address, age_years, keys, [text no…], hint, wallet_offline_fen, low,
                 served, regular, row no]…],
     "gone": [ref…]}

A slot is a meal period of a day: day by day, period by period as `place` lists them. `served` and `regular` are
bits, the first slot the lowest. Hashes are base64 without padding. In a full sheet `since` is null; in a delta it is
the version that the delta brings up to date, `place`, `menus` and `badges` are null where nothing changed, `elders`
are those who are new or changed, and `gone` are no longer on the list.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from canteen.canteens.hours import IN_WORDS
from canteen.checkin.answers import labels_of
from canteen.checkin.sheet.gathering import Gathered, Person, Slot
from canteen.checkin.sheet.reckoning import Answer, Answers
from canteen.checkin.standing import Place
from canteen.core.calendar import age_on
from canteen.core.names import form_of_address
from canteen.staff.queries import BadgeRow
from canteen.wallets.limits import OFFLINE_CREDIT_FEN

MEALS_OFFLINE = 2
"""How many meals the wallet pays while the tablet is alone."""
DIGEST = 8

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One elder on the sheet: the row without its texts' and answers' numbers, and a digest of all it says."""

    row: Row
    labels: tuple[str, ...]
    answers: Answers
    digest: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a sheet says, whoever asks: two of equal version say the same. `lines` by ref, in order of refs."""

    version: str
    place: Mapping[str, Any]
    menus: Sequence[Any]
    badges: Sequence[Any]
    lines: Mapping[str, Line]
    heads: Mapping[str, bytes]
    """Digests of the parts that belong to no elder: place, menus, badges."""


def slots_of(place: Place, gathered: Gathered) -> list[Slot]:
    """Every meal period of every day, in order."""
    return [(on, meal_period) for on in gathered.days for meal_period in place.hours]


class Scribe:
    """Writes a canteen's lines, and keeps those of the last time for whoever is as they were."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[tuple[Any, ...], Line]] = {}

    def content(
        self, place: Place, gathered: Gathered, answers: Mapping[int, Answers], menus: Sequence[Any],
        badges: Sequence[BadgeRow],
    ) -> Content:  # fmt: skip
        """Write down what was gathered and reckoned."""
        parts = {
            "place": _place(place, gathered),
            "menus": list(menus),
            "badges": [[badge.ref, badge.name, int(badge.is_manager), short(badge.sha256)] for badge in badges],
        }
        heads = {name: _digest(part) for name, part in parts.items()}
        lines = self._lines(slots_of(place, gathered), gathered, answers)
        return Content(_version(heads, lines), lines=lines, heads=heads, **parts)  # type: ignore[arg-type]

    def _lines(self, slots: Sequence[Slot], gathered: Gathered, answers: Mapping[int, Answers]) -> dict[str, Line]:
        names = Counter(person.name for person in gathered.people)
        digests: dict[Answers, bytes] = {}
        kept: dict[int, tuple[tuple[Any, ...], Line]] = {}
        for person in gathered.people:
            expected = sum(1 << number for number, slot in enumerate(slots) if person.id in gathered.regulars.get(slot, ()))
            said = (person, answers[person.id], names[person.name] > 1, expected, tuple(slots))
            before = self._kept.get(person.id)
            if before is None or before[0] != said:
                before = (said, _line(*said, digests))
            kept[person.id] = before
        self._kept = kept
        lines = {line.row[0]: line for _, line in kept.values()}
        return dict(sorted(lines.items()))


def full(content: Content) -> dict[str, Any]:
    """The whole sheet."""
    body = {"since": None, "place": content.place, "menus": content.menus, "badges": content.badges, "gone": []}
    return body | {"version": content.version} | _tables(list(content.lines.values()))


def short(sha256: str) -> str:
    """A hash in 43 characters instead of 64."""
    return base64.b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def delta(content: Content, since: str, heads: Mapping[str, bytes], digests: Mapping[str, bytes]) -> dict[str, Any]:
    """What changed since a version of which the digests are known."""
    changed = [line for ref, line in content.lines.items() if digests.get(ref) != line.digest]
    parts = {
        name: getattr(content, name) if heads.get(name) != digest else None
        for name, digest in content.heads.items()
    }
    gone = [ref for ref in digests if ref not in content.lines]
    return {"version": content.version, "since": since, "gone": gone} | parts | _tables(changed)


def _place(place: Place, gathered: Gathered) -> dict[str, Any]:
    return {
        "code": place.code, "name": place.name, "zone": place.zone.key,
        "days": [on.isoformat() for on in gathered.days],
        "periods": [
            [period, IN_WORDS[period], f"{first:%H:%M}", f"{last:%H:%M}"]
            for period, (first, last) in place.hours.items()
        ],
    }  # fmt: skip


def _line(
    person: Person, answers: Answers, is_namesake: bool, expected: int, slots: Sequence[Slot],
    digests: dict[Answers, bytes],
) -> Line:  # fmt: skip
    age = None if person.born_on is None else age_on(person.born_on, slots[0][0]) if slots else None
    meal_fen = _meal_fen(person, slots, answers)
    row = (
        person.ref,
        short(person.token_sha256) if person.token_sha256 else None,
        person.serial[-4:] if person.serial else None,
        person.name,
        form_of_address(person.name, person.sex, age, person.form_of_address),
        age,
        person.initials.strip(),
        person.hint if is_namesake else None,
        wallet_offline_fen(person.balance_fen, meal_fen),
        int(person.balance_fen < MEALS_OFFLINE * meal_fen),
        sum(1 << number for number, slot in enumerate(slots) if slot in person.served),
        expected,
    )
    labels = tuple(labels_of(person.diet))
    if answers not in digests:
        digests[answers] = _digest([_spelled(answer) for answer in answers])
    said = json.dumps([*row, *labels], ensure_ascii=False).encode()
    return Line(row, labels, answers, hashlib.sha256(said + digests[answers]).digest()[:DIGEST])


def wallet_offline_fen(balance_fen: int, meal_fen: int, credit_fen: int = OFFLINE_CREDIT_FEN) -> int:
    """What the wallet pays while the tablet is alone: two meals at most, and what the manager lets anybody owe."""
    return min(balance_fen, MEALS_OFFLINE * meal_fen) + credit_fen


def _meal_fen(person: Person, slots: Sequence[Slot], answers: Answers) -> int:
    """What this elder pays for a meal: for the dearest still to come of the first day that has one."""
    due: dict[date, int] = {}
    for slot, answer in zip(slots, answers, strict=True):
        if answer is not None and slot not in person.served:
            due[slot[0]] = max(answer.elder_fen, due.get(slot[0], 0))
    return due[min(due)] if due else 0


def _spelled(answer: Answer | None) -> Any:
    return None if answer is None else [answer.elder_fen, answer.payers, answer.left]


def _digest(part: Any) -> bytes:
    said = json.dumps(part, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(said).digest()[:DIGEST]


def _version(heads: Mapping[str, bytes], lines: Mapping[str, Line]) -> str:
    said = hashlib.sha256(b"".join(heads.values()))
    for ref, line in lines.items():
        said.update(ref.encode() + line.digest)
    return said.hexdigest()[:20]


class _Tables:
    """Texts, answers and rows, each once."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.answers: dict[Answer | None, int] = {}
        self.rows: dict[Answers, int] = {}
        self._written: list[Any] = []

    def text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def answer(self, answer: Answer | None) -> int:
        return self.answers.setdefault(answer, len(self.answers))

    def row(self, answers: Answers) -> int:
        return self.rows.setdefault(answers, len(self.rows))

    def written(self) -> dict[str, Any]:
        rows = [[self.answer(answer) for answer in answers] for answers in self.rows]
        answers = [self._write(answer) for answer in self.answers]
        return {"rows": rows, "answers": answers, "texts": list(self.texts)}

    def _write(self, answer: Answer | None) -> Any:
        if answer is None:
            return None
        left = [part for text, meals in answer.left for part in (self.text(text), meals)]
        return [answer.elder_fen, [self.text(payer) for payer in answer.payers], left]


def _tables(lines: Sequence[Line]) -> dict[str, Any]:
    tables = _Tables()
    elders = [
        [*line.row[:7], [tables.text(label) for label in line.labels], *line.row[7:], tables.row(line.answers)]
        for line in lines
    ]
    return {"elders": elders} | tables.written()
