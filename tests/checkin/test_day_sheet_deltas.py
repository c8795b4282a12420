"""Whatever happens in a canteen, the older sheet and what changed since are the sheet of now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.cards import services as cards
from canteen.db import transaction
from canteen.elders import services as elders
from canteen.elders.models import CanteenElder, Elder
from tests.checkin.crowded import HOURS, merged, rich_programme, spelled
from tests.checkin.noon import Noon, make_noon
from tests.factories import (
    CARD_KEY,
    TODAY,
    MadeElder,
    add_fact,
    bind_programme,
    issue_card,
    make_elder,
    make_fund,
    publish_menu,
    scan,
    top_up,
)


@dataclass
class Canteen:
    """A small canteen in which things happen."""

    noon: Noon
    random: Random
    people: list[MadeElder] = field(default_factory=list)
    tokens: dict[int, str] = field(default_factory=dict)
    scans: list[str] = field(default_factory=list)

    def somebody(self) -> MadeElder:
        return self.random.choice(self.people)

    def sheet(self, since: str | None = None) -> dict[str, Any]:
        address = "/api/v1/day-sheet" + (f"?since={since}" if since else "")
        answer = self.noon.client.get(address, headers=self.noon.tablet.headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())


def someone_comes(canteen: Canteen) -> None:
    born_on = date(1930 + canteen.random.randrange(32), 11, 18 + canteen.random.randrange(6))
    name = canteen.random.choice(("王秀英", "李建国", "欧阳秀英", "张桂兰"))
    elder = make_elder(canteen.noon.canteen_id, name, born_on=born_on, balance_fen=canteen.random.randrange(1, 4000))
    canteen.people.append(elder)
    canteen.tokens[elder.id] = issue_card(elder.id)


def someone_eats(canteen: Canteen) -> None:
    token = canteen.random.choice(list(canteen.tokens.values()))
    record = scan(token)
    if canteen.noon.send(record)[0]["state"] == "MEAL":
        canteen.scans.append(record["scan_id"])


def a_meal_is_taken_back(canteen: Canteen) -> None:
    if canteen.scans:
        body = {"cancel_id": f"{canteen.random.getrandbits(128):032x}"}
        path = f"/api/v1/scans/{canteen.scans.pop()}/cancel"
        assert canteen.noon.client.post(path, json=body, headers=canteen.noon.tablet.headers).status_code == 200


def someone_pays_in(canteen: Canteen) -> None:
    top_up(canteen.somebody().id, canteen.random.randrange(1, 5000), canteen.noon.canteen_id)


def someone_becomes_poor(canteen: Canteen) -> None:
    until_on = TODAY + timedelta(canteen.random.randrange(3))
    add_fact(canteen.somebody().id, "category", canteen.random.choice(("low-income", "three-no")), until_on=until_on)


def someone_changes(canteen: Canteen) -> None:
    with transaction() as session:
        row = session.get_one(Elder, canteen.somebody().id)
        row.hint, row.diet = f"{canteen.random.randrange(9)}号楼", canteen.random.choice(("软食", "花生过敏", None))


def someone_leaves(canteen: Canteen) -> None:
    if len(canteen.people) > 3:
        gone = canteen.people.pop(canteen.random.randrange(len(canteen.people)))
        canteen.tokens.pop(gone.id, None)
        with transaction() as session:
            session.delete(session.get_one(CanteenElder, (canteen.noon.canteen_id, gone.id)))


def someone_dies(canteen: Canteen) -> None:
    if len(canteen.people) > 3:
        gone = canteen.people.pop(canteen.random.randrange(len(canteen.people)))
        canteen.tokens.pop(gone.id, None)
        elders.register_death(gone.ref, TODAY, "家属告知", "staff:1")


def a_card_is_replaced(canteen: Canteen) -> None:
    elder = canteen.somebody()
    canteen.tokens[elder.id] = cards.replace_card(elder.id, CARD_KEY, "staff:1").token


def the_menu_changes(canteen: Canteen) -> None:
    on = TODAY + timedelta(canteen.random.randrange(3))
    publish_menu(canteen.noon.canteen_id, "红烧带鱼", canteen.random.choice((None, 1200, 1800)), on)


def a_notice_comes_out(canteen: Canteen) -> None:
    mapping = rich_programme()
    mapping["version"][0]["rule"][3]["pays"] = {"fixed": f"{canteen.random.randrange(1, 9)}.00"}
    mapping["programme"]["id"] = f"notice-{canteen.random.getrandbits(40)}"
    bind_programme(canteen.noon.canteen_id, mapping)


HAPPENINGS: tuple[Callable[[Canteen], None], ...] = (
    someone_comes, someone_eats, someone_eats, someone_eats, a_meal_is_taken_back, someone_pays_in, someone_becomes_poor,
    someone_changes, someone_leaves, someone_dies, a_card_is_replaced, the_menu_changes, a_notice_comes_out,
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_a_delta_merged_into_the_older_sheet_is_the_sheet_of_now(client: FlaskClient, seed: int) -> None:
    make_fund("dekang", 30_00)
    make_fund("aixin", 20_00, sponsor="爱心人士", per_day_fen=15_00)
    canteen = Canteen(make_noon(client, rich_programme(), hours=HOURS), Random(seed))
    for _ in range(6):
        someone_comes(canteen)
    older = spelled(canteen.sheet())
    held = older

    for _ in range(14):
        for happening in canteen.random.choices(HAPPENINGS, k=2):
            happening(canteen)
        delta = canteen.sheet(held["version"])
        whole = spelled(canteen.sheet())

        held = merged(held, delta)
        assert delta["since"] is not None
        assert held == whole

    # A tablet that slept through all of it comes to the same.
    assert merged(older, canteen.sheet(older["version"])) == held
