"""What happens at a lunch, drawn from its seed before it begins."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.scene import Diner, Scene
from tests.faults.wire import CUTS


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that happens at a tablet."""

    what: str
    diner: Diner | None = None


def visits(scene: Scene, seed: str, number: int) -> Iterator[Visit]:
    """What happens at one of the two tablets, in order: every elder once, and what comes on top."""
    chance = random.Random(f"{seed}:visits")
    own: list[Visit] = []
    for place, diner in enumerate(scene.diners):
        visit = _first_visit(diner, chance)
        at, extra = place % 2, _extra(diner, chance)
        if at == number:
            own.append(visit)
        if extra is not None and chance.randrange(2) == number:
            own.append(extra)
    mine = random.Random(f"{seed}:order:{number}")
    # Nearly in the order of the queue, but an extra may come before or after its elder's meal.
    keyed = [(place + mine.uniform(0, 12), place, visit) for place, visit in enumerate(own)]
    yield from (visit for _, _, visit in sorted(keyed, key=lambda one: one[:2]))


def _first_visit(diner: Diner, chance: random.Random) -> Visit:
    if diner.sort in ("dearer", "cheaper"):
        return Visit("late-price", diner)
    if diner.sort in ("lost", "dead"):
        return Visit("late-refusal", diner)
    return Visit(chance.choice(("meal",) * 8 + ("undo",)), diner)


EXTRAS = ("again", "again", "further", "top-up", "undo", "damaged")


def _extra(diner: Diner, chance: random.Random) -> Visit | None:
    drawn = chance.random()
    if drawn < 0.05:
        return Visit("stranger")
    if drawn < 0.1:
        return Visit("cash")
    if drawn < 0.5 and diner.sort == "plain":
        return Visit(chance.choice(EXTRAS), diner)
    return None


def deck(chance: random.Random, cuts: int) -> list[str]:
    """So many cuts, of each kind as many as of any other."""
    dealt = [CUTS[number % len(CUTS)] for number in range(cuts)]
    chance.shuffle(dealt)
    return dealt
