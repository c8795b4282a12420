"""A draft is begun, changed, submitted, and published by a second person; nothing else becomes policy."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from canteen.canteens.queries import revision as standing
from canteen.checkin.models import Meal
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger.models import ClosedMonth
from canteen.subsidies import queries
from canteen.subsidies.drafts import proposing, publishing, services, timeline
from canteen.subsidies.drafts.models import PolicyEvent, ProgrammeDraft
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.drafts.readiness import readiness
from canteen.subsidies.services import FaultyProgramme, load_programme
from tests.factories import four_yuan, make_canteen, make_elder, programme, shipped

A, B, C = "staff:1", "staff:2", "staff:3"
FIRST, NEXT = date(2014, 10, 1), date(2026, 12, 1)
RULE = {"id": "r", "title": "t", "payer": "government", "when": {"age": {"from": 60}}, "pays": {"fixed": "5.00"}}


def draft_of(draft_id: int) -> DraftRow:
    with reading() as session:
        return read_draft(session, draft_id)


def needed(draft_id: int) -> frozenset[str]:
    with reading() as session:
        return readiness(session, read_draft(session, draft_id)).ticks


def stored(code: str = "test-programme") -> dict[str, Any]:
    with reading() as session:
        return queries.read_mapping(session, code)


def acts(code: str = "test-programme") -> list[str]:
    with reading() as session:
        return [event.act for event in reversed(timeline.events(session, code))]


def paying(amount: str, at: int = -1, **version: Any) -> Any:
    """A change: this version's last rule pays so much; `version` overrides its keys."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        values["version"][at] |= version
        values["version"][at]["rule"][-1]["pays"] = {"fixed": amount}
        return values

    return change


def begun(**version: Any) -> tuple[int, int]:
    """A draft of a programme in force whose next version pays eight yuan: its number and revision."""
    load_programme(programme([RULE]), ["beimen"])
    draft_id = services.begin_copy("test-programme", A)
    return draft_id, services.change_draft(draft_id, 1, paying("8.00", **version), A)


def submitted(**version: Any) -> tuple[int, int]:
    draft_id, revision = begun(**version)
    services.submit(draft_id, revision, needed(draft_id), A)
    return draft_id, revision


def refused(act: Any, *words: Any) -> str:
    """The code of what this is refused for."""
    with pytest.raises(Refusal) as found:
        act(*words)
    return found.value.code


def close(canteen_id: int, *months: str) -> None:
    with transaction() as session:
        session.add_all(ClosedMonth(canteen_id=canteen_id, month=month, closed_at=now()) for month in months)


def eat(canteen_id: int, version_on: date, service_on: date = date(2026, 11, 20)) -> None:
    elder = make_elder(canteen_id)
    with transaction() as session:
        session.add(
            Meal(
                kind="slot", elder_id=elder.id, canteen_id=canteen_id, service_on=service_on, meal_period="lunch",
                month="2026-11", channel="dine-in", price_fen=1500, elder_fen=600, wallet_fen=0, cash_fen=600,
                programme_code="test-programme", version_on=version_on, facts={}, trace=[], served_at=now(),
            )
        )  # fmt: skip


def test_a_copy_begins_next_month_and_what_is_published_is_locked(sqlite_app: Flask) -> None:
    make_canteen()
    load_programme(four_yuan(until=date(2026, 11, 30)), ["beimen"])

    draft = draft_of(services.begin_copy("test-programme", A))

    copied = draft.values["version"][1]
    assert (copied["effective"], "until" in copied) == (NEXT, False)
    assert copied["rule"] == draft.values["version"][0]["rule"]
    assert (draft.locked, draft.open_versions) == (frozenset({0}), (1,))
    assert draft.base == draft.values["version"][0]
    assert (draft.canteens, draft.state, draft.revision, draft.is_new) == (("beimen",), "open", 1, False)


