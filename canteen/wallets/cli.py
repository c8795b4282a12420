"""Commands of the wallets slice."""

import click

COMMANDS: list[click.Command] = []
