"""Oversight has no commands of its own."""

import click

COMMANDS: list[click.Command] = []
