"""The sponsor's page: by a link, for one browser, for one sponsor."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update

from canteen.app import create_app
from canteen.checkin.models import MealShare
from canteen.config import ROOT, Settings
from canteen.core.roles import Role
from canteen.db import db, reading, transaction
from canteen.noticeboard.portal.passes import COOKIE
from canteen.noticeboard.portal.queries import DayLine, FundPart, sponsor_page
from canteen.noticeboard.views import limiter
from canteen.settlement.models import Statement
from canteen.settlement.services import close_month
from canteen.sponsors.agreements import givers
from canteen.sponsors.agreements.givers import Giver
from canteen.sponsors.agreements.models import Agreement
from canteen.sponsors.gifts import services as gifts
from canteen.sponsors.gifts import spending
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.gifts.spending import NewExpense
from canteen.sponsors.links.models import SponsorLink, SponsorLinkUse
from canteen.sponsors.links.services import issue_link, revoke_link
from canteen.sponsors.models import Fund
from canteen.sponsors.services import NewFund, add_fund
from tests.factories import TODAY, only, rows
from tests.noticeboard.named_days import NEXT_DAY, name_day, serve_noon
from tests.noticeboard.named_days import serve as serve_guests
from tests.noticeboard.sponsor_months import ACTOR, add_sponsor, at, make_months, make_places, serve_days
from tests.settlement.factories import serve
from tests.signing_in import Browser, browser, sign_in_as
from tests.sponsors.test_pictures import add as add_picture

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"}


@pytest.fixture(scope="module")
def months(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The two sponsors' months, made once; each test that reads them gets a copy."""
    path = tmp_path_factory.mktemp("months") / "canteen.db"
    shutil.copy(sqlite_template, path)
    app = create_app(Settings(home=path.parent, database_url=f"sqlite:///{path}"))
    with pytest.MonkeyPatch.context() as clock, app.app_context():
        made = make_months(clock)
        for engine in db.engines.values():
            engine.dispose()
    return path, made


@pytest.fixture
def sponsors(
    months: tuple[Path, dict[str, int]], sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, int]:
    """Their numbers, with the database of `told_app` holding their months, on 20 November at nine in the evening."""
    shutil.copy(months[0], sqlite_settings.home / "canteen.db")
    return months[1]


@pytest.fixture
def told_app(sponsors: dict[str, int], sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    at(monkeypatch, date(2026, 11, 20), "21:00")
    limiter.reset()
    return sqlite_app


def open_by_link(app: Flask, sponsor_id: int) -> tuple[Browser, str]:
    token = issue_link(sponsor_id, 90, "陈女士的手机", ACTOR)
    phone = browser(app)
    answer = phone.get(f"/s/{token}", headers=PHONE)
    assert (answer.status_code, answer.location) == (303, "/s")
    return phone, token


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_sponsor_reads_what_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    phone, _ = open_by_link(app, make_months(monkeypatch)["weida"])

    told = text_of(phone.get("/s").text)

    # 54 meals of October and 13 + 17 of November at 4.00; the nine of the last day wait for five after them.
    assert (
        "到账 ¥5,000.00 已用（用餐） ¥336.00 其他支出（不是用餐） ¥600.00 退还余款 ¥0.00 剩余 ¥4,064.00"
        in told
    )
    assert "用餐份数 84 老人 25 位以上 认捐，还没有到账（不算在剩余里） ¥3,000.00" in told
    assert "2026年11月 截至 11月19日 30 ¥120.00 2026年10月 54 ¥216.00" in told
    assert "11月17日–11月19日 17 ¥68.00 11月16日 13 ¥52.00 " in told
    assert "新慈〔2026〕1号" in told
    assert "44010122 0000001" in told
    assert "联系我们 幸福里食堂 0750-6666666" in told
    assert "数据截至 2026年11月20日 20:00；每日 20:00 更新。" in told


def test_the_same_page_in_english_and_large_type(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])

    html = phone.get("/s?lang=en&size=c").text

    assert '<html lang="en">' in html
    assert '<body class="size-c">' in html
    assert "Left" in text_of(html)
    assert "Figures as of 20 November 2026 20:00; updated daily at 20:00." in text_of(html)
    assert text_of(phone.get("/s?size=huge&lang=xx&month=nonsense").text) == text_of(phone.get("/s").text)


