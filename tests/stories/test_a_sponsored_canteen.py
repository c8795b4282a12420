"""新会's canteen 维达老地方, from the agreement to the donor's statement; the fund runs out at seven past twelve."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.canteens.models import Canteen
from canteen.core.roles import Role
from canteen.core.words import capitals
from canteen.db import reading
from canteen.settlement.models import Statement
from canteen.settlement.rendering import render_one
from canteen.sponsors.agreements.queries import display_name_on
from canteen.sponsors.agreements.showing import rights
from canteen.sponsors.models import Sponsor
from canteen.subsidies.drafts import services as drafts
from canteen.subsidies.drafts.queries import read_draft
from tests.factories import PROGRAMMES, only
from tests.signing_in import Browser, make_staff, sign_in_as
from tests.stories import xinhui
from tests.stories.office import Calendar, TillOf, cards_of, pdf_text, type_command

FOUNDATION, CHARITY = "53440705MJM0000012", "51440705MJM0000005"
COST_FEN = 1000
FREE_MEAL = [("sponsor:weida", 1000)]
AT_COST = [("elder", 1000)]
FROM_GOVERNMENT = [("government", 200), ("elder", 800)]


def days(**named: date) -> dict[str, str]:
    """Dates as the forms have them, in three fields."""
    return {
        f"{name}-{part}": str(getattr(on, part)) for name, on in named.items() for part in ("year", "month", "day")
    }


TERM = days(begins_on=date(2026, 10, 1), ends_on=date(2029, 9, 30))


def paid(result: dict[str, Any]) -> list[tuple[str, int]]:
    """Who paid how much of a meal."""
    assert result["state"] == "MEAL", result
    return [(share["payer"], share["fen"]) for share in result["shares"]]


def test_a_sponsored_canteen_from_the_agreement_to_the_statement(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calendar = Calendar(monkeypatch)

    # At the end of September the district opens a canteen, at cost price, under 新会's own programme.
    calendar.turn_to("2026-09-25 09:00")
    type_command("init")
    type_command(
        "canteens", "add", "--code", "chengdong", "--name", "城东长者食堂", "--area", "rural", "--division", "440705",
        "--operator", "城东村老年协会", "--price", "10.00", "--hours", "lunch=10:30-13:00",
    )  # fmt: skip
    assert type_command("programme", "load", PROGRAMMES / "xinhui.toml", "--canteen", "chengdong").exit_code == 0
    roster = xinhui.write_roster(tmp_path / "roster.csv")
    assert type_command("elders", "import", roster, "--canteen", "chengdong").document["new"] == len(xinhui.EVERYONE)

    # The foundation signs. It gives for free meals and for the helpers; the charity federation holds the money.
    office = sign_in_as(app, Role.ADMINISTRATOR, make_staff(Role.ADMINISTRATOR))
    sponsor, agreement = sign_the_agreement(office)
    open_the_fund(office, agreement)
    invited = type_command("funds", "guests", "--code", "weida", xinhui.write_guest_list(tmp_path / "guests.csv"))
    assert invited.document["guests"] == sum(person.on_list for person in xinhui.EVERYONE)

    # 5,000 yuan come by bank, with a receipt. 4,900 go for the helpers and a steamer before the first meal: 100 stay.
    book(office, "money", amount="5000", way="bank", receipt_code="44070126", receipt_number="0000000317",
         receipt_issuer="新会区慈善会", bank_no="XH20260925", **days(on=date(2026, 9, 25)))  # fmt: skip
    book(office, "expense", kind="helpers", what="助餐员聘请费", payee="城东村老年协会", amount="3400",
         canteen="1", **days(on=date(2026, 9, 25)))  # fmt: skip
    book(office, "expense", kind="equipment", what="蒸柜一台", payee="新会厨具店", amount="1500",
         canteen="1", **days(on=date(2026, 9, 25)))  # fmt: skip

    # The canteen is to be called 维达老地方. Until the village agrees, the name stands nowhere.
    right = name_the_canteen(office, agreement)
    assert "还没有场所的同意" in office.get(right).text
    assert names_shown(date(2026, 10, 1)) == []
    office.send(f"{right}/leave", {"consent_by": "城东村村民委员会", **days(consent_on=date(2026, 9, 26))}, page=right)
    assert names_shown(date(2026, 9, 30)) == []
    assert names_shown(date(2026, 10, 1)) == ["维达老地方"]
    assert names_shown(date(2029, 10, 1)) == []
    assert "维达" not in client.get("/c/chengdong").text

    # 维达 also treats whoever has a birthday. One officer proposes the rule before the government's two yuan.
    draft = propose_the_birthday_meal(office, agreement)

    # Its example is worked out again: with a wrong figure nobody can hand it in. A second person publishes it.
    add_example(draft, expects="9.00")
    assert "还有问题没有改好" in office.send(f"{draft}/submit", {"revision": revision(draft)}, page=draft).text
    add_example(draft, expects="10.00")
    assert office.send(f"{draft}/submit", {"revision": revision(draft)}, page=draft).status_code == 303
    assert "发布总要由另一个人来做" in publish(office, draft).text
    assert publish(sign_in_as(app, Role.OFFICER), draft).location.endswith("/policies/xinhui")

    # Cards are issued, a tablet is enrolled.
    type_command("cards", "issue", "--canteen", "chengdong")
    type_command("cards", "export", "--canteen", "chengdong", "--out", tmp_path / "cards.csv")
    card = cards_of(tmp_path / "cards.csv")
    till = TillOf(client, type_command("devices", "code", "--canteen", "chengdong").document["code"], "一号窗口")

    # 8 October. 维达's workers have put 63.50 yuan together. Eight elders eat free: 100.00 + 63.50 − 80.00 = 83.50.
    calendar.turn_to("2026-10-08 11:30")
    book(office, "money", amount="63.50", way="cash", giver_name="维达员工", **days(on=date(2026, 10, 8)))
    first_day = till.scans(*(card[name] for name in [*xinhui.names(xinhui.FREE), xinhui.LAST.name]))
    assert [paid(result) for result in first_day] == [FREE_MEAL] * 8
    assert left_fen() == 8350

    # 9 October, noon. The till thanks 维达 before anybody comes, and so it does whoever eats.
    calendar.turn_to("2026-10-09 12:00")
    assert strip(client, till) == "维达"
    assert "维达老地方" in client.get("/c/chengdong").text  # what the place is called

    # The free groups and their borders: the list alone makes no meal free, and neither does the group alone.
    free = till.scans(*(card[name] for name in xinhui.names(xinhui.FREE)))
    calendar.turn_to("2026-10-09 12:03")
    at_cost = till.scans(*(card[name] for name in xinhui.names(xinhui.AT_COST)))
    (marginal,) = till.scans(card[xinhui.MARGINAL_WITHOUT_SPONSOR.name])
    (birthday,) = till.scans(card[xinhui.BIRTHDAY_CHILD.name])
    assert dict(zip(xinhui.names(xinhui.FREE), map(paid, free), strict=True)) == dict.fromkeys(
        xinhui.names(xinhui.FREE), FREE_MEAL
    )
    assert dict(zip(xinhui.names(xinhui.AT_COST), map(paid, at_cost), strict=True)) == dict.fromkeys(
        xinhui.names(xinhui.AT_COST), AT_COST
    )
    assert paid(marginal) == FROM_GOVERNMENT
    assert paid(birthday) == FREE_MEAL

    # Seven past twelve. 83.50 − 8 × 10.00 leaves 3.50: 赵丽珍 gets them, then what follows, and pays the rest.
    calendar.turn_to("2026-10-09 12:07")
    assert (left_fen(), strip(client, till)) == (350, "维达")
    (last,) = till.scans(card[xinhui.LAST.name])
    assert paid(last) == [("sponsor:weida", 350), ("government", 200), ("elder", 450)]
    assert (left_fen(), strip(client, till)) == (0, None)

    # Nobody waits. Who comes later is divided by the rules that follow: at cost, two yuan from government, at cost.
    calendar.turn_to("2026-10-09 12:08")
    late = till.scans(*(card[name] for name in xinhui.names(xinhui.TOO_LATE)))
    assert [paid(result) for result in late] == [AT_COST, FROM_GOVERNMENT, AT_COST]
    assert {result["code"] for result in [*free, *at_cost, marginal, birthday, last, *late]} == {None}

    # November. 27 meals: 16 whole and one part from 维达, three times two yuan from government, the rest paid at the till.
    calendar.turn_to("2026-11-02 09:12")
    closed = type_command("close", "2026-10", "--canteen", "chengdong", "--by", "王会计", "--second", "李主任")
    assert closed.exit_code == 0, closed.messages
    assert closed.document["meals"] == 27
    shares = closed.document["by_payer_fen"]
    assert (shares["sponsor:weida"], shares["elder"]) == (16350, 27_000 - 16350 - 600)

    # The statement is addressed by the display name; its money balances to nothing left.
    paper = sealed_paper()
    received = sum(gift["amount_fen"] for gift in paper["gifts"])
    assert paper["addressed_to"] == "维达"
    assert (paper["opening_fen"], received, paper["total_fen"], paper["closing_fen"]) == (10_000, 6350, 16350, 0)
    assert (paper["meals"], paper["full_meals"], paper["elders"]) == (17, 16, 9)
    assert all(line["elders"] >= 5 or not line["meals"] for line in [*paper["lines"], *paper["age_bands"]])

    # On paper: the sum in figures and in words, whole and part apart, an average that says it is rounded, no elder.
    render_one(only(Statement, kind="donor").id)
    pdf, xlsx = (handed_out(office, ending, tmp_path) for ending in ("pdf", "xlsx"))
    text = "".join(pdf_text(pdf).split())
    assert "163.50" in text and capitals(16350) in text
    assert "全额16份" in text and "部分1份" in text
    assert "约9.62元" in text
    assert "本对账单不作为捐赠票据" in text and "票据尚未开具" in text  # of the workers' 63.50
    assert not [name for name in xinhui.names(xinhui.EVERYONE) if name in text]
    assert 163.5 in numbers(xlsx)
    for file in (pdf, xlsx):
        assert type_command("statement", "verify", file).document["match"] is True

    # In November the foundation takes another name, and not from October on: that month is sealed.
    too_early = {"display_name": "维达公益", **days(from_on=date(2026, 10, 9))}
    assert "已经封存" in office.send(f"{sponsor}/name", too_early, page=sponsor).text
    renamed = {"display_name": "维达公益", **days(from_on=date(2026, 11, 2))}
    assert office.send(f"{sponsor}/name", renamed, page=sponsor).status_code == 303
    assert [display_name(on) for on in (date(2026, 10, 31), date(2026, 11, 2))] == ["维达", "维达公益"]

    # October's paper is the very same bytes, and says 维达.
    before = pdf.read_bytes()
    assert handed_out(office, "pdf", tmp_path).read_bytes() == before
    assert sealed_paper()["addressed_to"] == "维达"
    assert type_command("verify").document["broken"] == []


def sign_the_agreement(office: Browser) -> tuple[str, str]:
    giver = {"name": "维达慈善基金会", "display_name": "维达", "kind": "organisation", "uscc": FOUNDATION}
    sponsor = office.send("/sponsors/new", giver, page="/sponsors/new").location
    form = f"{sponsor}/agreements/new"
    terms = {
        "number": "新慈〔2026〕21号", "nature": "donation", "amount": "50,000.00", "holder_kind": "charity",
        "holder_name": "江门市新会区慈善会", "holder_uscc": CHARITY, "wording_by": "区民政局",
        "goods_declared": "y", "relatives_declared": "y", **TERM,
        **days(signed_on=date(2026, 9, 24), wording_on=date(2026, 9, 24)),
    }  # fmt: skip
    return sponsor, office.send(form, terms, page=form).location


def open_the_fund(office: Browser, agreement: str) -> None:
    fund = {"sponsor": "维达慈善基金会", "code": "weida", "gift": "0", "purpose": "免费午餐和助餐员", "canteens": "1"}
    assert office.send("/funds/new", fund, page="/funds/new").status_code == 303
    allotted = office.send(f"{agreement}/funds", {"fund": "weida", "amount": "50,000.00"}, page=agreement)
    assert allotted.status_code == 303, allotted.text


def book(office: Browser, kind: str, /, **written: str) -> None:
    form = f"/funds/weida/gifts/new/{kind}"
    booked = office.send(form, {"key": f"{kind}-{written['amount']}", **written}, page=form)
    assert booked.status_code == 303, booked.text


def name_the_canteen(office: Browser, agreement: str) -> str:
    new = f"{agreement}/namings/new"
    right = {"object": "canteen", "display_name": "维达老地方", "canteen": "1", "meal": "", **TERM}
    assert office.send(new, {**right, "act": "preview"}, page=new).text.count("维达老地方") > 2
    given = office.send(new, right, page=new)
    assert given.status_code == 303, given.text
    return f"{agreement}/namings/1"


def names_shown(on: date) -> list[str]:
    canteen_id = only(Canteen, code="chengdong").id
    with reading() as session:
        return [right.given.name for right in rights(session) if right.holds(canteen_id, on)]


def display_name(on: date) -> str:
    with reading() as session:
        return display_name_on(session, only(Sponsor, name="维达慈善基金会").id, on)


def propose_the_birthday_meal(office: Browser, agreement: str) -> str:
    page = f"{agreement}/rule?programme=xinhui"
    wish = {"fund": "weida", "title": "维达请寿星吃饭", "days": "birthday", "before": "marginal-2-yuan", "amount": ""}
    assert "政府每餐2元" in office.send(page, {**wish, "act": "preview"}, page=page).text
    drafted = office.send(page, wish, page=page)
    assert drafted.status_code == 303, drafted.text
    return str(drafted.location)


def add_example(draft: str, expects: str) -> None:
    elder = f"{10 - float(expects):.2f}"
    expect = {"sponsor:weida": expects} | ({"elder": elder} if elder != "0.00" else {})
    example = {
        "title": "68周岁生日当天，维达请客", "on": date(2026, 10, 9), "meal": "lunch", "price": "10.00",
        "elder": {"born": date(1958, 10, 9)}, "expect": expect,
    }  # fmt: skip

    def with_example(values: dict[str, Any]) -> dict[str, Any]:
        others = [kept for kept in values["example"] if kept["title"] != example["title"]]
        return {**values, "example": [*others, example]}

    drafts.change_draft(int(draft.rsplit("/", 1)[1]), revision(draft), with_example, "staff:1")


def revision(draft: str) -> int:
    with reading() as session:
        return read_draft(session, int(draft.rsplit("/", 1)[1])).revision


def publish(office: Browser, draft: str) -> Any:
    return office.send(f"{draft}/publish", {"revision": revision(draft)}, page=draft)


def left_fen() -> int:
    from canteen.sponsors import queries

    with reading() as session:
        return queries.fund(session, "weida").balance_fen


def strip(client: FlaskClient, till: TillOf) -> str | None:
    """What stands across the till while nobody is in front of it."""
    shown: str | None = client.get("/api/v1/till", headers=till.headers).json["strip"]
    return shown


def sealed_paper() -> dict[str, Any]:
    paper: dict[str, Any] = json.loads(only(Statement, kind="donor").sealed_json)["paper"]
    return paper


def handed_out(office: Browser, ending: str, folder: Path) -> Path:
    """The archived file, as somebody in the office takes it."""
    number = only(Statement, kind="donor").number
    answer = office.get(f"/statements/{number}.{ending}")
    assert answer.status_code == 200, answer.text
    file = folder / f"statement.{ending}"
    file.write_bytes(answer.data)
    return file


def numbers(workbook: Path) -> set[float]:
    book = openpyxl.load_workbook(workbook, data_only=True)
    return {
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, int | float)
    }
