"""What a draft holds: a whole programme as its file would parse, faults and all. Pure; knows no database."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from canteen.subsidies.stored import encode, fingerprint


def storable(value: Any) -> Any:
    """The value as JSON can keep it: a time of day, a number that is none and the like become their text.

    None of these is right anywhere in a programme; as text they stay to be seen, and to be named as faults.
    """
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [storable(part) for part in value]
    if isinstance(value, str):
        return value.replace("\x00", "")
    is_plain = value is None or isinstance(value, bool | int) or type(value) is date
    is_number = isinstance(value, float) and math.isfinite(value)
    return value if is_plain or is_number else str(value)


def readable(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The mapping as it can be kept, if cards can be made of it: a head, and lists of tables where the format has them.

    None where they cannot, or where it is nested without end.
    """
    try:
        plain = storable(values)
        encode(plain)
    except RecursionError:
        return None
    return plain if _has_cards(plain) else None


def _has_cards(values: Mapping[str, Any]) -> bool:
    if not isinstance(values.get("programme"), Mapping) or not _is_tables(values.get("version")):
        return False
    parts = [version.get(key, []) for version in values["version"] for key in ("rule", "grant")]
    return all(_is_tables(part) for part in (*parts, values.get("example", [])))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value)


def versions_of(values: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The versions of a mapping that may be faulty, or none."""
    written = (values or {}).get("version")
    return (
        [version for version in written if isinstance(version, Mapping)] if isinstance(written, list) else []
    )


def begins_on(version: Mapping[str, Any]) -> date | None:
    """The day from which a version governs, if it says one."""
    effective = version.get("effective")
    return effective if isinstance(effective, date) and not isinstance(effective, datetime) else None


def print_of(values: Mapping[str, Any] | None) -> str:
    """The fingerprint of a programme or of one version; empty for none."""
    return "" if values is None else fingerprint(encode(values))


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are written alike, the order of their keys included."""
    return json.dumps(encode(one), ensure_ascii=False) == json.dumps(encode(other), ensure_ascii=False)


def locked_places(values: Mapping[str, Any], stored: Mapping[str, Any] | None) -> frozenset[int]:
    """The places of the versions that are published just so: they are shown, and not edited."""
    published = {print_of(version) for version in versions_of(stored)}
    return frozenset(at for at, version in enumerate(versions_of(values)) if print_of(version) in published)


def keeps_locked(before: Mapping[str, Any], after: Mapping[str, Any], locked: frozenset[int]) -> bool:
    """Whether every locked version is still there, in the same order and as it was."""
    still = iter(versions_of(after))
    return all(
        any(is_same(version, kept) for version in still)
        for at, kept in enumerate(versions_of(before))
        if at in locked
    )


def version_before(
    stored: Mapping[str, Any] | None, opened: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    """The published version that an open one follows, or replaces where it begins on the same day."""
    published = sorted(
        ((day, version) for version in versions_of(stored) if (day := begins_on(version))),
        key=lambda pair: pair[0],
    )
    on = begins_on(opened) if opened is not None else None
    earlier = [version for day, version in published if on is None or day <= on]
    return earlier[-1] if earlier else None


def rebased(
    values: Mapping[str, Any], base: Mapping[str, Any] | None, stored: Mapping[str, Any]
) -> dict[str, Any]:
    """The draft with what was published since it began: its own changes stay, the rest is taken as it stands now."""
    versions = _rebased_versions(values, base, stored)
    examples = _rebased_examples(values, base, stored)
    merged = {
        **values,
        "programme": _rebased_head(values, base, stored),
        "version": versions,
        "example": examples,
    }
    if not examples and "example" not in values:
        del merged["example"]
    return merged


def _rebased_head(
    values: Mapping[str, Any], base: Mapping[str, Any] | None, stored: Mapping[str, Any]
) -> dict[str, Any]:
    own, was, now = values["programme"], (base or {}).get("programme", {}), stored["programme"]
    changed = {key: value for key, value in own.items() if key not in was or was[key] != value}
    dropped = was.keys() - own.keys()
    return {key: value for key, value in {**now, **changed}.items() if key not in dropped}


def _rebased_versions(
    values: Mapping[str, Any], base: Mapping[str, Any] | None, stored: Mapping[str, Any]
) -> list[Any]:
    untouched = {print_of(version) for version in versions_of(base)}
    published = {print_of(version) for version in versions_of(stored)}
    own = [version for version in versions_of(values) if print_of(version) not in untouched | published]
    # A version that the draft corrects stands in the place of the published one that it corrects.
    corrects = {begins_on(version) for version in own} & {begins_on(version) for version in versions_of(base)}
    taken = [version for version in versions_of(stored) if begins_on(version) not in corrects]
    return [*taken, *own]


def _rebased_examples(
    values: Mapping[str, Any], base: Mapping[str, Any] | None, stored: Mapping[str, Any]
) -> list[Any]:
    own, was, now = (_examples(part) for part in (values, base, stored))
    kept = [example for example in now if example not in was or example in own]
    return [*kept, *(example for example in own if example not in was and example not in now)]


def _examples(values: Mapping[str, Any] | None) -> Sequence[Any]:
    written = (values or {}).get("example")
    return written if isinstance(written, list) else []
