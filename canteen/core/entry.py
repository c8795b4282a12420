"""Journal entries whose postings sum to zero, and their reversals (docs/ledger.md has the chart)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from canteen.core.division import Share
from canteen.core.errors import Corrupt

WALLET = "wallet"
CASH = "cash"
BANK = "bank"
BANK_FUNDS = "bank:funds"
ELDER_RECEIVABLE = "elder:receivable"
ABSORBED = "operator:absorbed"
DISCOUNT = "operator:discount"
MEALS = "meals"
CASH_MEALS = "cash-meals"
GRANTS = "grants"
COURIER = "courier"
FAMILY = "family"
CASH_DIFFERENCE = "cash-difference"

UNSPLIT = "-"

_KINDS = {
    "government": "asset", "collective": "asset", "family": "asset", "elder": "asset", "cash": "asset",
    "bank": "asset", "voucher-promised": "asset", "fund": "liability", "voucher": "liability",
    "wallet": "liability", "courier": "liability", "operator": "expense", "meals": "income",
    "cash-meals": "income", "grants": "income", "cash-difference": "expense", "promised": "asset",
    "pledge": "liability", "pledge-advanced": "asset", "spent": "expense", "released": "income",
    "goods": "asset", "in-kind": "liability",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """One line: debit above zero, credit below; the elder or fund where many share the account."""

    account: str
    amount_fen: int
    elder_id: int | None = None
    fund_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. Raises Corrupt if its postings do not sum to zero."""

    kind: str
    canteen_id: int | None
    service_on: date
    month: str
    postings: tuple[Posting, ...]
    meal_id: int | None = None
    reverses_id: int | None = None
    key: str | None = None
    memo: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if sum(posting.amount_fen for posting in self.postings):
            raise Corrupt(f"a {self.kind} entry does not sum to zero")


def account_kind(code: str) -> str:
    """Whether an account is an asset, liability, income or expense, told by the first word of its code."""
    return _KINDS[code.partition(":")[0]]


def government(authority: str, level: str = UNSPLIT) -> str:
    """The account of what an authority owes at one level."""
    return f"government:{authority}:{level}"


def collective(canteen_code: str, level: str = UNSPLIT) -> str:
    """The account of what the village or community of a canteen owes."""
    return f"collective:{canteen_code}:{level}"


def fund(code: str) -> str:
    """The account of a fund's money that is received and not used."""
    return f"fund:{code}"


def promised(code: str) -> str:
    """The account of what givers have pledged to a fund and not yet paid; `pledge` is its other side."""
    return f"promised:{code}"


def pledge(code: str) -> str:
    """The other side of what is pledged to a fund."""
    return f"pledge:{code}"


def pledge_advanced(code: str) -> str:
    """The account of pledged money that a fund may draw before it is received."""
    return f"pledge-advanced:{code}"


def paid_over(code: str) -> str:
    """The operator's account of money that was paid over to it for what meals used of a fund."""
    return f"bank:paid-over:{code}"


def spent(code: str, kind: str) -> str:
    """The account of a fund's expenses of one kind that are not meals."""
    return f"spent:{code}:{kind}"


def released(code: str) -> str:
    """The account of a fund's money that was released for such expenses."""
    return f"released:{code}"


def goods(code: str) -> str:
    """The account of goods given to a fund, by their value; `in_kind` is its other side."""
    return f"goods:{code}"


def in_kind(code: str) -> str:
    """The other side of goods given to a fund; never a part of what it draws on."""
    return f"in-kind:{code}"


@dataclass(frozen=True, slots=True)
class Billing:
    """Whose accounts a meal's payers are: the authority billed, the canteen, the elder, the funds' ids by code."""

    authority: str
    canteen_code: str
    elder_id: int
    fund_ids: Mapping[str, int]


def payer_postings(
    payer: str, fen: int, levels: Iterable[tuple[str, int]], billing: Billing
) -> list[Posting]:
    """Debits of one payer (keyed as in a programme's `expect`): one posting a level, none of zero."""
    kind, _, name = payer.partition(":")
    parts = [(level, part) for level, part in levels if part] or ([(UNSPLIT, fen)] if fen else [])
    if kind == "government":
        return [Posting(government(billing.authority, level), part) for level, part in parts]
    if kind == "collective":
        return [Posting(collective(billing.canteen_code, level), part) for level, part in parts]
    if not fen:
        return []
    if kind == "sponsor":
        return [Posting(f"fund:{name}", fen, fund_id=billing.fund_ids[name])]
    if kind == "voucher":
        return [Posting(f"voucher:{name}", fen, elder_id=billing.elder_id)]
    if kind == "family":
        return [Posting(FAMILY, fen, elder_id=billing.elder_id)]
    if kind == "operator":
        return [Posting(DISCOUNT, fen)]
    raise Corrupt(f"nobody is billed for payer kind {kind}")


@dataclass(frozen=True, slots=True)
class ElderPart:
    """How the elder's share is met, in fen: wallet, cash, credit owed, and what the canteen absorbs."""

    wallet_fen: int = 0
    cash_fen: int = 0
    credit_fen: int = 0
    absorbed_fen: int = 0

    @property
    def total_fen(self) -> int:
        """The four parts together; equal to the elder's share in the division."""
        return self.wallet_fen + self.cash_fen + self.credit_fen + self.absorbed_fen


def meal_postings(price_fen: int, shares: Iterable[Share], part: ElderPart, billing: Billing) -> tuple[Posting, ...]:
    """The postings of one meal: every payer's debit, the elder's part by its means, the price as income.

    `part.total_fen` must be the elder's share; Entry raises Corrupt if it is not, since then nothing sums to zero.
    """
    postings = [
        posting
        for share in shares
        if share.payer != "elder"
        for posting in payer_postings(share.payer, share.fen, share.levels, billing)
    ]
    elder = billing.elder_id
    postings += [
        Posting(WALLET, part.wallet_fen, elder_id=elder),
        Posting(CASH, part.cash_fen),
        Posting(ELDER_RECEIVABLE, part.credit_fen, elder_id=elder),
        Posting(ABSORBED, part.absorbed_fen),
        Posting(MEALS, -price_fen),
    ]
    return tuple(posting for posting in postings if posting.amount_fen)


def mirror(entry: Entry, entry_id: int, month: str) -> Entry:
    """The reversal of an entry: every posting with its sign turned, in the month that is open."""
    postings = tuple(replace(posting, amount_fen=-posting.amount_fen) for posting in entry.postings)
    return replace(entry, kind="reversal", postings=postings, reverses_id=entry_id, month=month, key=None)
