"""Commands of the canteens slice, and what the commands of later slices share with them."""

import getpass
from typing import Any

import click
from flask import current_app

from canteen.canteens.facts import AREAS, CanteenFacts
from canteen.canteens.hours import read_hours
from canteen.canteens.services import add_canteen
from canteen.web.console import emit, json_option, refusals_end
from canteen.web.fields import read_yuan


class Yuan(click.ParamType[int]):
    """An amount written in yuan, as whole fen."""

    name = "yuan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text; anything that is no amount ends the command as used wrongly."""
        if isinstance(value, int):
            return value
        fen = read_yuan(str(value))
        if fen is None:
            self.fail(f"{value!r} is no amount in yuan, such as 15 or 15.00", param, ctx)
        return fen


YUAN = Yuan()
canteen_option = click.option("--canteen", "code", required=True, metavar="CODE", help="The canteen's code.")


def acting_account() -> str:
    """How the audit names whoever runs a command: `system:<account>`."""
    try:
        return f"system:{getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as in a bare container
        return "system:unknown"


@click.group()
def canteens() -> None:
    """Canteens."""


@canteens.command("add")
@click.option("--code", required=True)
@click.option("--name", required=True)
@click.option("--area", required=True, type=click.Choice(AREAS))
@click.option("--division", required=True, help="Administrative code of 2 to 12 digits.")
@click.option("--operator", default=None, help="Who runs it.")
@click.option("--price", default=None, type=YUAN, help="Price of a set meal.")
@click.option("--hours", default="", help="lunch=10:30-13:00,… (default: breakfast, lunch and dinner)")
@json_option
@refusals_end
def add(
    *,
    code: str,
    name: str,
    area: str,
    division: str,
    operator: str | None,
    price: int | None,
    hours: str,
    as_json: bool,
) -> None:
    """Open a canteen."""
    facts = CanteenFacts(
        name=name, area=area, division=division, hours=read_hours(hours), price_fen=price,
        operator_name=operator, time_zone=current_app.config["CANTEEN"].default_zone,
    )  # fmt: skip
    row = add_canteen(code, facts, acting_account())
    emit({"code": row.code}, as_json)


COMMANDS: list[click.Command] = [canteens]
