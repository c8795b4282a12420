"""Filling an empty installation with the demonstration's months."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from sqlalchemy import func, select

from canteen.canteens.models import Canteen
from canteen.clock import today
from canteen.core.calendar import next_month, parse_month
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.demo.calendar import at, days_of, full_months
from canteen.demo.days import serve_day, top_up_all, write_menus
from canteen.demo.district import PLACES, OpenPlace, open_district
from canteen.demo.givers import pay_closed_month, tell_month
from canteen.demo.policy import draft_a_notice
from canteen.demo.public import make_links, publish_notice
from canteen.settlement.services import close_month

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made: elders, meals, which months of which canteens are closed, or ready to close; links by name."""

    elders: int
    meals: int
    closed: tuple[tuple[str, str], ...]
    open: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]


def is_empty() -> bool:
    """Whether there is no canteen yet."""
    with reading() as session:
        return not session.scalar(select(func.count()).select_from(Canteen))


def day_count(months: int) -> int:
    """How many days the story has, for a progress bar."""
    now = today("Asia/Shanghai")
    return sum(len(days_of(month, now)) for month in (*full_months(now, months), f"{now:%Y-%m}"))


def fill(elders: int, months: int, seed: int, progress: Progress) -> Filled:
    """Make the district and its months. Raises Refusal `not-empty` where there is a canteen already."""
    if not is_empty():
        raise Refusal(
            "not-empty", "已经有数据了，演示数据只能放进空的系统。请换一个 CANTEEN_HOME 或数据库再试。"
        )
    random = Random(seed)  # noqa: S311 - a story that can be told again, no secret
    now = today("Asia/Shanghai")
    past = full_months(now, months)
    told = [*past, f"{now:%Y-%m}"]
    first_on = parse_month(told[0]).first_on
    eve = first_on - timedelta(days=1)
    with at(eve, time(9, 0)):
        places = open_district(random, elders, eve, now)
    canteens = {place.place.code: place.canteen_id for place in places}
    meals, done = 0, 0
    closed: list[tuple[str, str]] = []
    for number, month in enumerate(told):
        top_up_all(random, places, parse_month(month).first_on if number else first_on, number)
        for day in days_of(month, _last_day(now)):
            if day.isoweekday() == 1 or day == first_on:
                write_menus(random, places, day, day + timedelta(days=7 - day.isoweekday()))
            meals += sum(serve_day(random, place, day) for place in places)
            done += 1
            progress(done)
        tell_month(parse_month(month).first_on, _last_day(now), canteens, is_first=not number)
        if month in past[:-1]:
            closed += _close(places, month, now)
            _follow_close(month, canteens)
    draft_a_notice()
    ready = tuple((month, place.code) for month in past[-1:] for place in PLACES)
    return Filled(elders, meals, tuple(closed), ready, make_links(canteens["dekang"]))


def _last_day(now: date) -> date:
    # The running day is left to whoever looks around: no card has been scanned yet today.
    return now - timedelta(days=1)


def _follow_close(month: str, canteens: dict[str, int]) -> None:
    """A week after the close the operators are paid, the day after that the notices hang."""
    first_on = parse_month(next_month(month)).first_on
    pay_closed_month(month, first_on + timedelta(days=7), canteens)
    for code in canteens:
        publish_notice(month, code, first_on + timedelta(days=8))


def _close(places: list[OpenPlace], month: str, now: date) -> list[tuple[str, str]]:
    day = min(parse_month(next_month(month)).first_on + timedelta(days=1), now)
    with at(day, time(9, 12)):
        for open_place in places:
            result = close_month(month, open_place.place.code, "王会计", "李主任", is_demo=True)
            if not result.is_closed:
                raise Refusal(
                    "demo-not-closed", "演示月份没有结成：" + "；".join(f.message for f in result.findings)
                )
    return [(month, open_place.place.code) for open_place in places]
