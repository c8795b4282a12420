"""The demonstration's days: menus, top-ups, and the lunches and dinners that the tablets send."""

from datetime import date, datetime, time, timedelta
from random import Random

from canteen.checkin.services import check_in
from canteen.core.errors import Corrupt
from canteen.db import transaction
from canteen.demo.calendar import at
from canteen.demo.district import Diner, OpenPlace
from canteen.demo.givers import ACTOR
from canteen.devices.services import renew_lease
from canteen.menus.services import Draft, write_day
from canteen.wallets.services import NewTopUp, record_top_up

MAINS = [
    "红烧带鱼",
    "清蒸鲈鱼",
    "土豆烧鸡块",
    "冬瓜肉丸",
    "番茄牛腩",
    "香菇滑鸡",
    "粉蒸肉",
    "萝卜羊肉",
    "肉末豆腐",
    "清炖狮子头",
]
GREENS = ["番茄炒蛋", "清炒时蔬", "醋溜白菜", "蒜蓉西兰花", "木耳山药", "西葫芦炒蛋", "素炒豆芽", "芹菜香干"]
SOUPS = ["紫菜蛋花汤", "冬瓜海带汤", "小米南瓜粥", "银耳羹", "番茄蛋汤", "萝卜丝汤"]
STAPLES = ["米饭", "馒头", "花卷", "软米饭", "杂粮饭"]

SITTINGS = {
    "lunch": (time(10, 45), time(11, 10), time(11, 35), time(12, 0), time(12, 25)),
    "dinner": (time(16, 50), time(17, 30)),
}


def top_up_all(random: Random, places: list[OpenPlace], on: date, round_number: int) -> None:
    """Most elders pay something in, in cash or from the family's phone."""
    for open_place in places:
        with at(on, time(9, 30)), transaction() as session:
            for diner in open_place.diners:
                if random.random() < 0.85:
                    record_top_up(session, _paid_in(random, open_place, diner, round_number))


def _paid_in(random: Random, place: OpenPlace, diner: Diner, round_number: int) -> NewTopUp:
    return NewTopUp(
        key=f"demo:{round_number}:{diner.elder_id}",
        elder_id=diner.elder_id,
        canteen_id=place.canteen_id,
        amount_fen=random.choice((5000, 10000, 10000, 20000)),
        method=random.choices(("cash", "wechat", "family"), (70, 20, 10))[0],
        actor=ACTOR,
    )


def write_menus(random: Random, places: list[OpenPlace], monday: date, until: date) -> None:
    """A week's menus, written on its Monday."""
    for open_place in places:
        with at(monday, time(7, 0)):
            for number in range(7):
                day = monday + timedelta(days=number)
                if day <= until and not _rests(open_place, day):
                    drafts = [Draft(period, _dishes(random), None) for period in SITTINGS]
                    write_day(open_place.canteen_id, day, drafts, ACTOR, publish=True)


def _dishes(random: Random) -> tuple[str, ...]:
    return (
        random.choice(MAINS), *random.sample(GREENS, 2), random.choice(SOUPS), random.choice(STAPLES),
    )  # fmt: skip


def _rests(open_place: OpenPlace, day: date) -> bool:
    return open_place.place.rests_on_sunday and day.isoweekday() == 7


def serve_day(random: Random, open_place: OpenPlace, day: date) -> int:
    """One canteen's day at the tablet; answers how many meals it served."""
    if _rests(open_place, day):
        return 0
    if day.day in (1, 2) or day.isoweekday() == 1:
        with at(day, time(10, 20)), transaction() as session:
            renew_lease(session, open_place.tablet.device_id)
    lunches = [diner for diner in open_place.diners if random.random() < diner.often]
    dinners = [diner for diner in open_place.diners if diner.dines_in_the_evening and random.random() < 0.6]
    return sum(
        _serve(random, open_place, day, period, diners)
        for period, diners in (("lunch", lunches), ("dinner", dinners))
    )


def _serve(random: Random, place: OpenPlace, day: date, period: str, diners: list[Diner]) -> int:
    sittings = SITTINGS[period]
    random.shuffle(diners)
    served = 0
    for number, clock in enumerate(sittings):
        group = diners[number :: len(sittings)]
        if group:
            with at(day, clock) as instant:
                served += _send(random, place, period, group, instant)
    return served


def _send(random: Random, place: OpenPlace, period: str, group: list[Diner], instant: datetime) -> int:
    seen_at = instant.strftime("%Y-%m-%dT%H:%M:%SZ")
    boot_id = f"{random.getrandbits(64):016x}"
    records = [
        {
            "scan_id": f"{random.getrandbits(128):032x}", "boot_id": boot_id, "seq": seq,
            "token_sha256": diner.token_sha256, "meal_period": period, "channel": diner.channel,
            "seen_at": seen_at, "mono_ms": seq * 3000, "anchor": None, "shown_elder_fen": None,
            "decision": "ONLINE", "note": None,
        }
        for seq, diner in enumerate(group)
    ]  # fmt: skip
    results = check_in(place.tablet, instant, records).results
    refused = [result for result in results if result["state"] != "MEAL"]
    if refused:
        raise Corrupt(f"a demonstration scan became {refused[0]['state']} {refused[0]['code']}")
    return len(results)
