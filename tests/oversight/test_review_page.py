"""The review tray, as a manager uses it: it works without JavaScript."""

from datetime import date

from flask import Flask

from canteen.canteens.models import Workplace
from canteen.checkin.models import Meal, ScanRuling
from canteen.checkin.outbox_files import services as outbox_files
from canteen.checkin.outbox_files.models import OutboxFile
from canteen.core.roles import Role
from canteen.db import transaction
from canteen.oversight.models import Signal, SignalRuling
from canteen.oversight.signals.services import look_for_signals
from tests.checkin.noon import Noon, make_noon
from tests.factories import (
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    only,
    rows,
    scan,
)
from tests.signing_in import Browser, make_staff, sign_in_as


def office_of(app: Flask, noon: Noon, role: Role = Role.MANAGER) -> Browser:
    staff_id = make_staff(role)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=noon.canteen_id))
    return sign_in_as(app, role, staff_id)


def waiting(noon: Noon, *cards: str) -> None:
    noon.send(*[scan(card, decision="SERVED_ANYWAY", note="卡忘带了") for card in cards])


def signal_in_two_places(noon: Noon) -> int:
    """A slot that was also served at another canteen; the signal there, with one meal."""
    token = issue_card(make_elder(noon.canteen_id, "周桂兰").id)
    home = make_canteen("ximen")
    bind_programme(home, four_yuan())
    Noon(noon.client, home, enrol_device(home)).serve(token)
    noon.serve(token, decision="ACCEPTED", shown_elder_fen=1500, price_basis="full")
    look_for_signals()
    return int(only(Signal).id)


def test_a_manager_decides_on_many_with_one_reason(app: Flask) -> None:
    noon = make_noon(app.test_client())
    names = ("王秀英", "李建国")
    waiting(noon, *[issue_card(make_elder(noon.canteen_id, name, initials=" X ").id) for name in names])
    office = office_of(app, noon)
    page = office.get("/review").text
    assert all(name in page for name in names)
    assert "先用餐，稍后核对" in page

    chosen = {"canteen": "beimen", "case": ["outcome-1", "outcome-2"], "decision": "subsidised", "reason": "认得本人"}
    answer = office.send("/review", chosen, page="/review")

    assert answer.status_code == 303
    assert len(rows(Meal)) == 2
    assert {ruling.reason for ruling in rows(ScanRuling)} == {"认得本人"}
    assert "没有要核对的。很好。" in office.get("/review").text
    done = office.get("/review?state=done").text
    assert all(name in done for name in names)


def test_what_fails_among_many_is_told_one_by_one_and_the_rest_is_done(app: Flask) -> None:
    noon = make_noon(app.test_client())
    office = office_of(app, noon)
    me = rows(Workplace)[0].staff_id
    taken, own, good = (issue_card(make_elder(noon.canteen_id, name).id) for name in ("甲一", "乙二", "丙三"))
    waiting(noon, taken, good)
    noon.send(scan(own, decision="SERVED_ANYWAY", cashier_ref=f"staff:{me}"))
    noon.serve(taken)
    keys = ["outcome-1", "outcome-2", "outcome-3"]

    form = {"canteen": "beimen", "case": keys, "decision": "subsidised", "reason": "核对过"}
    answer = office.send("/review", form, page="/review")

    assert answer.status_code == 409
    assert "甲一：老人这一餐已经用过了" in answer.text
    assert "乙二：这条记录是您自己收的" in answer.text
    assert "1 条处理好了" in answer.text
    assert [ruling.scan_row_id for ruling in rows(ScanRuling)] == [2]


def test_after_a_decision_the_next_case_opens_by_itself(app: Flask) -> None:
    noon = make_noon(app.test_client())
    waiting(noon, *[issue_card(make_elder(noon.canteen_id, name).id) for name in ("甲一", "乙二")])
    office = office_of(app, noon)
    page = office.get("/review/outcome/1").text
    assert "收银员先请老人用餐" in page and "一号窗口" in page and "没有开班" in page

    first = office.send("/review/outcome/1", {"decision": "absorbed", "reason": "说不清"}, page="/review/outcome/1")
    assert first.location == "/review/outcome/2?canteen=beimen"
    last = office.send("/review/outcome/2", {"decision": "absorbed", "reason": "说不清"}, page="/review/outcome/2")
    assert last.location == "/review?canteen=beimen"


