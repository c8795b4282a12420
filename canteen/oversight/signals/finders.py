"""Which finder belongs to which rule."""

from collections.abc import Callable, Iterable, Mapping

from canteen.oversight.signals import of_meals, of_money, of_tills, rules
from canteen.oversight.signals.looking import FoundSignal, Look

Finder = Callable[[Look], Iterable[FoundSignal]]

FINDERS: Mapping[str, Finder] = {
    rules.AFTER_END: of_meals.after_end,
    rules.TWO_PLACES: of_meals.two_places,
    rules.FAST: of_tills.too_fast,
    rules.BY_HAND: of_tills.by_hand,
    rules.CANCELS: of_tills.many_cancels,
    rules.LATE_UPLOAD: of_tills.late_upload,
    rules.CLOCK: of_tills.clock_off,
    rules.COOKED: of_money.more_than_cooked,
    rules.REFUND: of_money.refund_same_day,
    rules.NO_GAP: of_meals.without_gap,
    rules.AGE: of_meals.other_age,
}


def find(look: Look) -> Iterable[FoundSignal]:
    """Everything that the rules which are switched on find."""
    for rule, finder in FINDERS.items():
        if look.settings[rule].is_on:
            yield from finder(look)
