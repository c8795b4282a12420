"""The accounting at the end of a fault run: what was lost, doubled or made up, each finding by its name.

It compares three things that know nothing of each other: the tablets' disks and what their cashiers saw, the rows of
the database, and the second set of books (`model`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.audit.models import AuditEvent
from canteen.checkin.models import CashMeal, Meal, MealCancel, MealShare, Scan, ScanRuling
from canteen.checkin.records import SERVED
from canteen.db import reading
from canteen.elders.models import Elder
from canteen.ledger.models import Entry
from canteen.oversight.invariants import check_database
from canteen.sponsors.models import Fund
from canteen.wallets.models import TopUp, Wallet
from tests.factories import TODAY, rows
from tests.faults.holdings import Letter, Record, Seen, durable_letters, durable_records
from tests.faults.model import Books
from tests.faults.scene import Scene

LOST = (
    "record-without-outcome", "green-not-durable", "record-never-answered", "letter-without-effect",
    "letter-never-answered", "cancel-without-effect",
)  # fmt: skip
DUPLICATED = (
    "slot-served-twice", "wallet-charged-twice", "promise-posted-twice", "entry-reversed-twice",
    "meal-cancelled-twice", "refunded-twice",
)  # fmt: skip
PHANTOM = ("outcome-nobody-sent", "meal-without-record", "entry-nobody-explains", "act-nobody-sent")
CLOCK_OFF = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault by its name, with the row or record that shows it."""

    name: str
    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.name} {self.where}: {self.says}"


@dataclass(frozen=True, slots=True)
class Till:
    """A tablet at the end: its disk's truth, what the test saw of it, what it has not got rid of."""

    name: str
    forms: Mapping[str, list[Record]]
    letters: Sequence[Letter]
    seen: Seen
    unsent: Sequence[str]
    unposted: Sequence[str]


def till_of(tablet: Any) -> Till:
    """What a tablet leaves behind."""
    return Till(
        tablet.name, durable_records(tablet.disk), list(durable_letters(tablet.disk)), tablet.seen,
        [held.record["scan_id"] for held in tablet.unsent], list(tablet.letters),
    )  # fmt: skip


