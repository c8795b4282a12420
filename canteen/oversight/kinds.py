"""The kinds of cases that the review tray shows. Later work adds a kind here, and its words; no page changes."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, defer

from canteen.audit.models import AuditEvent
from canteen.canteens.models import Canteen
from canteen.checkin.models import Scan, ScanRuling
from canteen.checkin.outbox_files import services as outbox_files
from canteen.checkin.outbox_files.models import DISMISSED, REVIEW, TAKEN, OutboxFile
from canteen.checkin.outcome_words import EXCEPTION
from canteen.core.errors import Refusal
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.oversight import services
from canteen.oversight.cases import (
    DONE,
    MOST,
    OPEN,
    REFERRED,
    Case,
    Choice,
    Decision,
    Kind,
    RecordRow,
    records_of,
)
from canteen.oversight.models import Signal, SignalRuling
from canteen.oversight.rulings import MATCH, RULINGS, offered
from canteen.oversight.signals import deciding

CARRY, DISMISS = "carry", "dismiss"


class Outcomes:
    """Who pays this record: what the check-in could not decide by itself."""

    name = "outcome"
    is_reversible = True
    decisions: tuple[str, ...] = (*RULINGS, CARRY)

    def cases(self, session: Session, canteen_id: int, state: str, on: date | None) -> list[Case]:
        """Records under review, or decided."""
        if state == REFERRED:
            return []
        ruled = _ruled(state == DONE)
        rows = _scans().where(Scan.canteen_id == canteen_id, Scan.state == EXCEPTION, ruled)
        if on is not None:
            rows = rows.where(Scan.service_on == on)
        order = (Scan.id.desc(),) if state == DONE else (Scan.service_on, Scan.id)
        found = session.execute(rows.order_by(*order).limit(MOST))
        return [_outcome(state, *row) for row in found]

    def case(self, session: Session, number: int) -> Case | None:
        """One record that waited, or waits."""
        row = session.execute(_scans().where(Scan.id == number, Scan.state == EXCEPTION)).first()
        if row is None:
            return None
        is_ruled = session.scalar(select(Scan.id).where(Scan.id == number, _ruled(True))) is not None
        return _outcome(DONE if is_ruled else OPEN, *row)

    def records(self, session: Session, case: Case) -> list[RecordRow]:
        """The record itself."""
        return records_of(session, [case.number])

    def history(self, session: Session, case: Case) -> list[Decision]:
        """Its decisions."""
        rows = select(ScanRuling).where(ScanRuling.scan_row_id == case.number).order_by(ScanRuling.id.desc())
        return [
            Decision(row.id, row.ruling, row.reason, row.ruled_by, row.ruled_at, row.reversed_at is None, row.meal_id)
            for row in session.scalars(rows)
        ]

    def canteen_of_ruling(self, session: Session, ruling_id: int) -> int | None:
        """The canteen of a decision's record."""
        rows = select(Scan.canteen_id).join(ScanRuling, ScanRuling.scan_row_id == Scan.id)
        return session.scalar(rows.where(ScanRuling.id == ruling_id))

    def decide(self, number: int, decision: str, reason: str, by: str, choice: Choice) -> None:
        """Decide who pays, or let the record wait on in the next month."""
        if decision == CARRY:
            services.carry(number, reason, by)
        else:
            services.rule_on(number, decision, reason, by, choice.elder_ref if decision == MATCH else None)

    def take_back(self, ruling_id: int, reason: str, by: str) -> None:
        """The record waits again."""
        services.take_back(ruling_id, reason, by)


class Signals:
    """Is this pattern as it should be: what the rules found."""

    name = "signal"
    is_reversible = True
    decisions: tuple[str, ...] = deciding.DECISIONS

    def cases(self, session: Session, canteen_id: int, state: str, on: date | None) -> list[Case]:
        """Signals of a canteen."""
        states = {OPEN: ("open",), REFERRED: ("referred",), DONE: ("valid", "excluded")}[state]
        rows = _signals().where(Signal.canteen_id == canteen_id, Signal.state.in_(states))
        if on is not None:
            rows = rows.where(Signal.service_on == on)
        order = (Signal.id.desc(),) if state == DONE else (Signal.service_on, Signal.id)
        return [_signal(*row) for row in session.execute(rows.order_by(*order).limit(MOST))]

    def case(self, session: Session, number: int) -> Case | None:
        """One signal."""
        row = session.execute(_signals().where(Signal.id == number)).first()
        return None if row is None else _signal(*row)

    def records(self, session: Session, case: Case) -> list[RecordRow]:
        """The records that it is about."""
        return records_of(session, case.facts.get("scans") or [])

    def history(self, session: Session, case: Case) -> list[Decision]:
        """Its decisions."""
        rows = select(SignalRuling).where(SignalRuling.signal_id == case.number).order_by(SignalRuling.id.desc())
        return [
            Decision(row.id, row.ruling, row.reason, row.ruled_by, row.ruled_at, row.reversed_at is None)
            for row in session.scalars(rows)
        ]

    def canteen_of_ruling(self, session: Session, ruling_id: int) -> int | None:
        """The canteen of a decision's signal."""
        rows = select(Signal.canteen_id).join(SignalRuling, SignalRuling.signal_id == Signal.id)
        return session.scalar(rows.where(SignalRuling.id == ruling_id))

    def decide(self, number: int, decision: str, reason: str, by: str, choice: Choice) -> None:
        """Decide on the pattern and the meals it is about."""
        deciding.decide_signal(number, decision, reason, by, choice.meals)

    def take_back(self, ruling_id: int, reason: str, by: str) -> None:
        """The signal is open again, and its meals count again."""
        deciding.take_back_decision(ruling_id, reason, by)


