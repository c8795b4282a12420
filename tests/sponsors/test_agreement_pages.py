"""The pages of sponsors, agreements and names: who reads, who writes, what is told, and names in full."""

import io
from datetime import date
from typing import Any

from flask import Flask
from signing_in import Browser, sign_in_as

from canteen.core.roles import Role
from canteen.db import reading
from canteen.sponsors.agreements import queries
from canteen.subsidies import services as subsidies
from tests.factories import make_canteen, make_fund, programme
from tests.sponsors.agreed import CHARITY, COMPANY, PDF

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"  # 26 characters
SPONSOR = {"name": LONG + "有限公司", "display_name": LONG, "kind": "organisation", "uscc": COMPANY}

EIGHTY = {
    "id": "age-80", "title": "80岁以上付8元", "payer": "government", "when": {"age": {"from": 80}},
    "pays": {"fixed": "8.00"},
}  # fmt: skip


def days(name: str, on: date) -> dict[str, str]:
    return {f"{name}-year": str(on.year), f"{name}-month": str(on.month), f"{name}-day": str(on.day)}


AGREEMENT = {
    "number": "新慈〔2026〕7号", "nature": "donation", "amount": "50,000.00", "holder_kind": "charity",
    "holder_name": "江门市新会区慈善会", "holder_uscc": CHARITY, "wording_by": "赵卫东",
    "goods_declared": "y", "relatives_declared": "y", **days("signed_on", date(2026, 10, 30)),
    **days("begins_on", date(2026, 11, 1)), **days("ends_on", date(2027, 10, 31)),
    **days("wording_on", date(2026, 10, 30)),
}  # fmt: skip


def agreed(office: Browser) -> tuple[str, str]:
    """A sponsor and an agreement, written by the pages; answers both addresses."""
    sponsor = office.send("/sponsors/new", SPONSOR, page="/sponsors/new").location
    form = f"{sponsor}/agreements/new"
    scan = {"paper": (io.BytesIO(PDF), "协议.pdf")}
    return sponsor, office.send(form, {**AGREEMENT, **scan}, page=form).location