class Audit:
    """All checks over one lunch."""

    def __init__(self, scene: Scene, tills: Sequence[Till], first_entry: int) -> None:
        self.scene = scene
        self.tills = tills
        self.first_entry = first_entry
        self.forms = {scan_id: forms for till in tills for scan_id, forms in till.forms.items()}
        self.scans: dict[str, Scan] = {scan.scan_id: scan for scan in rows(Scan)}
        self.meals: dict[int, Meal] = {meal.id: meal for meal in rows(Meal)}
        self.by_meal = {scan.meal_id: scan for scan in self.scans.values() if scan.meal_id is not None}
        self.refs: dict[int, str] = {elder.id: elder.ref for elder in rows(Elder)}
        self.entries: list[Entry] = [entry for entry in rows(Entry) if entry.id > first_entry]
        self.findings: list[Finding] = []

    def run(self) -> list[Finding]:
        """Every finding, those of lost records first."""
        self._lost()
        self._letters()
        self._cancels()
        self._shown()
        self._phantom()
        self._doubled()
        self._answers()
        self._reconcile()
        self._invariants()
        for till in self.tills:
            for failure in till.seen.failures:
                self._find("server-failed", till.name, failure)
        return self.findings

    def _find(self, name: str, where: str, says: str = "") -> None:
        self.findings.append(Finding(name, where, says))

    def _lost(self) -> None:
        for scan_id in self.forms:
            if scan_id not in self.scans:
                self._find("record-without-outcome", scan_id, "the tablet kept it, the server never heard of it")
        for till in self.tills:
            for scan_id in till.unsent:
                self._find("record-never-answered", scan_id, f"{till.name} cannot get rid of it")
            for key in till.unposted:
                self._find("letter-never-answered", key, f"{till.name} cannot get rid of it")

    def _letters(self) -> None:
        done = {cancel.cancel_id for cancel in rows(MealCancel)}
        done |= {meal.key for meal in rows(CashMeal)} | {top_up.key for top_up in rows(TopUp)}
        for till in self.tills:
            for letter in till.letters:
                refused = letter.key in till.seen.refused
                if letter.key in till.seen.paid and letter.key not in done and not refused:
                    self._find("letter-without-effect", letter.key, f"{letter.path} was answered, and is nowhere")

    def _cancels(self) -> None:
        ruled = {ruling.scan_row_id for ruling in rows(ScanRuling)}
        for cancel in rows(MealCancel):
            scan = self.scans.get(cancel.scan_id or "")
            if scan is None or scan.state == "REJECTED":
                continue
            meal = self.meals.get(scan.meal_id or 0)
            if scan.id not in ruled and (meal is None or meal.cancelled_at is None):
                self._find("cancel-without-effect", scan.scan_id, "taken back at the till, and it stands")

    def _shown(self) -> None:
        for till in self.tills:
            for shown in till.seen.shown:
                if shown.is_green and shown.scan_id not in till.forms:
                    self._find("green-not-durable", shown.scan_id, f"{till.name} showed green and forgot it")
                self._promise(shown.scan_id, shown)

    def _promise(self, scan_id: str, shown: Any) -> None:
        scan = self.scans.get(scan_id)
        if scan is None or scan.meal_id is None or not shown.is_green or shown.elder_fen is None:
            return
        meal = self.meals[scan.meal_id]
        if meal.cancelled_at is None and meal.elder_fen > shown.elder_fen:
            self._find("promise-broken", scan_id, f"shown {shown.elder_fen} fen, charged {meal.elder_fen}")

    def _phantom(self) -> None:
        for scan_id, scan in self.scans.items():
            forms = self.forms.get(scan_id)
            if forms is None:
                self._find("outcome-nobody-sent", scan_id, f"{scan.state} {scan.code}")
            elif scan.decision and scan.decision not in [form["decision"] for form in forms]:
                self._find("decision-nobody-took", scan_id, scan.decision)
        for meal_id in self.meals:
            if meal_id not in self.by_meal:
                self._find("meal-without-record", f"meal:{meal_id}")
        self._entries()
        keys = {letter.key for till in self.tills for letter in till.letters}
        acts = [cancel.cancel_id for cancel in rows(MealCancel)] + [meal.key for meal in rows(CashMeal)]
        for key in acts + [top_up.key for top_up in rows(TopUp)]:
            if key not in keys:
                self._find("act-nobody-sent", key)

    def _entries(self) -> None:
        explained = {meal.entry_id for meal in rows(CashMeal)} | {paid.entry_id for paid in rows(TopUp)}
        for entry in self.entries:
            is_of_meal = entry.meal_id in self.by_meal
            if entry.id not in explained and not is_of_meal and entry.reverses_id is None:
                self._find("entry-nobody-explains", f"entry:{entry.id}", entry.kind)

    def _doubled(self) -> None:
        slots = Counter(
            (self.refs[meal.elder_id], str(meal.service_on), meal.meal_period)
            for meal in self.meals.values()
            if meal.kind == "slot" and meal.cancelled_at is None
        )
        for slot, count in slots.items():
            if count > 1:
                self._find("slot-served-twice", " ".join(slot), f"{count} meals")
        self._counted("promise-posted-twice", (e.meal_id for e in self.entries if e.kind == "promise" and not e.reverses_id))
        self._counted("effect-posted-twice", (e.meal_id for e in self.entries if e.kind == "meal" and not e.reverses_id))
        self._counted("entry-reversed-twice", (e.reverses_id for e in self.entries if e.reverses_id is not None))

    def _counted(self, name: str, of: Iterable[Any]) -> None:
        for what, count in Counter(of).items():
            if count > 1:
                self._find(name, str(what), f"{count} times")

    def _answers(self) -> None:
        """The same record in the same form: the same answer."""
        given: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for till in self.tills:
            for epoch, scan_id, decision, answer in till.seen.answers:
                given[epoch, scan_id, decision].append(answer)
        for (_epoch, scan_id, decision), answers in given.items():
            if any(answer != answers[0] for answer in answers):
                self._find("answer-changed", scan_id, f"as {decision}: {answers[:2]}")

    def _reconcile(self) -> None:
        books = Books(self.scene)
        try:
            for event in rows(AuditEvent):
                self._replay(books, event)
        except KeyError as missing:
            self._find("books-cannot-follow", str(missing))
            return
        for scan_id, expected in books.outcomes.items():
            self._compare(scan_id, expected)
        with reading() as session:
            wallets = {row[0]: row[1] for row in session.execute(select(Wallet.elder_id, Wallet.balance_fen))}
            fund_fen = session.scalar(select(Fund.held_fen).where(Fund.id == self.scene.fund_id))
        for elder_id, fen in wallets.items():
            wanted = books.wallets[self.refs[elder_id]]
            if fen != wanted:
                name = self._diagnosis(books, self.refs[elder_id], fen - wanted)
                self._find(name, self.refs[elder_id], f"{fen} fen in the wallet, {wanted} by the second books")
        if fund_fen != books.fund_fen:
            self._find("fund-off", "weida", f"{fund_fen} fen in the fund, {books.fund_fen} by the second books")

    def _diagnosis(self, books: Books, ref: str, surplus_fen: int) -> str:
        """What would explain the difference to the fen."""
        for scan_id, outcome in books.outcomes.items():
            diner = books.find(self.forms[scan_id][0])
            if diner is None or diner.ref != ref or not outcome.wallet_fen:
                continue
            if outcome.is_cancelled and surplus_fen == outcome.wallet_fen:
                return "refunded-twice"
            if surplus_fen < 0 and surplus_fen % outcome.wallet_fen == 0:
                return "wallet-charged-twice"
            if surplus_fen == outcome.wallet_fen:
                return "charge-overwritten"
        return "wallet-off"

    def _replay(self, books: Books, event: AuditEvent) -> None:
        kind, _, name = (event.subject or "").partition(":")
        if event.act == "check-in":
            scan = self.by_meal.get(int(name)) if kind == "meal" else self.scans[name]
            if scan is not None and scan.scan_id in self.forms and scan.code != "BAD_RECORD":
                books.check_in(self._first_form(scan), scan.service_on, self._waits(scan))
        elif event.act == "scan-decided":
            if name in self.forms:
                books.decide(self.forms[name][-1])
        elif event.act == "meal-cancelled":
            scan = self.by_meal[int(name)]
            if not books.outcomes[scan.scan_id].is_cancelled:
                books.cancel(scan.scan_id)
                books.give_back(scan.scan_id, books.find(self.forms[scan.scan_id][0]))
        elif event.act == "topped-up":
            books.top_up(name, event.detail["amount_fen"])

    def _first_form(self, scan: Scan) -> Record:
        forms = self.forms[scan.scan_id]
        return forms[0] if "was" in scan.claim else self._form(scan, forms)

    def _form(self, scan: Scan, forms: list[Record]) -> Record:
        return next((form for form in forms if form["decision"] == scan.decision), forms[0])

    def _waits(self, scan: Scan) -> str | None:
        """CLOCK where the tablet asked and its clock was off; where it jumped in between, what the server found."""
        was = scan.claim.get("was") or [scan.decision, scan.state, scan.code]
        if scan.service_on != TODAY and not self._clock_jumped(scan):
            self._find("wrong-day", scan.scan_id, str(scan.service_on))
        if was[0] == "ONLINE":
            seen_at = datetime.fromisoformat(self.forms[scan.scan_id][0]["seen_at"])
            return "CLOCK" if abs(seen_at - scan.received_at) > CLOCK_OFF else None
        return was[2] if self._clock_jumped(scan) and was[2] in ("CLOCK", "WINDOW", "EXPIRED") else None

    def _clock_jumped(self, scan: Scan) -> bool:
        """Whether the tablet's clock was set between seeing and sending: within its anchor that moves a meal."""
        return len(set().union(*(till.seen.offsets.get(scan.scan_id, set()) for till in self.tills))) > 1

    def _compare(self, scan_id: str, expected: Any) -> None:
        scan = self.scans[scan_id]
        if (scan.state, scan.code) != (expected.state, expected.code):
            self._find("wrong-outcome", scan_id, f"{scan.state} {scan.code}, should be {expected.state} {expected.code}")
            return
        if scan.meal_id is None or expected.kind is None:
            if (scan.meal_id is None) != (expected.kind is None):
                self._find("wrong-outcome", scan_id, "a meal where there is none, or none where there is one")
            return
        meal = self.meals[scan.meal_id]
        found = (meal.kind, meal.wallet_fen, meal.cash_fen, meal.credit_fen, meal.absorbed_fen)
        wanted = (
            expected.kind, expected.wallet_fen, expected.cash_fen, expected.credit_fen, expected.absorbed_fen,
        )  # fmt: skip
        if found != wanted or (meal.cancelled_at is not None) != expected.is_cancelled:
            self._find("wrong-charge", scan_id, f"{found}, should be {wanted}")

    def _invariants(self) -> None:
        with reading() as session:
            for broken in check_database(session).broken:
                self._find(f"books:{broken.name}", broken.where, broken.message)


