"""The three ways in which the trade says no: a refusal, a finding, and facts that contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "warn", "note"]


class Refusal(Exception):  # noqa: N818 - the counter's word; most refusals are no errors
    """A counter "no": a stable code for machines, a Chinese sentence for people, and the values in it.

    No name, identity number or token may stand in the message or the parameters.
    """

    def __init__(self, code: str, message: str = "", **params: object) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.params = params


class Corrupt(Exception):  # noqa: N818 - said of the facts
    """Facts that contradict each other. Nobody guesses: the work stops and is logged."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One of many problems found at once, by an import or a month's close.

    `block` stops what was asked for, `warn` and `note` do not. `where` says at what: a row, a day, a path.
    """

    code: str
    severity: Severity
    message: str
    where: str = ""
