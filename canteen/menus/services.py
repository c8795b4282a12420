"""What can happen to menus: a day is written, a week is copied as drafts, days are published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.menus.models import Menu

MOST_DISHES = 12
LONGEST_DISH = 30
DEAREST_FEN = 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be served in a meal period: dishes in the order shown, and the set meal's price in fen.

    No dishes and no price: nothing is served, and what was written is taken away.
    """

    meal_period: str
    dishes: tuple[str, ...]
    price_fen: int | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written."""
        return not self.dishes and self.price_fen is None


def read_dishes(text: str) -> tuple[str, ...]:
    """The dishes of a text, one a line or parted by 、, empty ones left out."""
    lines = text.replace("、", "\n").splitlines()
    return tuple(" ".join(line.split()) for line in lines if line.strip())


def write_day(canteen_id: int, day: date, drafts: Sequence[Draft], actor: str, *, publish: bool) -> None:
    """Write a day's menus anew. A menu already published stays so; `publish` publishes all that is written.

    Raises Refusal `menu-past` for a day that is over, `menu-dishes`, `menu-dish-long`, `menu-price`.
    """
    with transaction() as session:
        canteen = _lock(session, canteen_id)
        _refuse_past(canteen, day)
        for draft in drafts:
            write(session, canteen, day, draft)
        if publish:
            _publish(session, canteen.id, [day])
        record(session, "menu-written", actor, f"menu:{day}", canteen_id, _detail(drafts))


def copy_week(canteen_id: int, from_day: date, to_day: date, actor: str) -> int:
    """Copy the week of one day onto the week of another, as drafts, where nothing is written yet.

    Days that are over are left alone. Answers how many menus were copied.
    """
    with transaction() as session:
        canteen = _lock(session, canteen_id)
        shift = _monday(to_day) - _monday(from_day)
        first = max(_monday(to_day), today(canteen.time_zone))
        taken = {
            (menu.service_on, menu.meal_period)
            for menu in _between(session, canteen_id, first, _sunday(to_day))
        }
        copied = 0
        for menu in _between(session, canteen_id, first - shift, _sunday(from_day)):
            if (menu.service_on + shift, menu.meal_period) in taken:
                continue
            draft = Draft(menu.meal_period, tuple(menu.dishes.splitlines()), menu.price_fen)
            write(session, canteen, menu.service_on + shift, draft)
            copied += 1
        record(session, "menus-copied", actor, f"menu:{_monday(to_day)}", canteen_id, {"copied": copied})
        return copied


def publish_week(canteen_id: int, day: date, actor: str) -> int:
    """Publish every draft of the week in which `day` lies, from today on. Answers how many there were."""
    with transaction() as session:
        canteen = _lock(session, canteen_id)
        first = max(_monday(day), today(canteen.time_zone))
        days = [first + timedelta(days=number) for number in range((_sunday(day) - first).days + 1)]
        published = _publish(session, canteen_id, days)
        record(
            session, "menus-published", actor, f"menu:{_monday(day)}", canteen_id, {"published": published}
        )
        return published


def write(session: Session, canteen: Canteen, day: date, draft: Draft) -> None:
    """Write one menu within the caller's transaction; an empty draft takes away what was written."""
    _check(draft)
    found = session.scalars(
        select(Menu).where(
            Menu.canteen_id == canteen.id, Menu.service_on == day, Menu.meal_period == draft.meal_period
        )
    ).first()
    if draft.is_empty:
        if found is not None:
            session.delete(found)
        return
    if found is None:
        found = Menu(canteen_id=canteen.id, service_on=day, meal_period=draft.meal_period)
        session.add(found)
    found.dishes = "\n".join(draft.dishes)
    found.price_fen = draft.price_fen
    found.changed_at = now()


def _check(draft: Draft) -> None:
    if len(draft.dishes) > MOST_DISHES:
        raise Refusal(
            "menu-dishes", f"一餐最多写 {MOST_DISHES} 道菜。", period=draft.meal_period, most=MOST_DISHES
        )
    if any(len(dish) > LONGEST_DISH for dish in draft.dishes):
        raise Refusal(
            "menu-dish-long",
            f"一道菜名最多 {LONGEST_DISH} 个字。",
            period=draft.meal_period,
            longest=LONGEST_DISH,
        )
    if draft.price_fen is not None and not 0 < draft.price_fen <= DEAREST_FEN:
        raise Refusal("menu-price", "套餐价格要大于 0，最多 1000 元。", period=draft.meal_period)


def _lock(session: Session, canteen_id: int) -> Canteen:
    # One writer of a canteen's menus at a time: two people saving at once must not make two rows of one meal.
    canteen = session.get(Canteen, canteen_id, with_for_update=True)
    if canteen is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")
    return canteen


def _refuse_past(canteen: Canteen, day: date) -> None:
    if day < today(canteen.time_zone):
        raise Refusal("menu-past", "这一天已经过去，菜单和价格不能再改。")


def _publish(session: Session, canteen_id: int, days: Iterable[date]) -> int:
    session.flush()
    drafts = select(Menu).where(
        Menu.canteen_id == canteen_id, Menu.service_on.in_(list(days)), Menu.published_at.is_(None)
    )
    found = list(session.scalars(drafts))
    for menu in found:
        menu.published_at = now()
    return len(found)


def _between(session: Session, canteen_id: int, first_on: date, last_on: date) -> list[Menu]:
    wanted = select(Menu).where(Menu.canteen_id == canteen_id, Menu.service_on.between(first_on, last_on))
    return list(session.scalars(wanted.order_by(Menu.service_on, Menu.id)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _sunday(day: date) -> date:
    return _monday(day) + timedelta(days=6)


def _detail(drafts: Sequence[Draft]) -> dict[str, object]:
    return {
        draft.meal_period: {"dishes": len(draft.dishes), "price_fen": draft.price_fen} for draft in drafts
    }
