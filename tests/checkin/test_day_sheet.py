"""The day sheet: what a tablet is given to work by itself, and nothing else."""

import base64
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.canteens.models import Workplace
from canteen.canteens.services import raise_revision
from canteen.checkin.models import SheetVersion
from canteen.checkin.sheet.document import wallet_offline_fen
from canteen.checkin.sheet.versions import KEPT
from canteen.clock import now
from canteen.db import transaction
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.staff.models import Staff, StaffBadge
from canteen.subsidies.models import WorkingDay
from tests.checkin.crowded import crowded_canteen, merged, sha256, spelled
from tests.checkin.noon import Noon, make_noon
from tests.conftest import NOON
from tests.factories import (
    TODAY,
    Tablet,
    add_fact,
    credit_voucher,
    enrol_device,
    issue_card,
    list_elder,
    make_canteen,
    make_elder,
    make_fund,
    only,
    programme,
    publish_menu,
    revoke_device,
    rows,
    scan,
    set_card_state,
    top_up,
)

ROW = ("ref", "card", "tail", "name", "address", "age", "keys", "labels", "hint", "offline_fen", "low", "served", "regular")


@pytest.fixture
def noon(client: FlaskClient) -> Noon:
    return make_noon(client)


def fetch(noon: Noon, since: str | None = None, tablet: Tablet | None = None) -> dict[str, Any]:
    address = "/api/v1/day-sheet" + (f"?since={since}" if since else "")
    answer = noon.client.get(address, headers=(tablet or noon.tablet).headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def line(sheet: dict[str, Any], ref: str) -> dict[str, Any]:
    """An elder's row by names, with its answers spelled."""
    row = spelled(sheet)["elders"][ref]
    return dict(zip(ROW, row, strict=False)) | {"answers": row[13]}


def answers(noon: Noon, ref: str) -> list[Any]:
    """What an elder pays in each slot: lunch and dinner of three days."""
    found: list[Any] = line(fetch(noon), ref)["answers"]
    return found


def test_a_tablet_is_given_what_it_needs_to_serve_an_elder_by_itself(noon: Noon) -> None:
    elder = make_elder(
        noon.canteen_id, "欧阳秀英", balance_fen=7_777, diet="软食、花生过敏", initials=" OXY OYXY "
    )
    card = issue_card(elder.id)
    publish_menu(noon.canteen_id, "红烧带鱼\n宫保鸡丁", 1800)

    sheet = fetch(noon)

    found = line(sheet, elder.ref)
    assert (found["name"], found["address"], found["age"]) == ("欧阳秀英", "欧阳奶奶", 80)
    assert (found["keys"], found["labels"], found["tail"]) == ("OXY OYXY", ["软食", "花生过敏"], "0318")
    assert found["card"] + "=" == _base64(sha256(card))
    # 80 years: the government pays 10.00 once a day; lunch costs 18.00 today, else 15.00.
    eight, five = [800, ["政府"], {"今天": 1}], [500, ["政府"], {"今天": 1}]
    assert [list(answer) for answer in found["answers"]] == [eight, five, five, five, five, five]
    # Two of the dearest meal still to come today, for which the balance is enough.
    assert (found["offline_fen"], found["low"], found["served"]) == (1600, 0, 0)
    assert sheet["place"]["days"] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert sheet["place"]["periods"][0] == ["lunch", "午餐", "10:30", "13:00"]
    assert sheet["menus"][0] == [1800, ["红烧带鱼", "宫保鸡丁"], 0, None, None, None, []]
    assert (sheet["window"], sheet["epoch"], sheet["since"]) == ("一号窗口", 1, None)


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


def test_what_the_sheet_shows_is_what_the_server_charges(client: FlaskClient) -> None:
    big = crowded_canteen(60)
    noon = Noon(client, big.canteen_id, big.tablet)
    sheet = spelled(fetch(noon))

    results = noon.send(*[scan(token) for token in big.tokens])

    shown = {row[1]: row[13][1] for row in sheet["elders"].values()}  # the second slot is today's lunch
    charged = [result["elder_fen"] for result in results]
    assert charged == [shown[_base64(sha256(token))[:-1]][0] for token in big.tokens]
    assert len(set(charged)) > 5


def test_a_meal_that_was_eaten_is_counted_by_the_limits_and_the_slot_is_taken(noon: Noon) -> None:
    elder = make_elder(noon.canteen_id)
    noon.serve(issue_card(elder.id))

    found = line(fetch(noon), elder.ref)

    assert found["served"] == 0b000001
    assert [answer[0] for answer in found["answers"]] == [1500, 1500, 500, 500, 500, 500]
    assert found["answers"][1] == (1500, [], {"今天": 0})


def test_a_slot_that_is_taken_at_another_canteen_is_taken(noon: Noon, client: FlaskClient) -> None:
    elder = make_elder(noon.canteen_id)
    other = make_canteen("nanmen", name="南门社区食堂")
    list_elder(other, elder.id)
    noon.serve(issue_card(elder.id))

    sheet = fetch(noon, tablet=enrol_device(other))

    assert line(sheet, elder.ref)["served"] == 0b000001


def test_facts_birthdays_working_days_and_versions_are_those_of_each_day(client: FlaskClient) -> None:
    rules = [
        {"id": "birthday", "title": "生日", "payer": "operator", "when": {"birthday": True}, "pays": "all"},
        {"id": "low", "title": "低保", "payer": "government", "when": {"category": ["low-income"]}, "pays": {"fixed": "4.00"}},
        {"id": "work", "title": "工作日", "payer": "collective", "when": {"workday": True}, "pays": {"fixed": "1.00"}},
    ]  # fmt: skip
    noon = make_noon(client, programme(rules), hours={"lunch": ["10:30", "13:00"]})
    elder = make_elder(noon.canteen_id, born_on=date(1946, 11, 22))
    add_fact(elder.id, "category", "low-income", date(2020, 1, 1), until_on=TODAY)
    with transaction() as session:
        session.add_all(WorkingDay(day=TODAY + timedelta(number), is_workday=not number) for number in range(3))
        raise_revision(session)

    found = line(fetch(noon), elder.ref)

    # Friday: hardship and a working day; Saturday: neither; Sunday: the birthday.
    assert [(fen, payers) for fen, payers, _ in found["answers"]] == [
        (1000, ["政府", "集体"]), (1500, []), (0, ["食堂"]),
    ]  # fmt: skip
    assert found["age"] == 79


def test_funds_and_vouchers_pay_while_they_last(client: FlaskClient) -> None:
    rules = [
        {"id": "weida", "title": "维达", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}},
        {"id": "coupon", "title": "券", "payer": "voucher", "fund": "home-care", "pays": {"down_to": "2.00"}},
    ]
    noon = make_noon(client, programme(rules), hours={"lunch": ["10:30", "13:00"]})
    make_fund("weida", 100_00, sponsor="维达慈善", ends_on=TODAY + timedelta(days=1))
    elder, other = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    credit_voucher("home-care", elder.id, 600, TODAY)

    assert answers(noon, elder.ref) == [
        (400, ["维达慈善", "服务券"], {}), (1000, ["维达慈善"], {}), (1500, [], {}),
    ]  # fmt: skip
    assert answers(noon, other.ref)[0] == (1000, ["维达慈善"], {})
    assert fetch(noon)["menus"][0][3] == "维达慈善"


