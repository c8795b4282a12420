"""Commands of sponsors' funds."""

from datetime import date
from pathlib import Path

import click
from flask import current_app

from canteen.canteens.cli import YUAN, acting_account
from canteen.canteens.queries import by_code
from canteen.clock import today
from canteen.db import reading
from canteen.elders.roster import RosterRefused
from canteen.sponsors import queries, services
from canteen.sponsors.guest_list import read_guests
from canteen.sponsors.services import NewFund, Terms
from canteen.web.console import answer_no, emit, json_option, refusals_end, say


@click.group()
def funds() -> None:
    """Sponsors' funds."""


@funds.command("add")
@click.option("--code", required=True, help="By which programmes name it.")
@click.option("--sponsor", required=True, metavar="NAME")
@click.option("--budget", required=True, type=YUAN, metavar="YUAN", help="The first gift, received.")
@click.option("--canteen", "codes", multiple=True, metavar="CODE", help="Repeatable; default: every canteen.")
@json_option
@refusals_end
def add(*, code: str, sponsor: str, budget: int, codes: tuple[str, ...], as_json: bool) -> None:
    """Open a sponsor's fund with a first gift received."""
    with reading() as session:
        places = frozenset(by_code(session, place).id for place in codes)
    wanted = NewFund(code, sponsor, budget, _today(), terms=Terms(canteen_ids=places))
    balance_fen = services.add_fund(wanted, acting_account())
    emit({"code": wanted.code.strip(), "balance_fen": balance_fen}, as_json)


@funds.command("guests")
@click.option("--code", required=True)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@refusals_end
def guests(*, code: str, file: Path, as_json: bool) -> None:
    """Take the list of a fund's named guests (.xlsx or .csv); the fund then pays for nobody else."""
    with reading() as session:
        queries.fund(session, code)
        try:
            read = read_guests(session, file.read_bytes(), _today())
        except RosterRefused as refused:
            answer_no(f"{refused} [{refused.code}]")
    for finding in read.findings:
        say(f"{finding.message} [{finding.code}]")
    count = services.set_guests(code, read.elder_ids, acting_account())
    told = [{"row": int(f.where), "code": f.code, "message": f.message} for f in read.findings]
    emit({"guests": count, "findings": told}, as_json, f"guests: {count}")


def _today() -> date:
    return today(current_app.config["CANTEEN"].default_zone)


COMMANDS: list[click.Command] = [funds]
