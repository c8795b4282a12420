"""Agreements and rights of naming: who may hold the money, what a name needs, and what stays as it was."""

import tomllib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger.models import ClosedMonth
from canteen.sponsors.agreements import givers, naming, papers, proposing, queries, services, showing
from canteen.sponsors.agreements.givers import Giver
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.sponsors.agreements.papers import Paper
from canteen.sponsors.agreements.proposing import RuleWish
from canteen.subsidies import services as subsidies
from canteen.subsidies.drafts import services as drafts
from canteen.subsidies.drafts.queries import drafts_in_hand, read_draft
from tests.factories import PROGRAMMES, make_canteen, make_fund
from tests.sponsors.agreed import COMPANY, DONATION, PDF, TODAY, make_agreement, make_sponsor

BEGINS, ENDS = date(2026, 11, 1), date(2027, 10, 31)
CONSENT = Leave(consent_by="村委会", consent_on=date(2026, 10, 30))


def code_of(act: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    return refused.value.code


def load_chengguan() -> None:
    text = (PROGRAMMES / "lanzhou-chengguan.toml").read_text(encoding="utf-8")
    subsidies.load_programme(tomllib.loads(text), [], None, "system:tests")


def give(agreement_id: int, wish: Wish, leave: Leave = CONSENT, paper: Paper | None = None) -> int:
    return naming.give_naming(agreement_id, wish, leave, paper, "staff:1")


def shown(canteen_id: int, on: date) -> list[str]:
    with reading() as session:
        return [right.given.name for right in showing.rights(session) if right.holds(canteen_id, on)]


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"ends_on": date(2026, 10, 31)}, "span-reversed"),
        ({"holder_kind": "operator"}, "holder-for-profit"),
        ({"holder_uscc": COMPANY}, "holder-for-profit"),
        ({"holder_uscc": ""}, "holder-uscc"),
        ({"holder_uscc": "51440705MJM0000004"}, "holder-uscc-form"),
        ({"amount_fen": 0}, "agreement-amount"),
        ({"signed_on": date(2026, 11, 21)}, "agreement-signed"),
        ({"wording_on": None}, "wording-form"),
        ({"number": "号" * 41}, "agreement-number"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_nothing_is_written(
    sqlite_app: Flask, about: dict[str, Any], code: str
) -> None:
    sponsor = make_sponsor()

    terms = replace(DONATION, **about)
    assert code_of(services.add_agreement, sponsor, terms, Paper("a.pdf", PDF), TODAY, "staff:1") == code
    with reading() as session:
        assert queries.agreements(session) == []


def test_an_agreement_number_is_given_once(app: Flask) -> None:
    sponsor = make_sponsor()
    make_agreement(sponsor)
    second = make_agreement(sponsor, number="8号")

    assert code_of(services.add_agreement, sponsor, DONATION, None, TODAY, "staff:1") == "agreement-taken"
    assert code_of(services.change_agreement, second, DONATION, TODAY, "staff:1") == "agreement-taken"


def test_a_sponsor_is_told_of_once_and_as_what_it_is(app: Flask) -> None:
    make_sponsor()
    add = givers.add_sponsor

    assert code_of(add, Giver("维达", "organisation"), "", TODAY, "s") == "uscc-missing"
    assert code_of(add, Giver("维达", "organisation", COMPANY), "", TODAY, "s") == "uscc-taken"
    assert code_of(add, Giver("维达纸业", "person"), "", TODAY, "s") == "sponsor-taken"
    assert code_of(add, Giver("王先生", "anonymous"), "王先生", TODAY, "s") == "anonymous-named"
    assert code_of(add, Giver("红塔", "person"), "红塔香烟", TODAY, "s") == "name-barred"
    with reading() as session:
        assert [row.name for row in queries.sponsors(session, [])] == ["维达纸业"]
    quiet = add(Giver("王先生", "anonymous"), "", TODAY, "s")
    with reading() as session:
        assert queries.sponsor(session, quiet).display_name == "爱心人士"


def test_a_new_name_leaves_sealed_papers_and_earlier_days_with_the_old_one(app: Flask) -> None:
    canteen_id, sponsor = make_canteen(), make_sponsor()
    make_fund("weida", 100, sponsor="维达纸业", canteens=[canteen_id])
    with transaction() as session:
        session.add(ClosedMonth(canteen_id=canteen_id, month="2026-10", closed_at=now()))
    rename = givers.rename_sponsor

    assert code_of(rename, sponsor, "维达集团", date(2026, 10, 31), TODAY, "s") == "name-sealed"
    assert code_of(rename, sponsor, "维达集团", date(2026, 11, 21), TODAY, "s") == "name-future"
    assert code_of(rename, sponsor, "维达集团", date(2026, 11, 19), TODAY, "s") == "name-earlier"
    rename(sponsor, "维达集团", TODAY, TODAY, "staff:1")

    with reading() as session:
        assert queries.sponsor(session, sponsor).display_name == "维达集团"
        assert queries.display_name_on(session, sponsor, date(2026, 11, 19)) == "维达"
        assert queries.display_name_on(session, sponsor, TODAY) == "维达集团"


def test_a_name_is_shown_in_its_days_and_with_all_that_it_needs(app: Flask) -> None:
    canteen_id = make_canteen()
    agreed = make_agreement(make_sponsor(), goods_declared=False)

    wish = Wish("canteen", "维达老地方", TODAY, ENDS, canteen_id, needs_approval=True)
    right = give(agreed, wish, Leave())
    with reading() as session:
        lacking = showing.lacks(queries.agreement(session, agreed), queries.naming(session, right))
    assert lacking == ["goods", "consent", "approval", "paper"] and shown(canteen_id, TODAY) == []

    services.change_agreement(agreed, DONATION, TODAY, "staff:1")
    approved = replace(CONSENT, approval_by="区政府", approval_no="新府〔2026〕3号", approval_on=TODAY)
    naming.complete_naming(agreed, right, approved, None, "staff:1")
    assert shown(canteen_id, TODAY) == []
    naming.complete_naming(agreed, right, Leave(), Paper("批准.pdf", PDF), "staff:1")

    assert shown(canteen_id, TODAY) == ["维达老地方"] == shown(canteen_id, ENDS)
    assert shown(canteen_id, date(2026, 11, 19)) == [] == shown(canteen_id, date(2027, 11, 1))
    assert shown(make_canteen("nanmen"), TODAY) == []


def test_two_names_of_one_canteen_never_share_a_day_and_the_old_one_stays_written(app: Flask) -> None:
    canteen_id, sponsor = make_canteen(), make_sponsor()
    one, two = make_agreement(sponsor), make_agreement(sponsor, number="8号")
    first = give(one, Wish("canteen", "维达老地方", BEGINS, ENDS, canteen_id))

    second = Wish("canteen", "万胜老友记", date(2026, 12, 1), ENDS, canteen_id)
    assert code_of(give, two, second) == "naming-overlap"
    give(two, Wish("meal", "万胜午餐", BEGINS, ENDS, canteen_id, meal="lunch"))
    assert code_of(give, one, Wish("meal", "维达餐", BEGINS, ENDS, canteen_id)) == "naming-overlap"
    give(one, Wish("meal", "维达晚餐", BEGINS, ENDS, canteen_id, meal="dinner"))
    naming.withdraw_naming(one, first, date(2026, 12, 1), "换了冠名单位", TODAY, "staff:1")
    give(two, second)

    assert "维达老地方" in shown(canteen_id, date(2026, 11, 30))
    assert "万胜老友记" in shown(canteen_id, date(2026, 12, 1))
    assert "维达老地方" not in shown(canteen_id, date(2026, 12, 1))
    with reading() as session:
        named = [row.name for row in queries.history(session, canteen_id) if row.object == "canteen"]
    assert named == ["维达老地方", "万胜老友记"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("canteen", "维达老地方", ENDS, BEGINS, 1), "span-reversed"),
        (Wish("canteen", "维达老地方", date(2026, 10, 31), ENDS, 1), "naming-outside"),
        (Wish("canteen", "维" * 27, BEGINS, ENDS, 1), "name-too-long"),
        (Wish("canteen", "维达老地方", BEGINS, ENDS), "naming-canteen"),
        (Wish("wall", "维达", BEGINS, ENDS, 1), "naming-canteen"),
        (Wish("canteen", "维达老地方", BEGINS, ENDS, 99), "canteen-unknown"),
        (Wish("day", "维达", BEGINS, ENDS, 1), "naming-day"),
        (Wish("day", "维达", BEGINS, ENDS, 1, named_on=date(2026, 10, 18)), "naming-day"),
        (Wish("canteen", "电子烟之家", BEGINS, ENDS, 1), "name-barred"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused_and_nothing_is_written(
    sqlite_app: Flask, wish: Wish, code: str
) -> None:
    make_canteen()
    agreed = make_agreement(make_sponsor())

    assert code_of(give, agreed, wish, CONSENT, Paper("a.pdf", PDF)) == code
    with reading() as session:
        assert queries.namings(session, agreed) == [] == queries.files(session, agreed)


def test_donated_and_commercial_money_never_lie_in_one_fund(app: Flask) -> None:
    sponsor = make_sponsor()
    make_fund("weida", 0, sponsor="维达纸业")
    make_fund("other", 0, sponsor="别的公司")
    gift = make_agreement(sponsor)
    commercial = make_agreement(sponsor, number="商1号", nature="sponsorship", holder_kind="operator")

    services.allot(gift, "weida", 5_000_000, "staff:1")

    assert code_of(services.allot, commercial, "weida", 1, "staff:1") == "fund-nature"
    assert code_of(services.allot, gift, "other", 0, "staff:1") == "fund-other-sponsor"
    assert code_of(services.allot, gift, "weida", 5_000_001, "staff:1") == "fund-over-allotted"
    less = replace(DONATION, amount_fen=4_999_999)
    assert code_of(services.change_agreement, gift, less, TODAY, "staff:1") == "fund-over-allotted"
    with reading() as session:
        fund = queries.allotted(session, gift)[0]
        assert (fund.code, fund.allotted_fen) == ("weida", 5_000_000)
        assert queries.fund_nature(session, fund.fund_id) == "donation"
        assert queries.allotted(session, commercial) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"%PDF-1.7 cut off", "file-kind"),
        (b"\x89PNG\r\n\x1a\n broken", "file-kind"),
        (b"%PDF-1.7" + b" " * papers.LARGEST_BYTES + b"%%EOF", "file-large"),
    ],
)
def test_only_whole_papers_are_kept(sqlite_app: Flask, content: bytes, code: str) -> None:
    agreed = make_agreement(make_sponsor())

    assert code_of(papers.keep_paper, agreed, Paper("协议.pdf", content), "staff:1") == code
    with reading() as session:
        assert queries.files(session, agreed) == []


