"""`canteen demo`."""

import click
from flask import current_app

from canteen.config import Settings
from canteen.db import transaction
from canteen.demo import filling
from canteen.demo.district import PASSWORD, STAFF
from canteen.installation import make_keys, set_up_database
from canteen.staff.services import first_administrator
from canteen.web.console import emit, json_option, progress, refusals_end, say


@click.command()
@click.option("--elders", default=600, show_default=True, type=click.IntRange(1, 20_000))
@click.option(
    "--months", default=2, show_default=True, type=click.IntRange(0, 24), help="Full months before this one."
)
@click.option("--seed", default=20_261_101, show_default=True, type=int)
@click.option("--if-empty", is_flag=True, help="Do nothing where there is data already.")
@json_option
@refusals_end
def demo(elders: int, months: int, seed: int, if_empty: bool, as_json: bool) -> None:
    """Fill an empty installation with a believable district."""
    settings: Settings = current_app.config["CANTEEN"]
    settings.home.mkdir(parents=True, exist_ok=True)
    make_keys(settings)
    set_up_database()
    if if_empty and not filling.is_empty():
        return
    with transaction() as session:
        first_administrator(session)
    (settings.home / "demo").touch()  # every paper made here is marked as a demonstration
    with progress("演示数据 demonstration", filling.day_count(months)) as advance:
        made = filling.fill(elders, months, seed, advance)
    document = {
        "elders": made.elders,
        "meals": made.meals,
        "closed": [{"period": month, "canteen": code} for month, code in made.closed],
        "open": [{"period": month, "canteen": code} for month, code in made.open],
    }
    for login, name, role in STAFF:
        say(f"{role.value:14} {name}  {login} / {PASSWORD}")
    for label, path in made.links:
        say(f"{label}  {path}")
    emit(document, as_json)


COMMANDS = [demo]
