"""The lists that an office extends, and the calendar: what is refused, what stays for ever, what is warned of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from canteen.ledger.models import ClosedMonth
from canteen.subsidies.drafts.services import begin_import
from canteen.subsidies.editor.captions import suggestions, ticks
from canteen.subsidies.models import WorkingDay
from canteen.subsidies.vocabulary import queries
from canteen.subsidies.vocabulary.days import enter_year, set_working_day
from canteen.subsidies.vocabulary.lists import list_of
from canteen.subsidies.vocabulary.models import VocabularyChange
from canteen.subsidies.vocabulary.notice import lacking, read_notice
from canteen.subsidies.vocabulary.services import (
    add_word,
    move_word,
    remove_word,
    rename_word,
    restore_word,
    retire_word,
    seed_vocabulary,
)
from canteen.subsidies.wording.names import read_names
from tests.factories import bind_programme, make_canteen, make_elder, programme, rows
from tests.signing_in import sign_in_as

BY = "system:tests"
LISTS = "/policies/vocabulary"
NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
各省、自治区、直辖市人民政府：
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。"""


def codes(name: str, *, offered: bool = False) -> list[str]:
    with reading() as session:
        found = queries.words_of(session, list_of(name))
    return [row.code for row in found if not (offered and row.retired_at)]


def history(name: str, code: str | None = None) -> list[tuple[str, str]]:
    with reading() as session:
        return [(change.act, change.code) for change in queries.changes(session, name, code)]


