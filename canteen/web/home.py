"""The first page, filled by the slices: figures and things to do, each for some roles.

A slice registers functions when its views are imported, so the shared edge knows none of them:

    @figures(Role.MANAGER)
    def todays_meals() -> list[Figure]: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from canteen.core.roles import Role

MOST_FIGURES = 5
"""More figures than this are a table, not a first page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, already worded: what it counts, the figure, its unit and a note, the page of its list."""

    label: str
    value: str
    href: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: in words, where to do it, and how it stands."""

    text: str
    href: str
    state: Literal["todo", "doing", "stop", "done"] = "todo"
    note: str = ""


Figures = Callable[[], list[Figure]]
Tasks = Callable[[], list[Task]]

_figures: list[tuple[int, frozenset[Role], Figures]] = []
_tasks: list[tuple[int, frozenset[Role], Tasks]] = []


def figures(*roles: Role, position: int = 50) -> Callable[[Figures], Figures]:
    """Register a function that gives figures to people of these roles; lower positions come first."""

    def register(read: Figures) -> Figures:
        _figures.append((position, frozenset(roles), read))
        return read

    return register


def tasks(*roles: Role, position: int = 50) -> Callable[[Tasks], Tasks]:
    """Register a function that gives things to do to people of these roles; lower positions come first."""

    def register(read: Tasks) -> Tasks:
        _tasks.append((position, frozenset(roles), read))
        return read

    return register


def figures_for(role: Role) -> list[Figure]:
    """The figures of a role, at most five."""
    ordered = sorted(_figures, key=lambda entry: entry[0])
    return [figure for _position, roles, read in ordered if role in roles for figure in read()][:MOST_FIGURES]


def tasks_for(role: Role) -> list[Task]:
    """The things to do of a role: what stops the work first."""
    ordered = sorted(_tasks, key=lambda entry: entry[0])
    found = [task for _position, roles, read in ordered if role in roles for task in read()]
    return sorted(found, key=lambda task: ("stop", "doing", "todo", "done").index(task.state))