def totals() -> dict[str, int]:
    """What a lunch comes to: by state and code the records, by payer the fen, wallets and funds."""
    found: dict[str, int] = {}
    with reading() as session:
        for state, code, count in session.execute(
            select(Scan.state, Scan.code, func.count()).group_by(Scan.state, Scan.code)
        ):
            found[f"{state} {code}"] = count
        for payer, fen in session.execute(select(MealShare.payer, func.sum(MealShare.amount_fen)).group_by(MealShare.payer)):
            found[payer] = int(fen)
        found["wallets"] = int(session.scalar(select(func.sum(Wallet.balance_fen))) or 0)
        found["funds"] = int(session.scalar(select(func.sum(Fund.held_fen))) or 0)
        found["slots"] = int(session.scalar(select(func.count()).select_from(Meal).where(Meal.kind == "slot")) or 0)
    return found


def told_apart() -> Counter[str]:
    """The records by outcome, and those of which tablet and server had thought differently."""
    found: Counter[str] = Counter()
    with reading() as session:
        for scan in session.scalars(select(Scan)):
            found[f"{scan.state} {scan.code or ''}".strip()] += 1
            was, shown_fen = scan.claim.get("was"), scan.claim.get("shown_elder_fen")
            if was and scan.decision in SERVED:
                found["green against a stored no"] += was[1] == "REJECTED"
                due_fen = scan.answer["price_fen"] or 0
                found["another price shown"] += was[1] == "MEAL" and _promised(session, scan, shown_fen, due_fen)
    return found


def _promised(session: Session, scan: Scan, shown_fen: int | None, price_fen: int) -> bool:
    meal = session.get_one(Meal, scan.meal_id)
    others = select(func.sum(MealShare.amount_fen)).where(
        MealShare.meal_id == meal.id, MealShare.payer.not_in(("elder", "operator:absorbed"))
    )
    return shown_fen is not None and shown_fen != price_fen - int(session.scalar(others) or 0)