def refused(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as found:
        act(*args, **more)
    return found.value.code


def for_category(code: str, key: str = "category") -> dict[str, Any]:
    return programme([{"id": "r", "title": "r", "payer": "government", "when": {key: [code]}, "pays": "all",
                       "split": {"borough": 1, "city": 2}}])  # fmt: skip


def on_workdays() -> dict[str, Any]:
    return programme(
        [
            {
                "id": "r",
                "title": "r",
                "payer": "government",
                "when": {"workday": True},
                "pays": {"fixed": "3.00"},
            }
        ]
    )


def test_a_word_is_added_renamed_moved_retired_and_offered_again(app: Flask) -> None:
    seed_vocabulary()

    add_word("level", "borough", " 片区  级 ", "Borough", BY)
    rename_word("level", "borough", "片级", "Borough", BY)
    move_word("level", "borough", -1, BY)
    retire_word("level", "city", BY)

    assert codes("level")[-3:] == ["borough", "community", "city"]
    assert "city" not in codes("level", offered=True)
    restore_word("level", "city", BY)
    assert codes("level", offered=True)[-2:] == ["community", "city"]
    assert history("level", "borough") == [("moved", "borough"), ("renamed", "borough"), ("added", "borough")]
    assert history("level", "city") == [("restored", "city"), ("retired", "city")]
    with reading() as session:
        assert queries.word_of(session, list_of("level"), "borough").title == "片级"


UNFIT = (
    ("war veteran", "老兵", "", "category-code"),
    ("老兵", "老兵", "", "category-code"),
    ("-old", "老兵", "", "category-code"),
    ("a" * 41, "老兵", "", "category-code"),
    ("member", "会员", "", "category-taken"),
    ("veteran", " \n ", "", "text-missing"),
    ("veteran", "兵" * 61, "", "word-long"),
    ("veteran", "老兵", "v" * 61, "word-long"),
    ("veteran", "低保", "", "title-taken"),
)


def test_a_word_that_cannot_be_kept_is_refused_and_leaves_no_history(sqlite_app: Flask) -> None:
    seed_vocabulary()

    answers = [refused(add_word, "category", code, title, english, BY) for code, title, english, _ in UNFIT]

    assert answers == [refusal for *_, refusal in UNFIT]
    assert len(codes("category")) == 13
    assert history("category") == []


def test_a_list_or_word_that_is_not_there_is_refused(sqlite_app: Flask) -> None:
    assert refused(add_word, "colours", "red", "红", "", BY) == "vocabulary-unknown"
    assert refused(rename_word, "category", "nobody", "红", "", BY) == "word-unknown"
    assert refused(retire_word, "category", "nobody", BY) == "word-unknown"


def test_a_category_that_an_elder_ever_held_cannot_be_removed(app: Flask) -> None:
    seed_vocabulary()
    make_elder(make_canteen(), facts={"category": "low-income"})

    assert refused(remove_word, "category", "low-income", BY) == "word-used"
    remove_word("category", "model-worker", BY)
    seed_vocabulary()

    assert "low-income" in codes("category")
    assert "model-worker" not in codes("category"), "what an office removed is not seeded again"
    assert history("category") == [("removed", "model-worker")]


def test_a_word_that_a_version_or_a_draft_names_cannot_be_removed(sqlite_app: Flask) -> None:
    seed_vocabulary()
    add_word("level", "borough", "片级", "", BY)
    values = for_category("member")
    bind_programme(make_canteen(), values)
    draft = for_category("dementia", "all_categories")
    draft["programme"]["id"] = "drafted"
    draft["version"][0]["rule"][0]["pays"] = {"fixed": "not money"}
    begin_import(draft, BY)

    for name, code in (("category", "member"), ("category", "dementia"), ("level", "borough")):
        assert refused(remove_word, name, code, BY) == "word-used"
    with reading() as session:
        found = {row.code: row.use for row in queries.words_of(session, list_of("category"))}
    assert found["member"].versions == (("test-programme", date(2014, 10, 1)),)
    assert [code for _, code in found["dementia"].drafts] == ["drafted"]
    assert not found["left-behind"].is_used


def test_the_history_of_a_list_is_never_changed_by_anybody(app: Flask) -> None:
    seed_vocabulary()
    add_word("level", "borough", "片级", "", BY)

    for statement in (update(VocabularyChange).values(act="moved"), delete(VocabularyChange)):
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(statement)

    assert history("level") == [("added", "borough")]


def test_voucher_kinds_are_a_list_too(sqlite_app: Flask) -> None:
    add_word("voucher", "home-care", "居家养老券", "Home care voucher", BY)
    bind_programme(
        make_canteen(),
        programme([{"id": "v", "title": "v", "payer": "voucher", "fund": "home-care", "pays": "all"}]),
    )

    assert refused(remove_word, "voucher", "home-care", BY) == "word-used"
    assert codes("voucher") == ["home-care"]


def test_the_notice_of_2026_gives_the_shipped_calendar(app: Flask) -> None:
    seed_vocabulary()
    with reading() as session:
        shipped = {row.day: row.is_workday for row in queries.days_of(session, 2026)}
    with transaction() as session:
        session.execute(
            delete(WorkingDay).where(WorkingDay.day.between(date(2026, 1, 1), date(2026, 12, 31)))
        )

    enter_year(2026, read_notice(NOTICE_2026, 2026), BY)

    with reading() as session:
        entered = {row.day: row.is_workday for row in queries.days_of(session, 2026)}
    assert entered == shipped
    assert history("working-day") == [("entered", "2026")]
    assert refused(enter_year, 2026, read_notice(NOTICE_2026, 2026), BY) == "year-known"


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("元旦：2月30日放假。", "notice-date"),
        ("元旦：1月5日至1日放假。", "notice-date"),
        ("元旦：31日放假。", "notice-date"),
        ("元旦：1月1日。", "notice-line"),
        ("元旦：1月1日放假上班。", "notice-line"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, refusal: str) -> None:
    with pytest.raises(Refusal) as found:
        read_notice(f"关于放假的通知\n{line}", 2027)

    assert (found.value.code, found.value.params["row"]) == (refusal, 2)


def test_a_year_without_every_holiday_is_not_complete(sqlite_app: Flask) -> None:
    days = read_notice("元旦：2026年12月31日至1月2日放假。\n国庆节、中秋节：10月1日至8日放假。", 2027)

    assert [one.day for one in days][:2] == [date(2027, 1, 1), date(2027, 1, 2)]
    assert lacking(days) == ("春节", "清明", "劳动", "端午")
    assert refused(enter_year, 2027, days, BY) == "year-incomplete"
    assert refused(enter_year, 1999, days, BY) == "year-odd"
    with reading() as session:
        assert queries.days_of(session, 2027) == []


def test_a_year_that_rules_ask_for_and_nobody_entered_is_warned_of(sqlite_app: Flask) -> None:
    seed_vocabulary()
    bind_programme(make_canteen(), on_workdays())
    set_working_day(date(2027, 1, 1), False, "元旦", BY)

    with reading() as session:
        assert queries.missing_years(session, date(2026, 10, 31)) == []
        assert queries.missing_years(session, date(2026, 11, 1)) == [2027]
        assert queries.missing_years(session, date(2027, 3, 1)) == [2027]


def test_a_year_before_which_the_rules_stop_asking_is_not_missed(sqlite_app: Flask) -> None:
    seed_vocabulary()
    asking = on_workdays()
    quiet = {**asking["version"][0], "effective": date(2027, 1, 1)}
    quiet["rule"] = [{key: value for key, value in rule.items() if key != "when"} for rule in quiet["rule"]]
    bind_programme(make_canteen(), {**asking, "version": [*asking["version"], quiet]})

    with reading() as session:
        assert queries.missing_years(session, date(2026, 11, 1)) == []


def eat(canteen_id: int, on: date, version_on: date = date(2014, 10, 1)) -> None:
    """A lunch of that day, divided by the test programme."""
    with transaction() as session:
        session.add(
            Meal(
                kind="slot", elder_id=make_elder_in(session, canteen_id), canteen_id=canteen_id, service_on=on,
                meal_period="lunch", month=f"{on:%Y-%m}", channel="dine-in", price_fen=1500, elder_fen=1200,
                wallet_fen=0, cash_fen=1200, programme_code="test-programme", version_on=version_on, facts={},
                trace=[], served_at=now(),
            )
        )  # fmt: skip


def make_elder_in(session: Session, canteen_id: int) -> int:
    row = Elder(ref=f"e{canteen_id}", name="王秀英", sex="female", home_canteen_id=canteen_id, name_initials=" WXY ",
                created_at=now())  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def test_a_past_day_that_divided_meals_is_changed_only_by_somebody_who_knows(app: Flask) -> None:
    seed_vocabulary()
    canteen_id = make_canteen()
    bind_programme(canteen_id, on_workdays())
    day = date(2026, 11, 19)
    eat(canteen_id, day)

    assert refused(set_working_day, day, False, None, BY) == "day-divided"
    set_working_day(day, True, "普通的一天", BY)  # Only its name: nobody divides by that.
    set_working_day(day, False, None, BY, is_confirmed=True)

    assert [act for act, _ in history("working-day", "2026-11-19")] == ["set", "set"]


def test_a_day_of_a_closed_month_that_divided_meals_never_changes(app: Flask) -> None:
    seed_vocabulary()
    canteen_id = make_canteen()
    bind_programme(canteen_id, on_workdays())
    eat(canteen_id, date(2026, 10, 20))
    with transaction() as session:
        session.add(ClosedMonth(canteen_id=canteen_id, month="2026-10", closed_at=now()))

    assert refused(set_working_day, date(2026, 10, 20), False, None, BY, is_confirmed=True) == "day-closed"
    set_working_day(date(2026, 10, 21), False, None, BY)

    assert history("working-day") == [("set", "2026-10-21")]


def test_meals_that_no_working_day_divided_leave_the_calendar_free(sqlite_app: Flask) -> None:
    seed_vocabulary()
    canteen_id = make_canteen()
    bind_programme(canteen_id, programme([{"id": "r", "title": "r", "payer": "government", "pays": "all"}]))
    eat(canteen_id, date(2026, 11, 19))

    set_working_day(date(2026, 11, 19), False, None, BY)

    assert history("working-day") == [("set", "2026-11-19")]


def test_an_officer_keeps_the_lists_and_a_manager_reads_them(sqlite_app: Flask) -> None:
    seed_vocabulary()
    make_elder(make_canteen(), facts={"category": "low-income"})
    officer, manager = sign_in_as(sqlite_app, Role.OFFICER), sign_in_as(sqlite_app, Role.MANAGER)
    new = {"code": "war-veteran", "title": "老兵", "title_en": "Veteran"}

    assert officer.send(f"{LISTS}/category", new).status_code == 303
    page = officer.get(f"{LISTS}/category/low-income").text
    removing = officer.send(f"{LISTS}/category/low-income/remove", follow_redirects=True)

    assert "1 位老人有过" in page
    assert "不能删除：1 位老人" in removing.text
    assert "赵卫东" in officer.get(f"{LISTS}/category").text, "the history says who"
    assert "老兵" in manager.get(f"{LISTS}/category").text
    assert "新增一项" not in manager.get(f"{LISTS}/category").text
    for path in ("category", "category/war-veteran", "category/war-veteran/remove", "working-days"):
        assert manager.send(f"{LISTS}/{path}", new).status_code == 403
    assert officer.send(f"{LISTS}/category/war-veteran/move", {"way": "up"}).status_code == 303
    assert officer.send(f"{LISTS}/category/war-veteran/retire", follow_redirects=True).status_code == 200
    assert officer.send(f"{LISTS}/category/war-veteran/restore", follow_redirects=True).status_code == 200
    assert officer.send(f"{LISTS}/category/war-veteran", {"title": "老战士"}).status_code == 303
    assert officer.send(f"{LISTS}/category/war-veteran/remove").status_code == 303
    assert "war-veteran" not in codes("category")
    assert officer.get(f"{LISTS}/colours").status_code == 404
    assert officer.get(f"{LISTS}/category/nobody").status_code == 404


def day_typed(year: str, day: str, **more: str) -> dict[str, str]:
    return {"day-year": year, "day-month": "2", "day-day": day, **more}


TYPED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("category", {"code": "war veteran", "title": "老兵"}, "代码只能用小写字母"),
    ("category", {"code": "", "title": ""}, "请写中文名称。"),
    ("level", {"code": "city", "title": "市"}, "已经有代码为“city”"),
    ("category/member", {"title": "会" * 61}, "最多 60 个字"),
    ("working-days", day_typed("2026", "30", kind="off"), "没有这一天"),
    ("working-days", day_typed("2026", "3"), "请选上班或休息"),
    ("working-days", day_typed("26", "3", kind="off"), "年份要在 2000 到"),
    ("working-days/enter", {"year": "next", "notice": "元旦：1月1日放假。"}, "请写年份"),
    ("working-days/enter", {"year": "2027", "notice": "元旦：1月1日放假。"}, "缺：春节、清明"),
    ("working-days/enter", {"year": "2027", "notice": "元旦：1月32日放假。"}, "第 1 行的日期不对"),
)


