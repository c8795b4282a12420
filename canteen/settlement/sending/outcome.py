"""What can come of one try to send, and what keeps it from being sent. Values alone."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a sending stands. `unknown`: it may have gone out, and nobody but the sponsor can tell."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. `again`: nothing went out, and it may go better in a while."""

    state: State
    reason: str | None = None
    again: bool = False


SENT = Outcome(State.SENT)


class NotSent(Exception):  # noqa: N818 - said of the letter
    """Nothing went out. The reason is a code; no address and no server's words stand in it."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.outcome = Outcome(State.WAITING if again else State.FAILED, reason, again)


class PerhapsSent(Exception):  # noqa: N818
    """The mail server had the letter and never said what became of it."""

    def __init__(self) -> None:
        super().__init__("interrupted")
        self.outcome = Outcome(State.UNKNOWN, "interrupted")