def test_a_fund_for_named_guests_pays_for_them_alone(client: FlaskClient) -> None:
    rules = [{"id": "weida", "title": "维达", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}]
    noon = make_noon(client, programme(rules), hours={"lunch": ["10:30", "13:00"]})
    guest, other = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    make_fund("weida", 100_00, guests=[guest.id])

    assert [answers(noon, elder.ref)[0][0] for elder in (guest, other)] == [1000, 1500]


def test_limits_are_told_in_meals_whatever_they_count(client: FlaskClient) -> None:
    limits = [{"per": "day", "meals": 2}, {"per": "month", "amount": "40.00"}, {"per": "year", "meals": 300}]
    rules = [{"id": "aid", "title": "补贴", "payer": "government", "pays": {"fixed": "9.00"}, "limit": limits}]
    noon = make_noon(client, programme(rules))
    elder = make_elder(noon.canteen_id)
    card = issue_card(elder.id)

    assert answers(noon, elder.ref)[0] == (600, ["政府"], {"今天": 2, "本月": 4, "今年": 300})

    noon.serve(card)

    assert answers(noon, elder.ref)[1] == (600, ["政府"], {"今天": 1, "本月": 3, "今年": 299})


def test_without_a_programme_nobody_can_say_what_a_meal_costs(client: FlaskClient) -> None:
    canteen_id = make_canteen()
    noon = Noon(client, canteen_id, enrol_device(canteen_id))
    elder = make_elder(canteen_id, balance_fen=5000)

    found = line(fetch(noon), elder.ref)

    assert found["answers"] == [None] * 6
    assert found["offline_fen"] == 0


def test_the_wallet_pays_two_meals_offline_and_no_more(noon: Noon) -> None:
    rich, poor = make_elder(noon.canteen_id, balance_fen=98_765), make_elder(noon.canteen_id, "李建国", balance_fen=700)

    sheet = fetch(noon)

    assert (line(sheet, rich.ref)["offline_fen"], line(sheet, rich.ref)["low"]) == (1000, 0)
    assert (line(sheet, poor.ref)["offline_fen"], line(sheet, poor.ref)["low"]) == (700, 1)


