"""Worked examples beside a draft: divided now, told in words, kept in the file, begun from a real elder."""

import re
import time
from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask

from canteen.core.calendar import AGE_COUNTS, age_on, is_birthday
from canteen.core.roles import Role
from canteen.db import reading
from canteen.subsidies.checking import check_mapping
from canteen.subsidies.drafts import services
from canteen.subsidies.drafts.queries import read_draft
from canteen.subsidies.services import load_programme, seed_vocabulary
from canteen.subsidies.trying.deidentified import other_birth, other_birthday
from canteen.subsidies.trying.panel import Panel, Row, panel_of, standard_examples
from canteen.subsidies.trying.queries import canteen_of
from canteen.subsidies.wording.names import read_names
from canteen.subsidies.working_days import ShippedWorkingDays
from tests.core.random_programmes import random_programme
from tests.factories import (
    batch,
    enrol_device,
    issue_card,
    make_canteen,
    make_elder,
    programme,
    scan,
    shipped,
)
from tests.signing_in import Browser, sign_in_as

NEXT = date(2026, 12, 1)
TIERS = [
    {"id": "low-income", "title": "低保每餐10元", "payer": "government", "group": "tier",
     "when": {"category": ["low-income"]}, "pays": {"fixed": "10.00"}},
    {"id": "local-80", "title": "本地80岁及以上每餐8元", "payer": "government", "group": "tier",
     "when": {"age": {"from": 80}, "household_division": ["620102"]}, "pays": {"fixed": "8.00"},
     "limit": [{"per": "month", "amount": "300.00"}]},
    {"id": "from-60", "title": "60岁及以上每餐2元", "payer": "government", "group": "tier",
     "when": {"age": {"from": 60}}, "pays": {"fixed": "2.00"}},
    {"id": "gift", "title": "维达每餐1元", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "1.00"}},
]  # fmt: skip


def panel(values: Mapping[str, Any], version: int = 0, canteen: str | None = "beimen") -> Panel:
    with reading() as session:
        return panel_of(session, values, version, canteen, read_names(session))


def rows(found: Panel) -> dict[str, Row]:
    return {row.key: row for row in (*found.standard, *found.own, *found.others)}


def paid(row: Row) -> tuple[dict[str, int], int | None]:
    return {part.payer: part.fen for part in row.parts}, row.elder_fen


def test_the_standard_set_is_divided_as_the_till_would(sqlite_app: Flask) -> None:
    seed_vocabulary()
    make_canteen()

    found = panel(programme(TIERS, effective=date(2026, 10, 1)))

    said = rows(found)
    gift = "冠名善款“weida”"
    assert found.on == date(2026, 10, 8), "1 to 7 October are holidays"
    assert paid(said["nearly-60"]) == ({gift: 100}, 1400)
    assert paid(said["just-60"]) == ({"政府": 200, gift: 100}, 1200)
    assert paid(said["nearly-80"]) == ({"政府": 200, gift: 100}, 1200)
    assert paid(said["just-80"]) == ({"政府": 800, gift: 100}, 600)
    assert paid(said["low-income-85"]) == ({"政府": 1000, gift: 100}, 400)
    assert paid(said["elsewhere"]) == ({"政府": 200, gift: 100}, 1200)
    assert paid(said["last-of-limit"]) == ({"政府": 300, gift: 100}, 1100)
    assert paid(said["fund-empty"])[0] == {"政府": 800}
    assert paid(said["cheap"]) == ({"政府": 800}, 0)
    assert said["cheap"].price_fen == 800
    local = next(step for step in said["elsewhere"].steps if step.rule_id == "local-80")
    assert local.text == "要户籍在 620102 甘肃省兰州市城关区，这位户籍在 110101001001 北京市东城区"
    assert (
        next(step for step in said["last-of-limit"].steps if step.cut).cut
        == "每月最多补 300.00 元，只剩 3.00 元"
    )


def test_a_row_that_a_version_has_nothing_to_say_to_says_so(sqlite_app: Flask) -> None:
    found = rows(
        panel(programme([{"id": "a", "title": "全付", "payer": "government", "pays": "all"}]), canteen=None)
    )

    assert {key: row.notes for key, row in found.items() if row.state == "silent"} == {
        "last-of-limit": ("这一版没有按金额的限额，不用试。",),
        "fund-empty": ("这一版没有冠名善款来付，不用试。",),
        "cheap": ("这一版没有付固定数额的规则，不用试。",),
    }


