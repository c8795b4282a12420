"""A programme written as its file: what is read back from it is the same mapping, value for value.

Tables stand as in the shipped notices: a heading for each version, rule, grant and example, and what they hold on one
line a key. The order of keys inside `when` and `split` says something, so these are always written inline: under a
heading of its own a nested table would have to follow all plain keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_HEADED = ("programme", "version", "example")
_HEADED_IN_VERSION = ("rule", "grant")


def toml_of(values: Mapping[str, Any]) -> str:
    """The text of a file that parses to this mapping, faulty values included, in the order of its keys."""
    plain = {key: value for key, value in values.items() if not _is_headed(key, value, _HEADED)}
    blocks = ["\n".join(_lines(plain))] if plain else []
    for key, value in values.items():
        if key in plain:
            continue
        if isinstance(value, Mapping):
            blocks.append("\n".join([f"[{_key(key)}]", *_lines(value)]))
        else:
            blocks += [block for entry in value for block in _entry(key, entry)]
    return "\n\n".join(blocks) + "\n"


def _entry(key: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """A table of a list under its heading; the rules and grants of a version follow it under theirs."""
    headed = _HEADED_IN_VERSION if key == "version" else ()
    inner = {name: value for name, value in entry.items() if _is_headed(name, value, headed)}
    plain = {name: value for name, value in entry.items() if name not in inner}
    yield "\n".join([f"[[{key}]]", *_lines(plain)])
    for name, tables in inner.items():
        for table in tables:
            yield "\n".join([f"[[{key}.{name}]]", *_lines(table)])


def _is_headed(key: str, value: Any, headed: tuple[str, ...]) -> bool:
    """Whether the value is written under headings: a table, or a list of tables, that has one by the format."""
    if key not in headed:
        return False
    if isinstance(value, Mapping):
        return key == "programme"
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(key)} = {_value(value)}" for key, value in table.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(part) for part in value)}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return str(value)  # a date, or a number


def _text(text: str) -> str:
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    is_control = ord(character) < 0x20 or ord(character) == 0x7F
    return f"\\u{ord(character):04x}" if is_control else character