def test_what_may_be_owed_comes_on_top() -> None:
    assert [wallet_offline_fen(balance_fen, 500) for balance_fen in (0, 700, 9_999)] == [0, 700, 1000]
    assert [wallet_offline_fen(balance_fen, 500, 2000) for balance_fen in (0, 700, 9_999)] == [2000, 2700, 3000]


def test_the_hint_is_told_only_of_elders_who_share_their_name(noon: Noon) -> None:
    one, other, alone = (make_elder(noon.canteen_id, name) for name in ("王秀英", "王秀英", "李建国"))
    with transaction() as session:
        for elder, hint in ((one, "3号楼"), (other, "戴眼镜"), (alone, "5号楼")):
            session.get_one(Elder, elder.id).hint = hint

    sheet = fetch(noon)

    assert [line(sheet, elder.ref)["hint"] for elder in (one, other, alone)] == ["3号楼", "戴眼镜", None]


def test_who_died_left_or_is_on_another_list_is_not_on_the_sheet(noon: Noon) -> None:
    here = make_elder(noon.canteen_id)
    make_elder(noon.canteen_id, died_on=TODAY - timedelta(days=1))
    make_elder(noon.canteen_id, closed_on=TODAY)
    make_elder(noon.canteen_id, listed=False)

    assert list(spelled(fetch(noon))["elders"]) == [here.ref]


def test_a_card_that_was_lost_is_not_on_the_sheet_and_its_elder_is(noon: Noon) -> None:
    elder = make_elder(noon.canteen_id)
    set_card_state(issue_card(elder.id), "lost")

    found = line(fetch(noon), elder.ref)

    assert (found["card"], found["tail"]) == (None, None)


