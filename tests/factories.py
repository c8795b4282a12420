"""What tests begin with: a canteen, its programme, elders, cards, tablets, funds. Each opens its own transaction.

    canteen_id = make_canteen("beimen")
    bind_programme(canteen_id, four_yuan())
    elder = make_elder(canteen_id, "王秀英", born_on=date(1946, 11, 20), balance_fen=5000)
    token = issue_card(elder.id)
    tablet = enrol_device(canteen_id)
    client.post("/api/v1/scans", json=batch(scan(token)), headers=tablet.headers)
"""

import hashlib
import itertools
import secrets
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from canteen.canteens.models import Canteen
from canteen.canteens.services import raise_revision
from canteen.cards.models import MealCard
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.token import make_token, token_sha256
from canteen.db import reading, transaction
from canteen.devices.models import Device
from canteen.elders.models import CanteenElder, Elder, ElderFact
from canteen.ledger import services as ledger
from canteen.ledger.models import ClosedMonth
from canteen.menus.models import Menu
from canteen.sponsors.models import Fund, FundCanteen, FundGuest, Gift, Sponsor
from canteen.subsidies import services as subsidies
from canteen.wallets.models import TopUp, Voucher, VoucherKind, Wallet

TODAY = date(2026, 11, 20)  # the day of conftest's NOON, a Friday
CARD_KEY = b"the card key of tests, 32 bytes."
PROGRAMMES = Path(__file__).resolve().parent.parent / "canteen" / "programmes"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class MadeElder:
    """An elder: the row's id and the reference that tablets know."""

    id: int
    ref: str


@dataclass(frozen=True, slots=True)
class Tablet:
    """An enrolled device with its bearer token."""

    id: int
    ref: str
    bearer: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}"}


