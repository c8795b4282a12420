"""A fund's months to report: two canteens, elders of several ages, gifts, closed one after the other."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from canteen.db import transaction
from canteen.settlement.services import close_month
from canteen.sponsors.agreements.models import Agreement, AgreementFund
from canteen.sponsors.gifts.services import NewMoney, receive_money
from canteen.sponsors.models import Fund
from tests.factories import bind_programme, four_yuan, make_canteen, make_elder, make_fund
from tests.settlement.factories import serve

CODES = ("laodifang", "laoyouji")
AFTER = {"2026-10": "2026-11-01T02:00:00Z", "2026-11": "2026-12-01T02:00:00Z", "2026-12": "2027-01-01T02:00:00Z"}


def make_place(
    fund: str = "weida", *, budget_fen: int = 0, pays: str = "4.00", sponsor: str = "维达纸业"
) -> tuple[list[int], int]:
    """Two canteens, both with a programme in which the fund pays for each meal; answers their ids and the fund's."""
    canteens = [make_canteen(code, name=name) for code, name in zip(CODES, ("维达老地方", "万胜老友记"), strict=True)]
    fund_id = make_fund(fund, budget_fen, sponsor=sponsor, canteens=canteens)
    rules: dict[str, Any] = four_yuan()
    rules["version"][0]["rule"].append(
        {"id": "gift", "title": "维达资助", "payer": "sponsor", "fund": fund, "pays": {"fixed": pays}}
    )
    for canteen in canteens:
        bind_programme(canteen, rules)
    return canteens, fund_id


def make_elders(canteen_id: int, count: int, born: int = 1950) -> list[int]:
    """So many elders of a canteen, of one year."""
    return [
        make_elder(canteen_id, f"老人{canteen_id}{born}{number}", born_on=date(born, 3, 1)).id for number in range(count)
    ]


def eat(canteen_id: int, elders: Sequence[int], *days: date) -> None:
    """Everybody has lunch on each of these days."""
    for on in days:
        for elder in elders:
            serve(canteen_id, elder, on)


def close(monkeypatch: pytest.MonkeyPatch, *months: str, codes: Sequence[str] = CODES) -> None:
    """Close months at all canteens, on the day after each."""
    for month in months:
        monkeypatch.setenv("CANTEEN_NOW", AFTER[month])
        for code in codes:
            result = close_month(month, code, "王敏", "赵刚", host="card.example.cn")
            assert result.is_closed, result.findings


def give(monkeypatch: pytest.MonkeyPatch, on: date, fen: int, key: str, fund: str = "weida", **papers: str) -> None:
    """Money that came on a day, booked that day."""
    monkeypatch.setenv("CANTEEN_NOW", f"{on.isoformat()}T03:00:00Z")
    receive_money(NewMoney(key, fund, fen, on, "bank", **papers), "staff:1")


def agree(fund_id: int, nature: str = "donation", number: str = "维捐〔2026〕第 3 号") -> None:
    """An agreement that feeds the fund for the year 2026."""
    with transaction() as session:
        agreed = Agreement(
            number=number, sponsor_id=session.get_one(Fund, fund_id).sponsor_id, nature=nature,
            holder_kind="charity", holder_name="新会区慈善会", signed_on=date(2026, 1, 1), begins_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31), amount_fen=10_000_000, goods_declared=True, relatives_declared=True,
            shows_amount=True, created_by="staff:1", created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        session.add(agreed)
        session.flush()
        session.add(AgreementFund(agreement_id=agreed.id, fund_id=fund_id, allotted_fen=10_000_000))


def fourth_quarter(monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], int]:
    """October to December 2026: gifts, two canteens, six and five elders with a meal a month; all closed."""
    canteens, fund_id = make_place()
    receipt = {"receipt_code": "44010122", "receipt_number": "0001234567", "receipt_issuer": "新会区慈善会"}
    give(monkeypatch, date(2026, 10, 1), 100_000, "october", **receipt)
    first, second = make_elders(canteens[0], 6), make_elders(canteens[1], 5, born=1940)
    for month in (10, 11, 12):
        eat(canteens[0], first, date(2026, month, 3))
        eat(canteens[1], second, date(2026, month, 4))
        if month == 11:
            give(monkeypatch, date(2026, 11, 25), 50_000, "november")
        close(monkeypatch, f"2026-{month}")
    return canteens, fund_id


