"""Commands of wallets and vouchers."""

from datetime import date, datetime

import click

from canteen.canteens.cli import YUAN, acting_account
from canteen.cards.queries import CardRow, by_serial, holder_by_ref
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.wallets import vouchers as voucher_services
from canteen.wallets.services import NewTopUp, top_up
from canteen.wallets.vouchers import NewVoucher
from canteen.web.console import emit, json_option, refusals_end

DAY = click.DateTime(["%Y-%m-%d"])
card_option = click.option("--card", "serial", required=True, metavar="SERIAL", help="The card's number.")
amount_option = click.option("--amount", required=True, type=YUAN, metavar="YUAN")
key_option = click.option("--key", required=True, help="Made once; the same key is booked once.")


@click.group()
def wallets() -> None:
    """Prepaid wallets."""


@wallets.command("top-up")
@card_option
@amount_option
@click.option("--method", required=True, type=click.Choice(["cash", "transfer"]))
@key_option
@json_option
@refusals_end
def top_up_(*, serial: str, amount: int, method: str, key: str, as_json: bool) -> None:
    """Take money into the wallet of a card's holder, once per key."""
    card = _card(serial)
    with reading() as session:
        home = holder_by_ref(session, card.elder_ref).home_canteen_id
    done = top_up(NewTopUp(key, card.elder_id, home, amount, method, acting_account()))
    emit({"balance_fen": done.balance_fen}, as_json)


@click.group()
def vouchers() -> None:
    """Vouchers that an office gives out."""


@vouchers.command("credit")
@click.option("--kind", required=True, metavar="CODE", help="The kind's code, as programmes name it.")
@card_option
@amount_option
@click.option("--expires", required=True, type=DAY, metavar="DATE", help="The last day it can be used.")
@key_option
@json_option
@refusals_end
def credit(*, kind: str, serial: str, amount: int, expires: datetime, key: str, as_json: bool) -> None:
    """Credit a voucher to a card's holder, once per key; answers what they then hold of the kind."""
    until: date = expires.date()
    card = _card(serial)
    wanted = NewVoucher(key, kind, card.elder_id, amount, until, acting_account())
    emit({"balance_fen": voucher_services.credit(wanted)}, as_json)


def _card(serial: str) -> CardRow:
    with reading() as session:
        card = by_serial(session, serial)
    if card.state == "closed":
        raise Refusal("card-closed", "这张卡已注销，钱包也已结清。")
    return card


COMMANDS: list[click.Command] = [wallets, vouchers]