def test_ages_by_canteen_are_of_the_last_sealed_month(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])

    told = text_of(phone.get("/s").text)

    # Fourteen of 62 to 88 at one place, twelve of 62 to 84 at the other: five and more in each cell.
    assert (
        "2026年10月：食堂 × 年龄 每格：份，金额 食堂 74 岁及以下 75 岁及以上 "
        "幸福里食堂 21 份 ¥84.00 21 份 ¥84.00 北门社区食堂 7 份 ¥28.00 5 份 ¥20.00"
    ) in told


def test_a_commercial_sponsor_reads_nothing_of_donations(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["dairy"])

    for language in ("zh", "en"):
        html = phone.get(f"/s?lang={language}").text
        assert "捐" not in html
        assert "onat" not in text_of(html)
        assert "eceipt" not in text_of(html)
    assert "剩余 ¥4,664.00" in text_of(phone.get("/s?lang=zh").text)


def test_the_address_holds_the_token_only_until_it_was_read(
    told_app: Flask, sponsors: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    token = issue_link(sponsors["weida"], 90, "陈女士", ACTOR)
    phone = browser(told_app)

    answer = phone.get(f"/s/{token}", base_url="https://localhost", headers=PHONE)
    page = phone.get("/s", base_url="https://localhost")

    assert (answer.status_code, answer.location) == (303, "/s")
    cookie = answer.headers["Set-Cookie"]
    assert token not in cookie
    assert all(mark in cookie for mark in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/s"))
    assert token not in page.text
    assert token not in caplog.text
    for one in (answer, page):
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert one.headers["X-Robots-Tag"] == "noindex"
        assert one.headers["Cache-Control"] == "no-store"


def test_one_link_is_one_browsers(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, token = open_by_link(told_app, sponsors["weida"])
    other = browser(told_app)

    refused = other.get(f"/s/{token}")

    assert refused.status_code == 403
    assert "这个链接已经在另一台设备上用过" in refused.text
    assert other.get("/s").status_code == 403
    assert phone.get(f"/s/{token}").status_code == 303, "the browser that used it first may follow it again"
    assert phone.get("/s").status_code == 200


def test_looking_ahead_of_the_reader_does_not_use_a_link_up(
    told_app: Flask, sponsors: dict[str, int]
) -> None:
    token = issue_link(sponsors["weida"], 90, "陈女士", ACTOR)

    assert browser(told_app).head(f"/s/{token}").status_code == 204
    assert browser(told_app).get(f"/s/{token}", headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert only(SponsorLink).browser_sha256 is None
    assert browser(told_app).get(f"/s/{token}").status_code == 303


def test_a_revoked_link_shuts_the_page_at_once(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, token = open_by_link(told_app, sponsors["weida"])
    paper = "/s/papers/WEIDA-2026-10-donor-v1.pdf"

    revoke_link(only(SponsorLink).id, ACTOR)
    revoke_link(only(SponsorLink).id, ACTOR)

    for path in ("/s", f"/s/{token}", paper):
        answer = phone.get(path)
        assert answer.status_code == 410
        assert "这个链接已经停用" in answer.text
        assert "维达" not in answer.text
    assert [use.what for use in rows(SponsorLinkUse)] == ["opened", "revoked"]


def test_an_expired_link_and_an_unknown_one_say_the_same(
    told_app: Flask, sponsors: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, token = open_by_link(told_app, sponsors["weida"])
    at(monkeypatch, date(2027, 2, 18))
    assert phone.get("/s").status_code == 200, "ninety days, the last one whole"

    at(monkeypatch, date(2027, 2, 19))

    said = [phone.get("/s"), phone.get(f"/s/{token}"), browser(told_app).get(f"/s/{token}")]
    unknown = browser(told_app).get("/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert [one.status_code for one in (*said, unknown)] == [410] * 4
    assert {one.text for one in said} == {unknown.text}
    assert "这个链接已经过期，或者不完整" in unknown.text


def test_a_cookie_that_was_tampered_with_opens_nothing(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])
    good = phone.get_cookie(COOKIE, path="/s")
    assert good is not None

    for value in ("", "x", good.value[:-2] + "AA", good.value.split(".")[0], "." + good.value):
        other = browser(told_app)
        other.set_cookie(COOKIE, value, path="/s")
        assert other.get("/s").status_code == 403
        assert other.get("/s/papers/WEIDA-2026-10-donor-v1.pdf").status_code == 403


def test_the_secret_of_one_link_opens_no_other(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])
    open_by_link(told_app, sponsors["dairy"])
    first, second = rows(SponsorLink)
    good = phone.get_cookie(COOKIE, path="/s")
    assert good is not None
    forger = URLSafeSerializer(told_app.secret_key or "", salt="sponsor page")
    held = forger.loads(good.value)
    assert held["link"] == first.id

    forged = browser(told_app)
    forged.set_cookie(COOKIE, str(forger.dumps({**held, "link": second.id})), path="/s")

    assert forged.get("/s").status_code == 403
    assert set(held) == {"link", "secret"}
    assert held["secret"] not in {first.browser_sha256, second.browser_sha256}


def test_no_sponsor_reaches_anything_of_another(told_app: Flask, sponsors: dict[str, int]) -> None:
    of_weida, _ = open_by_link(told_app, sponsors["weida"])
    of_dairy, _ = open_by_link(told_app, sponsors["dairy"])
    papers = {"weida": "/s/papers/WEIDA-2026-10-donor-v1", "dairy": "/s/papers/DAIRY-2026-10-donor-v1"}

    assert "维达" not in of_dairy.get("/s").text
    assert "示范乳品" not in of_weida.get("/s").text
    for ending in ("pdf", "xlsx"):
        assert of_weida.get(f"{papers['dairy']}.{ending}").status_code == 404
        assert of_dairy.get(f"{papers['weida']}.{ending}").status_code == 404
    with reading() as session:
        others = list(session.scalars(select(Statement.number).where(Statement.kind != "donor")))
    assert others
    for number in (*others, "no-such-paper"):
        assert of_weida.get(f"/s/papers/{number}.pdf").status_code == 404
    for path in ("/s/pictures/1", "/s/days/1", "/s/days/1.png"):
        assert of_weida.get(path).status_code == 404
        assert browser(told_app).get(path).status_code in (303, 403, 404)
    assert of_weida.get("/s/papers/WEIDA-2026-10-donor-v1.exe").status_code == 404


def test_a_paper_is_handed_out_as_it_was_archived_and_counted(
    told_app: Flask, sponsors: dict[str, int]
) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])
    assert "/s/papers/WEIDA-2026-10-donor-v1.pdf" in phone.get("/s").text

    answer = phone.get("/s/papers/WEIDA-2026-10-donor-v1.pdf", headers=PHONE)

    assert answer.data.startswith(b"%PDF")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [(use.what, use.device) for use in rows(SponsorLinkUse)] == [
        ("opened", "phone"), ("page", "other"), ("paper:WEIDA-2026-10-donor-v1", "phone"),
    ]  # fmt: skip


def test_the_office_and_the_sponsor_are_two_doors(told_app: Flask, sponsors: dict[str, int]) -> None:
    office = sign_in_as(told_app, Role.ADMINISTRATOR)
    phone, _ = open_by_link(told_app, sponsors["weida"])

    assert office.get("/s").status_code == 403
    assert office.get("/s/papers/WEIDA-2026-10-donor-v1.pdf").status_code == 403
    for path in (f"/sponsors/{sponsors['weida']}", f"/sponsors/{sponsors['weida']}/links", "/statements"):
        assert phone.get(path).status_code in (302, 303, 401)


def test_the_page_names_nobody(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])

    for language in ("zh", "en"):
        html = phone.get(f"/s?lang={language}").text
        assert not re.search(r"老人[0-9]{2}", html)
        assert not re.search(r"[1-9][0-9]{16}[0-9X]", html)
        assert not re.search(r"1[3-9][0-9]{9}", html)
        assert "低保" not in html


def test_states_are_said(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2026, 10, 1))
    sponsor_id = add_sponsor("维达纸业", "weida")
    empty_id = givers.add_sponsor(Giver("没有资金", "person"), "没有资金", date(2026, 10, 1), ACTOR)
    at(monkeypatch, date(2026, 10, 2))
    phone, _ = open_by_link(sqlite_app, sponsor_id)
    nothing, _ = open_by_link(sqlite_app, empty_id)

    assert "还没有可以公布的用餐" in phone.get("/s").text
    assert "还没有资金" in nothing.get("/s").text
    with transaction() as session:
        session.execute(update(Agreement).values(begins_on=date(2026, 12, 1)))
    assert "协议从 2026年12月1日 开始，还没有用餐。" in phone.get("/s").text
    with transaction() as session:
        session.execute(update(Agreement).values(begins_on=date(2026, 8, 1), ends_on=date(2026, 9, 30)))
    assert "协议已在 2026年9月30日 结束，不再付款。" in phone.get("/s").text
    with transaction() as session:
        session.execute(update(Agreement).values(ends_on=date(2027, 9, 30)))
    spending.spend(
        NewExpense("e1", "weida", "other", "全部用于设备", "王师傅", 500_000, date(2026, 10, 2)), ACTOR
    )
    at(monkeypatch, date(2026, 10, 3))
    assert "已经用完。" in phone.get("/s").text


def test_several_funds_are_told_one_by_one_and_natures_never_together(
    told_app: Flask, sponsors: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_fund(NewFund("weida-2", "维达纸业", 100_000, date(2026, 11, 20), title="重阳节资金"), ACTOR)
    with transaction() as session:
        session.execute(update(Fund).where(Fund.code == "dairy").values(sponsor_id=sponsors["weida"]))
    at(monkeypatch, date(2026, 11, 21), "20:30")
    phone, _ = open_by_link(told_app, sponsors["weida"])

    html = phone.get("/s?lang=zh&size=b").text

    heads = re.findall(r'<h2 class="nature">(.*?)</h2>', html)
    left = re.findall(r'<p class="figure">(.*?)</p>', html)
    assert heads == ["捐赠", "维达纸业助餐金", "重阳节资金", "商业赞助"]
    assert left == ["¥5,064.00", "¥4,064.00", "¥1,000.00", "¥4,664.00"]
    assert len(re.findall(r' id="([^"]+)"', html)) == len(set(re.findall(r' id="([^"]+)"', html)))


def test_gifts_of_many_are_nobodys_to_read(told_app: Flask, sponsors: dict[str, int]) -> None:
    gifts.set_giving("weida", Giving(None, True, None, None), ACTOR)
    phone, _ = open_by_link(told_app, sponsors["weida"])

    told = text_of(phone.get("/s").text)

    assert "到账 ¥5,000.00" in told
    assert "票据" not in told


def test_a_new_link_takes_the_place_of_an_old_one_in_the_same_browser(
    told_app: Flask, sponsors: dict[str, int]
) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])
    revoke_link(only(SponsorLink).id, ACTOR)
    assert phone.get("/s").status_code == 410

    answer = phone.get(f"/s/{issue_link(sponsors['weida'], 90, '陈女士', ACTOR)}")

    assert answer.status_code == 303
    assert phone.get("/s").status_code == 200


