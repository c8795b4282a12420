"""What the lunch must have come to, worked out a second time: from the tablets' disks and the order of the commits.

It shares no code with the application. For each event of the audit trail, in order, it asks the tablets what was
sent, applies the outcome table and the three sentences of the programme, and keeps wallets, fund and slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.faults.scene import DIED_ON, GIFT_FEN, PRICE_FEN, Diner, Scene

SERVED = ("ACCEPTED", "GUEST", "FULL_PRICE", "SERVED_ANYWAY")
Record = Mapping[str, Any]


@dataclass(slots=True)
class Expected:
    """One record's outcome, and the means of its meal if there is one."""

    state: str
    code: str | None
    kind: str | None = None
    government_fen: int = 0
    gift_fen: int = 0
    wallet_fen: int = 0
    cash_fen: int = 0
    credit_fen: int = 0
    absorbed_fen: int = 0
    promises: int = 0
    is_cancelled: bool = False

    @property
    def elder_fen(self) -> int:
        """What the elder bears."""
        return self.wallet_fen + self.cash_fen + self.credit_fen


@dataclass(slots=True)
class Books:
    """The second set of books."""

    scene: Scene
    wallets: dict[str, int] = field(default_factory=dict)
    fund_fen: int = 0
    slots: dict[tuple[str, date], str] = field(default_factory=dict)
    outcomes: dict[str, Expected] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wallets = {diner.ref: diner.balance_fen for diner in self.scene.diners}
        self.fund_fen = self.scene.budget_fen

    def find(self, record: Record) -> Diner | None:
        """Whose record this is."""
        for diner in self.scene.diners:
            if diner.ref == record.get("elder_ref") or diner.card == record.get("token_sha256"):
                return diner
        return None

    def check_in(self, record: Record, on: date, waits: str | None) -> None:
        """A record committed in this form. `waits`: it waits for a person since its time is in doubt."""
        scan_id, diner = record["scan_id"], self.find(record)
        outcome = self._outcome(record, diner, on, waits)
        self.outcomes[scan_id] = outcome
        if diner is not None and outcome.state == "MEAL":
            self.wallets[diner.ref] -= outcome.wallet_fen
            self.fund_fen -= outcome.gift_fen
            if outcome.kind == "slot":
                self.slots[diner.ref, on] = scan_id

    def _outcome(self, record: Record, diner: Diner | None, on: date, waits: str | None) -> Expected:
        decision = record["decision"]
        is_taken = diner is not None and (diner.ref, on) in self.slots
        if diner is None:
            return Expected("EXCEPTION", "UNKNOWN")
        if diner.sort == "dead" and on > DIED_ON:
            return Expected("REJECTED", "DECEASED")
        if decision == "SERVED_ANYWAY":
            return Expected("EXCEPTION", "SERVED_ANYWAY")
        if diner.sort == "lost" and record.get("elder_ref") is None:
            return Expected("EXCEPTION" if decision in SERVED else "REJECTED", "REVOKED")
        if decision == "REFUSED":
            return Expected("REJECTED", "DUPLICATE_SAME" if is_taken else "REVOKED")
        if waits is not None:
            return Expected("EXCEPTION", waits)
        if decision == "FULL_PRICE" or (decision == "ONLINE" and record.get("price_basis") == "full"):
            return self._further(record, diner)
        if is_taken:
            return Expected("REJECTED", "DUPLICATE_SAME")
        return self._slot(record, diner)

    def _further(self, record: Record, diner: Diner) -> Expected:
        due_fen, shown_fen = PRICE_FEN, record.get("shown_elder_fen")
        if record["decision"] != "ONLINE" and shown_fen is not None:
            due_fen = min(due_fen, shown_fen)
        meal = Expected("MEAL", "FULL_PRICE", "further", absorbed_fen=PRICE_FEN - due_fen)
        self._meet(meal, record, diner, due_fen)
        return meal

    def _slot(self, record: Record, diner: Diner) -> Expected:
        gift_fen = min(GIFT_FEN, self.fund_fen)
        full_fen = PRICE_FEN - diner.government_fen - gift_fen
        due_fen, shown_fen = full_fen, record.get("shown_elder_fen")
        code = "GUEST" if diner.sort == "guest" else None
        if record["decision"] != "ONLINE" and shown_fen is not None and shown_fen != full_fen:
            code = "LIMIT" if shown_fen < full_fen and gift_fen < GIFT_FEN else "RULE"
            due_fen = min(full_fen, shown_fen)
        meal = Expected("MEAL", code, "slot", diner.government_fen, gift_fen, absorbed_fen=full_fen - due_fen)
        self._meet(meal, record, diner, due_fen)
        return meal

    def _meet(self, meal: Expected, record: Record, diner: Diner, due_fen: int) -> None:
        balance_fen, taken_fen = self.wallets[diner.ref], record.get("cash_taken_fen")
        in_cash = record.get("tender") == "cash"
        if record["decision"] == "ONLINE":
            meal.wallet_fen = 0 if in_cash else min(balance_fen, due_fen)
            meal.cash_fen = due_fen - meal.wallet_fen
        elif in_cash:
            meal.cash_fen = due_fen if taken_fen is None else min(taken_fen, due_fen)
            meal.wallet_fen = min(balance_fen, due_fen - meal.cash_fen)
        else:
            meal.wallet_fen = min(balance_fen, due_fen)
            meal.cash_fen = min(taken_fen or 0, due_fen - meal.wallet_fen)
        meal.credit_fen = due_fen - meal.wallet_fen - meal.cash_fen

    def decide(self, record: Record) -> None:
        """A tablet that had asked says how it decided itself."""
        outcome, diner = self.outcomes[record["scan_id"]], self.find(record)
        if outcome.kind is None:
            if record["decision"] in SERVED:
                outcome.state, outcome.code = "EXCEPTION", "SERVED_ANYWAY"
        elif not outcome.is_cancelled and record["decision"] in SERVED and diner is not None:
            self._keep_promise(outcome, record, diner)

    def _keep_promise(self, meal: Expected, record: Record, diner: Diner) -> None:
        before = (meal.wallet_fen, meal.cash_fen, meal.credit_fen)
        due_fen, taken_fen = meal.elder_fen, record.get("cash_taken_fen")
        if record.get("shown_elder_fen") is not None:
            due_fen = min(due_fen, record["shown_elder_fen"])
        meal.absorbed_fen += meal.elder_fen - due_fen
        if record.get("tender") == "cash":
            cash_fen = due_fen if taken_fen is None else min(taken_fen, due_fen)
            wallet_fen = min(meal.wallet_fen + self.wallets[diner.ref], due_fen - cash_fen)
        else:
            wallet_fen = min(meal.wallet_fen, due_fen)
            cash_fen = min(meal.cash_fen if taken_fen is None else taken_fen, due_fen - wallet_fen)
        self.wallets[diner.ref] += meal.wallet_fen - wallet_fen
        meal.wallet_fen, meal.cash_fen = wallet_fen, cash_fen
        meal.credit_fen = due_fen - wallet_fen - cash_fen
        if (meal.wallet_fen, meal.cash_fen, meal.credit_fen) != before:
            meal.promises += 1

    def cancel(self, scan_id: str) -> None:
        """A meal taken back: wallet, fund and slot are as before it."""
        meal = self.outcomes[scan_id]
        if meal.is_cancelled or meal.kind is None:
            return
        meal.is_cancelled = True
        self.slots = {slot: held_by for slot, held_by in self.slots.items() if held_by != scan_id}
        self.fund_fen += meal.gift_fen

    def give_back(self, scan_id: str, diner: Diner | None) -> None:
        """The wallet's part of a cancelled meal."""
        meal = self.outcomes[scan_id]
        if diner is not None and meal.kind is not None:
            self.wallets[diner.ref] += meal.wallet_fen

    def top_up(self, ref: str, fen: int) -> None:
        """Money paid in."""
        self.wallets[ref] += fen
