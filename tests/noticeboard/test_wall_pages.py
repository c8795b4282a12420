"""The pages of the wall and the notices: who may do what, what everybody reads, what goes wrong."""

import re
from datetime import date

import pytest
from flask import Flask

from canteen.canteens.models import Workplace
from canteen.core.roles import Role
from canteen.db import transaction
from canteen.noticeboard.wall import services
from canteen.noticeboard.wall.models import PublicNotice
from tests.factories import make_canteen, rows
from tests.noticeboard.noticed import ACTOR, Place, close, eat, make_place, publish, published
from tests.noticeboard.walls import give, make_donor
from tests.signing_in import Browser, browser, make_staff, sign_in_as

TODAY = date(2026, 11, 20)
PAGE = "/notices/2026-11?canteen=xfl"
SEEN = re.compile(r'name="seen"[^>]*value="([0-9a-f]{64})"')


@pytest.fixture
def place(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A canteen whose November is closed."""
    found = make_place()
    eat(found, date(2026, 11, 3))
    close(monkeypatch)
    return found


def manager_of(app: Flask, canteen_id: int) -> Browser:
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    return sign_in_as(app, Role.MANAGER, staff_id)


def filled(office: Browser, **changes: str) -> dict[str, str]:
    found = SEEN.search(office.get(PAGE).text)
    assert found
    return {
        "seen": found[1],
        "publisher": "幸福里社区居委会",
        "hotline": "0931-8461234",
        "is_meant": "y",
        **changes,
    }


def test_a_manager_publishes_a_closed_month_in_one_step(sqlite_app: Flask, place: Place) -> None:
    office = manager_of(sqlite_app, place.canteen_id)
    assert "食堂xfl 2026年11月 已月结，还没有公示" in office.get("/").text
    assert "预览：大家会看到这些" in office.get(PAGE).text
    assert "还没公示" in office.get("/notices").text

    answer = office.send(PAGE, filled(office), page=PAGE)

    assert answer.status_code == 303
    assert "公示中，还有 7 天" in office.get(PAGE).text
    assert "还没有公示" not in office.get("/").text
    public = browser(sqlite_app).get("/thanks/xfl").text
    for told in (
        "助餐 6 人次",
        "政府补贴",
        "¥36.00",
        "¥76.00",
        "维达xfl",
        "幸福里社区居委会",
        "0931-8461234",
        "XFL-2026-11-notice-v1",
    ):
        assert told in public
    assert "李秀英" not in public and "老人1946" not in public, "no person's name but donors'"


def test_what_is_missing_is_said_beside_the_form_and_nothing_is_published(
    sqlite_app: Flask, place: Place
) -> None:
    office = manager_of(sqlite_app, place.canteen_id)
    for changes, told in (
        ({"publisher": ""}, "请填公布单位。"),
        ({"publisher": "长" * 81}, "公布单位最多 80 个字。"),
        ({"hotline": "打给我"}, "监督电话只能是数字"),
        ({"seen": "0" * 64}, "公示的内容刚才变了"),
        ({"seen": ""}, "公示的内容刚才变了"),
    ):
        answer = office.send(PAGE, filled(office, **changes), page=PAGE)
        assert (answer.status_code in (400, 409), told in answer.text) == (True, True), changes
    unticked = {key: value for key, value in filled(office).items() if key != "is_meant"}
    assert "请先勾选，再发布。" in office.send(PAGE, unticked, page=PAGE).text
    assert rows(PublicNotice) == []


def test_a_notice_is_published_once_and_withdrawn_once(sqlite_app: Flask, place: Place) -> None:
    office = manager_of(sqlite_app, place.canteen_id)
    data = filled(office)
    office.send(PAGE, data, page=PAGE)

    again = office.send(PAGE, data, page=PAGE)
    assert (again.status_code, len(rows(PublicNotice))) == (409, 1)

    path = "/notices/2026-11/withdraw?canteen=xfl&number=XFL-2026-11-notice-v1"
    assert "请写明撤回的原因。" in office.send(path, {"reason": ""}, page=PAGE).text
    assert office.send(path, {"reason": "电话写错"}, page=PAGE).status_code == 303
    assert office.send(path, {"reason": "又一次"}, page=PAGE).status_code == 409
    assert office.send(path.replace("-v1", "-v9"), {"reason": "错"}, page=PAGE).status_code == 404
    assert "XFL-2026-11-notice-v2，代替 XFL-2026-11-notice-v1" in office.get(PAGE).text
    public = browser(sqlite_app).get("/thanks/xfl/XFL-2026-11-notice-v1").text
    assert "原因：电话写错" in public
    assert "¥36.00" not in public, "figures that were taken back are told no more"
    assert "公布在这里，公示 7 天" in browser(sqlite_app).get("/thanks/xfl").text


def test_only_those_who_answer_for_the_canteen_publish(sqlite_app: Flask, place: Place) -> None:
    other = manager_of(sqlite_app, make_canteen("nanmen"))
    officer, cashier = sign_in_as(sqlite_app, Role.OFFICER), sign_in_as(sqlite_app, Role.CASHIER)
    mine = filled(manager_of(sqlite_app, place.canteen_id))

    assert other.get(PAGE).status_code == 403
    assert other.send(PAGE, mine).status_code == 403
    assert officer.get(PAGE).status_code == 200
    assert "发布公示" not in officer.get(PAGE).text
    assert officer.send(PAGE, mine).status_code == 403
    assert cashier.get(PAGE).status_code == 403
    assert browser(sqlite_app).get("/notices").status_code in (302, 303, 401)
    assert rows(PublicNotice) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("/notices/2026-13?canteen=xfl", 404), ("/notices/nonsense?canteen=xfl", 404), ("/notices/2026-12?canteen=xfl", 409),
     ("/notices/2026-11?canteen=nowhere", 403), ("/notices/2026-11/poster.pdf?canteen=xfl", 404)],
)  # fmt: skip
def test_a_month_that_is_none_or_open_is_said(
    sqlite_app: Flask, place: Place, path: str, status: int
) -> None:
    assert manager_of(sqlite_app, place.canteen_id).get(path).status_code == status


def test_posters_are_the_offices_and_are_drawn_once(sqlite_app: Flask, place: Place) -> None:
    publish(place)
    office = manager_of(sqlite_app, place.canteen_id)

    answer = office.get("/notices/2026-11/poster.pdf?canteen=xfl&size=a4")
    assert (answer.status_code, answer.content_type, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert office.get("/notices/2026-11/poster.pdf?canteen=xfl&size=a4").data == answer.data
    kept = list((sqlite_app.config["CANTEEN"].home / "posters").glob("*.pdf"))
    assert len(kept) == 1

    assert office.get("/notices/wall.pdf?canteen=xfl&size=huge").data[:5] == b"%PDF-"
    assert browser(sqlite_app).get("/notices/wall.pdf?canteen=xfl").status_code in (302, 303, 401)
    assert (
        manager_of(sqlite_app, make_canteen("nanmen")).get("/notices/wall.pdf?canteen=xfl").status_code == 403
    )


def test_a_wall_before_anything_says_what_will_stand_there(sqlite_app: Flask) -> None:
    make_canteen("xfl")

    html = browser(sqlite_app).get("/thanks/xfl").text

    assert "第一个名字，会写在这里" in html
    assert "公布在这里，公示 7 天" in html


def test_the_wall_reads_in_english_and_in_order_by_strokes(sqlite_app: Flask) -> None:
    make_canteen("xfl")
    for day, name in ((3, "龘科技"), (9, "丁氏")):
        give(make_donor(f"捐赠方{day}", shown=name, shows_amount=True), 500_000, date(2026, 11, day))

    english = browser(sqlite_app).get("/thanks/xfl?lang=en&size=c").text
    by_date, by_strokes = (
        browser(sqlite_app).get(f"/thanks/xfl?order={order}").text for order in ("date", "strokes")
    )

    assert "Donors this month" in english and 'class="public size-c"' in english
    assert by_date.index("龘科技") < by_date.index("丁氏")
    assert by_strokes.index("丁氏") < by_strokes.index("龘科技")
    assert "¥5,000.00" in by_date
    assert "<script" not in by_date
    assert browser(sqlite_app).get("/thanks/xfl?order=x&size=x&lang=x").text == by_date


def test_an_address_that_leads_nowhere_is_a_page_in_plain_words(sqlite_app: Flask, place: Place) -> None:
    publish(place)
    make_canteen("nanmen")
    for path in (
        "/thanks/nowhere",
        "/thanks/xfl/XFL-2026-11-notice-v9",
        "/thanks/nanmen/XFL-2026-11-notice-v1",
    ):
        answer = browser(sqlite_app).get(path)
        assert (answer.status_code, "没有找到这一页" in answer.text) == (404, True), path


def test_older_notices_are_found_by_a_link(
    sqlite_app: Flask, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(place)
    close(monkeypatch, month="2026-12")
    publish(place, "2026-12")
    services.withdraw(published(place)[0].id, "改电话", ACTOR)
    publish(place, "2026-12")

    html = browser(sqlite_app).get("/thanks/xfl").text

    assert "/thanks/xfl/XFL-2026-11-notice-v1" in html
    assert "XFL-2026-12-notice-v2" in html
    assert "公示期已满" in browser(sqlite_app).get("/thanks/xfl/XFL-2026-11-notice-v1").text
