"""Boxes that later slices put on a page of an earlier one, which knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Page = TypeVar("Page")
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FilledBox:
    """A box ready for the page: a template, and what it needs, under the name `box`."""

    template: str
    content: Content


class Boxes(Generic[Page]):
    """The boxes of one kind of page. They stand by their `order`."""

    def __init__(self) -> None:
        self._boxes: list[tuple[int, str, Callable[[Page], Content | None]]] = []

    def put(
        self, template: str, order: int = 100
    ) -> Callable[[Callable[[Page], Content | None]], Callable[[Page], Content | None]]:
        """Put a box on every such page: the function below gets the page and answers the template's `box`.

        It answers None where there is nothing to show.
        """

        def keep(fill: Callable[[Page], Content | None]) -> Callable[[Page], Content | None]:
            self._boxes.append((order, template, fill))
            return fill

        return keep

    def of(self, page: Page) -> list[FilledBox]:
        """The boxes of a page in their order."""
        ordered = sorted(self._boxes, key=lambda box: box[0])
        filled = ((template, fill(page)) for _order, template, fill in ordered)
        return [FilledBox(template, content) for template, content in filled if content is not None]
