"""Lines about people, merged until nobody can be recognised in one, nor in the difference of two.

The days of a period are cut into stretches of at least five different elders. A stretch is told in parts (meal
period, rate) only where every part too has five. The chart shows the same stretches, so that no line can be taken
off a column to leave one person's meals.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from canteen.documents.papers import FEWEST_ELDERS, AgeBandLine, CountLine, UseLine
from canteen.settlement.headings import MEAL_NAMES


@dataclass(frozen=True, slots=True)
class Use:
    """What a fund paid for one meal, or took back: `meals` is 1 or -1. Fen. `is_full`: it paid the whole price."""

    on: date
    meal_period: str
    elder_id: int
    age_years: int | None
    amount_fen: int
    meals: int
    canteen_id: int = 0
    is_full: bool = False
    month: str = ""


def stretches(uses: Sequence[Use]) -> list[list[Use]]:
    """The uses by day, days in a row put together until five elders stand behind them; the rest joins the last."""
    days: dict[date, list[Use]] = defaultdict(list)
    for use in uses:
        days[use.on].append(use)
    found: list[list[Use]] = []
    gathered: list[Use] = []
    for _, used in sorted(days.items()):
        gathered += used
        if elder_count(gathered) >= FEWEST_ELDERS:
            found.append(gathered)
            gathered = []
    if gathered and found:
        found[-1] = found[-1] + gathered
    elif gathered:
        found.append(gathered)
    return found


def elder_count(uses: Sequence[Use]) -> int:
    """How many different elders stand behind these uses."""
    return len({use.elder_id for use in uses})


def use_lines(merged: Sequence[Sequence[Use]]) -> tuple[UseLine, ...]:
    """The lines of each stretch: by meal period and rate where all parts are large enough, else as one."""
    return tuple(_line(stretch, part) for stretch in merged for part in _parts(stretch))


def _parts(stretch: Sequence[Use]) -> list[list[Use]]:
    parts: dict[tuple[int, int], list[Use]] = defaultdict(list)
    for use in stretch:
        # A meal taken back goes with those of its rate: -4.00 for -1 meal is a rate of 4.00.
        parts[list(MEAL_NAMES).index(use.meal_period), use.amount_fen * use.meals].append(use)
    if all(elder_count(part) >= FEWEST_ELDERS for part in parts.values()):
        return [part for _, part in sorted(parts.items())]
    return [list(stretch)]


def _line(stretch: Sequence[Use], part: Sequence[Use]) -> UseLine:
    rates = {use.amount_fen * use.meals for use in part}
    periods = [name for period, name in MEAL_NAMES.items() if any(use.meal_period == period for use in part)]
    return UseLine(
        from_on=min(use.on for use in stretch),
        until_on=max(use.on for use in stretch),
        meal_period="、".join(periods),
        meals=sum(use.meals for use in part),
        unit_fen=rates.pop() if len(rates) == 1 else None,
        amount_fen=sum(use.amount_fen for use in part),
        elders=elder_count(part),
    )


def chart_columns(merged: Sequence[Sequence[Use]]) -> tuple[CountLine, ...]:
    """A column for each stretch: 「3」, or 「3–5」 where days were put together."""
    return tuple(
        CountLine(
            _days([use.on for use in stretch]),
            sum(u.meals for u in stretch),
            sum(u.amount_fen for u in stretch),
        )
        for stretch in merged
    )


def _days(days: Sequence[date]) -> str:
    first, last = min(days), max(days)
    if first == last:
        return str(first.day)
    if first.month == last.month:
        return f"{first.day}–{last.day}"
    return f"{first.month}/{first.day}–{last.month}/{last.day}"


BANDS = ((0, 59), (60, 64), (65, 69), (70, 74), (75, 79), (80, 84), (85, 89), (90, None))


def age_bands(uses: Sequence[Use]) -> tuple[AgeBandLine, ...]:
    """Elders and meals by age band, each elder in the band of the last meal; small bands join their neighbour.

    Who has no recorded age stands with the youngest band.
    """
    bands = bands_of(uses)
    meals: dict[int, int] = defaultdict(int)
    for use in uses:
        meals[use.elder_id] += use.meals
    lines = []
    for group in band_groups(uses):
        elders = [elder for elder, band in bands.items() if band in group]
        if elders:
            lines.append(AgeBandLine(band_label(group), len(elders), sum(meals[elder] for elder in elders)))
    return tuple(lines)


def bands_of(uses: Sequence[Use]) -> dict[int, int]:
    """Each elder's band, as a place in BANDS: that of the last meal."""
    last = {use.elder_id: use.age_years or 0 for use in sorted(uses, key=lambda use: use.on)}
    return {elder: _place(age) for elder, age in last.items()}


def _place(age: int) -> int:
    return next(place for place, (_, high) in enumerate(BANDS) if high is None or age <= high)


def band_groups(uses: Sequence[Use]) -> list[tuple[int, ...]]:
    """The bands put together so that five elders stand in each group, as places in BANDS."""
    counts = Counter(bands_of(uses).values())
    merged: list[tuple[int, ...]] = []
    for place in range(len(BANDS)):
        if merged and sum(counts[one] for one in merged[-1]) < FEWEST_ELDERS:
            merged[-1] = (*merged[-1], place)
        else:
            merged.append((place,))
    if len(merged) > 1 and sum(counts[one] for one in merged[-1]) < FEWEST_ELDERS:
        tail, before = merged.pop(), merged.pop()
        merged.append((*before, *tail))
    return merged


def band_label(group: Sequence[int]) -> str:
    """What a group of neighbouring bands is called."""
    return _band(BANDS[group[0]][0], BANDS[group[-1]][1])


def _band(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} 岁及以上" if low else "各年龄"
    return f"{low}–{high} 岁" if low else f"{high} 岁及以下"
