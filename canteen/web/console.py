"""What the commands of all slices share: JSON on standard output, words on standard error, exit codes."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

import click

from canteen.core.errors import Refusal

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def emit(document: dict[str, Any], as_json: bool, words: str | None = None) -> None:
    """Print the answer: one JSON document on standard output, or the same in words."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    elif words is not None:
        click.echo(words)
    else:
        for key, value in document.items():
            click.echo(f"{key}: {value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)}")


def say(message: str) -> None:
    """A message or progress, on standard error."""
    click.echo(message, err=True)


def answer_no(message: str | None = None) -> NoReturn:
    """End with exit code 1: the answer is no."""
    if message:
        say(message)
    sys.exit(1)


def refusals_end(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a Refusal into its sentence on standard error and exit code 1."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Refusal as refusal:
            answer_no(f"{refusal.message} [{refusal.code}]")

    return wrapped


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, shown on a terminal and only after two seconds; call it with what is done."""
    started, shown = time.monotonic(), [0.0]
    is_shown = sys.stderr.isatty()

    def advance(done: int) -> None:
        now = time.monotonic()
        if not is_shown or now - started < 2 or (now - shown[0] < 0.1 and done < total):
            return
        shown[0] = now
        filled = 30 * done // max(total, 1)
        click.echo(f"\r{label} [{'#' * filled}{'.' * (30 - filled)}] {done}/{total}", err=True, nl=done >= total)

    yield advance