class Files:
    """What to do with an exported outbox that could not be taken in: altered, cut, or of another canteen.

    Taking one in means to upload it again, on its device's page; here it can only be set aside, for good.
    """

    name = "file"
    is_reversible = False
    decisions: tuple[str, ...] = (DISMISS,)

    def cases(self, session: Session, canteen_id: int, state: str, on: date | None) -> list[Case]:
        """Files of a canteen, by the day they came in."""
        states = {OPEN: REVIEW, DONE: DISMISSED}
        if state not in states:
            return []
        rows = _files().where(OutboxFile.canteen_id == canteen_id, OutboxFile.state == states[state])
        found = [_file(*row) for row in session.execute(rows.order_by(OutboxFile.id).limit(MOST))]
        return [case for case in found if on is None or case.service_on == on]

    def case(self, session: Session, number: int) -> Case | None:
        """One file that waits or was set aside."""
        row = session.execute(_files().where(OutboxFile.id == number, OutboxFile.state != TAKEN)).first()
        return None if row is None else _file(*row)

    def records(self, session: Session, case: Case) -> list[RecordRow]:
        """None: a file that could not be read has no record of ours."""
        return []

    def history(self, session: Session, case: Case) -> list[Decision]:
        """That it was set aside, from the audit."""
        rows = select(AuditEvent).where(
            AuditEvent.act == "outbox-file-dismissed", AuditEvent.subject == f"outbox-file:{case.number}"
        )
        return [
            Decision(event.id, DISMISS, (event.detail or {}).get("reason", ""), event.actor, event.at, stands=True)
            for event in session.scalars(rows.order_by(AuditEvent.id.desc()))
        ]

    def canteen_of_ruling(self, session: Session, ruling_id: int) -> int | None:
        """Nothing of this kind is taken back."""
        return None

    def decide(self, number: int, decision: str, reason: str, by: str, choice: Choice) -> None:
        """Set the file aside."""
        outbox_files.dismiss(number, reason, by)

    def take_back(self, ruling_id: int, reason: str, by: str) -> None:
        """Nothing of this kind is taken back."""
        raise Refusal("ruling-unknown", "没有这个决定。")


KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (Outcomes(), Signals(), Files())}


def _scans() -> Select[Scan, str, str | None, str | None]:
    return (
        select(Scan, Device.name, Elder.ref, Elder.name)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Elder, Elder.id == Scan.elder_id)
    )


def _signals() -> Select[Signal, str | None, str | None, str | None]:
    return (
        select(Signal, Device.name, Elder.ref, Elder.name)
        .outerjoin(Device, Device.id == Signal.device_id)
        .outerjoin(Elder, Elder.id == Signal.elder_id)
    )


def _files() -> Select[OutboxFile, str | None, str]:
    return (
        select(OutboxFile, Device.name, Canteen.time_zone)
        .join(Canteen, Canteen.id == OutboxFile.canteen_id)
        .outerjoin(Device, Device.id == OutboxFile.device_id)
        .options(defer(OutboxFile.content))
    )


def _file(file: OutboxFile, window: str | None, zone: str) -> Case:
    on = file.received_at.astimezone(ZoneInfo(zone)).date()
    state = DONE if file.state == DISMISSED else OPEN
    facts = {"records": file.record_count}
    return Case(
        "file", file.id, file.canteen_id, file.fault or "", state, on, None, file.received_at, (DISMISS,),
        window=window, facts=facts,
    )  # fmt: skip


def _ruled(is_ruled: bool) -> ColumnElement[bool]:
    ruling = select(ScanRuling.id).where(ScanRuling.scan_row_id == Scan.id, ScanRuling.reversed_at.is_(None)).exists()
    return ruling if is_ruled else ~ruling


def _outcome(state: str, scan: Scan, window: str, ref: str | None, name: str | None) -> Case:
    facts = {
        "seen_at": scan.seen_at, "received_at": scan.received_at, "decision": scan.decision,
        "reason": scan.answer.get("reason"), "carried_to": scan.carried_to, "carried_reason": scan.carried_reason,
    }  # fmt: skip
    return Case(
        "outcome", scan.id, scan.canteen_id, scan.code or "", state, scan.service_on, scan.meal_period, scan.seen_at,
        (*offered(scan.code), CARRY), ref, name, window, scan.claim.get("note"), facts,
    )  # fmt: skip


def _signal(signal: Signal, window: str | None, ref: str | None, name: str | None) -> Case:
    state = signal.state if signal.state in (OPEN, REFERRED) else DONE
    decisions = deciding.DECISIONS if state == OPEN else deciding.DECISIONS[:2]
    return Case(
        "signal", signal.id, signal.canteen_id, signal.rule, state, signal.service_on, signal.meal_period,
        signal.found_at, decisions, ref, name, window, None, signal.facts,
    )  # fmt: skip


def waiting_count(session: Session, canteen_id: int) -> int:
    """How many cases of all kinds wait in a canteen."""
    return sum(len(kind.cases(session, canteen_id, OPEN, None)) for kind in KINDS.values())
