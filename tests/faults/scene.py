"""The lunch of a fault run: a canteen, its elders of every sort, their cards, and what two tablets' sheets say.

What each elder pays is worked out here from the programme's three sentences, not by the application: government pays
9 of 15 yuan from 65 on and 10 from 75 on, the sponsor's fund pays 2 for everybody as long as it lasts.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from canteen.cards.models import MealCard
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.token import make_token, token_sha256
from canteen.db import transaction
from canteen.elders.models import CanteenElder, Elder
from canteen.ledger import services as ledger
from canteen.wallets.models import Wallet
from tests.factories import (
    CARD_KEY,
    TODAY,
    Tablet,
    bind_programme,
    enrol_device,
    make_canteen,
    make_fund,
    programme,
)
from tests.faults.holdings import SheetLine

PRICE_FEN = 1500
GIFT_FEN = 200
DIED_ON = TODAY - timedelta(days=1)
GOVERNMENT_FEN = {58: 0, 70: 900, 80: 1000}
BALANCES = (0, 250, 700, 3000, 10_000)
PROGRAMME = programme([
    {"id": "age-65-74", "title": "65–74周岁每餐9元", "payer": "government", "group": "age-tier",
     "when": {"age": {"from": 65, "to": 74}}, "pays": {"fixed": "9.00"}, "limit": [{"per": "day", "meals": 1}],
     "split": {"city": 40, "district": 60}},
    {"id": "age-75", "title": "75周岁及以上每餐10元", "payer": "government", "group": "age-tier",
     "when": {"age": {"from": 75}}, "pays": {"fixed": "10.00"}, "limit": [{"per": "day", "meals": 1}]},
    {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}},
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Diner:
    """One elder: who, and what is special. `sheet_fen`: what the tablets' sheet says that the elder pays."""

    id: int
    name: str
    ref: str
    token: str
    age_years: int
    balance_fen: int
    sort: str
    sheet_fen: int

    @property
    def card(self) -> str:
        """The hash that tablets know the card by."""
        return token_sha256(self.token)

    @property
    def government_fen(self) -> int:
        """What government pays of a slot meal."""
        return GOVERNMENT_FEN[self.age_years]


SORTS = ("plain",) * 12 + ("dearer", "cheaper", "dearer", "guest", "lost", "dead")
"""Their sheet's price is right, too high or too low; not on the list; card lost or elder dead since the sheet."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a lunch begins with."""

    canteen_id: int
    fund_id: int
    budget_fen: int
    diners: tuple[Diner, ...]
    tablets: tuple[Tablet, ...]

    def sheet(self) -> dict[str, SheetLine]:
        """What a tablet holds, by card and by elder; guests are not on it."""
        lines: dict[str, SheetLine] = {}
        for diner in self.diners:
            if diner.sort != "guest":
                allowed = min(diner.balance_fen, 2 * diner.sheet_fen)
                lines[diner.card] = lines[diner.ref] = SheetLine(diner.ref, diner.sheet_fen, allowed)
        return lines

    def district(self) -> set[str]:
        """Every valid card."""
        return {diner.card for diner in self.diners}


def set_scene(seed: str, elders: int, budget_fen: int) -> Scene:
    """Write the lunch's rows into the current application's database."""
    canteen_id = make_canteen("beimen")
    fund_id = make_fund("weida", budget_fen)
    bind_programme(canteen_id, PROGRAMME)
    tablets = tuple(enrol_device(canteen_id, f"{number} 号窗口") for number in (1, 2))
    diners = tuple(_register(canteen_id, random.Random(seed), elders))
    return Scene(canteen_id, fund_id, budget_fen, diners, tablets)


def _register(canteen_id: int, chance: random.Random, elders: int) -> Iterable[Diner]:
    with transaction() as session:
        first = (session.scalar(select(func.max(MealCard.id))) or 0) + 1
        for number in range(elders):
            sort = SORTS[number % len(SORTS)]
            diner = _diner(number, sort, chance)
            row = Elder(
                ref=diner.ref, name=diner.name, sex="female", home_canteen_id=canteen_id,
                born_on=date(2026 - diner.age_years, 1, 15), name_initials=" LR ", created_at=now(),
                died_on=DIED_ON if sort == "dead" else None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            serial = f"{first + number:08d}"
            token = make_token(CARD_KEY, serial, 1)
            session.add(Wallet(elder_id=row.id, balance_fen=diner.balance_fen))
            if sort != "guest":
                session.add(CanteenElder(canteen_id=canteen_id, elder_id=row.id, listed_at=now()))
            session.add(
                MealCard(
                    serial=serial, issue_no=1, elder_id=row.id, canteen_id=canteen_id,
                    token_sha256=token_sha256(token), key_id="tests", state="lost" if sort == "lost" else "active",
                    issued_at=now(), changed_at=now(),
                )
            )  # fmt: skip
            if diner.balance_fen:
                _pay_in(session, row.id, diner.balance_fen, canteen_id)
            yield replace(diner, id=row.id, token=token)


def _diner(number: int, sort: str, chance: random.Random) -> Diner:
    age_years = chance.choice((58, 70, 70, 80, 80))
    due_fen = PRICE_FEN - GOVERNMENT_FEN[age_years] - GIFT_FEN
    sheet_fen = due_fen + {"dearer": 100, "cheaper": -100}.get(sort, 0)
    ref = f"{chance.getrandbits(64):016x}"
    return Diner(0, f"老人{number:03d}", ref, "", age_years, chance.choice(BALANCES), sort, sheet_fen)


def _pay_in(session: object, elder_id: int, fen: int, canteen_id: int) -> None:
    postings = (journal.Posting(journal.CASH, fen), journal.Posting(journal.WALLET, -fen, elder_id=elder_id))
    ledger.post(session, journal.Entry("top-up", canteen_id, TODAY, month_of(TODAY), postings))  # type: ignore[arg-type]
