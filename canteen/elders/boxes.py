"""Boxes that later slices put on an elder's page: the card's, the wallet's. This slice knows neither."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from canteen.elders.queries import ElderPage

Fill = Callable[[ElderPage], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Box:
    """One box: a template, and what it needs, under the name `box`."""

    order: int
    template: str
    fill: Fill


@dataclass(frozen=True, slots=True)
class FilledBox:
    """A box ready for the page."""

    template: str
    content: dict[str, Any]


_boxes: list[Box] = []


def elder_box(template: str, order: int = 100) -> Callable[[Fill], Fill]:
    """Put a box on every elder's page: the function below gets the page and answers the template's `box`.

    It answers None where there is nothing to show. Boxes stand by `order`: cards 10, wallets 20.
    """

    def put(fill: Fill) -> Fill:
        _boxes.append(Box(order, template, fill))
        return fill

    return put


def boxes_of(page: ElderPage) -> list[FilledBox]:
    """The boxes of a page in their order."""
    filled = ((box, box.fill(page)) for box in sorted(_boxes, key=lambda box: box.order))
    return [FilledBox(box.template, content) for box, content in filled if content is not None]