def make_canteen(
    code: str = "beimen",
    *,
    name: str = "北门社区食堂",
    area: str = "urban",
    division: str = "620102001001",
    price_fen: int | None = None,
    hours: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """A canteen that serves lunch 10:30–13:00 and dinner 16:30–18:30, in Shanghai's time."""
    with transaction() as session:
        row = Canteen(
            code=code, name=name, area=area, division=division, time_zone="Asia/Shanghai", price_fen=price_fen,
            hours=hours or {"lunch": ["10:30", "13:00"], "dinner": ["16:30", "18:30"]}, created_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        raise_revision(session)
        return row.id


def four_yuan(**version: Any) -> dict[str, Any]:
    """A programme: government pays 9.00 of 15.00 from 65 on, 10.00 from 75 on, once a day, for every meal."""
    limit = [{"per": "day", "meals": 1}]
    rules = [
        {"id": "age-65-74", "title": "65–74周岁每餐9元", "payer": "government", "group": "age-tier",
         "when": {"age": {"from": 65, "to": 74}}, "pays": {"fixed": "9.00"}, "limit": limit,
         "split": {"city": 40, "district": 60}},
        {"id": "age-75", "title": "75周岁及以上每餐10元", "payer": "government", "group": "age-tier",
         "when": {"age": {"from": 75}}, "pays": {"fixed": "10.00"}, "limit": limit},
    ]  # fmt: skip
    return programme(rules, **version)


def programme(
    rules: list[dict[str, Any]], code: str = "test-programme", **version: Any
) -> dict[str, Any]:
    """A programme of one version from 2014 on with these rules; `version` overrides its keys."""
    head = {"id": code, "title": "测试项目", "authority": "城关区民政局", "source": "测试", "age_counts": "birthday"}
    one = {"effective": date(2014, 10, 1), "standard_price": "15.00", "rule": rules} | version
    return {"programme": head, "version": [one]}


def shipped(name: str) -> dict[str, Any]:
    """The mapping of a programme that ships: `lanzhou-chengguan`, `xinhui`, …"""
    return tomllib.loads((PROGRAMMES / f"{name}.toml").read_text(encoding="utf-8"))


def bind_programme(canteen_id: int, mapping: Mapping[str, Any], from_on: date | None = None) -> None:
    """Load a programme (or its new versions) and bind the canteen to it, by default from its first version."""
    with transaction() as session:
        code = session.scalar(select(Canteen.code).where(Canteen.id == canteen_id))
    subsidies.load_programme(mapping, [code], from_on, "system:tests")


def make_elder(
    canteen_id: int,
    name: str = "王秀英",
    *,
    born_on: date | None = date(1946, 11, 20),
    sex: str = "female",
    facts: Mapping[str, str | Iterable[str]] | None = None,
    distance_m: int | None = None,
    balance_fen: int = 0,
    listed: bool = True,
    died_on: date | None = None,
    closed_on: date | None = None,
    initials: str = " WXY ",
    diet: str | None = None,
) -> MadeElder:
    """An elder on the canteen's list with a wallet; `facts` are kind → value(s), valid from 2010 on."""
    with transaction() as session:
        row = Elder(
            ref=secrets.token_hex(8), name=name, sex=sex, born_on=born_on, home_canteen_id=canteen_id,
            died_on=died_on, closed_on=closed_on, name_initials=initials, diet=diet, created_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(Wallet(elder_id=row.id, balance_fen=0))
        if listed:
            session.add(
                CanteenElder(canteen_id=canteen_id, elder_id=row.id, distance_m=distance_m, listed_at=now())
            )
        for kind, values in (facts or {}).items():
            for value in [values] if isinstance(values, str) else values:
                session.add(_fact(row.id, kind, value, date(2010, 1, 1), None))
        made = MadeElder(row.id, row.ref)
    if balance_fen:
        top_up(made.id, balance_fen, canteen_id)
    return made


def add_fact(
    elder_id: int, kind: str, value: str, from_on: date = date(2010, 1, 1), until_on: date | None = None
) -> None:
    """One dated fact of an elder."""
    with transaction() as session:
        session.add(_fact(elder_id, kind, value, from_on, until_on))


def list_elder(canteen_id: int, elder_id: int, distance_m: int | None = None) -> None:
    """Put an elder on a further canteen's list."""
    with transaction() as session:
        session.add(
            CanteenElder(canteen_id=canteen_id, elder_id=elder_id, distance_m=distance_m, listed_at=now())
        )


def _fact(elder_id: int, kind: str, value: str, from_on: date, until_on: date | None) -> ElderFact:
    return ElderFact(
        elder_id=elder_id, kind=kind, value=value, from_on=from_on, until_on=until_on, evidence="测试",
        source="hand", recorded_at=now(), recorded_by="system:tests",
    )  # fmt: skip


def issue_card(elder_id: int, state: str = "active") -> str:
    """A card of the elder's; answers its token."""
    with transaction() as session:
        number = (session.scalar(select(func.max(MealCard.id))) or 0) + 1
        serial = f"{317 + number:08d}"
        token = make_token(CARD_KEY, serial, 1)
        canteen_id = session.get_one(Elder, elder_id).home_canteen_id
        session.add(
            MealCard(
                serial=serial, issue_no=1, elder_id=elder_id, canteen_id=canteen_id,
                token_sha256=token_sha256(token), key_id="tests", state=state, issued_at=now(), changed_at=now(),
            )
        )  # fmt: skip
    return token


def set_card_state(token: str, state: str) -> None:
    """Report a card lost, replace it, …, without what the office does beside."""
    with transaction() as session:
        card = session.scalars(select(MealCard).where(MealCard.token_sha256 == token_sha256(token))).one()
        card.state, card.changed_at = state, now()


def enrol_device(canteen_id: int, name: str = "一号窗口", *, enrolled_at: datetime | None = None) -> Tablet:
    """A tablet of the canteen, enrolled yesterday if nothing else is said, its lease running."""
    bearer = secrets.token_urlsafe(32)
    with transaction() as session:
        row = Device(
            ref=secrets.token_hex(16), canteen_id=canteen_id, name=name,
            token_sha256=hashlib.sha256(bearer.encode()).hexdigest(), secret_cipher=b"-",
            enrolled_at=enrolled_at or now() - timedelta(days=1), lease_until=now() + timedelta(hours=72),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return Tablet(row.id, row.ref, bearer)


def revoke_device(tablet: Tablet) -> None:
    """Revoke a tablet now."""
    with transaction() as session:
        session.get_one(Device, tablet.id).revoked_at = now()


def top_up(elder_id: int, amount_fen: int, canteen_id: int) -> None:
    """Cash into the elder's wallet."""
    with transaction() as session:
        wallet = session.get_one(Wallet, elder_id, with_for_update=True)
        wallet.balance_fen += amount_fen
        day = TODAY
        entry_id = ledger.post(
            session,
            journal.Entry(
                "top-up", canteen_id, day, month_of(day),
                (
                    journal.Posting(journal.CASH, amount_fen),
                    journal.Posting(journal.WALLET, -amount_fen, elder_id=elder_id),
                ),
            ),
        )  # fmt: skip
        session.add(
            TopUp(
                key=f"test-{next(_numbers)}-{secrets.token_hex(4)}", elder_id=elder_id, canteen_id=canteen_id,
                amount_fen=amount_fen, method="cash", entry_id=entry_id, received_at=now(),
                received_by="system:tests",
            )
        )  # fmt: skip


def balance_fen(elder_id: int) -> int:
    """What the elder's wallet holds."""
    with transaction() as session:
        return session.get_one(Wallet, elder_id).balance_fen


def make_fund(
    code: str,
    budget_fen: int,
    *,
    sponsor: str = "德康大药房",
    canteens: Sequence[int] = (),
    guests: Sequence[int] | None = None,
    begins_on: date | None = None,
    ends_on: date | None = None,
    per_meal_fen: int | None = None,
    per_day_fen: int | None = None,
) -> int:
    """A sponsor's fund with one gift received; `guests` None: for everyone."""
    with transaction() as session:
        giver = session.scalars(select(Sponsor).where(Sponsor.name == sponsor)).first()
        giver = giver or Sponsor(name=sponsor, display_name=sponsor, created_at=now())
        session.add(giver)
        session.flush()
        fund = Fund(
            code=code, sponsor_id=giver.id, title=code, balance_fen=budget_fen, begins_on=begins_on,
            ends_on=ends_on, per_meal_fen=per_meal_fen, per_day_fen=per_day_fen,
            is_for_named_guests=guests is not None, is_for_all_canteens=not canteens, created_at=now(),
        )  # fmt: skip
        session.add(fund)
        session.flush()
        session.add_all(FundCanteen(fund_id=fund.id, canteen_id=canteen_id) for canteen_id in canteens)
        session.add_all(FundGuest(fund_id=fund.id, elder_id=elder_id) for elder_id in guests or ())
        if budget_fen:
            postings = (
                journal.Posting(journal.BANK_FUNDS, budget_fen),
                journal.Posting(f"fund:{code}", -budget_fen, fund_id=fund.id),
            )
            gift = journal.Entry("gift", None, TODAY, month_of(TODAY), postings)
            entry_id = ledger.post(session, gift)
            session.add(Gift(fund_id=fund.id, amount_fen=budget_fen, received_on=TODAY, entry_id=entry_id))
        raise_revision(session)
        return fund.id


def fund_balance_fen(fund_id: int) -> int:
    """What a fund still holds."""
    with transaction() as session:
        return session.get_one(Fund, fund_id).held_fen


def credit_voucher(kind: str, elder_id: int, amount_fen: int, expires_on: date) -> int:
    """A voucher of this kind for the elder."""
    with transaction() as session:
        if session.get(VoucherKind, kind) is None:
            session.add(VoucherKind(code=kind, title=kind))
            session.flush()
        postings = (
            journal.Posting(f"voucher-promised:{kind}", amount_fen, elder_id=elder_id),
            journal.Posting(f"voucher:{kind}", -amount_fen, elder_id=elder_id),
        )
        entry_id = ledger.post(session, journal.Entry("voucher-credit", None, TODAY, month_of(TODAY), postings))
        row = Voucher(
            key=f"test-{next(_numbers)}-{secrets.token_hex(4)}", kind_code=kind, elder_id=elder_id,
            amount_fen=amount_fen, left_fen=amount_fen, expires_on=expires_on, entry_id=entry_id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def publish_menu(
    canteen_id: int,
    dishes: str = "红烧带鱼\n番茄炒蛋",
    price_fen: int | None = None,
    on: date = TODAY,
    meal_period: str = "lunch",
    *,
    published: bool = True,
) -> None:
    """The menu of one meal period."""
    with transaction() as session:
        session.add(
            Menu(
                canteen_id=canteen_id, service_on=on, meal_period=meal_period, dishes=dishes, price_fen=price_fen,
                published_at=now() if published else None, changed_at=now(),
            )
        )  # fmt: skip


def mark_closed(canteen_id: int, month: str) -> None:
    """Shut a month's books without the rest of a close."""
    with transaction() as session:
        session.add(ClosedMonth(canteen_id=canteen_id, month=month, closed_at=now()))


def scan(card: str | None = None, **changes: Any) -> dict[str, Any]:
    """One record as a tablet sends it: lunch, dine-in, asked online, seen at the tests' noon."""
    record: dict[str, Any] = {
        "scan_id": secrets.token_hex(16),
        "boot_id": "00112233aabbccdd",
        "seq": next(_numbers),
        "meal_period": "lunch",
        "channel": "dine-in",
        "seen_at": now().isoformat().replace("+00:00", "Z"),
        "mono_ms": 1000 * next(_numbers),
        "anchor": None,
        "shown_elder_fen": None,
        "decision": "ONLINE",
        "note": None,
    }
    if card is not None:
        record["token"] = card
    return record | changes


def batch(*records: Any, sent_at: str | None = None) -> dict[str, Any]:
    """A body of POST /api/v1/scans."""
    return {"sent_at": sent_at or now().isoformat().replace("+00:00", "Z"), "records": list(records)}


def rows(model: Any, **columns: Any) -> list[Any]:
    """All rows of a table with these values, in order of their numbers, to look at after the fact."""
    with reading() as session:
        found = session.scalars(select(model).filter_by(**columns).order_by(*model.__table__.primary_key.columns)).all()
        session.expunge_all()
        return list(found)


def only(model: Any, **columns: Any) -> Any:
    """The one such row."""
    [row] = rows(model, **columns)
    return row
