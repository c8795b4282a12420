"""Commands of the devices slice."""

import click

COMMANDS: list[click.Command] = []
