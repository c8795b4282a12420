"""A paper as canonical JSON and back: what is attached to its PDF and handed to the rendering process.

Equal papers give equal bytes: keys sorted, no white space, days and instants in ISO form.
"""

import json
import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from canteen.documents import papers
from canteen.documents.papers import AnyPaper

PAPERS: dict[str, type] = {cls.__name__: cls for cls in get_args(AnyPaper)}

T = TypeVar("T")


def paper_json(paper: AnyPaper) -> bytes:
    """The paper as canonical JSON in UTF-8; `paper` names its class."""
    mapping = {"paper": type(paper).__name__, **to_plain(paper)}
    return json.dumps(mapping, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def paper_from_json(text: bytes) -> AnyPaper:
    """The paper that `paper_json` wrote; raises ValueError for anything else."""
    mapping = json.loads(text)
    cls = PAPERS.get(str(mapping.pop("paper", ""))) if isinstance(mapping, dict) else None
    if cls is None:
        raise ValueError("this JSON is no paper")
    paper: AnyPaper = from_plain(cls, mapping)
    return paper


def to_plain(value: Any) -> Any:
    """Dataclasses, tuples and days as what JSON can hold."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def from_plain(kind: Any, value: Any) -> Any:
    """The value of type `kind` that `to_plain` flattened; raises ValueError where it does not fit."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else from_plain(_but_none(inner), value)
    if origin is tuple:
        kinds = inner[:1] * len(value) if inner[1:] == (...,) else inner
        return tuple(from_plain(k, item) for k, item in zip(kinds, value, strict=True))
    if origin is Literal:
        return _one_of(inner, value)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, value)
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return _checked(kind, value)


def _but_none(kinds: tuple[Any, ...]) -> Any:
    return next(k for k in kinds if k is not types.NoneType)


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {allowed}")
    return value


def _dataclass(kind: type[T], mapping: dict[str, Any]) -> T:
    hints = get_type_hints(kind, vars(papers))
    unknown = set(mapping) - set(hints)
    if unknown:
        raise ValueError(f"{kind.__name__} has no {sorted(unknown)[0]}")
    return kind(**{name: from_plain(hints[name], value) for name, value in mapping.items()})


def _checked(kind: type[T], value: Any) -> T:
    # A bool is an int to Python, and true is no amount.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value
