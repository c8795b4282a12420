"""The `canteen` command: every slice's own commands under one name."""

from importlib import import_module

import click

from canteen.app import create_app

# Slices with commands; each names its click commands and groups in COMMANDS.
SLICES = (
    "canteens", "devices", "elders", "cards", "subsidies", "wallets", "sponsors", "oversight", "settlement",
)  # fmt: skip
OWN = ("canteen.installation", "canteen.demo.cli", "canteen.serving", "canteen.bench.cli")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.pass_context
def main(context: click.Context) -> None:
    """Meal management for community canteens for the elderly."""
    context.with_resource(create_app().app_context())


def _collect() -> None:
    for module in (*(f"canteen.{name}.cli" for name in SLICES), *OWN):
        for command in import_module(module).COMMANDS:
            main.add_command(command)


_collect()
