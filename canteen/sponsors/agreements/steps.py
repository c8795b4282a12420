"""What is still to do once an agreement is written down: its funds, the rule that pays, names, scan, money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.sponsors.agreements.paying import PayingPart
from canteen.sponsors.agreements.queries import AgreementRow, AllottedRow, FileRow, NamingRow, RuleRow
from canteen.sponsors.agreements.showing import lacks
from canteen.sponsors.queries import FundRow

IN_HAND = ("open", "submitted")
"""States of a draft that may still be published."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step and how far it is. `funds`: the codes it is still about; `of_id`: the draft or right to go on with."""

    name: str
    state: str
    funds: tuple[str, ...] = ()
    of_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What is written of an agreement. `giver_funds`: every fund of its sponsor; `paying`: what is published."""

    agreement: AgreementRow
    giver_funds: Sequence[FundRow]
    allotted: Sequence[AllottedRow]
    paying: Sequence[PayingPart]
    drafts: Sequence[RuleRow]
    namings: Sequence[NamingRow]
    files: Sequence[FileRow]
    on: date


def steps(written: Written) -> list[Step]:
    """The steps in the order in which one takes them; states: todo, wait, part, open, submitted, lacks, done."""
    return [_fund(written), _rule(written), _name(written), _scan(written), _money(written)]


def _fund(written: Written) -> Step:
    if not written.allotted:
        return Step("fund", "todo", tuple(fund.code for fund in written.giver_funds))
    is_whole = written.agreement.allotted_fen >= written.agreement.amount_fen
    return Step("fund", "done" if is_whole else "part")


def _rule(written: Written) -> Step:
    codes = [row.code for row in written.allotted]
    if not codes:
        return Step("rule", "wait")
    paid = {part.fund for part in written.paying if not part.is_over}
    drafts = {row.fund: row for row in written.drafts if row.state in IN_HAND}
    without = tuple(code for code in codes if code not in paid and code not in drafts)
    if without:
        return Step("rule", "todo", without)
    in_hand = [drafts[code] for code in codes if code not in paid]
    return Step("rule", in_hand[0].state, of_id=in_hand[0].draft_id) if in_hand else Step("rule", "done")


def _name(written: Written) -> Step:
    standing = [right for right in written.namings if right.last_on >= written.on]
    short = [right for right in standing if lacks(written.agreement, right)]
    if short:
        return Step("name", "lacks", of_id=short[0].id)
    return Step("name", "done" if written.namings else "todo")


def _scan(written: Written) -> Step:
    return Step("scan", "done" if any(row.naming_id is None for row in written.files) else "todo")


def _money(written: Written) -> Step:
    codes = {row.code for row in written.allotted}
    empty = tuple(fund.code for fund in written.giver_funds if fund.code in codes and not fund.received_fen)
    if not codes:
        return Step("money", "wait")
    return Step("money", "todo", empty) if empty else Step("money", "done")