def test_a_second_copy_begins_in_the_first_month_that_is_free(sqlite_app: Flask) -> None:
    values = programme([RULE])
    values["version"].append({**values["version"][0], "effective": NEXT})
    load_programme(values)

    draft = draft_of(services.begin_copy("test-programme", A))
    of_the_next = draft_of(services.begin_copy("test-programme", A, NEXT))

    assert draft.values["version"][-1]["effective"] == date(2027, 1, 1)
    assert (draft.base or {})["effective"] == of_the_next.values["version"][1]["effective"] == NEXT
    assert refused(services.begin_copy, "test-programme", A, date(2020, 1, 1)) == "version-unknown"
    assert refused(services.begin_copy, "nowhere", A) == "programme-unknown"


def test_what_a_second_person_publishes_governs_from_its_day_on(app: Flask) -> None:
    make_canteen()
    draft_id, revision = submitted()
    with reading() as session:
        before = standing(session)

    publishing.publish(draft_id, revision, B)

    with reading() as session:
        rules = queries.programme_for(session, "beimen", NEXT)
        assert standing(session) > before
    assert rules is not None
    versions = [rules.version_on(day) for day in (date(2026, 11, 30), NEXT)]
    assert [version.rules[0].pays.fen for version in versions if version] == [500, 800]
    assert (draft_of(draft_id).state, draft_of(draft_id).locked) == ("published", frozenset({0, 1}))
    assert acts() == ["loaded", "begun", "submitted", "published"]


def test_nobody_publishes_what_they_submitted_or_wrote(app: Flask) -> None:
    make_canteen()
    draft_id, revision = begun()
    revision = services.change_draft(draft_id, revision, paying("7.00"), C)
    services.submit(draft_id, revision, (), A)

    assert [refused(publishing.publish, draft_id, revision, own) for own in (A, C)] == ["publish-own"] * 2
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(update(ProgrammeDraft).values(state="published", decided_by=A))
    assert len(stored()["version"]) == 1


