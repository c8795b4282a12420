"""A meal recorded later, from the office: the same rows as at the till, within the caller's transaction."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal, MealShare
from canteen.checkin.rows import Rows
from canteen.core import entry as journal
from canteen.db import is_postgresql
from canteen.ledger import services as ledger
from canteen.sponsors.models import Fund, FundDay
from canteen.wallets.models import Voucher, Wallet


def record_meal(session: Session, rows: Rows) -> int:
    """Write the rows of one meal (`rows.meal_rows`) and answer its number.

    The elder must be locked. Raises IntegrityError where the slot was taken meanwhile.
    """
    meal = Meal(**rows["meal"])
    session.add(meal)
    session.flush()
    postings = tuple(
        journal.Posting(line["account_code"], line["amount_fen"], line["elder_id"], line["fund_id"])
        for line in rows["postings"]
    )
    entry = journal.Entry("meal", meal.canteen_id, meal.service_on, meal.month, postings, meal_id=meal.id)
    ledger.post(session, entry)
    session.add_all(_share(meal, share) for share in rows["shares"])
    _draw(session, meal, rows)
    session.flush()
    return meal.id


def _share(meal: Meal, share: dict[str, Any]) -> MealShare:
    return MealShare(
        meal_id=meal.id, elder_id=meal.elder_id, canteen_id=meal.canteen_id, service_on=meal.service_on,
        meal_period=meal.meal_period, month=meal.month, programme_code=meal.programme_code,
        authority=meal.authority, meals=1, **share,
    )  # fmt: skip


def _draw(session: Session, meal: Meal, rows: Rows) -> None:
    """Take from wallet, funds and vouchers what the division says."""
    left = Wallet.balance_fen - rows.get("wallet_fen", 0)
    session.execute(update(Wallet).where(Wallet.elder_id == meal.elder_id).values(balance_fen=left))
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    for fund in rows.get("funds", ()):
        drawn = update(Fund).where(Fund.id == fund["id"])
        session.execute(drawn.values(balance_fen=Fund.balance_fen - fund["fen"]))
        if fund["daily"]:
            first = insert(FundDay).values(fund_id=fund["id"], service_on=meal.service_on, drawn_fen=fund["fen"])
            more = {"drawn_fen": FundDay.drawn_fen + fund["fen"]}
            session.execute(
                first.on_conflict_do_update(index_elements=["fund_id", "service_on"], set_=more)
            )
    for voucher in rows.get("vouchers", ()):
        used = update(Voucher).where(Voucher.id == voucher["id"])
        session.execute(used.values(left_fen=Voucher.left_fen - voucher["fen"]))
