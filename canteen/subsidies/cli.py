"""`canteen programme …`: checking, loading and exporting programme files from the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from canteen.canteens.cli import acting_account
from canteen.core.programme_faults import Fault
from canteen.db import reading
from canteen.subsidies.checking import CheckResult, FileFault, check_files, parse
from canteen.subsidies.queries import read_mapping
from canteen.subsidies.services import FaultyProgramme, load_programme
from canteen.subsidies.toml_file import toml_of
from canteen.web.console import answer_no, emit, json_option, refusals_end, say

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def programme() -> None:
    """Check, load and export programmes: the published subsidy rules, as files."""


@programme.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE…")
@json_option
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Check programme files and try their examples; needs no database."""
    result = check_files(files)
    _say_faults(result.faults)
    document = {"files": result.files, "examples": result.examples, "faults": _as_json(result.faults)}
    emit(document, as_json, _summary(result))
    sys.exit(1 if result.faults else 0)


def _say_faults(faults: tuple[FileFault, ...]) -> None:
    for fault in faults:
        say(fault.line)


def _as_json(faults: tuple[FileFault, ...]) -> list[dict[str, str]]:
    return [{"file": fault.file, "path": fault.path, "message": fault.message} for fault in faults]


def _summary(result: CheckResult) -> str:
    return f"{result.files} 个文件，{result.examples} 个例子，{len(result.faults)} 处问题。"


@programme.command()
@click.argument("file", type=FILE)
@click.option("--canteen", "canteens", multiple=True, metavar="CODE", help="Bind this canteen; repeatable.")
@click.option(
    "--from",
    "from_at",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="First day of the binding (default: from the first version).",
)
@json_option
@refusals_end
def load(file: Path, canteens: tuple[str, ...], from_at: datetime | None, as_json: bool) -> None:
    """Load a programme or publish its new versions, and bind canteens to it."""
    if from_at is not None and not canteens:
        raise click.UsageError("--from needs --canteen: it says from when a canteen is bound")
    values, faults = parse(file.read_bytes())
    if faults:
        _refuse(file, faults, as_json)
    try:
        loaded = load_programme(values, canteens, from_at.date() if from_at else None, acting_account())
    except FaultyProgramme as refusal:
        _refuse(file, refusal.faults, as_json)
    for warning in loaded.warnings:
        say(warning.message)
    document = {"id": loaded.id, "versions": loaded.versions, "canteens": list(loaded.canteens)}
    emit(document, as_json, f"{loaded.id}：{loaded.versions} 个版本，绑定 {len(loaded.canteens)} 个食堂。")


@programme.command()
@click.argument("code", metavar="ID")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@json_option
@refusals_end
def export(code: str, out: Path, as_json: bool) -> None:
    """Write a stored programme, with all its versions and examples, as a file."""
    with reading() as session:
        values = read_mapping(session, code)
    try:
        out.write_bytes(toml_of(values).encode())
    except OSError as error:
        answer_no(f"写不了 {out}：{error.strerror}")
    count = len(values["version"])
    emit({"id": code, "versions": count}, as_json, f"{code}：{count} 个版本，已写入 {out}。")


def _refuse(file: Path, faults: Sequence[Fault], as_json: bool) -> NoReturn:
    """Name every fault and end with exit code 1; nothing was loaded."""
    found = tuple(FileFault(str(file), fault.path, fault.message) for fault in faults)
    _say_faults(found)
    if as_json:
        emit({"id": None, "versions": 0, "canteens": [], "faults": _as_json(found)}, as_json)
    answer_no()


COMMANDS = [programme]