def test_a_fund_asks_to_pay_by_a_rule_at_the_place_chosen(app: Flask) -> None:
    load_chengguan()
    sponsor = make_sponsor()
    make_fund("weida", 0, sponsor="维达纸业", begins_on=date(2027, 10, 8), ends_on=date(2027, 10, 8))
    agreed = make_agreement(sponsor)
    wish = RuleWish("lanzhou-chengguan", "weida", "维达爱心餐", before="age-65-74", fixed_fen=300, days="birthday")

    assert code_of(proposing.propose_rule, agreed, wish, "staff:1") == "fund-not-agreed"
    services.allot(agreed, "weida", 100, "staff:1")
    nowhere = replace(wish, before="nobody")
    assert code_of(proposing.propose_rule, agreed, nowhere, "staff:1") == "rule-place"
    with reading() as session:
        assert drafts_in_hand(session) == []
    draft_id = proposing.propose_rule(agreed, wish, "staff:1")

    with reading() as session:
        draft = read_draft(session, draft_id)
        listed = queries.rules(session, agreed)
    rules = draft.values["version"][-1]["rule"]
    at = [rule["id"] for rule in rules].index("wei-da-ai-xin-can")
    assert rules[at] == {
        "id": "wei-da-ai-xin-can", "title": "维达爱心餐", "payer": "sponsor", "fund": "weida",
        "when": {"birthday": True}, "pays": {"fixed": "3.00"},
    }  # fmt: skip
    assert rules[at + 1]["id"] == "age-65-74" and draft.state == "open"
    assert [(row.draft_id, row.rule) for row in listed] == [(draft_id, "wei-da-ai-xin-can")]
    drafts.submit(draft_id, draft.revision, set(), "staff:1")


def test_a_rule_for_a_named_day_needs_a_fund_of_that_day(app: Flask) -> None:
    load_chengguan()
    sponsor = make_sponsor()
    make_fund("weida", 0, sponsor="维达纸业", begins_on=BEGINS, ends_on=ENDS)
    make_fund("chongyang", 0, sponsor="维达纸业", begins_on=date(2027, 10, 8), ends_on=date(2027, 10, 8))
    agreed = make_agreement(sponsor)
    services.allot(agreed, "weida", 100, "staff:1")
    services.allot(agreed, "chongyang", 100, "staff:1")
    wish = RuleWish("lanzhou-chengguan", "weida", "重阳节爱心餐", days="named")

    assert code_of(proposing.propose_rule, agreed, wish, "staff:1") == "fund-days"
    draft_id = proposing.propose_rule(agreed, replace(wish, fund="chongyang"), "staff:1")

    with reading() as session:
        rule = read_draft(session, draft_id).values["version"][-1]["rule"][-1]
    assert (rule["fund"], rule["pays"]) == ("chongyang", "all")
