"""Commands of the canteens slice."""

import click

COMMANDS: list[click.Command] = []
