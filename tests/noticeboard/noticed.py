"""A month that can be published: elders, a donor whose fund pays, meals, the close."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from canteen.canteens.queries import CanteenRow, by_id
from canteen.db import reading
from canteen.noticeboard.wall import services
from canteen.noticeboard.wall.notices import Published, notices_of
from canteen.noticeboard.wall.services import Imprint
from canteen.settlement.services import close_month
from tests.factories import bind_programme, make_canteen, make_elder, programme
from tests.noticeboard.walls import Donor, give, make_donor
from tests.settlement.factories import serve

IMPRINT = Imprint("幸福里社区居委会", "0931-8461234")
ACTOR = "staff:1"
CITY = {"id": "city", "title": "每餐6元", "payer": "government", "pays": {"fixed": "6.00"}}
AFTER = {"2026-11": "2026-12-01T02:00:00Z", "2026-12": "2027-01-04T02:00:00Z", "2027-01": "2027-02-03T02:00:00Z"}


@dataclass(frozen=True, slots=True)
class Place:
    """A canteen with elders and a donor."""

    canteen_id: int
    elders: tuple[int, ...]
    donor: Donor


def make_place(
    code: str = "xfl", elders: int = 6, *, own: bool = True, rules: tuple[Any, ...] = (CITY,), gift_from: int = 60
) -> Place:
    """Government pays 6 yuan of 15, the donor's fund 4 (from the age `gift_from` on), the elder 5. 100 yuan are there."""
    canteen_id = make_canteen(code, name=f"食堂{code}")
    donor = make_donor(f"捐赠方{code}", shown=f"维达{code}", canteens=(canteen_id,) if own else ())
    give(donor, 10_000, date(2026, 11, 2))
    bind_programme(canteen_id, programme([*rules, gift_rule(donor.code, gift_from)], f"of-{code}"))
    return Place(canteen_id, make_elders(canteen_id, elders), donor)


def make_elders(canteen_id: int, count: int, born_in: int = 1946) -> tuple[int, ...]:
    """So many elders of one age."""
    return tuple(
        make_elder(canteen_id, f"老人{born_in}-{number}", born_on=date(born_in, 3, 1)).id for number in range(count)
    )


def gift_rule(fund: str, from_age: int) -> dict[str, Any]:
    """The donor's 4 yuan."""
    return {
        "id": f"gift-{fund}", "title": "慈善4元", "payer": "sponsor", "fund": fund, "pays": {"fixed": "4.00"},
        "when": {"age": {"from": from_age}},
    }  # fmt: skip


def eat(place: Place, on: date, elders: Iterable[int] = ()) -> None:
    """Each of these elders has lunch, by default the canteen's first."""
    for elder_id in elders or place.elders:
        serve(place.canteen_id, elder_id, on)


def close(clock: pytest.MonkeyPatch, code: str = "xfl", month: str = "2026-11") -> None:
    """Close a month on the day after it."""
    clock.setenv("CANTEEN_NOW", AFTER[month])
    assert close_month(month, code, "王敏", "赵刚").is_closed


def row(place: Place) -> CanteenRow:
    """The canteen as services ask for it."""
    with reading() as session:
        return by_id(session, place.canteen_id)


def publish(place: Place, month: str = "2026-11", imprint: Imprint = IMPRINT) -> str:
    """Publish what stands in the preview."""
    seen = services.preview(row(place), month).seen
    return services.publish(row(place), month, imprint, seen, ACTOR)


def published(place: Place) -> list[Published]:
    """Every notice of the canteen, the newest first."""
    with reading() as session:
        return notices_of(session, place.canteen_id)
