"""Commands of the cards slice."""

import click

COMMANDS: list[click.Command] = []