def test_tries_at_links_are_few(told_app: Flask, sponsors: dict[str, int]) -> None:
    guesser = browser(told_app)

    answers = [guesser.get(f"/s/{number:032d}").status_code for number in range(25)]

    assert answers[:5] == [410] * 5
    assert answers[-1] == 429


def test_what_the_page_sends_is_light(told_app: Flask, sponsors: dict[str, int]) -> None:
    phone, _ = open_by_link(told_app, sponsors["weida"])

    html = phone.get("/s").text

    sheets = re.findall(r'<link rel="stylesheet" href="/static/([^"?]+)', html)
    sizes = [(ROOT / "canteen" / "static" / name).stat().st_size for name in sheets]
    assert len(sheets) == 2
    assert len(html.encode()) + sum(sizes) < 60 * 1024
    assert "<script" not in html


def test_no_evenings_page_less_an_earlier_one_tells_of_fewer_than_five(
    told_app: Flask, sponsors: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every evening of two months, with the sealing of the first between them, against the meals themselves."""
    served = [
        (share.service_on, share.elder_id) for share in rows(MealShare) if share.payer == "sponsor:weida"
    ]
    seen = [fund_on(sponsors["weida"], date(2026, 10, 1) + timedelta(days=day)) for day in range(51)]

    assert sum(before != after for before, after in pairwise(seen)) == 6
    for before, after in combinations(seen, 2):
        new = set(after.days) - set(before.days)
        assert {line.meals for line in set(before.days) - set(after.days)} == set(), "what was told stays"
        for line in new:
            assert len(eaters(served, [line])) >= 5
        assert after.meals - before.meals == sum(line.meals for line in new)
        assert after.money.used_fen - before.money.used_fen == sum(line.amount_fen for line in new)
        assert not new or len(eaters(served, new)) >= 5
        assert after.elders - before.elders in range(0, 100, 5)
        if before.table and after.table and before.table.month == after.table.month:
            assert before.table == after.table


def fund_on(sponsor_id: int, on: date) -> FundPart:
    at_eight = datetime(on.year, on.month, on.day, 20, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    with reading() as session:
        return sponsor_page(session, sponsor_id, at_eight, "Asia/Shanghai").parts[0].funds[0]


def eaters(served: list[tuple[date, int]], lines: Iterable[DayLine]) -> set[int]:
    return {elder for line in lines for on, elder in served if line.from_on <= on <= line.until_on}


def test_a_month_of_four_elders_is_told_with_the_next(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2026, 10, 1))
    sponsor_id = add_sponsor("维达纸业", "weida")
    canteens, elders = make_places(("xfl",), ("weida",))
    serve_days(canteens[0], elders[0], {date(2026, 10, 3): 4, date(2026, 10, 4): 4}, monkeypatch)
    at(monkeypatch, date(2026, 11, 1))
    close_month("2026-10", "xfl", "王敏", "赵刚")
    kept_back = fund_on(sponsor_id, date(2026, 11, 2))
    serve_days(canteens[0], elders[0], {date(2026, 11, 8): 6, date(2026, 11, 9): 6}, monkeypatch)
    while_open = fund_on(sponsor_id, date(2026, 11, 9))
    at(monkeypatch, date(2026, 12, 1))
    close_month("2026-11", "xfl", "王敏", "赵刚")

    sealed = fund_on(sponsor_id, date(2026, 12, 2))

    assert (kept_back.meals, kept_back.money.used_fen, kept_back.months, kept_back.elders) == (0, 0, (), 0)
    assert [(line.months, line.meals) for line in while_open.months] == [(("2026-11",), 6)]
    assert [(line.months, line.meals, line.amount_fen) for line in sealed.months] == [
        (("2026-10", "2026-11"), 20, 8_000)
    ]
    assert (sealed.days, sealed.table, sealed.elders) == ((), None, 5)


def test_meals_after_eight_wait_for_the_next_evening(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2026, 11, 1))
    sponsor_id = add_sponsor("维达纸业", "weida")
    canteens, elders = make_places(("xfl",), ("weida",))
    serve_days(canteens[0], elders[0], {date(2026, 11, 2): 8}, monkeypatch)
    at(monkeypatch, date(2026, 11, 3), "20:00")
    for elder_id in elders[0][:6]:
        serve(canteens[0], elder_id, date(2026, 11, 3))
    at(monkeypatch, date(2026, 11, 4), "20:01")
    for elder_id in elders[0][:7]:
        serve(canteens[0], elder_id, date(2026, 11, 4))

    told = [fund_on(sponsor_id, date(2026, 11, day)).meals for day in (2, 3, 4, 5)]

    assert told == [0, 8, 8, 14]


def test_pictures_and_named_days_stand_on_the_page_of_their_sponsor_alone(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = name_day(serve_noon(sqlite_app.test_client()))
    serve_guests(named.noon, 6)
    other_id = givers.add_sponsor(Giver("万胜", "person"), "万胜", TODAY, ACTOR)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    ours, theirs = add_picture(named.sponsor_id), add_picture(other_id)

    phone, _ = open_by_link(sqlite_app, named.sponsor_id)
    html = phone.get("/s").text

    assert f'src="/s/pictures/{ours}"' in html
    assert f"/s/pictures/{theirs}" not in html
    assert f'href="/s/days/{named.naming_id}"' in html
    stranger, _ = open_by_link(sqlite_app, other_id)
    assert f"/s/days/{named.naming_id}" not in stranger.get("/s").text
    for path in (f"/s/pictures/{ours}", f"/s/days/{named.naming_id}", f"/s/days/{named.naming_id}.png"):
        assert (phone.get(path).status_code, stranger.get(path).status_code) == (200, 404), path