def test_the_files_own_examples_hold_or_say_what_they_get_instead(sqlite_app: Flask) -> None:
    values = shipped("lanzhou-chengguan")
    assert panel(values, canteen=None).failing == 0
    assert panel(values, canteen=None).holding == len(values["example"])

    values["version"][0]["rule"][2]["pays"] = {"fixed": "8.00"}
    failing = [row for row in panel(values, canteen=None).own if row.state == "fails"]

    assert [paid(row) for row in failing if row.key == "example-1"] == [({"政府": 800}, 700)]
    assert next(row for row in failing if row.key == "example-1").expected == "政府 9.00 元、老人本人 6.00 元"


def test_one_faulty_card_does_not_silence_the_others(sqlite_app: Flask) -> None:
    values = programme(
        [*TIERS, {"id": "odd", "title": "写错了", "payer": "government", "pays": {"fixed": "abc"}}]
    )
    values["example"] = [{"title": "缺日期", "meal": "lunch", "price": "15.00", "elder": {}, "expect": {}}]

    found = panel(values, canteen=None)

    assert found.left_out == ("第 5 条规则“写错了”",)
    assert rows(found)["just-60"].elder_fen == 1200
    assert found.own[0].state == "faulty"
    assert found.own[0].notes[0] == "这个例子先改好才能算。"
    assert panel(programme([], effective="soon"), canteen=None).problem


def test_whatever_a_draft_holds_the_panel_comes(sqlite_app: Flask) -> None:
    odd = {"effective": NEXT, "rule": "x", "grant": 4}
    broken: list[dict[str, Any]] = [
        {}, {"version": 3}, {"version": [7]}, {"version": [{}], "example": "x"}, {"version": [odd], "example": [3, None]}
    ]  # fmt: skip

    assert [bool(panel(values, canteen="nowhere").problem) for values in broken] == [True] * len(broken)


def test_each_version_of_two_answers_for_its_own_days(sqlite_app: Flask) -> None:
    first, then = programme(TIERS)["version"][0], programme(TIERS[2:], effective=NEXT)["version"][0]
    elder = {
        "title": "老例子",
        "on": date(2026, 11, 2),
        "meal": "lunch",
        "price": "15.00",
        "elder": {"born": date(1944, 1, 1)},
    }
    values = {
        **programme(TIERS),
        "version": [first, then],
        "example": [{**elder, "expect": {"sponsor:weida": "1.00", "government": "2.00", "elder": "12.00"}}],
    }

    found = panel(values, 1, None)

    assert found.on == NEXT
    assert (found.own, [row.state for row in found.others]) == ((), ["holds"])
    assert rows(found)["just-80"].elder_fen == 1200


def test_what_is_kept_from_the_panel_holds_in_the_file(sqlite_app: Flask) -> None:
    seed_vocabulary()
    random, days = Random(3), ShippedWorkingDays()
    for values in (shipped("xinhui"), random_programme(random, 8), random_programme(random, 12)):
        with reading() as session:
            kept = standard_examples(session, values, 0, None)

        assert len(kept) >= 6
        assert check_mapping({**values, "example": list(kept.values())}, days) == []


@pytest.mark.parametrize("counts", AGE_COUNTS)
def test_another_birth_date_keeps_the_age_and_is_no_birthday(counts: Any) -> None:
    random = Random(11)
    for _ in range(200):
        born = date(random.randint(1925, 1966), random.randint(1, 12), random.randint(1, 28))
        on = date(2026, random.randint(1, 12), random.randint(1, 28))
        if is_birthday(born, on):
            continue
        other = other_birth(born, on, counts)
        assert other != born
        assert age_on(other, on, counts) == age_on(born, on, counts)
        assert not is_birthday(other, on)


