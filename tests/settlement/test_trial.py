"""The trial of a programme: a month divided again, in figures worked out by hand, and nothing changed by the same rules."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from canteen.canteens.models import Canteen
from canteen.canteens.services import raise_revision
from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import Meal
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.demo.calendar import at
from canteen.settlement.services import close_month
from canteen.settlement.trial import Trial, trial
from canteen.settlement.trial.cli import programme as programme_commands
from canteen.settlement.trial.result import Band, ElderCount, read_trial
from canteen.settlement.trial.supposed import supposed
from canteen.subsidies.models import WorkingDay
from canteen.subsidies.services import FaultyProgramme
from tests.factories import (
    bind_programme,
    credit_voucher,
    make_canteen,
    make_elder,
    make_fund,
    mark_closed,
    programme,
)
from tests.settlement.trial_month import BEFORE, NOTICE, OCTOBER, Till, fixed, four_elders, rule

AFTER = "2026-11-02T02:00:00Z"


def again(values: Mapping[str, Any], canteen: str = "beimen", month: str = "2026-10", **more: Any) -> Trial:
    with reading() as session:
        return trial(session, values, canteen, month, **more)


# A notice that draws on everything: every kind of limit, two funds, a voucher, working days, grants of all kinds.
def everything() -> dict[str, Any]:
    def version(effective: date, older: str, until_cap: str) -> dict[str, Any]:
        return {
            "effective": effective,
            "standard_price": "15.00",
            "rule": [
                fixed("older", older, group="age", when={"age": {"from": 80}}, split={"city": 1, "district": 2},
                      limit=[{"per": "day", "meals": 1}, {"per": "month", "amount": until_cap}]),
                fixed("younger", "3.00", group="age", when={"age": {"from": 60}},
                      limit=[{"per": "week", "meals": 4}, {"per": "year", "amount": "48.00"},
                             {"per": "month", "amount": "120.00", "scope": "group"}]),
                rule("village", "collective", {"fixed": "1.11"}, when={"workday": True},
                     limit=[{"per": "meal-period", "meals": 1}]),
                rule("gift", "sponsor", {"down_to": "6.00"}, fund="weida", when={"living": ["alone"]}),
                rule("guests", "sponsor", {"percent": 20, "cap": "2.50"}, fund="guests", round_to="0.10"),
                rule("token", "voucher", {"fixed": "2.00"}, fund="home-care", limit=[{"per": "month", "meals": 5}]),
                rule("discount", "operator", {"percent": 10, "of": "left"}),
            ],
            "grant": [
                {"id": "delivery", "title": "送餐", "payer": "government", "payee": "courier",
                 "when": {"channel": ["delivery"]}, "pays": {"per_meal": "2.00"}, "limit": [{"per": "month", "meals": 3}]},
                {"id": "seen", "title": "考核", "payer": "government", "pays": {"per_meal": "0.50"}, "assessed": True},
                {"id": "gas", "title": "燃气", "payer": "collective", "pays": {"per_month": "100.00"}},
                {"id": "running", "title": "运营", "payer": "sponsor", "fund": "guests", "pays": {"per_year": "1000.00"},
                 "limit": [{"per": "year", "amount": "500.00"}]},
            ],
        }  # fmt: skip

    found = programme([fixed("younger", "3.00")], code="everything")
    return found | {"version": [version(date(2026, 1, 1), "8.00", "90.00"), version(date(2026, 10, 16), "9.00", "150.00")]}


def a_full_october() -> tuple[list[int], dict[str, Any]]:
    """Two canteens, six elders, September closed with a record that comes late; answers the canteens and the notice."""
    values = everything()
    with at(BEFORE, time(8)):
        keep_calendar(OCTOBER)
        here, there = make_canteen("beimen"), make_canteen("dongmen", name="东门食堂", area="rural")
        born = [date(1940, 3, 1), date(1946, 10, 12), date(1950, 1, 1), date(1966, 10, 9), date(1938, 2, 28), date(1980, 5, 5)]
        facts = [{"living": "alone"}, {}, {"living": "alone"}, {}, {"living": "alone"}, {"category": "low-income"}]
        elders = [
            make_elder(here, f"老人{at_}", born_on=day, facts=known, balance_fen=3000)
            for at_, (day, known) in enumerate(zip(born, facts, strict=True))
        ]
        for code in (here, there):
            bind_programme(code, values)
        make_fund("weida", 4000, per_day_fen=900, per_meal_fen=500)
        make_fund("guests", 30000, guests=[elders[1].id, elders[5].id], canteens=[here], begins_on=date(2026, 10, 5))
        for elder in elders[:3]:
            credit_voucher("home-care", elder.id, 700, date(2026, 10, 12))
            credit_voucher("home-care", elder.id, 1200, date(2026, 12, 31))
    mine, theirs = Till(here), Till(there)
    for on in (date(2026, 9, 25), date(2026, 9, 28), date(2026, 9, 29)):
        for elder in elders[:4]:
            mine.serve(elder, on)
    for till in (mine, theirs):
        till.serve(elders[5], date(2026, 9, 30), "lunch" if till is mine else "dinner")
    # The dinner used up the day: the lunch of that day, which comes when the month is closed, gets nothing of it.
    mine.serve(elders[0], date(2026, 9, 30), "dinner")
    mark_closed(here, "2026-09")
    offline = {"decision": "ACCEPTED", "shown_elder_fen": 300, "tender": "cash"}
    late = mine.serve(elders[0], date(2026, 9, 30), arrives_on=date(2026, 10, 1), **offline)
    assert late["code"] == "LATE"
    for number, on in enumerate(OCTOBER[:24]):
        for place, elder in enumerate(elders):
            till = theirs if (number + place) % 5 == 4 else mine
            channel = "delivery" if place == 4 else "dine-in"
            shown = offline if (number, place) in ((6, 3), (7, 3)) else {}
            answer = till.serve(elder, on, channel=channel, **shown)
            if (number, place) in ((3, 0), (9, 1), (12, 2)):
                with at(on, time(12, 5)):
                    cancel_meal(answer["meal_no"], "点错了", "staff:1")
        if number % 4 == 0:
            mine.serve(elders[0], on, "dinner")
        if number == 8:
            mine.serve(elders[1], on, decision="FULL_PRICE", price_basis="full")
    return [here, there], values


def test_the_programme_in_force_changes_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _, values = a_full_october()
    monkeypatch.setenv("CANTEEN_NOW", AFTER)

    for code in ("beimen", "dongmen"):
        found = again(values, code)
        closing = close_month("2026-10", code, "王敏", "赵刚", dry_run=True)

        assert (found.changed, found.elders.more, found.elders.less) == (0, 0, 0)
        assert found.before == found.after == closing.by_payer_fen
        assert found.meals == live_slot_meals(code)
    whole = again(values)
    assert whole.without_calendar == 1  # the late record of September, whose days no calendar knows
    payers = set(whole.before)
    assert payers >= {"government", "collective", "sponsor:weida", "sponsor:guests", "voucher:home-care", "operator"}
    assert payers >= {"operator:absorbed", "elder"}


def keep_calendar(days: Sequence[date]) -> None:
    """An official calendar of these days: Mondays to Fridays, and people are off in the first week."""
    with transaction() as session:
        session.add_all(WorkingDay(day=day, is_workday=day.isoweekday() < 6 and day.day > 7) for day in days)
        raise_revision(session)


def live_slot_meals(code: str) -> int:
    with reading() as session:
        meals = select(func.count()).select_from(Meal).join(Canteen, Canteen.id == Meal.canteen_id)
        return session.scalar(
            meals.where(Canteen.code == code, Meal.month == "2026-10", Meal.kind == "slot", Meal.cancelled_at.is_(None))
        )


def test_a_month_by_hand_with_a_cap_a_fund_that_runs_out_and_a_birthday(app: Flask) -> None:
    elders, _ = four_elders()

    found = again(programme(NOTICE))

    # The 86-year-old: 8 x 8.00, then 6.00, then nothing of the cap's 70.00 is left: nine of ten meals differ.
    # 80 on the 6th: five meals at 6.00, five at 8.00. The lonely one: 4.00 three times, the fund's last 3.00 once.
    assert (found.meals, found.changed) == (35, 9 + 5 + 4 + 0 + 3)
    assert found.before == {"elder": 9000 * 3 + 3000 + 2700, "government": 6000 * 3 + 1800}
    assert found.after == {
        "elder": 8000 + 8000 + 7500 + 3000 + 3000,
        "government": 7000 + 7000 + 6000 + 1500,
        "sponsor:weida": 1500,
    }
    assert found.elders == ElderCount(more=1, less=3, same=1)
    assert (found.affected, found.extra_fen) == (4, 3200)
    assert found.bands == (
        Band(65, 69, 1, 0, 0, 3000, 3000),
        Band(70, 74, 1, 1, 0, 2700, 3000),
        Band(75, 79, 1, 0, 1, 9000, 7500),
        Band(80, 84, 1, 0, 1, 9000, 8000),
        Band(85, 89, 1, 0, 1, 9000, 8000),
    )
    assert [(change.elder_id, change.before_fen, change.after_fen, change.meals) for change in found.largest] == [
        (elders["76, alone"].id, 9000, 7500, 10),
        (elders["aged 86"].id, 9000, 8000, 10),
        (elders["80 on the 6th"].id, 9000, 8000, 10),
        (elders["72"].id, 2700, 3000, 3),
    ]
    assert read_trial(json.loads(json.dumps(found.document()))) == found
    assert again(programme(NOTICE)) == found  # nothing was written: the fund is as full as before


def test_what_the_canteen_absorbed_it_absorbs_again_as_far_as_there_is_a_share(sqlite_app: Flask) -> None:
    with at(BEFORE, time(8)):
        here = make_canteen("beimen", price_fen=1500)
        bind_programme(here, programme([fixed("aged", "6.00")]))
        elder = make_elder(here)
    till = Till(here)
    till.serve(elder, OCTOBER[0])
    till.serve(elder, OCTOBER[1], decision="ACCEPTED", shown_elder_fen=500, tender="cash")

    more = again(programme([fixed("aged", "7.00")]))
    most = again(programme([fixed("aged", "13.00")]))

    assert more.before == {"elder": 900 + 500, "government": 1200, "operator:absorbed": 400}
    assert more.after == {"elder": 800 + 400, "government": 1400, "operator:absorbed": 400}
    assert most.after == {"elder": 200, "government": 2600, "operator:absorbed": 200}


def test_what_nobody_governs_the_elder_pays_and_it_is_said(sqlite_app: Flask) -> None:
    elders, _ = four_elders()
    later = programme([fixed("aged", "6.00", when={"workday": True})], effective=date(2026, 10, 6))

    found = again(later)

    # Five days before the version begins: 2 + 3 meals of the younger two, 15 of the others; no calendar for the rest.
    assert (found.without_version, found.without_calendar) == (20, 15)
    assert found.after == {"elder": 35 * 1500}
    assert elders


def test_a_fund_and_a_voucher_that_do_not_exist_hold_nothing(sqlite_app: Flask) -> None:
    four_elders()
    rules = [
        rule("gift", "sponsor", "all", fund="nobody", when={"age": {"from": 80}}),
        rule("token", "voucher", "all", fund="nothing"),
        fixed("aged", "6.00", when={"age": {"from": 70}}, limit=[{"per": "day", "meals": 1}]),
    ]

    found = again(programme(rules))

    assert found.changed == 0 and found.before == found.after


def test_a_voucher_pays_what_it_holds_until_its_last_day(sqlite_app: Flask) -> None:
    elders, _ = four_elders()
    credit_voucher("home-care", elders["66"].id, 2000, date(2026, 10, 1))
    credit_voucher("home-care", elders["66"].id, 700, date(2026, 12, 31))

    found = again(programme([rule("token", "voucher", {"down_to": "2.00"}, fund="home-care")]))

    # 13.00 on the 1st from the one that expires that day; on the 2nd the 7.00 of the other.
    assert found.after["voucher:home-care"] == 1300 + 700


def test_grants_by_the_month_count_and_those_by_assessment_do_not(sqlite_app: Flask) -> None:
    _, old = four_elders()
    draft = deepcopy(old)
    draft["version"][0]["grant"] = [
        {"id": "gas", "title": "燃气", "payer": "government", "pays": {"per_month": "300.00"}},
        {"id": "rent", "title": "房租", "payer": "collective", "pays": {"per_year": "1200.05"}},
        {"id": "meal", "title": "每餐", "payer": "collective", "pays": {"per_meal": "0.20"}},
        {"id": "seen", "title": "考核", "payer": "government", "pays": {"per_month": "900.00"}, "assessed": True},
        {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"per_month": "20.00"}},
    ]

    found = again(draft)

    # A twelfth of 1200.05 is 100.00 from June on; the fund holds 15.00.
    assert found.after["government"] - found.before["government"] == 30000
    assert found.after["collective"] == 10000 + 35 * 20
    assert found.after["sponsor:weida"] == 1500
    assert found.after["elder"] == found.before["elder"] and found.elders.same == 5 and found.changed == 35


def test_a_closed_month_with_its_booked_grants_is_tried_as_it_was_closed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, old = four_elders()
    old["version"][0] |= {"effective": date(2014, 10, 2), "grant": [
        {"id": "gas", "title": "燃气", "payer": "government", "pays": {"per_month": "300.00"},
         "limit": [{"per": "year", "amount": "400.00"}]},
        {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"per_month": "9.00"}},
    ]}  # fmt: skip
    bind_programme(1, old, date(2026, 10, 31))
    monkeypatch.setenv("CANTEEN_NOW", AFTER)
    closed = close_month("2026-10", "beimen", "王敏", "赵刚")
    assert closed.is_closed, closed.findings

    same = again(old)
    without = again(programme(old["version"][0]["rule"]))

    assert same.before == same.after == closed.by_payer_fen
    assert same.before["sponsor:weida"] == 900
    assert without.before["government"] - without.after["government"] == 30000
    assert "sponsor:weida" not in without.after


def test_a_new_notice_is_supposed_to_have_been_in_force(sqlite_app: Flask) -> None:
    _, old = four_elders()
    coming = programme(NOTICE, effective=date(2026, 11, 1), until=date(2027, 12, 31))["version"][0]
    draft = {**old, "version": [*old["version"], coming]}

    by_its_days = again(draft)
    as_if = again(supposed(draft, 1, parse_month("2026-10")))

    assert by_its_days.changed == 0
    assert as_if.after == again(programme(NOTICE)).after
    assert supposed(draft, 0, parse_month("2026-10")) == draft


def test_what_is_wrong_is_refused(sqlite_app: Flask) -> None:
    make_canteen("beimen")
    faulty = programme([fixed("aged", "6.001"), fixed("aged", "7.00")])

    with pytest.raises(FaultyProgramme) as found:
        again(faulty)
    assert len(found.value.faults) == 2
    for canteen, month, code in (("nowhere", "2026-10", "canteen-unknown"), ("beimen", "2026-13", "month-ill-formed")):
        with pytest.raises(Refusal) as refused:
            again(programme(NOTICE), canteen, month)
        assert refused.value.code == code


def test_an_empty_month_is_divided_too(sqlite_app: Flask) -> None:
    make_canteen("beimen")

    found = again(programme(NOTICE))

    assert (found.meals, found.changed, found.after) == (0, 0, {"elder": 0})


class TestTheCommand:
    def run(self, *words: str) -> tuple[int, Any, str]:
        done = CliRunner().invoke(programme_commands, ["trial", *words, "--json"])
        return done.exit_code, json.loads(done.stdout) if done.stdout else None, done.stderr

    def file(self, folder: Path, values: Mapping[str, Any]) -> str:
        path = folder / "notice.toml"
        path.write_text(tomli_w.dumps(values), encoding="utf-8")
        return str(path)

    def test_it_answers_with_what_others_rely_on(self, sqlite_app: Flask, tmp_path: Path) -> None:
        four_elders()

        code, document, said = self.run(
            self.file(tmp_path, programme(NOTICE)), "--canteen", "beimen", "--month", "2026-10"
        )

        assert (code, said) == (0, "")
        assert document == {
            "meals": 35,
            "changed": 21,
            "elders": {"more": 1, "less": 3, "same": 1},
            "by_payer_fen": {
                "before": {"elder": 32700, "government": 19800},
                "after": {"elder": 29500, "government": 21500, "sponsor:weida": 1500},
            },
            "without_version": 0,
            "without_calendar": 0,
        }

    def test_a_faulty_file_is_refused_with_every_fault(self, sqlite_app: Flask, tmp_path: Path) -> None:
        make_canteen("beimen")
        example = {"title": "x", "on": date(2026, 1, 1), "meal": "lunch", "price": "15.00", "elder": {},
                   "expect": {"government": "1.00", "elder": "14.00"}}  # fmt: skip
        faulty = programme([fixed("aged", "6.001"), fixed("aged", "7.00")])
        failing = {**programme([fixed("aged", "6.00")]), "example": [example]}

        for values, lines in ((faulty, 2), (failing, 1)):
            code, document, said = self.run(
                self.file(tmp_path, values), "--canteen", "beimen", "--month", "2026-10"
            )
            assert (code, document, len(said.splitlines())) == (1, None, lines)

    @pytest.mark.parametrize(("canteen", "month"), [("nowhere", "2026-10"), ("beimen", "2026-1"), ("beimen", "2026-Q4")])
    def test_an_unknown_canteen_and_a_month_that_is_none_exit_1(
        self, sqlite_app: Flask, tmp_path: Path, canteen: str, month: str
    ) -> None:
        make_canteen("beimen")
        path = self.file(tmp_path, programme(NOTICE))

        code, document, said = self.run(path, "--canteen", canteen, "--month", month)

        assert (code, document) == (1, None)
        assert said.strip().endswith("[canteen-unknown]" if canteen == "nowhere" else "[month-ill-formed]")
