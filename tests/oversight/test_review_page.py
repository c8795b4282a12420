"""The page of what waits, as a manager uses it: it works without JavaScript."""

from datetime import date

from flask import Flask

from canteen.canteens.models import Workplace
from canteen.checkin.models import Meal, ScanRuling
from canteen.core.roles import Role
from canteen.db import transaction
from tests.checkin.noon import Noon, make_noon
from tests.factories import issue_card, make_canteen, make_elder, only, rows, scan
from tests.signing_in import Browser, make_staff, sign_in_as


def office_of(app: Flask, noon: Noon) -> Browser:
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=noon.canteen_id))
    return sign_in_as(app, Role.MANAGER, staff_id)


def waiting(noon: Noon, *cards: str) -> None:
    noon.send(*[scan(card, decision="SERVED_ANYWAY", note="卡忘带了") for card in cards])


def test_a_manager_decides_on_many_with_one_reason(app: Flask) -> None:
    noon = make_noon(app.test_client())
    names = ("王秀英", "李建国")
    waiting(noon, *[issue_card(make_elder(noon.canteen_id, name, initials=" X ").id) for name in names])
    office = office_of(app, noon)
    page = office.get("/review").text
    assert all(name in page for name in names)
    assert "先用餐，稍后核对" in page

    chosen = {"canteen": "beimen", "scan": ["1", "2"], "ruling": "subsidised", "reason": "认得本人"}
    answer = office.send("/review", chosen, page="/review")

    assert answer.status_code == 303
    assert len(rows(Meal)) == 2
    assert {ruling.reason for ruling in rows(ScanRuling)} == {"认得本人"}
    assert "没有等待核查的记录" in office.get("/review").text


def test_an_unknown_card_is_matched_by_name_and_taken_back(app: Flask) -> None:
    noon = make_noon(app.test_client())
    elder = make_elder(noon.canteen_id, "王秀英")
    noon.send(scan(token_sha256="ab" * 32, decision="SERVED_ANYWAY"))
    office = office_of(app, noon)

    form = {"canteen": "beimen", "scan": ["1"], "ruling": "match", "elder": "王秀英", "reason": "新卡还没登记"}
    office.send("/review", form, page="/review")

    assert only(Meal).elder_id == elder.id
    office.send("/review/rulings/1/take-back", {"reason": "是另一位"}, page="/review")
    assert only(Meal).cancelled_at is not None
    assert only(ScanRuling).reversed_at is not None


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_written(app: Flask) -> None:
    noon = make_noon(app.test_client())
    for born_on in (date(1940, 1, 1), date(1945, 1, 1)):
        make_elder(noon.canteen_id, "王秀英", born_on=born_on)
    noon.send(scan(token_sha256="ab" * 32, decision="SERVED_ANYWAY"))
    office = office_of(app, noon)
    form = {"canteen": "beimen", "scan": ["1"], "ruling": "match", "reason": "认得"}

    for changes, words in (
        ({"reason": ""}, "请写明原因"),
        ({"ruling": ""}, "请选一项决定"),
        ({"scan": []}, "请先勾选"),
        ({"elder": "王秀英"}, "2 位老人都对得上"),
        ({"elder": ""}, "请写明是哪位老人"),
        ({"ruling": "subsidised"}, "不能这样决定"),
    ):
        answer = office.send("/review", form | changes, page="/review")
        assert answer.status_code in (400, 404, 409), words
        assert words in answer.text

    assert rows(ScanRuling) == []


def test_a_record_of_another_canteen_is_not_there(app: Flask) -> None:
    noon = make_noon(app.test_client())
    waiting(noon, issue_card(make_elder(noon.canteen_id).id))
    elsewhere = Noon(noon.client, make_canteen("nanmen"), noon.tablet)
    office = office_of(app, elsewhere)

    form = {"canteen": "nanmen", "scan": ["1"], "ruling": "absorbed", "reason": "不认得"}
    answer = office.send("/review", form, page="/review")

    assert answer.status_code == 404
    assert rows(ScanRuling) == []


def test_a_record_is_carried_into_the_next_month(app: Flask) -> None:
    noon = make_noon(app.test_client())
    waiting(noon, issue_card(make_elder(noon.canteen_id).id))
    office = office_of(app, noon)

    form = {"canteen": "beimen", "scan": ["1"], "ruling": "carry", "reason": "老人住院，回来再问"}
    office.send("/review", form, page="/review")

    assert "结转到 2026-12：老人住院，回来再问" in office.get("/review").text


def test_a_cashier_does_not_decide(app: Flask) -> None:
    cashier = sign_in_as(app, Role.CASHIER)

    assert cashier.get("/review").status_code == 403
