"""The page of one version of a draft: its cards in words, its faults at their cards, what its ages come to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from canteen.core.programme_faults import Fault
from canteen.subsidies.comparing.age_words import age_finding_words
from canteen.subsidies.comparing.ages import age_findings
from canteen.subsidies.drafts.queries import DraftRow
from canteen.subsidies.editor.age_view import AgeView, age_view
from canteen.subsidies.editor.card_form import fields_of, head_fields
from canteen.subsidies.editor.cards import Card, part_at, parts_of, read_address
from canteen.subsidies.editor.fault_words import words_in_a_form
from canteen.subsidies.editor.head_words import HeadLine, head_lines
from canteen.subsidies.editor.nodes import Node, walk
from canteen.subsidies.editor.open_card import OpenCard, field_at, groups_of, open_head, open_part
from canteen.subsidies.services import faults_of
from canteen.subsidies.wording.faults import fault_place
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import PartInWords, part_words
from canteen.subsidies.wording.said import _
from canteen.web.filters import day

_INSIDE = re.compile(r"version\[\d+\]\.(?:rule|grant)\[\d+\]\.?")
_VERSION = re.compile(r"^version\[\d+\]")


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault in words: where it stands (`label`), its card's address, and its path inside the card.

    `version` is the version whose page shows that card.
    """

    label: str
    text: str
    version: int
    card: str
    inside: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card of the list. `opened` is its form while it is open."""

    card: Card
    number: int
    words: PartInWords
    faults: tuple[FaultLine, ...]
    is_first: bool
    is_last: bool
    opened: OpenCard | None


@dataclass(frozen=True, slots=True)
class VersionTab:
    """Another version of the draft."""

    index: int
    begins: object
    is_locked: bool
    is_current: bool
    faults: int


@dataclass(frozen=True, slots=True)
class EditorPage:
    """All that the page shows of one version. `values` are the draft's, with an open card as it was typed."""

    draft: DraftRow
    values: dict[str, Any]
    version: int
    tabs: tuple[VersionTab, ...]
    head: tuple[HeadLine, ...]
    head_faults: tuple[FaultLine, ...]
    opened_head: OpenCard | None
    rules: tuple[CardRow, ...]
    grants: tuple[CardRow, ...]
    faults: tuple[FaultLine, ...]
    ages: tuple[str, ...]
    age_view: AgeView | None
    may_change: bool
    is_locked: bool

    @property
    def begins(self) -> object:
        """The version's first day, or what is written in its place."""
        return self.values["version"][self.version].get("effective")

    @property
    def opened(self) -> OpenCard | None:
        """The one card that is open."""
        cards = [self.opened_head, *(row.opened for row in (*self.rules, *self.grants))]
        return next((card for card in cards if card is not None), None)

    def is_open(self, fault: FaultLine) -> bool:
        """Whether a fault stands on the card that is open."""
        opened = self.opened
        return opened is not None and (fault.card, fault.version) == (opened.card, self.version)

    @property
    def opened_title(self) -> str:
        """The title on the open card, as it was typed."""
        rows = (*self.rules, *self.grants)
        return next((row.words.title for row in rows if row.opened is not None), "")

    @property
    def opened_id(self) -> str:
        """The id that the open card's rule has in the draft, by which it is found again; empty for none."""
        card = None if self.opened is None else read_address(self.opened.card)
        part = None if card is None else part_at(self.draft.values, self.version, card)
        part_id = None if part is None else part.get("id")
        return part_id if isinstance(part_id, str) else ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Which card is open, and where to look first in it."""

    address: str = ""
    focus: str = ""


def read_page(
    session: Session,
    draft: DraftRow,
    version: int,
    names: Names,
    *,
    may_change: bool,
    values: dict[str, Any] | None = None,
    opening: Opening = Opening(),
) -> EditorPage:
    """The page of a version; with `values` of the draft as it would be, if what is typed were saved."""
    values = draft.values if values is None else values
    written = values["version"][version]
    is_locked = version in draft.locked
    may_change = may_change and not is_locked and draft.state == "open"
    found = faults_of(session, values)
    opened = opening if may_change else Opening()
    lines = tuple(
        line
        for line in (_fault_line(fault, values, version) for fault in found)
        if not _is_given_at_saving(line, draft, values, version, opened.address)
    )
    lines = _with_fields(lines, values)
    head = open_head(
        values["programme"], written, names, _inside(lines, version, "head"), may_rename=draft.is_new
    )
    rules = _rows(values, version, "rule", names, lines, opened)
    grants = _rows(values, version, "grant", names, lines, opened)
    return EditorPage(
        draft=draft,
        values=values,
        version=version,
        tabs=_tabs(draft, values, version, lines),
        head=head_lines(values["programme"], written, names),
        head_faults=_of_card(lines, version, "head"),
        opened_head=head if opened.address == "head" else None,
        rules=rules,
        grants=grants,
        faults=lines,
        ages=tuple(age_finding_words(finding) for finding in age_findings(written)),
        age_view=age_view(session, draft, values, version, names),
        may_change=may_change,
        is_locked=is_locked,
    )


def _rows(
    values: Mapping[str, Any],
    version: int,
    kind: Any,
    names: Names,
    faults: Sequence[FaultLine],
    opening: Opening,
) -> tuple[CardRow, ...]:
    parts = parts_of(values, version, kind)
    groups = groups_of(values["version"][version])
    rows = []
    for index, part in enumerate(parts):
        card = Card(kind, index)
        opened = (
            open_part(card, part, names, groups, _inside(faults, version, card.id), _focus(opening, part))
            if opening.address == card.id
            else None
        )
        own = _of_card(faults, version, card.id)
        last = index == len(parts) - 1
        rows.append(CardRow(card, index + 1, part_words(part, names), own, index == 0, last, opened))
    return tuple(rows)


def _focus(opening: Opening, part: Mapping[str, Any]) -> str:
    """Where to look first: where the last act led, or at the title of a card that has none yet."""
    return opening.focus or ("title" if part.get("title") == "" else "")


def _fault_line(fault: Fault, values: Mapping[str, Any], shown: int) -> FaultLine:
    version, kind, at, label = fault_place(fault, values)
    card = "" if kind is None else kind if at is None else f"{kind}-{at}"
    if fault.code == "no-rules":
        card = ""  # What is wrong is the list, and no card of it.
    inside = _VERSION.sub("version", fault.path) if card == "head" else _INSIDE.sub("", fault.path)
    return FaultLine(label, words_in_a_form(fault), shown if version is None else version, card, inside)


def _is_given_at_saving(
    line: FaultLine, draft: DraftRow, values: Mapping[str, Any], version: int, address: str
) -> bool:
    """Whether a fault is but the missing id of a new card, which gets one from its title when it is saved."""
    card = read_address(line.card) if line.inside == "id" and line.version == version else None
    part = None if card is None else part_at(values, version, card)
    if card is None or part is None or part.get("id") is not None:
        return False
    stored = part_at(draft.values, version, card) or {}
    title = part.get("title")
    return (line.card == address and not stored.get("id")) or not (isinstance(title, str) and title.strip())


def _of_card(faults: Sequence[FaultLine], version: int, card: str) -> tuple[FaultLine, ...]:
    return tuple(fault for fault in faults if fault.card == card and fault.version == version)


def _inside(faults: Sequence[FaultLine], version: int, card: str) -> list[tuple[str, str]]:
    return [(fault.inside, fault.text) for fault in _of_card(faults, version, card)]


def _with_fields(faults: Sequence[FaultLine], values: Mapping[str, Any]) -> tuple[FaultLine, ...]:
    """The faults, each told the field of its card's form that it stands at."""
    fields: dict[tuple[int, str], dict[str, str]] = {}
    told = []
    for fault in faults:
        place = (fault.version, fault.card)
        if place not in fields:
            nodes = _nodes(values, *place)
            fields[place] = {path: name for node in nodes for path, name in walk(node)}
        told.append(replace(fault, field=field_at(fault.inside, fields[place])))
    return tuple(told)


def _nodes(values: Mapping[str, Any], version: int, address: str) -> tuple[Node, ...]:
    card = read_address(address)
    if card is not None:
        return (fields_of(part_at(values, version, card), card.kind),)
    written = values["version"][version]
    return head_fields(values["programme"], written, groups_of(written)) if address == "head" else ()


def _tabs(
    draft: DraftRow, values: Mapping[str, Any], current: int, faults: Sequence[FaultLine]
) -> tuple[VersionTab, ...]:
    return tuple(
        VersionTab(
            index,
            version.get("effective"),
            index in draft.locked,
            index == current,
            sum(fault.version == index and not fault.card.startswith("example") for fault in faults),
        )
        for index, version in enumerate(values["version"])
    )


def title_of(page: EditorPage) -> str:
    """What the page is called: the programme, and from when the version holds."""
    title = page.values["programme"].get("title")
    named = title if isinstance(title, str) and title.strip() else page.draft.code
    if type(page.begins) is not date:
        return _("起草“%(title)s”", title=named)
    return _("起草“%(title)s”，%(day)s 起", title=named, day=day(page.begins))