def test_an_officer_writes_an_agreement_and_its_name_stands_everywhere_in_full(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    office = sign_in_as(sqlite_app, Role.OFFICER)
    sponsor, agreement = agreed(office)

    right: dict[str, Any] = {
        "object": "canteen", "display_name": LONG, "canteen": str(canteen_id), "meal": "",
        "consent_by": "村委会", **days("consent_on", date(2026, 10, 30)),
        **days("begins_on", date(2026, 11, 1)), **days("ends_on", date(2027, 10, 31)),
    }  # fmt: skip
    new = f"{agreement}/namings/new"
    looked_at = office.send(new, {**right, "act": "preview"}, page=new)
    given = office.send(new, right, page=new)

    assert looked_at.status_code == 200 and looked_at.text.count(f"data-called>{LONG}<") == 2
    assert given.status_code == 303 and "手续齐了" in office.get(agreement).text
    page = office.get(f"{agreement}/namings/1").text
    assert "今天可以显示" in page and page.count(f"data-called>{LONG}<") == 2
    assert LONG in office.get("/sponsors").text and "¥50,000.00" in office.get(sponsor).text
    scan = office.get(f"{agreement}/files/1")
    assert scan.data == PDF and scan.mimetype == "application/pdf" and scan.headers["Cache-Control"] == "no-store"
    assert office.get("/agreements/99/files/1").status_code == 404


def test_bad_input_is_told_beside_its_field_and_nothing_is_kept(sqlite_app: Flask) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    sponsor, _agreement = agreed(office)
    form = f"{sponsor}/agreements/new"

    taken = office.send(form, AGREEMENT, page=form)
    other = {**AGREEMENT, "number": "8号"}
    reversed_ = office.send(form, {**other, **days("ends_on", date(2026, 10, 1))}, page=form)
    for_profit = office.send(form, {**other, "holder_kind": "operator"}, page=form)
    no_scan = office.send(form, {**other, "paper": (io.BytesIO(b"MZ not a paper"), "协议.pdf")}, page=form)
    long = office.send(
        f"{sponsor}/name", {"display_name": LONG + "会", **days("from_on", date(2026, 11, 20))}, page=sponsor
    )

    assert taken.status_code == 409 and "这个协议编号已经用了" in taken.text
    assert "早于开始日期 2026年11月1日" in reversed_.text and 'href="#ends_on-year"' in reversed_.text
    assert "营利性单位不能接受捐赠" in for_profit.text
    assert "只能上传完整的 PDF、JPEG 或 PNG 文件" in no_scan.text
    assert "署名有 27 个字，最多 26 个" in long.text
    with reading() as session:
        assert [row.number for row in queries.agreements(session)] == ["新慈〔2026〕7号"]
        assert queries.sponsor(session, 1).display_name == LONG
    assert office.get("/agreements/99").status_code == 404


def test_sponsorship_is_told_apart_and_a_fund_is_allotted_no_more_than_agreed(sqlite_app: Flask) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    sponsor = office.send("/sponsors/new", SPONSOR, page="/sponsors/new").location
    form = f"{sponsor}/agreements/new"
    commercial = {**AGREEMENT, "nature": "sponsorship", "holder_kind": "operator", "holder_uscc": COMPANY}
    agreement = office.send(form, commercial, page=form).location
    make_fund("lianmeng", 0, sponsor=SPONSOR["name"])

    too_much = office.send(f"{agreement}/funds", {"fund": "lianmeng", "amount": "50000.01"}, page=agreement)
    office.send(f"{agreement}/funds", {"fund": "lianmeng", "amount": "50000"}, page=agreement)

    assert "比协议金额多了 0.01 元" in too_much.text
    page = office.get(agreement).text
    assert "商业赞助不发感谢状，不开捐赠票据，不列入捐赠" in page and 'href="/funds/lianmeng"' in page
    assert "商业赞助" in office.get("/sponsors").text and "商业赞助" in office.get("/funds/lianmeng").text


def test_an_agreement_says_what_comes_next_until_its_rule_is_published(sqlite_app: Flask) -> None:
    subsidies.load_programme(programme([EIGHTY]), [], None, "system:tests")
    office, officer = sign_in_as(sqlite_app, Role.ADMINISTRATOR), sign_in_as(sqlite_app, Role.OFFICER)
    _sponsor, agreement = agreed(office)
    number = agreement.rsplit("/", 1)[1]
    new = f"/funds/new?agreement={number}"
    fund = {"sponsor": SPONSOR["name"], "display_name": LONG, "code": "lianmeng", "gift": "0"}

    before = office.get(agreement).text
    back = office.send(new, fund, page=new)
    with_fund = office.get(agreement).text
    office.send(f"{agreement}/funds", {"fund": "lianmeng", "amount": "50000"}, page=agreement)
    allotted = office.get(agreement).text
    page = f"{agreement}/rule?programme=test-programme"
    wish = {"fund": "lianmeng", "title": "助餐", "amount": "4", "days": "every", "before": "age-80"}
    office.send(page, wish, page=page)

    assert before.count(f"<span data-name>{LONG}</span>") == 5 and f'href="{new}"' in before
    assert f'value="{SPONSOR["name"]}"' in office.get(new).text and 'value="0.00"' in office.get(new).text
    assert "请系统管理员或食堂负责人添加资金" not in before and officer.get(new).status_code == 403
    assert back.status_code == 303 and back.location.startswith(agreement)
    assert 'value="50000.00"' in with_fund and "先写明资金" in with_fund
    assert "还没有规则用它付款" in allotted and "先写明资金" not in allotted
    assert "看草稿" in office.get(agreement).text and office.get("/funds/new?agreement=99").status_code == 404


def test_a_rule_is_proposed_with_what_follows_when_the_fund_is_used_up(sqlite_app: Flask) -> None:
    subsidies.load_programme(programme([EIGHTY]), [], None, "system:tests")
    office = sign_in_as(sqlite_app, Role.OFFICER)
    _sponsor, agreement = agreed(office)
    make_fund("lianmeng", 0, sponsor=SPONSOR["name"])
    office.send(f"{agreement}/funds", {"fund": "lianmeng", "amount": "50000"}, page=agreement)
    page = f"{agreement}/rule?programme=test-programme"
    wish = {"fund": "lianmeng", "title": "爱心联盟助餐", "amount": "4", "days": "every", "before": "age-80"}

    first = office.send(page, {**wish, "act": "preview"}, page=page)
    last = office.send(page, {**wish, "before": "", "act": "preview"}, page=page)
    drafted = office.send(page, wish, page=page)

    assert "80岁以上付8元：" in first.text and "剩下的餐费由老人自己付" in last.text
    assert drafted.status_code == 303 and drafted.location.startswith("/policies/drafts/")
    assert "爱心联盟助餐" in office.get(drafted.location).text
    assert "正在写" in office.get(agreement).text


def test_a_manager_reads_and_a_cashier_does_not(sqlite_app: Flask) -> None:
    sponsor, agreement = agreed(sign_in_as(sqlite_app, Role.OFFICER))
    manager, cashier = sign_in_as(sqlite_app, Role.MANAGER), sign_in_as(sqlite_app, Role.CASHIER)

    assert "<form" not in manager.get(agreement).text.split('id="content"')[1].split("</main>")[0]
    assert manager.get("/sponsors/new").status_code == 403
    assert manager.send(f"{sponsor}/name").status_code == 403
    for page in ("/sponsors", sponsor, agreement, f"{agreement}/files/1"):
        assert manager.get(page).status_code == 200
        assert cashier.get(page).status_code == 403


def test_the_former_address_of_a_fund_leads_to_it(sqlite_app: Flask) -> None:
    make_fund("weida", 500_000)

    assert sign_in_as(sqlite_app, Role.MANAGER).get("/sponsors/weida").location == "/funds/weida"
