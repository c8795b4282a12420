"""`canteen certificate`: make or renew the certificate for the canteen's own network."""

import click
from flask import current_app

from canteen.clock import now
from canteen.config import Settings
from canteen.lan import keeping
from canteen.lan.addresses import lan_addresses
from canteen.web.console import emit, json_option, refusals_end


@click.command()
@click.option("--anew", is_flag=True, help="Make a new authority too; every tablet has to take it in again.")
@json_option
@refusals_end
def certificate(anew: bool, as_json: bool) -> None:
    """Make or renew the certificate that tablets on the canteen's network trust."""
    settings: Settings = current_app.config["CANTEEN"]
    made, renewed = (keeping.make_anew(settings, now()), True) if anew else keeping.ensure(settings, now())
    document = {
        "own": made.is_own,
        "renewed": renewed,
        "certificate": str(made.certificate_file),
        "names": list(made.names),
        "addresses": lan_addresses(),
        "valid_until": _instant(made.valid_until),
        "authority_fingerprint": made.authority_fingerprint,
        "authority_valid_until": made.authority_until and _instant(made.authority_until),
    }
    emit(document, as_json)


def _instant(at: object) -> str:
    return str(at).replace("+00:00", "Z").replace(" ", "T")


COMMANDS: list[click.Command] = [certificate]
