"""A month to close: meals eaten on given days, divided by a programme's rules and posted as a check-in posts them."""

import itertools
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare, Scan
from canteen.core.calendar import age_on, month_of
from canteen.core.division import CanteenFacts, ElderFacts, Facts
from canteen.core.entry import Billing, ElderPart, Entry, Posting, meal_postings, payer_postings
from canteen.core.subsidy import divide
from canteen.db import reading, transaction
from canteen.devices.models import Device
from canteen.elders.models import Elder, ElderFact
from canteen.ledger.services import post
from canteen.sponsors.models import Fund
from canteen.subsidies.queries import programme_for
from canteen.wallets.models import Wallet
from tests.factories import enrol_device

_numbers = itertools.count(1)


def serve(
    canteen_id: int,
    elder_id: int,
    on: date,
    *,
    meal_period: str = "lunch",
    channel: str = "dine-in",
    price_fen: int = 1500,
    month: str | None = None,
    absorbed_fen: int = 0,
    used: Any = None,
) -> int:
    """One slot meal, divided by the programme that binds the canteen on its day; answers the meal's number."""
    device_id = _device(canteen_id)
    with transaction() as session:
        canteen = session.get_one(Canteen, canteen_id)
        elder = session.get_one(Elder, elder_id)
        programme = programme_for(session, canteen.code, on)
        categories = session.scalars(
            select(ElderFact.value).where(ElderFact.elder_id == elder_id, ElderFact.kind == "category")
        )
        funds = {fund.code: fund for fund in session.scalars(select(Fund))}
        facts = Facts(
            on, meal_period, channel, elder=ElderFacts(born_on=elder.born_on, categories=frozenset(categories)),
            canteen=CanteenFacts(canteen.code, canteen.area, canteen.division), used=used or {},
            funds={code: fund.balance_fen for code, fund in funds.items()},
        )  # fmt: skip
        division = divide(price_fen, facts, programme)
        wallet = session.get_one(Wallet, elder_id)
        due = division.elder_fen - absorbed_fen
        from_wallet = min(wallet.balance_fen, due)
        part = ElderPart(from_wallet, due - from_wallet, 0, absorbed_fen)
        wallet.balance_fen -= from_wallet
        booked = month or month_of(on)
        meal = Meal(
            kind="slot", elder_id=elder_id, canteen_id=canteen_id, service_on=on, meal_period=meal_period, month=booked,
            channel=channel, price_fen=price_fen, elder_fen=due, wallet_fen=part.wallet_fen, cash_fen=part.cash_fen,
            absorbed_fen=absorbed_fen, programme_code=programme.id, version_on=division.version_effective,
            authority=programme.authority, age_years=age_on(elder.born_on, on), facts={"categories": sorted(facts.elder.categories)},
            trace=[], served_at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC),
        )  # fmt: skip
        session.add(meal)
        session.flush()
        billing = Billing(
            programme.authority, canteen.code, elder_id, {code: fund.id for code, fund in funds.items()}
        )
        lines = list(meal_postings(price_fen, division.shares, part, billing))
        for grant in division.grants:
            lines += payer_postings(grant.payer, grant.fen, grant.levels, billing)
            lines.append(Posting("courier" if grant.payee == "courier" else "grants", -grant.fen))
        post(session, Entry("meal", canteen_id, on, booked, tuple(lines), meal_id=meal.id))
        for share in division.shares:
            fen = share.fen - (absorbed_fen if share.payer == "elder" else 0)
            fund = funds.get(share.fund or "")
            if fund is not None:
                fund.balance_fen -= share.fen
            if share.fen or share.payer == "elder":
                session.add(
                    _share(meal, share.payer, fen, share.rule_id, share.levels, fund.id if fund else None)
                )
        if absorbed_fen:
            session.add(_share(meal, "operator:absorbed", absorbed_fen))
        for grant in division.grants:
            row = _share(meal, grant.payer, grant.fen, grant.grant_id, grant.levels, None)
            row.is_grant, row.payee = True, grant.payee
            session.add(row)
        session.add(_scan(meal, device_id))
        return meal.id


def _device(canteen_id: int) -> int:
    with reading() as session:
        device_id = session.scalar(select(Device.id).where(Device.canteen_id == canteen_id))
    return device_id or enrol_device(canteen_id).id


def _scan(meal: Meal, device_id: int) -> Scan:
    answer = {"state": "MEAL", "code": None, "meal_no": meal.id, "price_fen": meal.price_fen}
    return Scan(
        scan_id=secrets.token_hex(16), device_id=device_id, canteen_id=meal.canteen_id, content_sha256="0" * 64,
        claim={}, boot_id="00112233aabbccdd", seq=next(_numbers), decision="ONLINE", seen_at=meal.served_at,
        received_at=meal.served_at, service_on=meal.service_on, meal_period=meal.meal_period, elder_id=meal.elder_id,
        state="MEAL", meal_id=meal.id, answer=answer,
    )  # fmt: skip


def _share(
    meal: Meal, payer: str, fen: int, rule_id: str | None = None, levels: Any = (), fund_id: int | None = None
) -> MealShare:
    return MealShare(
        meal_id=meal.id, elder_id=meal.elder_id, canteen_id=meal.canteen_id, service_on=meal.service_on,
        meal_period=meal.meal_period, month=meal.month, programme_code=meal.programme_code, rule_id=rule_id,
        payer=payer, authority=meal.authority, fund_id=fund_id, levels=dict(levels) or None, amount_fen=fen, meals=1,
    )  # fmt: skip


def leave_waiting(
    canteen_id: int, on: date, code: str = "UNKNOWN", *, seq: int | None = None, **more: Any
) -> str:
    """A record that waits for a person; answers its scan id."""
    device_id = _device(canteen_id)
    scan_id = secrets.token_hex(16)
    at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    with transaction() as session:
        session.add(
            Scan(
                scan_id=scan_id, device_id=device_id, canteen_id=canteen_id, content_sha256="0" * 64, claim={},
                boot_id="00112233aabbccdd", seq=next(_numbers) if seq is None else seq, decision="ONLINE", seen_at=at,
                received_at=at, service_on=on, meal_period="lunch", state="EXCEPTION", code=code,
                answer={"scan_id": scan_id, "state": "EXCEPTION", "code": code}, **more,
            )
        )  # fmt: skip
    return scan_id


def days(first: date, count: int) -> Sequence[date]:
    """So many days in a row."""
    return [date.fromordinal(first.toordinal() + number) for number in range(count)]
