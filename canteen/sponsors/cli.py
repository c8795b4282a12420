"""Commands of the sponsors slice."""

import click

COMMANDS: list[click.Command] = []
