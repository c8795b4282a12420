"""An elder made to fit a rule: facts under which its conditions hold, as far as they can be guessed.

Whether the rule then pays is for the division to say; what is guessed here only spares the search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from canteen.core.money import parse_yuan, plain_yuan

Example = dict[str, Any]
USUAL_AGE = 82


@dataclass(frozen=True, slots=True)
class Scene:
    """What an example is made of: the day, the meal, its price in fen, and the elder's and canteen's facts."""

    on: date
    meal: str
    price_fen: int
    elder: Mapping[str, Any] = field(default_factory=dict)
    canteen: Mapping[str, Any] = field(default_factory=dict)
    channel: str = "dine-in"

    def of(self, **elder: Any) -> Scene:
        """The same with these facts of the elder; a fact that is None is not known."""
        facts = {key: value for key, value in {**self.elder, **elder}.items() if value is not None}
        return replace(self, elder=facts)

    def example(self, title: str, **more: Any) -> Example:
        """The scene as an `[[example]]`, without what is expected of it."""
        written: Example = {
            "title": title,
            "on": self.on,
            "meal": self.meal,
            "price": plain_yuan(self.price_fen),
        }
        if self.channel != "dine-in":
            written["channel"] = self.channel
        if self.canteen:
            written["canteen"] = dict(self.canteen)
        written["elder"] = dict(self.elder)
        return {**written, **more}


def born_before(on: date, years: int, days: int = 0) -> date:
    """A birth date so many completed years and days before a day."""
    back = on - timedelta(days=days)
    try:
        return back.replace(year=back.year - years)
    except ValueError:
        return back.replace(year=back.year - years, day=28)  # 29 February of a common year


def fitted(when: object, scene: Scene) -> Scene:
    """The scene with an elder for whom these conditions should hold."""
    if not isinstance(when, Mapping):
        return scene
    for key, value in when.items():
        fit = _FIT.get(str(key))
        if fit is not None and value not in (None, [], {}):
            scene = fit(value, scene)
    return scene


def _within(bounds: Any, usual: int, step: int = 1, read: Callable[[Any], int] = int) -> int:
    """A figure within a range, the usual one if it lies there."""
    low = max(
        (read(bounds[key]) + more for key, more in (("from", 0), ("above", step)) if key in bounds), default=0
    )
    high = [read(bounds[key]) - less for key, less in (("to", 0), ("below", step)) if key in bounds]
    return max(low, min([usual, *high]))


def _age(value: Any, scene: Scene) -> Scene:
    return scene.of(born=born_before(scene.on, _within(value, USUAL_AGE), days=100))


def _income(value: Any, scene: Scene) -> Scene:
    return scene.of(monthly_income=plain_yuan(_within(value, 120_000, read=parse_yuan)))


def _distance(value: Any, scene: Scene) -> Scene:
    metres = _within(value, 500, read=lambda km: round(float(km) * 1000))
    return scene.of(distance_km=f"{metres // 1000}.{metres % 1000:03d}")


def _price(value: Any, scene: Scene) -> Scene:
    return replace(scene, price_fen=_within(value, scene.price_fen, read=parse_yuan))


def _categories(value: Any, scene: Scene) -> Scene:
    return scene.of(categories=list(dict.fromkeys([*scene.elder.get("categories", ()), *value])))


def _birthday(value: Any, scene: Scene) -> Scene:
    born = scene.elder.get("born")
    if not value or not isinstance(born, date):
        return scene
    return scene.of(born=born_before(scene.on, scene.on.year - born.year))


def _one_of(fact: str) -> Callable[[Any, Scene], Scene]:
    """One of the values listed, unless the scene has one already."""

    def fit(value: Any, scene: Scene) -> Scene:
        return scene if scene.elder.get(fact) in value else scene.of(**{fact: value[0]})

    return fit


def _begins(fact: str) -> Callable[[Any, Scene], Scene]:
    """A code that begins with one of those listed, unless the scene has one already."""

    def fit(value: Any, scene: Scene) -> Scene:
        there = str(scene.elder.get(fact) or "").startswith(tuple(value))
        return scene if there else scene.of(**{fact: value[0]})

    return fit


_FIT: Mapping[str, Callable[[Any, Scene], Scene]] = {
    "age": _age,
    "category": lambda value, scene: _categories(value[:1], scene),
    "all_categories": _categories,
    "disability_grade": lambda value, scene: scene.of(disability_grade=_within(value, 2)),
    "care_level": lambda value, scene: scene.of(care_level=_within(value, 2)),
    "pension": lambda value, scene: scene.of(pension=value),
    "monthly_income": _income,
    "household_division": _begins("household_division"),
    "residence_division": _begins("residence_division"),
    "distance_km": _distance,
    "living": _one_of("living"),
    "channel": lambda value, scene: scene if scene.channel in value else replace(scene, channel=value[0]),
    "meal": lambda value, scene: scene if scene.meal in value else replace(scene, meal=value[0]),
    "price": _price,
    "birthday": _birthday,
    "any": lambda value, scene: fitted(value[0], scene),
}
