"""An id made from a title, for a new rule that was given none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pypinyin import lazy_pinyin

from canteen.subsidies.editor.cards import free_id

_BETWEEN = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def with_id(part: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    """The part with an id made from its title, where it has none and its title has something to make one of."""
    title = part.get("title")
    if part.get("id") not in (None, "") or not isinstance(title, str) or not title.strip():
        return dict(part)
    rest = {key: value for key, value in part.items() if key != "id"}
    return {"id": free_id(id_for(title), taken), **rest}


def id_for(title: str) -> str:
    """The title in lower-case letters, digits and hyphens: `80周岁8元` is `80-zhou-sui-8-yuan`."""
    sounds = " ".join(lazy_pinyin(unicodedata.normalize("NFKC", title))).lower()
    words = [word for word in _BETWEEN.split(sounds) if word]
    made = ""
    for word in words:
        if len(made) + len(word) + 1 > _LONGEST:
            break
        made = f"{made}-{word}" if made else word
    return made or "rule"