def test_a_birthday_moves_with_its_day_to_one_that_works_like_it() -> None:
    on, born = date(2026, 11, 20), date(1946, 11, 20)

    moved, other = other_birthday(born, on, date(2026, 1, 1), None, ShippedWorkingDays())
    stuck = other_birthday(born, on, on, on, ShippedWorkingDays())

    assert (moved, other) == (date(2026, 11, 27), date(1946, 11, 27))
    assert stuck[0] == on
    assert stuck[1] != born and age_on(stuck[1], on) == 80


def test_the_panel_is_quick_enough_for_each_pause_in_typing(sqlite_app: Flask) -> None:
    values = random_programme(Random(5), 20)
    elder = {"born": date(1944, 3, 1), "categories": ["low-income"], "pension": False, "distance_km": "1.2"}
    one = {
        "on": date(2026, 11, 20),
        "meal": "lunch",
        "price": "15.00",
        "elder": elder,
        "expect": "no-version",
    }
    values["example"] = [{**one, "title": f"例 {number}"} for number in range(40)]
    panel(values, canteen=None)

    took = min(timed(values) for _ in range(3))

    assert took < 1, "measured 0.06 s; the bound leaves room for a busy machine"


def timed(values: Mapping[str, Any]) -> float:
    begun = time.perf_counter()
    panel(values, canteen=None)
    return time.perf_counter() - begun


def begun(app: Flask) -> tuple[Browser, int, int]:
    """An officer with a draft of a programme in force: its number, and the place of its new version."""
    seed_vocabulary()
    make_canteen()
    load_programme(programme(TIERS), ["beimen"])
    return sign_in_as(app, Role.OFFICER), services.begin_copy("test-programme", "staff:1"), 1


def draft(draft_id: int) -> Any:
    with reading() as session:
        return read_draft(session, draft_id)


FORM = {
    "title": "82 岁补 8 元", "on-year": "2026", "on-month": "12", "on-day": "2", "meal": "lunch", "price": "15",
    "channel": "dine-in", "canteen": "beimen", "age": "82", "categories": [], "pension": "no", "living": "alone",
    "household_division": "620102001001", "distance_km": "1.9", "expecting": "now",
    "used_0_meals": "2", "used_0_amount": "297.00",
}  # fmt: skip


def test_rows_are_kept_as_examples_and_deleted_again(sqlite_app: Flask) -> None:
    office, draft_id, version = begun(sqlite_app)
    path = f"/policies/drafts/{draft_id}/examples"
    where = {"version": version, "canteen": "beimen"}

    office.send(f"{path}/keep", {**where, "revision": 1, "key": "just-80"})
    office.send(f"{path}/keep", {**where, "revision": draft(draft_id).revision, "key": "all"})
    kept = draft(draft_id).values["example"]
    again = office.send(
        f"{path}/keep", {**where, "revision": draft(draft_id).revision, "key": "all"}, follow_redirects=True
    )

    assert [example["title"] for example in kept][:2] == ["今天满 80 岁", "59 岁 11 个月"]
    assert len(kept) == 9
    assert kept[0]["expect"] == {"government": "8.00", "sponsor:weida": "1.00", "elder": "6.00"}
    assert "已经在文件里了" in again.text
    office.send(f"{path}/delete", {**where, "revision": draft(draft_id).revision, "example": 0})
    assert len(draft(draft_id).values["example"]) == 8
    assert (
        office.send(f"{path}/delete", {"revision": draft(draft_id).revision, "example": 99}).status_code
        == 404
    )
    assert office.send(f"{path}/delete", {"revision": 1, "example": 0}).status_code == 409


def test_an_example_is_written_by_hand_and_changed(sqlite_app: Flask) -> None:
    office, draft_id, version = begun(sqlite_app)
    path = f"/policies/drafts/{draft_id}/examples"
    assert "写一个例子" in office.get(f"{path}/new?version={version}&canteen=beimen").text

    sent = office.send(f"{path}/new", {**FORM, "revision": 1, "version": version})

    (example,) = draft(draft_id).values["example"]
    assert sent.status_code == 303
    assert example["elder"]["born"] == date(1944, 8, 24)
    assert example["used"] == {"local-80": {"month": {"meals": 2, "amount": "297.00"}}}
    assert example["expect"] == {"government": "3.00", "sponsor:weida": "1.00", "elder": "11.00"}
    page = office.get(f"{path}/0?version={version}").text
    assert 'value="82 岁补 8 元"' in page
    assert re.search(r'name="used_0_amount"[^>]*value="297.00"', page)
    born = {"born-year": "1944", "born-month": "8", "born-day": "24", "age": ""}
    typed = {"expecting": "typed", "expect_0": "3", "expect_2": "12", "expect_1": ""}
    office.send(
        f"{path}/0", {**FORM, **born, **typed, "revision": draft(draft_id).revision, "version": version}
    )
    (changed,) = draft(draft_id).values["example"]
    assert changed["elder"] == example["elder"]
    assert changed["expect"] == {"government": "3.00", "elder": "12.00"}
    assert "不成立" in office.get(f"{path}?version={version}").text


