"""The `canteen` command: every slice's own commands under one name."""

from importlib import import_module
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from canteen.app import create_app
from canteen.web.console import answer_no

# Slices with commands; each names its click commands and groups in COMMANDS.
SLICES = (
    "canteens", "devices", "elders", "cards", "subsidies", "wallets", "sponsors", "oversight", "settlement",
)  # fmt: skip
OWN = ("canteen.installation", "canteen.lan.cli", "canteen.demo.cli", "canteen.serving", "canteen.bench.cli")


class Commands(click.Group):
    """All commands; one that needs the tables says so where there are none yet."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a missing table is a sentence and exit code 1, not a trace."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if not _is_missing_table(error):
                raise
            answer_no("数据库还没有建好或不是最新。请先运行 canteen init。")


def _is_missing_table(error: DBAPIError) -> bool:
    words = str(error.orig)
    return "no such table" in words or "no such column" in words or "does not exist" in words


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def main(context: click.Context) -> None:
    """Meal management for community canteens for the elderly."""
    context.with_resource(create_app().app_context())


def _collect() -> None:
    for module in (*(f"canteen.{name}.cli" for name in SLICES), *OWN):
        for command in import_module(module).COMMANDS:
            main.add_command(command)


_collect()
