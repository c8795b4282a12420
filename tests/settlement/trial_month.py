"""A canteen in October whose figures can be worked out by hand, served by a real till."""

from datetime import date, time
from typing import Any

from canteen.checkin.counter import Sender
from canteen.checkin.services import check_in
from canteen.demo.calendar import at
from tests.factories import (
    MadeElder,
    bind_programme,
    enrol_device,
    make_canteen,
    make_elder,
    make_fund,
    programme,
    scan,
)

BEFORE = date(2026, 9, 20)
OCTOBER = [date(2026, 10, day) for day in range(1, 32)]


class Till:
    """A tablet that checks in for real, on the day and at the hour it is told."""

    def __init__(self, canteen_id: int) -> None:
        with at(BEFORE, time(8)):
            tablet = enrol_device(canteen_id)
        self.sender = Sender(tablet.id, tablet.ref, canteen_id, b"anchors of tests, 32 bytes long.")

    def serve(
        self, elder: MadeElder, on: date, period: str = "lunch", arrives_on: date | None = None, **record: Any
    ) -> dict[str, Any]:
        clock = time(11, 30) if period == "lunch" else time(17, 0)
        with at(on, clock) as seen_at:
            told = scan(elder_ref=elder.ref, meal_period=period, **record)
        with at(arrives_on or on, clock if arrives_on is None else time(20)) as instant:
            answer = check_in(self.sender, instant, [told]).results[0]
        assert answer["state"] == "MEAL", (answer, seen_at)
        return answer


def rule(rule_id: str, payer: str, pays: Any, **more: Any) -> dict[str, Any]:
    return {"id": rule_id, "title": rule_id, "payer": payer, "pays": pays} | more


def fixed(rule_id: str, fen: str, **more: Any) -> dict[str, Any]:
    return rule(rule_id, "government", {"fixed": fen}, **more)


def four_elders() -> tuple[dict[str, MadeElder], dict[str, Any]]:
    """A canteen where 6.00 is paid from 70 on, and five elders who ate in October; answers them and the notice."""
    old = programme([fixed("aged", "6.00", when={"age": {"from": 70}}, limit=[{"per": "day", "meals": 1}])])
    with at(BEFORE, time(8)):
        here = make_canteen("beimen", price_fen=1500)
        bind_programme(here, old)
        make_fund("weida", 1500)
        found = {
            "aged 86": make_elder(here, "甲秀英", born_on=date(1940, 1, 1)),
            "80 on the 6th": make_elder(here, "乙国强", born_on=date(1946, 10, 6)),
            "76, alone": make_elder(here, "丙桂兰", born_on=date(1950, 1, 1), facts={"living": "alone"}),
            "66": make_elder(here, "丁建国", born_on=date(1960, 1, 1)),
            "72": make_elder(here, "戊素珍", born_on=date(1954, 1, 1)),
        }
    till = Till(here)
    for elder, meals in zip(found.values(), (10, 10, 10, 2, 3), strict=True):
        for on in OCTOBER[:meals]:
            till.serve(elder, on)
    return found, old


# 8.00 from 80 on with a cap of 70.00 a month, 6.00 from 75 to 79, 5.00 from 70 to 74; a fund pays the lonely down to 5.00.
NOTICE = [
    fixed("eighty", "8.00", group="age", when={"age": {"from": 80}}, limit=[{"per": "month", "amount": "70.00"}]),
    fixed("aged", "6.00", group="age", when={"age": {"from": 75, "to": 79}}, limit=[{"per": "day", "meals": 1}]),
    fixed("younger", "5.00", group="age", when={"age": {"from": 70, "to": 74}}),
    rule("alone", "sponsor", {"down_to": "5.00"}, fund="weida", when={"living": ["alone"]}),
]
