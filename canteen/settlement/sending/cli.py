"""`canteen statement send`: ask for a sealed donor statement to be sent, and try at once."""

import click
from flask import current_app

from canteen.canteens.cli import acting_account
from canteen.config import Settings
from canteen.db import reading
from canteen.settlement.sending import queries, services
from canteen.settlement.sending.outcome import State
from canteen.settlement.sending.words import REASONS, STATES
from canteen.web.console import answer_no, emit, json_option, refusals_end


@click.command("send")
@click.argument("number")
@json_option
@refusals_end
def send(number: str, as_json: bool) -> None:
    """Send a sealed donor statement to its sponsor: by mail, or into the drop folder."""
    settings: Settings = current_app.config["CANTEEN"]
    sending_id = services.ask_to_send(number, settings, acting_account())
    services.send_now(sending_id, settings)
    with reading() as session:
        statement_id = queries.sendable(session, number).statement_id
        row = next(one for one in queries.sendings(session, statement_id) if one.id == sending_id)
    document = {"number": number, "way": row.way, "state": row.state, "reason": row.reason}
    emit(document, as_json, f"{number}：{_told(row)}")
    if row.state in (State.FAILED, State.UNKNOWN):
        answer_no()


def _told(row: queries.SendingRow) -> str:
    return str(STATES[row.state]) + (f"。{REASONS[row.reason]}" if row.reason else "")
