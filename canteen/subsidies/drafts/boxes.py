"""Boxes that later slices put on the page where a draft is reviewed: the trial's. This slice knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from canteen.subsidies.drafts.queries import DraftRow

Fill = Callable[[DraftRow], dict[str, Any] | None]


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


def draft_box(template: str, order: int = 100) -> Callable[[Fill], Fill]:
    """Put a box on every draft's review page: the function below gets the draft and answers the template's `box`.

    It answers None where there is nothing to show. Boxes stand by `order`.
    """

    def put(fill: Fill) -> Fill:
        _boxes.append(Box(order, template, fill))
        return fill

    return put


def boxes_of(draft: DraftRow) -> list[FilledBox]:
    """The boxes of a draft in their order."""
    filled = ((box, box.fill(draft)) for box in sorted(_boxes, key=lambda box: box.order))
    return [FilledBox(box.template, content) for box, content in filled if content is not None]
