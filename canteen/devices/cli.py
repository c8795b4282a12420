"""Commands of the devices slice."""

import click

from canteen.canteens.cli import acting_account, canteen_option
from canteen.canteens.queries import by_code
from canteen.db import reading
from canteen.devices.services import make_code
from canteen.keys import key
from canteen.web.console import emit, json_option, refusals_end


@click.group()
def devices() -> None:
    """Tablets."""


@devices.command("code")
@canteen_option
@json_option
@refusals_end
def code_(code: str, as_json: bool) -> None:
    """Make a one-time code by which one tablet enrols."""
    with reading() as session:
        canteen = by_code(session, code)
    fresh = make_code(canteen.id, key("devices"), acting_account())
    emit({"code": fresh.code, "expires_at": fresh.expires_at.isoformat().replace("+00:00", "Z")}, as_json)


COMMANDS: list[click.Command] = [devices]
