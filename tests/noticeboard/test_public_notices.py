"""Public notices: figures worked out by hand, frozen as published, and nobody recognised in them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from canteen.audit.models import AuditEvent
from canteen.core.errors import Corrupt, Refusal
from canteen.db import transaction
from canteen.documents.papers.notice import DonorName, FundRoll, NoticeLine, PublicNotice, Unnamed
from canteen.noticeboard.wall import posters, services
from canteen.noticeboard.wall.apart import Part, told
from canteen.noticeboard.wall.models import NoticeWithdrawal
from canteen.noticeboard.wall.models import PublicNotice as Row
from canteen.sponsors.gifts import spending
from canteen.sponsors.gifts.spending import NewExpense
from tests.factories import bind_programme, make_canteen, make_fund, programme, rows
from tests.noticeboard.noticed import (
    ACTOR,
    CITY,
    IMPRINT,
    close,
    eat,
    gift_rule,
    make_elders,
    make_place,
    publish,
    published,
    row,
)
from tests.noticeboard.walls import give, make_donor
from tests.settlement.factories import serve
from tests.sponsors.test_gifts import both

NOVEMBER_3 = date(2026, 11, 3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The clock can be put forward."""
    return monkeypatch


def code_of(act: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    return refused.value.code


def amounts(lines: tuple[NoticeLine, ...]) -> dict[str, int]:
    return {"+".join(line.codes): line.amount_fen for line in lines}


def drafted(place: Any, month: str = "2026-11") -> PublicNotice:
    return services.preview(row(place), month).notice


def test_a_closed_month_is_published_with_the_figures_of_its_meals(
    app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    eat(place, NOVEMBER_3)
    eat(place, date(2026, 11, 4))
    spending.spend(
        NewExpense("e1", place.donor.code, "helpers", "助餐员", "陈", 1_000, date(2026, 11, 9)), ACTOR
    )
    close(clock)

    number = publish(place)

    (found,) = published(place)
    notice = found.notice
    assert number == notice.number == "XFL-2026-11-notice-v1"
    assert amounts(notice.income) == {"government": 7_200, "charity": 4_800 + 1_000, "elder": 6_000}
    assert amounts(notice.spending) == {"meals": 18_000, "helpers": 1_000}
    assert notice.income_fen == notice.spending_fen == 19_000
    assert (notice.meals, notice.people) == (12, 6)
    assert notice.fund == FundRoll("2026-11", "2026-11", 0, 0, 10_000, 4_800, 1_000, 0, 4_200)
    assert notice.donors == (DonorName("维达xfl"),)
    assert (notice.publisher, notice.hotline) == ("幸福里社区居委会", "0931-8461234")
    assert (notice.published_on, notice.last_on) == (date(2026, 12, 1), date(2026, 12, 7))
    assert [found.days_left(date(2026, 12, day)) for day in (1, 7, 8, 30)] == [7, 1, 0, 0]
    assert {"notice.publish"} <= {event.act for event in rows(AuditEvent)}


def test_what_was_published_cannot_be_changed_in_the_database(app: Flask, clock: pytest.MonkeyPatch) -> None:
    place = make_place()
    close(clock)
    publish(place)
    services.withdraw(published(place)[0].id, "数字核对有误", ACTOR)

    for act in ("UPDATE public_notice SET month = '2026-10'", "DELETE FROM public_notice_withdrawal"):
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(text(act))

    assert (len(rows(Row)), len(rows(NoticeWithdrawal))) == (1, 1)


def test_a_notice_that_somebody_changed_beneath_is_not_read(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    close(clock)
    publish(place)
    with transaction() as session:
        session.execute(text("DROP TRIGGER public_notice_no_update"))
        session.execute(
            text("UPDATE public_notice SET sealed_json = replace(sealed_json, '居委会', '居民会')")
        )

    with pytest.raises(Corrupt):
        published(place)


def test_a_withdrawn_notice_is_replaced_by_the_next_version(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    eat(place, NOVEMBER_3)
    close(clock)
    publish(place)

    services.withdraw(published(place)[0].id, "  监督电话  写错 ", ACTOR)
    assert publish(place, imprint=replace(IMPRINT, hotline="12345")) == "XFL-2026-11-notice-v2"

    second, first = published(place)
    assert (first.is_live, first.reason, first.notice.hotline) == (False, "监督电话 写错", "0931-8461234")
    assert (second.is_live, second.notice.replaces, second.notice.hotline) == (
        True,
        first.notice.number,
        "12345",
    )
    assert second.notice.fund == first.notice.fund


def test_what_cannot_be_published_is_refused_and_nothing_is_written(
    app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    eat(place, NOVEMBER_3)
    canteen = row(place)
    assert code_of(services.preview, canteen, "2026-11") == "notice-open-month"
    assert code_of(services.publish, canteen, "2026-10", IMPRINT, "", ACTOR) == "notice-open-month"
    close(clock)
    seen = services.preview(canteen, "2026-11").seen

    for imprint, code in (
        (replace(IMPRINT, publisher="  "), "notice-publisher"),
        (replace(IMPRINT, publisher="长" * 81), "notice-publisher"),
        (replace(IMPRINT, hotline="打给我"), "notice-hotline"),
        (replace(IMPRINT, hotline=""), "notice-hotline"),
    ):
        assert code_of(services.publish, canteen, "2026-11", imprint, seen, ACTOR) == code
    assert code_of(services.publish, canteen, "2026-11", IMPRINT, "0" * 64, ACTOR) == "notice-changed"
    assert rows(Row) == []

    publish(place)
    assert code_of(services.publish, canteen, "2026-11", IMPRINT, seen, ACTOR) == "notice-published"
    assert len(rows(Row)) == 1


def test_what_cannot_be_withdrawn_is_refused(sqlite_app: Flask, clock: pytest.MonkeyPatch) -> None:
    place = make_place()
    close(clock)
    publish(place)
    notice_id = published(place)[0].id

    assert code_of(services.withdraw, notice_id, "   ", ACTOR) == "notice-reason"
    assert code_of(services.withdraw, notice_id, "长" * 201, ACTOR) == "notice-reason"
    assert code_of(services.withdraw, 999, "错了", ACTOR) == "notice-unknown"
    services.withdraw(notice_id, "错了", ACTOR)
    assert code_of(services.withdraw, notice_id, "又错了", ACTOR) == "notice-withdrawn"
    assert [withdrawal.reason for withdrawal in rows(NoticeWithdrawal)] == ["错了"]


def test_an_earlier_month_is_not_added_after_a_later_one(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    close(clock)
    close(clock, month="2026-12")
    publish(place, "2026-12")

    assert code_of(services.preview, row(place), "2026-11") == "notice-later"


def test_the_next_month_goes_on_where_this_one_ended(sqlite_app: Flask, clock: pytest.MonkeyPatch) -> None:
    place = make_place()
    eat(place, NOVEMBER_3)
    close(clock)
    publish(place)
    give(place.donor, 3_000, date(2026, 11, 30))  # booked late, into a month that is told already
    eat(place, date(2026, 12, 3))
    close(clock, month="2026-12")

    roll = drafted(place, "2026-12").fund

    assert roll == FundRoll("2026-12", "2026-12", 7_600, 3_000, 0, 2_400, 0, 0, 8_200)


def test_a_fund_of_several_canteens_is_told_by_what_it_paid_here(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place(own=False)
    eat(place, NOVEMBER_3)
    close(clock)

    notice = drafted(place)

    assert amounts(notice.income)["charity"] == 2_400
    assert (notice.fund, notice.is_fund_waiting) == (None, False)


def test_commercial_money_is_no_donation_in_the_notice(sqlite_app: Flask, clock: pytest.MonkeyPatch) -> None:
    shop = make_donor("红星超市", "organisation", shown="红星超市", nature="sponsorship")
    give(shop, 10_000, NOVEMBER_3)
    rule = {
        "id": "shop",
        "title": "赞助2元",
        "payer": "sponsor",
        "fund": shop.code,
        "pays": {"fixed": "2.00"},
    }
    place = make_place(rules=(CITY, rule))
    eat(place, NOVEMBER_3)
    close(clock)

    notice = drafted(place)

    assert amounts(notice.income) == {
        "government": 3_600,
        "charity": 2_400,
        "sponsorship": 1_200,
        "elder": 1_800,
    }
    assert notice.supporters == ("红星超市",)
    assert [donor.name for donor in notice.donors] == ["维达xfl"]


def test_a_month_of_fewer_than_five_elders_tells_no_figure_of_meals(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place(elders=4)
    eat(place, NOVEMBER_3)
    close(clock)

    notice = drafted(place)

    assert notice.is_withheld
    assert (notice.income, notice.spending, notice.meals, notice.people) == ((), (), None, None)
    assert (notice.fund, notice.is_fund_waiting) == (None, True)
    assert notice.donors == (DonorName("维达xfl"),)


def test_a_payer_of_fewer_than_five_elders_is_told_with_another(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    family = {
        "id": "family", "title": "家人付1元", "payer": "family", "when": {"age": {"from": 90}}, "pays": {"fixed": "1.00"},
    }  # fmt: skip
    place = make_place(rules=(CITY, family))
    eat(place, NOVEMBER_3)
    eat(place, NOVEMBER_3, make_elders(place.canteen_id, 1, 1930))
    close(clock)

    notice = drafted(place)

    assert amounts(notice.income) == {"government+other": 4_300, "charity": 2_800, "elder": 3_400}


def test_what_few_elders_drew_waits_and_no_subtraction_tells_it(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place(gift_from=90)
    oldest = make_elders(place.canteen_id, 6, 1930)
    eat(place, NOVEMBER_3)
    eat(place, NOVEMBER_3, oldest[:3])
    close(clock)

    first = drafted(place)
    publish(place)
    eat(place, date(2026, 12, 3))
    eat(place, date(2026, 12, 3), oldest)
    close(clock, month="2026-12")
    second = drafted(place, "2026-12")
    publish(place, "2026-12")
    eat(place, date(2027, 1, 4))
    eat(place, date(2027, 1, 4), oldest)
    close(clock, month="2027-01")
    third = drafted(place, "2027-01")

    # Three of them drew 12 yuan in November; December's 24 may not be told beside the 36 of both months.
    assert (first.fund, first.is_fund_waiting) == (None, True)
    assert amounts(first.income) == {"government+charity": 5_400 + 1_200, "elder": 6_900}
    assert second.fund == FundRoll("2026-11", "2026-12", 0, 0, 10_000, 3_600, 0, 0, 6_400)
    assert "charity" not in amounts(second.income)
    assert second.income_fen == second.spending_fen == 12 * 1_500
    assert third.fund == FundRoll("2027-01", "2027-01", 6_400, 0, 0, 2_400, 0, 0, 4_000)
    assert amounts(third.income)["charity"] == 2_400


def test_no_opening_tells_what_few_elders_drew_before_it(sqlite_app: Flask, clock: pytest.MonkeyPatch) -> None:
    place = make_place(gift_from=90)
    oldest = make_elders(place.canteen_id, 6, 1930)
    eat(place, NOVEMBER_3)
    eat(place, NOVEMBER_3, oldest[:3])
    close(clock)
    eat(place, date(2026, 12, 3))
    eat(place, date(2026, 12, 3), oldest)
    close(clock, month="2026-12")

    notice = drafted(place, "2026-12")

    # November was never published. 100 yuan came: an opening of 88 would say what three of them drew in it.
    assert notice.fund == FundRoll("2026-11", "2026-12", 0, 0, 10_000, 3_600, 0, 0, 6_400)
    assert "charity" not in amounts(notice.income)


def test_a_fund_of_several_canteens_is_hidden_where_its_statement_joins_them(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place(own=False)
    other = make_canteen("bm", name="北门社区食堂")
    bind_programme(other, programme([CITY, gift_rule(place.donor.code, 60)], "of-bm"))
    eat(place, NOVEMBER_3)
    for elder_id in make_elders(other, 3, 1945):
        serve(other, elder_id, NOVEMBER_3)
    close(clock)

    notice = drafted(place)

    # The sponsor's statement has 36 yuan for both: with the 24 of this canteen it would have the other's three elders.
    assert amounts(notice.income) == {"government+charity": 3_600 + 2_400, "elder": 3_000}


def test_a_fund_for_one_elder_is_told_neither_beside_another_fund_nor_with_it(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    (oldest,) = make_elders(place.canteen_id, 1, 1930)
    single = make_donor("陈女士", canteens=(place.canteen_id,))
    give(single, 10_000, NOVEMBER_3)
    rules = [CITY, gift_rule(place.donor.code, 60), gift_rule(single.code, 90)]
    bind_programme(place.canteen_id, programme(rules, "of-two"), NOVEMBER_3)
    eat(place, NOVEMBER_3)
    eat(place, NOVEMBER_3, [oldest])
    close(clock)

    notice = drafted(place)

    # Who gave to the other fund knows of its 28 yuan, and would have what the one elder got.
    assert "charity" not in amounts(notice.income)
    assert (notice.fund, notice.is_fund_waiting) == (None, True)


def test_funds_that_cover_each_other_are_told_together(sqlite_app: Flask, clock: pytest.MonkeyPatch) -> None:
    place = make_place(own=False)
    others = [make_donor(name) for name in ("陈女士", "李先生")]
    oldest, older = make_elders(place.canteen_id, 3, 1930), make_elders(place.canteen_id, 3, 1936)
    for donor in others:
        give(donor, 10_000, NOVEMBER_3)
    rules = [CITY, gift_rule(place.donor.code, 60), gift_rule(others[0].code, 95), gift_rule(others[1].code, 90)]
    bind_programme(place.canteen_id, programme(rules, "of-three"), NOVEMBER_3)
    eat(place, NOVEMBER_3)
    eat(place, NOVEMBER_3, [*oldest, *older])
    close(clock)

    notice = drafted(place)

    # Whichever sponsor takes off what its own fund paid, at least five elders' meals remain. One yuan is left to the last.
    assert amounts(notice.income)["charity"] == 12 * 400 + 3 * (400 + 100) + 3 * 400


def test_parts_are_joined_until_five_elders_stand_behind_each() -> None:
    def elders(*numbers: int) -> frozenset[int]:
        return frozenset(numbers)

    many = frozenset(range(100, 120))
    cases: list[tuple[list[Part], dict[str, int]]] = [
        ([Part("a", 10, many), Part("b", 5, elders(1, 2, 3, 4, 5))], {"a": 10, "b": 5}),
        ([Part("a", 10, many), Part("b", 5, elders(1))], {"a+b": 15}),
        (
            [Part("a", 10, many), Part("b", 5, elders(1, 2)), Part("c", 1, elders(3, 4, 5, 6, 7))],
            {"a+b": 15, "c": 1},
        ),
        ([Part("a", 3, elders(1, 2)), Part("b", 5, elders(3, 4, 5))], {"b+a": 8}),
        ([Part("a", 9), Part("b", 5, elders(1, 2)), Part("c", 7, many)], {"a": 9, "c+b": 12}),
        ([Part("a", 10, many, is_hidden=True), Part("b", 5, elders(1, 2, 3, 4, 5))], {"b+a": 15}),
        ([Part("a", 0), Part("b", 5, many)], {"b": 5}),
        ([Part("a", 10, elders(1))], {"a": 10}),
    ]
    for parts, expected in cases:
        assert amounts(told(parts)) == expected
        assert sum(line.amount_fen for line in told(parts)) == sum(part.amount_fen for part in parts)


def test_a_month_without_meals_is_published_all_the_same(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    place = make_place()
    close(clock)

    notice = drafted(place)

    assert (notice.meals, notice.income, notice.spending) == (0, (), ())
    assert notice.fund == FundRoll("2026-11", "2026-11", 0, 0, 10_000, 0, 0, 0, 10_000)
    assert notice.unnamed == Unnamed()


def test_two_desks_that_publish_at_once_publish_one_notice(app: Flask, clock: pytest.MonkeyPatch) -> None:
    place = make_place()
    eat(place, NOVEMBER_3)
    close(clock)
    canteen, seen = row(place), services.preview(row(place), "2026-11").seen

    said = both(app, *[lambda: services.publish(canteen, "2026-11", IMPRINT, seen, ACTOR)] * 2)
    assert said == ["done", "notice-published"]

    notice_id = published(place)[0].id
    assert both(app, *[lambda: services.withdraw(notice_id, "错了", ACTOR)] * 2) == [
        "done",
        "notice-withdrawn",
    ]
    assert (len(rows(Row)), len(rows(NoticeWithdrawal))) == (1, 1)


def test_a_fund_without_an_agreement_is_other_income_and_the_office_is_told(
    sqlite_app: Flask, clock: pytest.MonkeyPatch
) -> None:
    make_fund("old", 50_000, sponsor="老资金")
    rule = {"id": "old", "title": "老资金2元", "payer": "sponsor", "fund": "old", "pays": {"fixed": "2.00"}}
    place = make_place(rules=(CITY, rule))
    eat(place, NOVEMBER_3)
    close(clock)

    found = services.preview(row(place), "2026-11")

    assert amounts(found.notice.income)["other"] == 1_200
    assert found.unagreed == ("old",)


def test_a_name_that_cannot_be_set_is_marked_and_never_holds_up_the_poster() -> None:
    notice = PublicNotice(
        number="XFL-2026-11-notice-v1", version=1, canteen_name="食堂", month="2026-11", income=(), spending=(),
        is_withheld=False, meals=0, people=0, fund=None, is_fund_waiting=False, donors=(DonorName("\U00013000公司"),),
        unnamed=Unnamed(), supporters=(), publisher="居委会", hotline="12345", published_on=NOVEMBER_3,
        last_on=NOVEMBER_3, replaces="", demo=False,
    )  # fmt: skip

    assert posters.unprintable(notice) == ["\U00013000"]
    assert posters.printed(notice).donors == (DonorName("〓公司"),)
