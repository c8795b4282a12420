"""Serving hours as people write them: `lunch=10:30-13:00,dinner=16:30-18:30`."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from itertools import pairwise

from canteen.core.calendar import MEAL_PERIODS
from canteen.core.errors import Refusal

Hours = Mapping[str, tuple[str, str]]
"""Meal period to its first and last minute, both included, `10:30` style, in the order of the day."""

DEFAULT_HOURS: Hours = {
    "breakfast": ("06:30", "08:30"),
    "lunch": ("10:30", "13:00"),
    "dinner": ("16:30", "18:30"),
}
IN_WORDS = {"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐"}
SPOKEN = {"早餐": "breakfast", "午餐": "lunch", "中餐": "lunch", "晚餐": "dinner"}

DASHES = str.maketrans("–—－~～至", "------")
SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")


def read_hours(text: str) -> Hours:
    """Read hours from one line of text; an empty line gives the default ones.

    Raises Refusal `hours-form`, `hours-period`, `hours-twice`, `hours-midnight` or `hours-overlap`.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).translate(DASHES).split())
    parts = [part for part in re.split("[,;、]", folded) if part]
    if not parts:
        return DEFAULT_HOURS
    found: dict[str, tuple[str, str]] = {}
    for part in parts:
        name, _, span = part.partition("=")
        period = SPOKEN.get(name, name.lower())
        if period not in MEAL_PERIODS:
            message = f"没有“{name}”这个餐次，请写 breakfast、lunch 或 dinner。"
            raise Refusal("hours-period", message, part=name)
        if period in found:
            raise Refusal("hours-twice", f"{IN_WORDS[period]}写了两次，一餐只能有一段时间。", part=part)
        found[period] = read_span(span, part)
    return checked(found)


def read_span(text: str, part: str = "") -> tuple[str, str]:
    """Read `10:30-13:00`. Raises Refusal `hours-form` or `hours-midnight`."""
    folded = "".join(unicodedata.normalize("NFKC", text).translate(DASHES).split())
    written = SPAN.fullmatch(folded)
    try:
        if written is None:
            raise ValueError(folded)
        first, last = time(int(written[1]), int(written[2])), time(int(written[3]), int(written[4]))
    except ValueError:
        message = f"供餐时间“{part or text}”看不懂，请写成 lunch=10:30-13:00 这样。"
        raise Refusal("hours-form", message, part=part or text) from None
    if last <= first:
        message = f"供餐时间“{part or text}”的结束不晚于开始；一餐不能跨过半夜。"
        raise Refusal("hours-midnight", message, part=part or text)
    return first.isoformat("minutes"), last.isoformat("minutes")


def checked(hours: Hours) -> Hours:
    """The same hours in the order of the day. Raises Refusal `hours-overlap`, `hours-none`."""
    if not hours:
        raise Refusal("hours-none", "至少要有一餐的供餐时间。")
    ordered = sorted(hours.items(), key=lambda entry: entry[1])
    for (earlier, (_, ends)), (later, (begins, _)) in pairwise(ordered):
        # Both ends are included: a minute in which two periods serve would belong to neither.
        if begins <= ends:
            message = f"{IN_WORDS[earlier]}和{IN_WORDS[later]}的时间重叠，请错开。"
            raise Refusal("hours-overlap", message, earlier=IN_WORDS[earlier], later=IN_WORDS[later])
    return dict(ordered)


def written(hours: Hours) -> str:
    """Hours as one line, the way `read_hours` takes them."""
    return ",".join(f"{period}={first}-{last}" for period, (first, last) in hours.items())