def test_of_two_who_publish_at_once_one_wins(app: Flask) -> None:
    make_canteen()
    draft_id, revision = submitted()
    answers: list[str] = []
    gate = threading.Barrier(2)

    def publish(by: str) -> None:
        with app.app_context():
            gate.wait()
            try:
                publishing.publish(draft_id, revision, by)
                answers.append("published")
            except Refusal as refusal:
                answers.append(refusal.code)

    threads = [threading.Thread(target=publish, args=(by,)) for by in (B, C)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["draft-closed", "published"]
    assert acts().count("published") == 1


def test_two_drafts_of_one_new_programme_are_not_both_published(app: Flask) -> None:
    values = programme([RULE])
    drafts = [services.begin_import(values, A), services.begin_import({**values, "example": []}, A)]
    for draft_id in drafts:
        services.submit(draft_id, 1, (), A)

    publishing.publish(drafts[0], 1, B)

    assert refused(publishing.publish, drafts[1], 1, B) == "draft-outdated"


def test_a_page_that_is_stale_changes_nothing(app: Flask) -> None:
    make_canteen()
    draft_id, revision = begun()

    assert refused(services.change_draft, draft_id, revision - 1, paying("1.00"), B) == "draft-changed"
    assert refused(services.submit, draft_id, revision - 1, (), B) == "draft-changed"
    services.submit(draft_id, revision, (), A)
    assert refused(services.change_draft, draft_id, revision, paying("1.00"), B) == "draft-closed"
    assert refused(publishing.publish, draft_id, revision + 1, B) == "draft-changed"
    assert refused(services.change_draft, 999, 1, paying("1.00"), B) == "draft-unknown"
    assert draft_of(draft_id).values["version"][1]["rule"][0]["pays"] == {"fixed": "8.00"}


def test_saving_without_a_change_is_no_change(sqlite_app: Flask) -> None:
    make_canteen()
    draft_id, revision = begun()

    assert services.change_draft(draft_id, revision, lambda values: values, C) == revision
    assert C not in draft_of(draft_id).hands


def test_what_is_published_is_not_altered_by_a_draft(sqlite_app: Flask) -> None:
    make_canteen()
    draft_id, revision = begun()

    def without_the_first(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "version": values["version"][1:]}

    def renamed(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "programme": {**values["programme"], "id": "other"}}

    def torn(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "version": "none"}

    changes = [paying("9.99", 0), without_the_first, renamed, torn]
    codes = [refused(services.change_draft, draft_id, revision, change, A) for change in changes]
    assert codes == ["version-locked", "version-locked", "code-locked", "draft-unreadable"]


def test_a_draft_keeps_its_faults_and_is_not_submitted_with_them(sqlite_app: Flask) -> None:
    make_canteen()
    draft_id, revision = begun()
    revision = services.change_draft(draft_id, revision, paying("eight"), A)

    assert draft_of(draft_id).values["version"][1]["rule"][0]["pays"] == {"fixed": "eight"}
    with pytest.raises(FaultyProgramme) as found:
        services.submit(draft_id, revision, (), A)
    assert [fault.path for fault in found.value.faults] == ["version[1].rule[0].pays.fixed"]


def test_a_failing_example_keeps_a_draft_from_being_published(sqlite_app: Flask) -> None:
    load_programme(shipped("lanzhou-chengguan"))
    draft_id = services.begin_copy("lanzhou-chengguan", A)

    def expect_too_much(values: dict[str, Any]) -> dict[str, Any]:
        values["example"][0]["expect"] = {"government": values["example"][0]["price"]}
        return values

    revision = services.change_draft(draft_id, 1, expect_too_much, A)

    with pytest.raises(FaultyProgramme) as found:
        services.submit(draft_id, revision, needed(draft_id), A)
    assert [fault.path for fault in found.value.faults] == ["example[0].expect"]


def test_a_gap_in_the_ages_is_ticked_or_not_published(sqlite_app: Flask) -> None:
    make_canteen()
    load_programme(programme([RULE]), ["beimen"])
    draft_id = services.begin_copy("test-programme", A)

    def two_tiers(values: dict[str, Any]) -> dict[str, Any]:
        young = {**RULE, "when": {"age": {"from": 60, "to": 69}}, "group": "age"}
        values["version"][1]["rule"] = [young, {**young, "id": "old", "when": {"age": {"from": 75}}}]
        return values

    revision = services.change_draft(draft_id, 1, two_tiers, A)

    assert needed(draft_id) == {"2026-12-01/gap:70-74"}
    assert refused(services.submit, draft_id, revision, ["2026-12-01/gap:1-2"], A) == "ticks-missing"
    services.submit(draft_id, revision, ["2026-12-01/gap:70-74", "nonsense"], A)
    assert draft_of(draft_id).ticks == {"2026-12-01/gap:70-74"}
    publishing.publish(draft_id, revision, B)
    assert len(stored()["version"]) == 2


def test_a_change_takes_the_ticks_away(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    eat(canteen_id, FIRST)
    draft_id, revision = submitted(effective=date(2026, 11, 20))
    assert draft_of(draft_id).ticks == {"2026-11-20/divided"}
    services.take_back(draft_id, A)

    services.change_draft(draft_id, revision, paying("6.00"), A)

    assert draft_of(draft_id).ticks == frozenset()


def test_a_version_does_not_begin_in_a_closed_month(app: Flask) -> None:
    canteen_id = make_canteen()
    draft_id, revision = begun(effective=date(2026, 10, 31))
    close(canteen_id, "2026-09", "2026-10")

    with pytest.raises(Refusal) as found:
        services.submit(draft_id, revision, (), A)
    assert found.value.code == "version-begins-closed"
    assert (found.value.params["canteen"], found.value.params["first_open_on"]) == ("北门社区食堂", "2026-11-01")
    revision = services.change_draft(draft_id, revision, paying("8.00", effective=date(2026, 11, 1)), A)
    services.submit(draft_id, revision, (), A)
    publishing.publish(draft_id, revision, B)


def test_a_month_closed_since_the_submission_keeps_its_rules(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    draft_id, revision = submitted(effective=date(2026, 10, 15))
    close(canteen_id, "2026-10")

    assert refused(publishing.publish, draft_id, revision, B) == "version-begins-closed"
    assert len(stored()["version"]) == 1


def test_meals_already_divided_stay_and_are_told_by_their_number(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    eat(canteen_id, FIRST, date(2026, 11, 19))
    eat(canteen_id, FIRST, date(2026, 11, 20))
    draft_id, revision = begun(effective=date(2026, 11, 20))

    with reading() as session:
        (divided,) = readiness(session, read_draft(session, draft_id)).divided
    assert (divided.meals, divided.key) == (1, "2026-11-20/divided")
    assert refused(services.submit, draft_id, revision, (), A) == "ticks-missing"
    services.submit(draft_id, revision, [divided.key], A)
    publishing.publish(draft_id, revision, B)
    with reading() as session:
        assert {meal.version_on for meal in session.scalars(select(Meal))} == {FIRST}


def test_meals_divided_since_the_submission_are_ticked_by_the_second_person(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    draft_id, revision = submitted(effective=date(2026, 11, 20))
    eat(canteen_id, FIRST)

    assert refused(publishing.publish, draft_id, revision, B) == "ticks-missing"
    publishing.publish(draft_id, revision, B, ["2026-11-20/divided"])


def test_a_draft_takes_in_what_was_published_meanwhile(app: Flask) -> None:
    make_canteen()
    draft_id, revision = submitted()
    meanwhile = stored()
    meanwhile["version"].append({**meanwhile["version"][0], "effective": date(2027, 1, 1)})
    meanwhile["programme"]["source"] = "新的通知"
    load_programme(meanwhile)

    assert draft_of(draft_id).is_outdated
    assert refused(publishing.publish, draft_id, revision, B) == "draft-outdated"
    services.take_back(draft_id, A)
    assert refused(services.submit, draft_id, revision, (), A) == "draft-outdated"
    revision = services.take_in(draft_id, revision, A)
    services.submit(draft_id, revision, (), A)
    publishing.publish(draft_id, revision, B)

    values = stored()
    paid = {version["effective"]: version["rule"][0]["pays"]["fixed"] for version in values["version"]}
    assert paid == {FIRST: "5.00", NEXT: "8.00", date(2027, 1, 1): "5.00"}
    assert values["programme"]["source"] == "新的通知"


def test_one_officer_refuses_with_a_reason_and_the_draft_is_open_again(sqlite_app: Flask) -> None:
    make_canteen()
    draft_id, revision = submitted()

    assert refused(services.refuse, draft_id, revision, "  ", B) == "policy-reason"
    assert refused(services.refuse, draft_id, revision, "x", A) == "refuse-own"
    assert refused(services.take_back, draft_id, B) == "take-back-other"
    services.refuse(draft_id, revision, "文号写错了", B)

    draft = draft_of(draft_id)
    assert (draft.state, draft.reason, draft.decided_by) == ("open", "文号写错了", B)
    assert refused(publishing.publish, draft_id, revision, B) == "draft-closed"
    services.discard(draft_id, A)
    assert acts()[-2:] == ["refused", "discarded"]


def test_a_new_programme_binds_its_canteens_when_it_is_published(app: Flask) -> None:
    canteen_id = make_canteen()
    close(canteen_id, "2026-10")
    draft_id = services.begin_import(four_yuan(), A)
    revision = services.choose_canteens(draft_id, 1, ["beimen"], date(2026, 10, 31), A)
    assert refused(services.submit, draft_id, revision, needed(draft_id), A) == "version-begins-closed"
    revision = services.choose_canteens(draft_id, revision, ["beimen"], date(2026, 11, 1), A)
    services.submit(draft_id, revision, needed(draft_id), A)

    publishing.publish(draft_id, revision, B)

    with reading() as session:
        assert queries.programme_for(session, "beimen", date(2026, 10, 31)) is None
        assert queries.programme_for(session, "beimen", date(2026, 11, 1)) is not None
    assert refused(services.choose_canteens, draft_id, revision, ["beimen"], None, A) == "draft-closed"


def test_what_is_new_begins_empty_and_is_named_once(sqlite_app: Flask) -> None:
    load_programme(programme([RULE]))

    draft = draft_of(services.begin_new("beicheng", "北城区午餐", "北城区民政局", "某号文", A))

    assert (draft.code, draft.is_new, draft.values["version"]) == (
        "beicheng", True, [{"effective": NEXT, "rule": []}],
    )  # fmt: skip
    assert refused(services.begin_new, "test-programme", "t", "a", "s", A) == "programme-taken"
    assert refused(services.begin_new, "Bei Cheng", "t", "a", "s", A) == "programme-code"
    assert refused(services.begin_new, "b", " ", "a", "s", A) == "programme-head"


def test_an_import_keeps_what_is_published_beside_it(sqlite_app: Flask) -> None:
    values = programme([RULE])
    load_programme(values)
    later = {**values["version"][0], "effective": NEXT, "rule": [{**RULE, "pays": {"fixed": "nine"}}]}

    draft = draft_of(services.begin_import({**values, "version": [later]}, A))

    assert [version["effective"] for version in draft.values["version"]] == [FIRST, NEXT]
    assert (draft.locked, draft.open_versions) == (frozenset({0}), (1,))
    assert refused(services.begin_import, values, A) == "import-nothing-new"
    assert refused(services.begin_import, {"programme": {"id": "x"}, "version": [1]}, A) == "draft-unreadable"


def test_an_unused_version_is_corrected_by_an_import_and_stays_in_the_history(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    values = programme([RULE])
    load_programme(values, ["beimen"])
    other = {**values["version"][0], "rule": [{**RULE, "pays": {"fixed": "6.00"}}]}
    draft_id = services.begin_import({**values, "version": [other]}, A)
    services.submit(draft_id, 1, needed(draft_id), A)
    eat(canteen_id, FIRST)
    assert refused(publishing.publish, draft_id, 1, B) == "version-used"
    with transaction() as session:
        session.execute(delete(Meal))

    publishing.publish(draft_id, 1, B)

    with reading() as session:
        corrected = next(e for e in timeline.events(session, "test-programme") if e.act == "corrected")
    assert corrected.detail["version"]["rule"][0]["pays"] == {"fixed": "5.00"}
    assert stored()["version"][0]["rule"][0]["pays"] == {"fixed": "6.00"}


def test_a_version_is_withdrawn_before_it_begins_and_stays_in_the_history(app: Flask) -> None:
    make_canteen()
    draft_id, revision = submitted()
    publishing.publish(draft_id, revision, B)
    with reading() as session:
        before = standing(session)

    assert refused(publishing.withdraw_version, "test-programme", NEXT, " ", A) == "policy-reason"
    assert refused(publishing.withdraw_version, "test-programme", FIRST, "x", A) == "version-begun"
    assert refused(publishing.withdraw_version, "test-programme", date(2027, 1, 1), "x", A) == "version-unknown"
    publishing.withdraw_version("test-programme", NEXT, "通知改期了", A)

    with reading() as session:
        withdrawn = timeline.events(session, "test-programme")[0]
        assert standing(session) > before
    assert (withdrawn.act, withdrawn.reason) == ("withdrawn", "通知改期了")
    assert withdrawn.detail["version"]["rule"][0]["pays"] == {"fixed": "8.00"}
    assert [version["effective"] for version in stored()["version"]] == [FIRST]
    assert draft_of(services.begin_copy("test-programme", A)).values["version"][1]["effective"] == NEXT


def test_a_version_that_has_begun_is_not_withdrawn(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_canteen()
    draft_id, revision = submitted()
    publishing.publish(draft_id, revision, B)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-30T16:00:00Z")  # midnight in Shanghai, 1 December

    assert refused(publishing.withdraw_version, "test-programme", NEXT, "x", A) == "version-begun"


def test_examples_that_need_the_withdrawn_version_go_with_it(sqlite_app: Flask) -> None:
    values = programme([RULE])
    values["version"].append({**values["version"][0], "effective": NEXT, "rule": [{**RULE, "pays": "all"}]})
    example: dict[str, Any] = {"meal": "lunch", "price": "15.00", "elder": {"born": date(1946, 1, 1)}}
    first = {**example, "on": date(2026, 11, 1), "expect": {"government": "5.00", "elder": "10.00"}}
    values["example"] = [first, {**example, "on": NEXT, "expect": {"government": "15.00"}}]
    load_programme(values)

    publishing.withdraw_version("test-programme", NEXT, "x", A)

    assert stored()["example"] == [first]


def test_the_only_version_takes_its_programme_with_it_unless_a_canteen_uses_it(app: Flask) -> None:
    make_canteen()
    load_programme(programme([RULE], effective=NEXT), ["beimen"], date(2026, 11, 1))
    load_programme(programme([RULE], "later", effective=NEXT), ["beimen"])

    assert refused(publishing.withdraw_version, "test-programme", NEXT, "x", A) == "version-only"
    publishing.withdraw_version("later", NEXT, "x", A)

    with reading() as session:
        assert [row.code for row in queries.all_programmes(session)] == ["test-programme"]
        rules = queries.programme_for(session, "beimen", NEXT)
    assert rules is not None and rules.id == "test-programme"
    assert acts("later") == ["loaded", "withdrawn"]


def test_the_history_is_written_once(app: Flask) -> None:
    load_programme(programme([RULE]))

    for change in (update(PolicyEvent).values(reason="x"), delete(PolicyEvent)):
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(change)
    assert acts() == ["loaded"]


def test_a_canteen_is_bound_when_a_second_person_confirms(app: Flask) -> None:
    canteen_id = make_canteen()
    close(canteen_id, "2026-10")
    load_programme(programme([RULE]))
    on = date(2026, 11, 25)
    assert refused(proposing.propose_binding, "test-programme", "beimen", date(2026, 10, 31), A) == "bind-closed"
    proposal = proposing.propose_binding("test-programme", "beimen", on, A)

    assert refused(proposing.propose_binding, "test-programme", "beimen", on, B) == "already-proposed"
    assert refused(proposing.confirm_binding, proposal, A) == "confirm-own"
    with reading() as session:
        assert queries.programme_for(session, "beimen", on) is None
    proposing.confirm_binding(proposal, B)

    with reading() as session:
        assert queries.programme_for(session, "beimen", on) is not None
        assert timeline.proposals(session) == []
    assert refused(proposing.confirm_binding, proposal, C) == "proposal-closed"
    assert refused(proposing.propose_binding, "test-programme", "beimen", on, A) == "already-bound"
    assert acts() == ["loaded", "binding-proposed", "bound"]


def test_an_id_that_is_a_pages_address_is_refused(sqlite_app: Flask) -> None:
    for code in ("new", "import", "drafts", "vocabulary"):
        assert refused(services.begin_new, code, "新项目", "民政局", "通知", A) == "programme-taken"


def test_chosen_canteens_that_another_binding_leaves_out_are_told_and_ticked(app: Flask) -> None:
    make_canteen()
    make_canteen("nanmen", name="南门食堂")
    load_programme(four_yuan())
    draft_id = services.begin_copy("test-programme", A)
    revision = services.choose_canteens(draft_id, 1, ["beimen", "nanmen"], None, A)
    revision = services.change_draft(draft_id, revision, paying("11.00"), A)
    services.submit(draft_id, revision, needed(draft_id), A)

    proposal = proposing.propose_binding("test-programme", "beimen", date(2026, 12, 1), A)
    proposing.confirm_binding(proposal, B)

    assert draft_of(draft_id).left_out == ("nanmen",)
    assert "left-out/nanmen" in needed(draft_id)
    assert refused(publishing.publish, draft_id, revision, B) == "ticks-missing"
    publishing.publish(draft_id, revision, B, ["left-out/nanmen"])
    with reading() as session:
        assert queries.programme_for(session, "nanmen", date(2026, 12, 1)) is None
    assert draft_of(draft_id).left_out == ()
