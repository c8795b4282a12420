"""Checking programme files as they lie on disk: needs no database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from canteen.core.calendar import WorkingDays
from canteen.core.examples import check_examples
from canteen.core.programme import read_leniently
from canteen.core.programme_faults import Fault, fault
from canteen.subsidies.working_days import ShippedWorkingDays


@dataclass(frozen=True, slots=True)
class FileFault:
    """One fault of one file, at a key's path."""

    file: str
    path: str
    message: str

    @property
    def line(self) -> str:
        """The fault as one line of text, even where a key of the file holds a line break."""
        return " ".join(f"{self.file}: {self.path}: {self.message}".splitlines())


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How many files and examples were looked at, and every fault found, in file order."""

    files: int
    examples: int
    faults: tuple[FileFault, ...]


def check_files(paths: Iterable[Path], working_days: WorkingDays | None = None) -> CheckResult:
    """Check every file: its form, and that each of its examples divides as it says.

    The shipped calendar decides `workday` unless another is given. Raises OSError for what cannot be read.
    """
    days = working_days or ShippedWorkingDays()
    files = examples = 0
    faults: list[FileFault] = []
    for path in paths:
        values, found = check_file(path, days)
        files += 1
        examples += _count_examples(values)
        faults.extend(FileFault(str(path), one.path, one.message) for one in found)
    return CheckResult(files, examples, tuple(faults))


def check_file(path: Path, working_days: WorkingDays) -> tuple[Mapping[str, object], list[Fault]]:
    """The mapping of one file, empty if it has none, and all its faults."""
    values, faults = parse(path.read_bytes())
    return values, faults or check_mapping(values, working_days)


def check_mapping(values: Mapping[str, object], working_days: WorkingDays) -> list[Fault]:
    """All faults of one programme: of its form, and of the examples that are well formed but do not hold."""
    programme, faults = read_leniently(values)
    return faults + (check_examples(programme, working_days) if programme else [])


def parse(content: bytes) -> tuple[dict[str, object], list[Fault]]:
    """The mapping that a TOML file parses to, or the fault that it is none, at the path `programme`."""
    try:
        # Some editors put a byte order mark before the text; it says nothing.
        return tomllib.loads(content.decode("utf-8-sig")), []
    except UnicodeDecodeError:
        return {}, [fault("programme", "not-toml", reason="不是 UTF-8 文本")]
    except tomllib.TOMLDecodeError as error:
        return {}, [fault("programme", "not-toml", reason=" ".join(str(error).split()))]
    except (RecursionError, ValueError) as error:
        # Nesting without end, or a number too long to be read, is no programme either.
        return {}, [fault("programme", "not-toml", reason=type(error).__name__)]


def _count_examples(values: Mapping[str, object]) -> int:
    examples = values.get("example")
    return len(examples) if isinstance(examples, list) else 0
