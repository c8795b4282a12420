"""Misuse of the pages of sponsors: a clear sentence at its field each time, and nothing written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from canteen.audit.models import AuditEvent
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.ledger.models import Entry
from canteen.sponsors import services as funds
from canteen.sponsors.agreements import services as agreements
from canteen.sponsors.agreements.models import Agreement, AgreementFund, Naming, SponsorName
from canteen.sponsors.gifts import queries, services
from canteen.sponsors.gifts.models import GoodsGift, Pledge
from canteen.sponsors.gifts.queries import Giving, Invitation
from canteen.sponsors.gifts.services import NewGoods, NewPledge
from canteen.sponsors.models import Fund, Gift, Sponsor
from canteen.sponsors.services import NewFund
from tests.factories import make_canteen, make_fund, mark_closed, only
from tests.signing_in import Browser, sign_in_as
from tests.sponsors.agreed import COMPANY, TODAY, make_agreement, make_sponsor
from tests.sponsors.test_agreement_pages import AGREEMENT, days
from tests.sponsors.test_gift_pages import MONEY
from tests.sponsors.test_gifts import MONEY as MONEY_VALUE

NAME27 = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟会"
WRITTEN = (Sponsor, SponsorName, Agreement, AgreementFund, Naming, Fund, Gift, Pledge, GoodsGift, Entry, AuditEvent)


def counts() -> list[int]:
    with reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in WRITTEN]


@contextmanager
def nothing_written() -> Iterator[None]:
    before = counts()
    yield
    assert counts() == before


def told_at(answer: TestResponse, field: str, sentence: str) -> None:
    """The sentence stands in the summary, with a link to its field."""
    assert answer.status_code in (200, 400, 409), answer.status_code
    summary = answer.text.split('id="error-summary"')[1].split("</ul>")[0]
    assert sentence in summary and f'href="#{field}' in summary, summary


@pytest.fixture
def office(sqlite_app: Flask) -> Browser:
    return sign_in_as(sqlite_app, Role.ADMINISTRATOR)


def naming(canteen_id: int, **changes: Any) -> dict[str, Any]:
    usual = {
        "object": "canteen", "display_name": "维达老地方", "canteen": str(canteen_id), "meal": "",
        "consent_by": "村委会", **days("consent_on", date(2026, 10, 30)),
        **days("begins_on", date(2026, 11, 1)), **days("ends_on", date(2027, 10, 31)),
    }  # fmt: skip
    return {**usual, **changes}


def test_an_agreement_or_a_right_that_ends_before_it_begins(office: Browser) -> None:
    canteen_id, sponsor_id = make_canteen(), make_sponsor()
    agreement = f"/agreements/{make_agreement(sponsor_id)}"
    past = days("ends_on", date(2026, 10, 1))

    with nothing_written():
        form = f"/sponsors/{sponsor_id}/agreements/new"
        told_at(office.send(form, {**AGREEMENT, "number": "8", **past}, page=form), "ends_on", "早于开始日期")
        told_at(office.send(f"{agreement}/change", {**AGREEMENT, **past}), "ends_on", "早于开始日期")
        told_at(office.send(f"{agreement}/namings/new", naming(canteen_id, **past)), "ends_on", "早于开始日期")
        new = {"sponsor": "万胜", "code": "wansheng", "gift": "0", **days("begins_on", TODAY), **past}
        told_at(office.send("/funds/new", new), "ends_on", "早于开始日期")


def test_a_right_that_overlaps_another_or_outlives_its_agreement(office: Browser) -> None:
    canteen_id = make_canteen()
    agreement = f"/agreements/{make_agreement(make_sponsor())}"
    office.send(f"{agreement}/namings/new", naming(canteen_id))
    second = make_agreement(1, number="9", begins_on=date(2027, 10, 1), ends_on=date(2028, 9, 30))
    later = {**days("begins_on", date(2027, 10, 31)), **days("ends_on", date(2028, 9, 30))}

    with nothing_written():
        overlapping = office.send(f"/agreements/{second}/namings/new", naming(canteen_id, **later))
        told_at(overlapping, "begins_on", "2026年11月1日 到 2027年10月31日 已经有冠名“维达老地方”，日期重叠了")
        too_long = {**days("ends_on", date(2027, 11, 1))}
        outside = office.send(f"{agreement}/namings/new", naming(canteen_id, **too_long))
        told_at(outside, "begins_on", "冠名要在协议的起止日期里")


def test_an_agreement_whose_days_overlap_with_another_is_pointed_at(office: Browser) -> None:
    sponsor_id = make_sponsor()
    make_agreement(sponsor_id)
    form = f"/sponsors/{sponsor_id}/agreements/new"
    later = {**days("begins_on", date(2027, 11, 1)), **days("ends_on", date(2028, 10, 31))}

    same = office.send(form, {**AGREEMENT, "number": "8"}, follow_redirects=True)
    after = office.send(form, {**AGREEMENT, "number": "9", **later}, follow_redirects=True)

    assert "和协议“新慈〔2026〕7号”的日期有重叠" in same.text
    assert "已登记协议" in after.text and "有重叠" not in after.text


def test_a_name_longer_than_its_place_or_for_barred_goods(office: Browser) -> None:
    canteen_id, sponsor_id = make_canteen(), make_sponsor()
    agreement = f"/agreements/{make_agreement(sponsor_id)}"
    new = {"name": "甲", "kind": "person"}
    today = days("from_on", TODAY)
    fund = {"sponsor": "乙", "code": "yi", "gift": "0"}

    with nothing_written():
        for name, sentence in ((NAME27, "署名有 27 个字，最多 26 个"), ("某某烟草", "烟草和法律禁止宣传的产品不能冠名")):
            shown = {"display_name": name}
            told_at(office.send("/sponsors/new", {**new, **shown}), "display_name", sentence)
            told_at(office.send(f"/sponsors/{sponsor_id}/name", {**shown, **today}), "display_name", sentence)
            told_at(office.send(f"{agreement}/namings/new", naming(canteen_id, **shown)), "display_name", sentence)
            told_at(office.send("/funds/new", {**fund, **shown}), "display_name", sentence)
        told_at(office.send("/funds/new", {**fund, "sponsor": NAME27}), "display_name", "署名有 27 个字")


def test_a_fund_over_allotted(office: Browser) -> None:
    agreement_id = make_agreement(make_sponsor())
    make_fund("weida", 0, sponsor="维达纸业")
    make_fund("weida-2", 0, sponsor="维达纸业")
    agreements.allot(agreement_id, "weida", 4_000_000, "staff:1")
    page = f"/agreements/{agreement_id}"

    with nothing_written():
        answer = office.send(f"{page}/funds", {"fund": "weida-2", "amount": "10000.01"})
        told_at(answer, "amount", "比协议金额多了 0.01 元")
        less = office.send(f"{page}/change", {**AGREEMENT, "amount": "39999"})
        told_at(less, "amount", "比协议金额多了 1.00 元")


def test_a_gift_booked_twice_by_receipt_and_by_bank_number(office: Browser) -> None:
    make_fund("weida", 0)
    form = "/funds/weida/gifts/new/money"
    office.send(form, MONEY)

    with nothing_written():
        receipt = office.send(form, {**MONEY, "key": "k2", "bank_no": ""})
        told_at(receipt, "receipt_number", "这张票据已经记过一笔到账：2026年11月19日 资金“weida”100.50 元")
        paper = {"receipt_code": "", "receipt_number": "", "receipt_issuer": ""}
        bank = office.send(form, {**MONEY, "key": "k3", **paper})
        told_at(bank, "bank_no", "这个银行流水号已经记过一笔到账：2026年11月19日 资金“weida”100.50 元")
        assert "这一笔刚才已经记过了" in office.send(form, {**MONEY, **paper, "bank_no": ""}).text


def test_a_changed_name_with_sealed_papers(office: Browser) -> None:
    canteen_id, sponsor_id = make_canteen(), make_sponsor()
    make_fund("weida", 0, sponsor="维达纸业")
    mark_closed(canteen_id, "2026-10")
    form = {"display_name": "维达集团", **days("from_on", date(2026, 10, 31))}

    with nothing_written():
        answer = office.send(f"/sponsors/{sponsor_id}/name", form)
        told_at(answer, "from_on", "2026年10月 和以前的单据已经封存，上面是原来的署名。新署名最早从 2026年11月1日 起")


def test_a_sponsorship_gets_no_donation_receipt(office: Browser) -> None:
    sponsor_id = make_sponsor()
    agreement_id = make_agreement(
        sponsor_id, nature="sponsorship", holder_kind="operator", holder_name="餐饮公司", holder_uscc=COMPANY
    )
    make_fund("weida", 0, sponsor="维达纸业")
    agreements.allot(agreement_id, "weida", 100, "staff:1")
    form = "/funds/weida/gifts/new/money"

    shown = office.get(form).text
    with nothing_written():
        answer = office.send(form, MONEY)
    without = {**MONEY, "receipt_code": "", "receipt_number": "", "receipt_issuer": ""}

    assert "这笔资金是商业赞助，不开捐赠票据" in shown and 'name="receipt_code"' not in shown
    told_at(answer, "receipt_number", "这笔资金是商业赞助，不开捐赠票据")
    assert office.send(form, without).status_code == 303 and only(Gift).receipt_no is None


def test_money_with_a_donation_receipt_becomes_no_sponsorship(office: Browser) -> None:
    sponsor_id = make_sponsor()
    donated = make_agreement(sponsor_id)
    make_fund("weida", 0, sponsor="维达纸业")
    services.receive_money(MONEY_VALUE, "staff:1")
    agreements.allot(donated, "weida", 100, "staff:1")
    commercial = make_agreement(
        sponsor_id, number="9", nature="sponsorship", holder_kind="operator", holder_name="餐饮公司",
        holder_uscc=COMPANY,
    )  # fmt: skip

    with nothing_written():
        changed = {**AGREEMENT, "nature": "sponsorship"}
        assert "已经有开了捐赠票据的到账" in office.send(f"/agreements/{donated}/change", changed).text
    agreements.allot(donated, "weida", 0, "staff:1")
    with nothing_written():
        answer = office.send(f"/agreements/{commercial}/funds", {"fund": "weida", "amount": "1"})
        told_at(answer, "fund", "已经有开了捐赠票据的到账")


def test_gifts_of_many_are_named_or_filed_in_every_way_they_come(office: Browser) -> None:
    sponsor_id = make_sponsor("爱心街坊", "爱心街坊", kind="many", uscc="")
    with pytest.raises(Refusal) as first:
        funds.add_fund(NewFund("jiefang", "爱心街坊", 100, TODAY), "staff:1")
    funds.add_fund(NewFund("jiefang", "爱心街坊", 0, TODAY), "staff:1")
    paper = {"receipt_code": "", "receipt_number": "", "receipt_issuer": ""}
    forms = {
        "money": {**MONEY, **paper},
        "pledge": {"key": "p", "amount": "5", **days("on", TODAY)},
        "goods": {
            "key": "g", "what": "米", "quantity": "1", "unit": "袋", "amount": "5", "basis": "market",
            "basis_source": "市场", **days("on", TODAY),
        },
    }  # fmt: skip

    assert first.value.code == "gift-many" and sponsor_id
    with nothing_written():
        for kind, data in forms.items():
            answer = office.send(f"/funds/jiefang/gifts/new/{kind}", data)
            told_at(answer, "giver_name", "只能收实名的捐款")
    filing = Giving(None, True, "江门市新会区慈善会", "53440000MJ1234567XA26001")
    services.set_giving("jiefang", filing, "staff:1")
    invitation = "公开募捐：江门市新会区慈善会，募捐备案号 53440000MJ1234567XA26001。"
    invited = ["/funds/jiefang", "/funds/jiefang/gifts", *(f"/funds/jiefang/gifts/new/{kind}" for kind in forms)]
    assert [page for page in invited if invitation not in office.get(page).text] == []
    assert invitation not in office.get("/funds/jiefang/gifts/new/expense").text
    for kind, data in forms.items():
        assert office.send(f"/funds/jiefang/gifts/new/{kind}", data).status_code == 303


def test_whoever_may_invite_gifts_is_told_with_the_number(sqlite_app: Flask) -> None:
    one, many = make_fund("weida", 0), make_fund("jiefang", 0)
    services.set_giving("jiefang", Giving(None, True, "慈善会", "53440000MJ1234567XA26001"), "staff:1")
    services.pledge(NewPledge("p", "weida", 100, TODAY), "staff:1")
    services.receive_goods(NewGoods("g", "weida", "米", 1_000, "袋", 100, "market", "市场", TODAY), "staff:1")

    with reading() as session:
        assert queries.invitation(session, one) is None
        assert queries.invitation(session, many) == Invitation("慈善会", "53440000MJ1234567XA26001")


def test_pages_beneath_sponsors_light_their_entry_of_the_menu(office: Browser) -> None:
    agreement_id = make_agreement(make_sponsor())
    make_fund("weida", 0)

    for page in ("/sponsors", "/sponsors/1", "/funds/weida", "/funds/weida/gifts", f"/agreements/{agreement_id}"):
        menu = office.get(page).text.split("<main")[0]
        lit = [part for part in menu.split("<a ") if 'aria-current="page"' in part]
        assert len(lit) == 1 and 'href="/sponsors"' in lit[0], page
    assert 'href="/sponsors" aria-current' not in office.get("/statements").text


def test_a_sponsor_written_down_twice_is_told(office: Browser) -> None:
    make_sponsor()
    with nothing_written(), transaction() as session:
        assert session.scalars(select(Sponsor)).one().name == "维达纸业"
    with nothing_written():
        again = {"name": "维达纸业", "kind": "organisation", "uscc": COMPANY}
        told_at(office.send("/sponsors/new", again), "name", "已经有同名的捐赠方")
        wrong = {"name": "万胜", "kind": "organisation", "uscc": "91110000600037341X"}
        told_at(office.send("/sponsors/new", wrong), "uscc", "统一社会信用代码不对")