BAD: list[tuple[dict[str, str], str]] = [
    ({"title": ""}, "请给例子起个名字"),
    ({"price": "1.234"}, "金额要写成数字"),
    ({"on-month": "13"}, "没有这一天"),
    ({"age": "200"}, "周岁写 0 到 130 的整数"),
    ({"household_division": "兰州"}, "区划代码是 1 到 12 位数字"),
    ({"distance_km": "很近"}, "公里数写成数字"),
    ({"expecting": "typed", "expect_0": "3"}, "各方合计要正好等于餐价"),
    ({"meal": "supper"}, "有 1 处要改"),
]


def test_bad_input_is_told_and_nothing_is_saved(sqlite_app: Flask) -> None:
    office, draft_id, version = begun(sqlite_app)
    path = f"/policies/drafts/{draft_id}/examples/new"

    for typed, said in BAD:
        answer = office.send(path, {**FORM, **typed, "revision": 1, "version": version})
        assert answer.status_code == 400, said
        assert said in answer.text
    stale = office.send(path, {**FORM, "revision": 99, "version": version})

    assert (stale.status_code, "别人刚保存过这份草稿" in stale.text) == (409, True)
    assert "example" not in draft(draft_id).values


def test_an_elder_is_picked_and_becomes_somebody_else(app: Flask) -> None:
    office, draft_id, version = begun(app)
    with reading() as session:
        canteen_id = canteen_of(session, "beimen").id  # type: ignore[union-attr]
    facts = {"household_division": "620102003001", "pension": "yes", "category": "member"}
    elder = make_elder(
        canteen_id, "王秀英", born_on=date(1940, 3, 8), facts=facts, distance_m=1_900, initials=" WXY "
    )
    app.test_client().post(
        "/api/v1/scans", json=batch(scan(issue_card(elder.id))), headers=enrol_device(canteen_id).headers
    )
    path, where = f"/policies/drafts/{draft_id}/examples", {"version": version, "canteen": "beimen"}
    found = office.get(f"{path}/elder", query_string={**where, "q": "WXY", "on": "2026-11-21"}).text
    assert elder.ref in found

    page = office.send(f"{path}/elder", {**where, "ref": elder.ref, "on": "2026-11-21", "meal": "lunch"}).text

    shown = dict(re.findall(r'name="([\w-]+)"[^>]*value="([^"]*)"', page))
    assert "王秀英" not in page
    assert (shown["used_0_meals"], shown["used_0_amount"]) == ("1", "8.00")
    assert shown["household_division"] == "620102003001"
    assert not shown.get("distance_km"), "no rule asks how far away one lives"
    other = date(*(int(shown[f"born-{part}"]) for part in ("year", "month", "day")))
    assert other != date(1940, 3, 8)
    assert age_on(other, date(2026, 11, 21)) == 86
    assert office.send(f"{path}/elder", {**where, "ref": "nobody", "on": "2026-11-21"}).status_code == 404


def test_who_may_not_draft_sees_the_examples_and_changes_nothing(sqlite_app: Flask) -> None:
    _office, draft_id, version = begun(sqlite_app)
    manager = sign_in_as(sqlite_app, Role.MANAGER)

    page = manager.get(f"/policies/drafts/{draft_id}/examples?version={version}&canteen=beimen")

    assert (page.status_code, "保存为例子" in page.text) == (200, False)
    assert manager.get(f"/policies/drafts/{draft_id}/examples/new").status_code == 403
    assert manager.send(f"/policies/drafts/{draft_id}/examples/keep", {"key": "all"}).status_code == 403
