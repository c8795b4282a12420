"""The day's page: whatever came in, observed = payable + not payable + under review, however it is looked at."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient

from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import Meal, Scan
from canteen.checkin.slips import services as slips
from canteen.checkin.slips.services import NewLine, NewSheet
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.oversight import queries, services
from canteen.oversight.days import VERDICTS, DayOfCanteen, day_of, day_records
from canteen.oversight.invariants import check_database
from canteen.oversight.queries import Observed
from tests.checkin.noon import Noon, at, make_noon
from tests.factories import (
    TODAY,
    Tablet,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    only,
    rows,
    scan,
    set_card_state,
)
from tests.oversight.test_review_page import office_of
from tests.signing_in import sign_in_as

YESTERDAY = TODAY - timedelta(days=1)


def day(noon: Noon, on: date = TODAY) -> DayOfCanteen:
    with reading() as session:
        return day_of(session, noon.canteen_id, on)


def added(groups: list[Observed]) -> Observed:
    return Observed(
        sum(one.payable for one in groups), sum(one.not_payable for one in groups), sum(one.under_review for one in groups)
    )


def check_sums(noon: Noon, on: date) -> int:
    """Every way to look at the day gives the same sum; answers how many were observed."""
    found = day(noon, on)
    durable = rows(Scan, canteen_id=noon.canteen_id, service_on=on)
    for groups in (found.periods, found.codes, found.devices, found.cashiers):
        assert added([group.sum for group in groups]) == found.sum
        assert sum(group.cancelled for group in groups) == found.cancelled
    with reading() as session:
        assert queries.observed(session, noon.canteen_id, on, on) == found.sum
        records = day_records(session, noon.canteen_id, on)
    assert {verdict: sum(record.verdict == verdict for record in records) for verdict in VERDICTS} == {
        "payable": found.sum.payable, "not-payable": found.sum.not_payable, "review": found.sum.under_review,
    }  # fmt: skip
    assert found.sum.observed == len(records) == len(durable)
    return found.sum.observed


def test_random_batches_and_decisions_always_add_up(client: FlaskClient) -> None:
    chance = random.Random(20261120)
    noon = make_noon(client)
    other = Noon(client, make_canteen("nanmen"), enrol_device(make_canteen("ximen")))
    bind_programme(other.canteen_id, four_yuan())
    tablets = [noon.tablet, enrol_device(noon.canteen_id, "二号窗口"), enrol_device(other.canteen_id, "南门")]
    cards = [issue_card(make_elder(noon.canteen_id, f"老人{n}", balance_fen=3000).id) for n in range(14)]
    cards += [issue_card(make_elder(noon.canteen_id, f"停{n}", died_on=YESTERDAY).id) for n in range(2)]
    cards.append(issue_card(make_elder(noon.canteen_id, "挂失").id))
    set_card_state(cards[-1], "lost")

    for _round in range(6):
        batch = [record(chance, cards) for _ in range(chance.randrange(1, 25))]
        noon.send(*batch, *chance.sample(batch, min(3, len(batch))), tablet=chance.choice(tablets))
        act(chance)
        for place in (noon, other):
            for on in (TODAY, YESTERDAY):
                check_sums(place, on)

    total = sum(check_sums(place, on) for place in (noon, other) for on in (TODAY, YESTERDAY))
    assert total == len(rows(Scan)) > 40
    assert {scan_.state for scan_ in rows(Scan)} == {"MEAL", "EXCEPTION", "REJECTED"}
    with reading() as session:
        assert check_database(session).broken == []


def record(chance: random.Random, cards: list[str]) -> dict[str, object]:
    offline = {"decision": "ACCEPTED", "shown_elder_fen": chance.choice([300, 500, 1500])}
    changes: list[dict[str, object]] = [
        {}, offline, offline, {"decision": "SERVED_ANYWAY"}, {"decision": "REFUSED"}, {"decision": "FULL_PRICE"},
        {"meal_period": "dinner"}, {"channel": "post"}, {"seen_at": at(minutes=9)},
        offline | {"seen_at": at(hours=23)}, {"cashier_ref": "staff:1"}, {"cashier_ref": "staff:2"},
    ]  # fmt: skip
    card = chance.choice(cards)
    if chance.random() < 0.1:
        return scan(token_sha256="ab" * 32, **chance.choice(changes))
    return scan(card, **chance.choice(changes))


def act(chance: random.Random) -> None:
    """Somebody decides on some of what waits, takes a decision back, cancels a meal."""
    waiting = rows(Scan, state="EXCEPTION")
    for one in chance.sample(waiting, min(4, len(waiting))):
        ruling = chance.choice(["subsidised", "full-price", "absorbed", "not-a-meal"])
        _try(lambda one=one, ruling=ruling: services.rule_on(one.id, ruling, "抽查", "staff:9"))
    made = rows(queries.ScanRuling)
    for ruling in chance.sample(made, min(1, len(made))):
        _try(lambda ruling=ruling: services.take_back(ruling.id, "再看看", "staff:9"))
    meals = rows(Meal)
    for meal in chance.sample(meals, min(2, len(meals))):
        _try(lambda meal=meal: cancel_meal(meal.id, "点错人了", "staff:9"))


def _try(deed: Callable[[], object]) -> None:
    """What the rules refuse is no fault here."""
    try:
        deed()
    except Refusal:
        return


def test_cash_and_paper_are_counted_beside_the_sum_and_never_in_it(client: FlaskClient, tmp_path: object) -> None:
    noon = make_noon(client)
    noon.serve(issue_card(make_elder(noon.canteen_id).id))
    cash = {"id": "cash-1", "meal_period": "lunch", "portions": 3, "price_fen": 1500}
    client.post("/api/v1/cash-meals", json=cash, headers=noon.tablet.headers)
    lines = [NewLine(str(n), make_elder(noon.canteen_id, f"纸{n}").ref) for n in range(2)]
    slips.enter(NewSheet(noon.canteen_id, TODAY, "lunch", "陈桂花", "停电", lines), "staff:1", tmp_path)  # type: ignore[arg-type]
    slips.approve(1, "staff:2")

    [lunch] = day(noon).periods

    assert lunch.sum == Observed(1, 0, 0)
    assert (lunch.cash_portions, lunch.slips.meals, lunch.slips.waiting, lunch.cooked) == (3, 1, 1, None)
    assert lunch.eaten == 5


def test_every_figure_of_the_page_leads_to_its_records(app: Flask) -> None:
    noon = make_noon(app.test_client())
    tablet: Tablet = enrol_device(noon.canteen_id, "二号窗口")
    served, waits = (issue_card(make_elder(noon.canteen_id, name).id) for name in ("王秀英", "李建国"))
    noon.serve(served)
    noon.serve(served, tablet)
    noon.serve(waits, tablet, decision="SERVED_ANYWAY")
    cancel_meal(only(Meal).id, "点错人了", "staff:9")
    office = office_of(app, noon)

    assert office.get("/days").location == "/days/2026-11-20?canteen=beimen"
    page = office.get("/days/2026-11-20").text
    assert "应付 0 + 不付 2 + 待核 1" in page
    for query, names in (
        ("verdict=review", {"李建国"}),
        ("verdict=not-payable", {"王秀英"}),
        ("verdict=cancelled", {"王秀英"}),
        ("outcome=REJECTED:DUPLICATE_SAME", {"王秀英"}),
        (f"device={tablet.id}", {"王秀英", "李建国"}),
        ("period=dinner", set()),
        ("", {"王秀英", "李建国"}),
    ):
        found = office.get(f"/days/2026-11-20/records?{query}").text
        assert {name for name in ("王秀英", "李建国") if name in found} == names, query
    assert "/days/2026-11-19" in page and "/days/2026-11-21" not in page
    assert "这一天没有记录。" in office.get("/days/2026-11-19").text
    for wrong in ("/days/never", "/days/0001-01-01", "/days/2026-02-30"):
        assert office.get(wrong).status_code == 404
    assert sign_in_as(app, Role.CASHIER).get("/days/2026-11-20").status_code == 403
    assert sign_in_as(app, Role.OFFICER).get("/days/2026-11-20").status_code == 200
