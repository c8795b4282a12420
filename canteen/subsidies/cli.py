"""`canteen programme …`: checking and loading programme files from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from canteen.subsidies.checking import check_files
from canteen.web.console import emit, json_option

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def programme() -> None:
    """Check and load programmes: the published subsidy rules, as files."""


@programme.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE…")
@json_option
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Check programme files and try their examples; needs no database."""
    result = check_files(files)
    for fault in result.faults:
        click.echo(fault.line, err=True)
    document = {
        "files": result.files,
        "examples": result.examples,
        "faults": [
            {"file": fault.file, "path": fault.path, "message": fault.message} for fault in result.faults
        ],
    }
    emit(document, as_json, f"{result.files} 个文件，{result.examples} 个例子，{len(result.faults)} 处问题。")
    sys.exit(1 if result.faults else 0)


COMMANDS = [programme]