def test_an_unknown_card_is_matched_by_name_without_a_reason_and_taken_back(app: Flask) -> None:
    noon = make_noon(app.test_client())
    elder = make_elder(noon.canteen_id, "王秀英")
    noon.send(scan(token_sha256="ab" * 32, decision="SERVED_ANYWAY"))
    office = office_of(app, noon)

    form = {"decision": "match", "elder": "王秀英", "reason": ""}
    assert office.send("/review/outcome/1", form, page="/review").status_code == 303

    assert only(Meal).elder_id == elder.id
    history = office.get("/review/outcome/1").text
    assert "对上老人" in history and "李秀英" in history
    office.send("/review/outcome/rulings/1/take-back", {"reason": "是另一位"}, page="/review/outcome/1")
    assert only(Meal).cancelled_at is not None
    assert only(ScanRuling).reversed_at is not None
    assert "已撤回" in office.get("/review/outcome/1").text


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_written(app: Flask) -> None:
    noon = make_noon(app.test_client())
    for born_on in (date(1940, 1, 1), date(1945, 1, 1)):
        make_elder(noon.canteen_id, "王秀英", born_on=born_on)
    noon.send(scan(token_sha256="ab" * 32, decision="SERVED_ANYWAY"))
    office = office_of(app, noon)
    form = {"canteen": "beimen", "case": ["outcome-1"], "decision": "match", "reason": ""}

    for changes, words in (
        ({"decision": "absorbed"}, "请写明原因"),
        ({"decision": ""}, "请选一项决定"),
        ({"case": []}, "请先勾选"),
        ({"case": ["outcome-99"]}, "没有这条记录"),
        ({"case": ["nothing-1"]}, "没有这条记录"),
        ({"elder": "王秀英"}, "2 位老人都对得上"),
        ({"elder": ""}, "请写明是哪位老人"),
        ({"decision": "subsidised", "reason": "想当然"}, "不能这样决定"),
        ({"decision": "valid", "reason": "想当然"}, "不能这样决定"),
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

    form = {"canteen": "nanmen", "case": ["outcome-1"], "decision": "absorbed", "reason": "不认得"}
    answer = office.send("/review", form, page="/review")

    assert answer.status_code == 404
    assert office.get("/review/outcome/1").status_code == 404
    assert office.send("/review/outcome/1", form, page="/review").status_code == 404
    assert rows(ScanRuling) == []


def test_a_record_is_carried_into_the_next_month(app: Flask) -> None:
    noon = make_noon(app.test_client())
    waiting(noon, issue_card(make_elder(noon.canteen_id).id))
    office = office_of(app, noon)

    form = {"canteen": "beimen", "case": ["outcome-1"], "decision": "carry", "reason": "老人住院，回来再问"}
    office.send("/review", form, page="/review")

    assert "结转到 2026年12月：老人住院，回来再问" in office.get("/review").text


def test_the_tray_is_filtered_by_kind_day_and_state(app: Flask) -> None:
    noon = make_noon(app.test_client())
    waiting(noon, issue_card(make_elder(noon.canteen_id, "王秀英").id))
    signal_in_two_places(noon)
    office = office_of(app, noon)

    def shows(query: str) -> tuple[bool, bool]:
        page = office.get(f"/review?{query}").text
        return "王秀英" in page, "周桂兰" in page

    assert shows("") == (True, True)
    assert shows("show=outcome") == (True, False)
    assert shows("show=signal") == (False, True)
    assert shows("day=2026-11-20") == (True, True)
    assert shows("day=2026-11-19") == (False, False)
    assert shows("state=done") == (False, False)
    assert shows("show=nothing&day=never&state=none") == (True, True)


def test_a_signal_asks_and_its_meal_is_left_out_with_a_reason(app: Flask) -> None:
    noon = make_noon(app.test_client())
    number = signal_in_two_places(noon)
    office = office_of(app, noon)
    page = office.get(f"/review/signal/{number}").text
    assert "2 处都记了这一餐，老人可能换了窗口。请核对。" in page
    assert "作弊" not in page and "剔除哪几餐" in page
    meal = only(Meal, kind="further")
    address = f"/review/signal/{number}"

    assert office.send(address, {"decision": "excluded"}, page=address).status_code == 400
    form = {"decision": "excluded", "reason": "同一份餐记了两次", "meal": [str(meal.id)]}
    assert office.send(address, form, page=address).status_code == 303

    assert only(Meal, id=meal.id).cancelled_at is not None
    assert only(SignalRuling).meals == [meal.id]
    assert only(Signal).state == "excluded"


def test_a_signal_that_is_as_it_should_be_needs_no_reason(app: Flask) -> None:
    noon = make_noon(app.test_client())
    number = signal_in_two_places(noon)
    office = office_of(app, noon)

    form = {"canteen": "beimen", "case": [f"signal-{number}"], "decision": "valid"}
    assert office.send("/review", form, page="/review").status_code == 303

    assert only(Signal).state == "valid"
    assert all(meal.cancelled_at is None for meal in rows(Meal))


def test_rules_are_shown_with_their_thresholds_and_kept(app: Flask) -> None:
    noon = make_noon(app.test_client())
    office = office_of(app, noon)
    page = office.get("/review/rules").text
    assert "同一平板一分钟内笔数" in page and 'value="12"' in page
    form = {"canteen": "beimen"} | {f"on-{code}": "yes" for code in ("fast", "by-hand")}
    good = {
        "after-end": 1, "two-places": 2, "fast": 14, "by-hand": 15, "cancels": 5, "late-upload": 24, "clock": 5,
        "cooked": 0, "refund": 1, "no-gap": 31, "age": 1,
    }  # fmt: skip
    form |= {f"threshold-{code}": str(value) for code, value in good.items()}

    bad = office.send("/review/rules", form | {"threshold-fast": "none"}, page="/review/rules")
    assert (bad.status_code, "3 到 120 之间" in bad.text) == (400, True)
    assert office.send("/review/rules", form, page="/review/rules").status_code == 303

    page = office.get("/review/rules").text
    assert 'value="14"' in page
    assert page.count("本食堂") >= 2
    assert office.get("/review/rules?canteen=district").status_code in (403, 404, 409)
    administrator = sign_in_as(app, Role.ADMINISTRATOR)
    assert "出厂" in administrator.get("/review/rules?canteen=district").text


def test_a_file_that_could_not_be_read_waits_in_the_tray_and_is_set_aside_with_a_reason(app: Flask) -> None:
    noon = make_noon(app.test_client())
    outbox_files.receive(b"torn off in the middle", noon.canteen_id, b"d" * 32, b"o" * 32, "staff:1")
    office = office_of(app, noon)
    assert "平板导出的文件没有读进来" in office.get("/review").text
    assert "这不是平板导出的文件" in office.get("/review/file/1").text

    assert office.send("/review/file/1", {"decision": "dismiss"}, page="/review").status_code == 400
    form = {"decision": "dismiss", "reason": "另有一份完整的"}
    assert office.send("/review/file/1", form, page="/review").status_code == 303

    assert only(OutboxFile).state == "dismissed"
    page = office.get("/review/file/1").text
    assert "另有一份完整的" in page and "撤回这个决定" not in page
    assert "没有要核对的。很好。" in office.get("/review").text


def test_a_cashier_does_not_decide(app: Flask) -> None:
    cashier = sign_in_as(app, Role.CASHIER)

    for path in ("/review", "/review/outcome/1", "/review/rules"):
        assert cashier.get(path).status_code == 403
