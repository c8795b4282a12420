"""What tests of the wall begin with: donors with a fund, an agreement and a right of naming."""

import itertools
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from canteen.sponsors.agreements import givers, naming, services
from canteen.sponsors.agreements.givers import Giver
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.sponsors.gifts import services as gifts
from canteen.sponsors.gifts.services import NewMoney
from tests.factories import make_fund
from tests.sponsors.agreed import DONATION, TODAY

ACTOR = "staff:1"
CONSENT = Leave(consent_by="李秀英", consent_on=date(2026, 1, 2))
BEGINS, ENDS = date(2025, 1, 1), date(2027, 10, 31)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Donor:
    """A sponsor with its agreement and fund."""

    sponsor_id: int
    agreement_id: int
    fund_id: int
    code: str


def make_donor(
    name: str = "维达纸业", kind: str = "person", *, canteens: tuple[int, ...] = (), shown: str | None = "维达", **terms: Any
) -> Donor:
    """A donor whose fund holds nothing yet; `shown`: the name that the wall may show, None for no such right."""
    number = next(_numbers)
    code = f"fund{number}"
    display = "爱心人士" if kind in ("anonymous", "many") else name
    uscc = USCC[number % len(USCC)] if kind == "organisation" else ""
    sponsor_id = givers.add_sponsor(Giver(name, kind, uscc), display, TODAY, ACTOR)
    fund_id = make_fund(code, 0, sponsor=name, canteens=canteens)
    agreed = replace(
        DONATION, number=f"协议{number}", begins_on=BEGINS, ends_on=ENDS, signed_on=date(2025, 1, 1), **terms
    )
    if agreed.nature == "sponsorship":
        agreed = replace(agreed, relatives_declared=False)
    agreement_id = services.add_agreement(sponsor_id, agreed, None, TODAY, ACTOR)
    services.allot(agreement_id, code, 1_000_000, ACTOR)
    donor = Donor(sponsor_id, agreement_id, fund_id, code)
    if shown is not None:
        name_wall(donor, shown)
    return donor


USCC = ("91110000600037341L", "51440705MJM0000005")


def name_wall(donor: Donor, shown: str, begins_on: date = BEGINS, ends_on: date = ENDS, leave: Leave = CONSENT) -> int:
    """A right to stand on the wall."""
    return naming.give_naming(donor.agreement_id, Wish("wall", shown, begins_on, ends_on), leave, None, ACTOR)


def name_place(
    donor: Donor, shown: str, canteen_id: int, begins_on: date = BEGINS, ends_on: date = ENDS, **wish: Any
) -> int:
    """A right by which a canteen, a meal or a day bears the name."""
    wanted = Wish(wish.pop("object", "canteen"), shown, begins_on, ends_on, canteen_id, **wish)
    return naming.give_naming(donor.agreement_id, wanted, CONSENT, None, ACTOR)


def give(donor: Donor, amount_fen: int = 10_000, on: date = TODAY, giver: str = "") -> int:
    """Money that came for the donor's fund."""
    return gifts.receive_money(
        NewMoney(f"w{next(_numbers)}", donor.code, amount_fen, on, "cash", giver_name=giver), ACTOR
    )