def test_what_cannot_be_kept_is_said_beside_the_field(sqlite_app: Flask) -> None:
    seed_vocabulary()
    officer = sign_in_as(sqlite_app, Role.OFFICER)

    for path, typed, said in TYPED:
        answer = officer.send(f"{LISTS}/{path}", typed)

        assert answer.status_code in (409, 422), (path, typed)
        assert said in answer.text, (path, typed)
    assert rows(VocabularyChange) == []


def test_a_year_is_looked_at_before_it_is_saved(sqlite_app: Flask) -> None:
    officer = sign_in_as(sqlite_app, Role.OFFICER)
    typed = {"year": "2026", "notice": NOTICE_2026}

    looked = officer.send(f"{LISTS}/working-days/enter", {**typed, "act": "look"})
    assert "保存这一年" in looked.text
    assert rows(VocabularyChange) == []
    saved = officer.send(f"{LISTS}/working-days/enter", {**typed, "act": "save"})

    assert saved.status_code == 303
    page = officer.get(f"{LISTS}/working-days?year=2026").text
    assert "国庆节" in page
    assert "录入 2026 年的放假安排" in page
    assert "这一年还没有录入" in officer.get(f"{LISTS}/working-days?year=2031").text


def test_a_retired_category_is_offered_no_more_and_read_for_ever(sqlite_app: Flask) -> None:
    seed_vocabulary()
    elder = make_elder(make_canteen(), facts={"category": "model-worker"})
    add_word("category", "war-veteran", "老战士", "War veteran", BY)
    rename_word("category", "low-income", "最低生活保障", "", BY)
    retire_word("category", "model-worker", BY)
    retire_word("level", "street", BY)
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    registering = office.get("/elders/new").text
    page = office.get(f"/elders/{elder.ref}").text
    with reading() as session:
        names = read_names(session)

    assert 'value="war-veteran"' in registering
    assert "最低生活保障" in registering
    assert 'value="model-worker"' not in registering
    assert "劳模" in page
    assert "model-worker" not in dict(ticks("category", [], names))
    assert dict(ticks("category", ["model-worker"], names))["model-worker"] == "劳模"
    assert "street" not in dict(suggestions("level", names, []))
    assert names.levels["street"] == "街道级"