def test_regulars_ate_on_four_of_the_last_five_like_weekdays_and_have_no_pause(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    steady, rare, away = (make_elder(noon.canteen_id, name) for name in ("王秀英", "李建国", "张桂兰"))
    cards = {elder.id: issue_card(elder.id) for elder in (steady, rare, away)}
    for weeks in (5, 4, 2, 1):
        monkeypatch.setenv("CANTEEN_NOW", NOON.replace("2026-11-20", (TODAY - timedelta(weeks=weeks)).isoformat()))
        tablet = enrol_device(noon.canteen_id)
        for elder in (steady, rare, away) if weeks > 1 else (steady, away):
            assert noon.serve(cards[elder.id], tablet=tablet)["state"] == "MEAL"
    monkeypatch.setenv("CANTEEN_NOW", NOON)
    add_fact(away.id, "hospital", "市一院", TODAY - timedelta(days=2))

    sheet = fetch(noon)

    assert [line(sheet, elder.ref)["regular"] for elder in (steady, rare, away)] == [0b000001, 0, 0]


def test_badges_of_those_who_work_here_are_on_the_sheet(noon: Noon) -> None:
    with transaction() as session:
        here, elsewhere = (
            Staff(login=login, name=name, role="cashier", password_hash="-", must_change=False, created_at=now())
            for login, name in (("chen", "陈阿姨"), ("zhao", "赵阿姨"))
        )
        session.add_all([here, elsewhere])
        session.flush()
        session.add(Workplace(staff_id=here.id, canteen_id=noon.canteen_id))
        session.add_all(
            StaffBadge(staff_id=person.id, sha256=sha256(person.login), issued_by="system:tests", issued_at=now())
            for person in (here, elsewhere)
        )

    [(ref, name, is_manager, badge)] = fetch(noon)["badges"]

    assert (ref, name, is_manager) == (f"staff:{here.id}", "陈阿姨", 0)
    assert badge + "=" == _base64(sha256("chen"))


def test_nothing_of_the_never_row_is_on_a_sheet(client: FlaskClient) -> None:
    big = crowded_canteen(80)
    noon = Noon(client, big.canteen_id, big.tablet)
    elder = make_elder(noon.canteen_id, "李桂芳", facts={"category": "low-income", "disability_grade": "2"}, balance_fen=43_219)
    with transaction() as session:
        row = session.get_one(Elder, elder.id)
        row.phone, row.address, row.identity_masked = "13912345678", "3号楼2单元501室", "620102********0042"
        row.emergency_contact, row.community = "张小明 13800000000", "北门社区"
    noon.send(*[scan(token) for token in big.tokens[:20]])

    said = json.dumps(fetch(noon), ensure_ascii=False)

    with transaction() as session:
        people = session.query(Elder).all()
        secrets = [person.phone for person in people] + [person.address for person in people]
        births = [f"{person.born_on}" for person in people]
    titles = ("特困", "低保", "三无", "80岁", "70岁", "独居", "残疾", "优抚", "失独")
    codes = ("low-income", "destitute", "three-no", "age-80", "full-support", "hardship", "village", "test-programme", "pension", "alone")
    forbidden = [*filter(None, secrets), *births, *titles, *codes, "43219", "620102", "单元", "北门社区居民", "张小明"]
    assert [word for word in forbidden if word in said] == []
    assert not re.search(r"(?<![0-9a-zA-Z+/])1[3-9]\d{9}(?!\d)|\d{17}[\dX]", said)


def test_a_first_sheet_binds_the_device_and_every_sheet_renews_its_lease(
    noon: Noon, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert only(Device).first_sheet_on is None

    first = fetch(noon)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-21T04:00:00Z")
    second = fetch(noon)

    assert (first["lease_until"], second["lease_until"]) == ("2026-11-23T04:00:00Z", "2026-11-24T04:00:00Z")
    assert only(Device).first_sheet_on == "2026-11-20"
    assert second["made_at"] == "2026-11-21T04:00:00Z"


def test_a_revoked_device_gets_no_sheet_and_an_unknown_one_is_not_let_in(noon: Noon) -> None:
    revoke_device(noon.tablet)

    for path in ("day-sheet", "card-hashes"):
        refused = noon.client.get(f"/api/v1/{path}", headers=noon.tablet.headers)
        stranger = noon.client.get(f"/api/v1/{path}", headers={"Authorization": "Bearer nobody"})
        assert (refused.status_code, refused.get_json()["code"]) == (403, "device-revoked")
        assert (stranger.status_code, stranger.get_json()["code"]) == (401, "token-unknown")


def test_when_nothing_changed_the_delta_is_empty(noon: Noon) -> None:
    make_elder(noon.canteen_id)
    whole = fetch(noon)

    delta = fetch(noon, whole["version"])

    assert (delta["version"], delta["since"]) == (whole["version"], whole["version"])
    assert (delta["elders"], delta["gone"], delta["place"], delta["menus"], delta["badges"]) == ([], [], None, None, None)
    assert len(rows(SheetVersion)) == 1


def test_a_version_that_nobody_knows_gets_the_whole_sheet(noon: Noon) -> None:
    make_elder(noon.canteen_id)

    for since in ("", "x", "0" * 20, "9" * 400, "%00", "'; drop table elder"):
        assert fetch(noon, since)["since"] is None


def test_another_canteens_version_gets_the_whole_sheet(noon: Noon) -> None:
    other = make_canteen("nanmen", name="南门社区食堂")
    theirs = fetch(noon, tablet=enrol_device(other))["version"]

    assert fetch(noon, theirs)["since"] is None


def test_a_new_day_is_a_new_sheet(noon: Noon, monkeypatch: pytest.MonkeyPatch) -> None:
    make_elder(noon.canteen_id)
    version = fetch(noon)["version"]
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T16:30:00Z")  # half past midnight in Shanghai

    sheet = fetch(noon, version)

    assert (sheet["since"], sheet["place"]["days"][0]) == (None, "2026-11-21")


def test_old_versions_are_forgotten(noon: Noon) -> None:
    elder = make_elder(noon.canteen_id)
    oldest = fetch(noon)["version"]
    with transaction() as session:
        session.add_all(
            SheetVersion(canteen_id=noon.canteen_id, version=f"{number:020d}", made_at=now(), digests=b"-" * 24)
            for number in range(KEPT)
        )

    top_up(elder.id, 100, noon.canteen_id)
    newest = fetch(noon)["version"]

    kept = [row.version for row in rows(SheetVersion)]
    assert (len(kept), kept[-1], oldest in kept) == (KEPT, newest, False)
    assert fetch(noon, oldest)["since"] is None


def test_the_largest_canteen_fits_and_a_busy_minute_is_small(sqlite_app: Flask) -> None:
    big = crowded_canteen(1500)
    noon = Noon(sqlite_app.test_client(), big.canteen_id, big.tablet)

    whole = noon.client.get("/api/v1/day-sheet", headers=big.tablet.headers)
    noon.send(*[scan(token) for token in big.tokens[:20]])
    version = whole.get_json()["version"]
    delta = noon.client.get(f"/api/v1/day-sheet?since={version}", headers=big.tablet.headers)

    assert len(whole.get_json()["elders"]) == 1500
    assert len(whole.data) <= 400_000
    assert len(delta.get_json()["elders"]) == 20
    assert len(delta.data) <= 10_000
    assert merged(spelled(whole.get_json()), delta.get_json()) == spelled(fetch(noon))


def test_the_calls_are_described(noon: Noon) -> None:
    paths = noon.client.get("/api/v1/openapi.json").get_json()["paths"]

    for path in ("day-sheet", "card-hashes"):
        described = paths[f"/api/v1/{path}"]["get"]
        assert {"200", "401", "403"} <= set(described["responses"])
        assert [parameter["name"] for parameter in described["parameters"]] == ["since"]
