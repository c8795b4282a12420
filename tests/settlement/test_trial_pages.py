"""The trial in the browser: asked for, taken by a worker, read by those who may, and never mistaken for a newer draft."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from canteen.canteens.services import assign
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.installation import do_waiting_work
from canteen.settlement.trial import services
from canteen.settlement.trial.models import ProgrammeTrial
from canteen.subsidies.drafts.queries import read_draft
from canteen.subsidies.drafts.services import begin_copy, change_draft, discard
from tests.factories import bind_programme, make_canteen, only, programme, rows
from tests.settlement.trial_month import NOTICE, MadeElder, four_elders
from tests.signing_in import Browser, make_staff, sign_in_as

OFFICER = "staff:900"


def say(draft_id: int, rules: list[dict[str, Any]]) -> None:
    """Write these rules into the version that the draft adds."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        values["version"][-1]["rule"] = rules
        return values

    change_draft(draft_id, revision_of(draft_id), change, OFFICER)


def revision_of(draft_id: int) -> int:
    with reading() as session:
        return read_draft(session, draft_id).revision


def a_draft() -> tuple[int, dict[str, MadeElder]]:
    """October's elders, and a draft of the notice for 1 December."""
    elders, _ = four_elders()
    draft_id = begin_copy("test-programme", OFFICER)
    say(draft_id, NOTICE)
    return draft_id, elders


def ask(office: Browser, draft_id: int, month: str = "2026-10", canteen: str = "beimen") -> Any:
    return office.send(f"/policies/drafts/{draft_id}/trial", {"canteen": canteen, "month": month})


def test_an_officer_tries_a_draft_on_last_month(sqlite_app: Flask) -> None:
    draft_id, _ = a_draft()
    office = sign_in_as(sqlite_app, Role.OFFICER)

    box = office.get(f"/policies/drafts/{draft_id}/review").text
    asked = ask(office, draft_id)
    page = office.get(asked.location).text

    assert '<option value="2026-10">' in box or '<option selected value="2026-10">' in box
    assert asked.status_code == 303
    assert "影响 4 位老人，预计每月多补 32.00 元（按 2026年10月的人次）。" in page
    assert "假定2026年12月1日起的版本在2026年10月就已经施行。" in page
    for figure in ("¥198.00", "¥215.00", "+¥17.00", "¥327.00", "¥295.00", "−¥32.00", "65–69 岁", "丙桂兰"):
        assert figure in page
    assert "影响 4 位老人" in office.get(f"/policies/drafts/{draft_id}/review").text
    english = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    english.send("/language", {"language": "en", "next": "/"})
    assert "4 elders pay another amount; about 32.00 yuan more a month" in english.get(asked.location).text


def test_a_trial_from_before_a_change_says_so_and_can_be_made_anew(sqlite_app: Flask) -> None:
    draft_id, _ = a_draft()
    office = sign_in_as(sqlite_app, Role.OFFICER)
    first = ask(office, draft_id).location
    assert "这次试算是改动之前的" not in office.get(first).text

    say(draft_id, NOTICE[1:])

    assert "这次试算是改动之前的" in office.get(first).text
    assert "改动之前的" in office.get(f"/policies/drafts/{draft_id}/review").text
    second = ask(office, draft_id).location
    assert second != first and "这次试算是改动之前的" not in office.get(second).text


def test_names_are_read_by_those_who_may_and_the_rest_by_those_who_may_enter(sqlite_app: Flask) -> None:
    draft_id, elders = a_draft()
    asked = ask(sign_in_as(sqlite_app, Role.OFFICER), draft_id).location
    with reading() as session:
        canteen_id = session.get_one(ProgrammeTrial, 1).canteen_id
    elsewhere = make_canteen("dongmen")
    here, there = make_staff(Role.MANAGER), make_staff(Role.MANAGER)
    with transaction() as session:
        assign(session, here, canteen_id)
        assign(session, there, elsewhere)
    link = f"/elders/{elders['76, alone'].ref}"

    mine = sign_in_as(sqlite_app, Role.MANAGER, here)
    theirs = sign_in_as(sqlite_app, Role.MANAGER, there)

    assert link in mine.get(asked).text and "/why" in mine.get(asked).text
    other = theirs.get(asked).text
    assert "影响 4 位老人" in other and link not in other and "/why" not in other and "丙桂兰" not in other
    assert ask(mine, draft_id).status_code == 403
    assert sign_in_as(sqlite_app, Role.CASHIER).get(asked).status_code == 403
    assert "丙桂兰" not in str(only(ProgrammeTrial).result)


def test_what_cannot_be_tried_is_said(sqlite_app: Flask) -> None:
    draft_id, _ = a_draft()
    make_canteen("dongmen")
    office = sign_in_as(sqlite_app, Role.OFFICER)

    def said(**chosen: str) -> str:
        answer = ask(office, draft_id, **chosen)
        return office.get(answer.location.partition("#")[0]).text

    assert "请选食堂和月份，再试算。" in said(canteen="dongmen")
    assert "请选食堂和月份，再试算。" in said(month="2026-12")
    assert "请选食堂和月份，再试算。" in said(month="next")
    say(draft_id, [{"id": "aged", "title": "x", "payer": "government", "pays": {"fixed": "lots"}}])
    assert "草稿还有要改的地方，改好了才能试算。" in said()
    discard(draft_id, OFFICER)
    assert "这份草稿已经发布或作废，不能再试算。" in said()
    assert rows(ProgrammeTrial) == []
    assert ask(office, 77).status_code == 404


def test_a_trial_belongs_to_its_draft(sqlite_app: Flask) -> None:
    draft_id, _ = a_draft()
    office = sign_in_as(sqlite_app, Role.OFFICER)
    ask(office, draft_id)

    assert office.get(f"/policies/drafts/{draft_id}/trial/1").status_code == 200
    assert office.get(f"/policies/drafts/{draft_id}/trial/2").status_code == 404
    assert office.get(f"/policies/drafts/{draft_id + 1}/trial/1").status_code == 404


def test_a_worker_divides_what_waits_and_the_page_tells_how_far_it_is(app: Flask) -> None:
    draft_id, _ = a_draft()
    trial_id = services.ask(draft_id, "beimen", "2026-10", OFFICER)
    office = sign_in_as(app, Role.OFFICER)
    address = f"/policies/drafts/{draft_id}/trial/{trial_id}"

    waiting, told = office.get(address).text, office.get(address + "?part=progress").json
    again = services.ask(draft_id, "beimen", "2026-10", OFFICER)
    do_waiting_work()

    assert 'http-equiv="refresh"' in waiting and "等着算" in waiting
    assert told == {"state": "waiting", "percent": 0, "text": "排着队，马上开始。"}
    assert again == trial_id
    done = only(ProgrammeTrial)
    assert (done.state, done.meals_done, done.meals_total, done.claim) == ("done", 35, 35, None)
    assert done.result["elders"] == {"more": 1, "less": 3, "same": 1}
    assert office.get(address + "?part=progress").json["state"] == "done"
    assert 'http-equiv="refresh"' not in office.get(address).text


def test_what_a_killed_worker_left_is_taken_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id, _ = a_draft()
    trial_id = services.ask(draft_id, "beimen", "2026-10", OFFICER)
    dead = services.claim_next()
    assert dead is not None and services.claim_next() is None

    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T04:02:00Z")
    assert services.run_waiting_trials() == 1
    # Whoever was only slow and not dead changes nothing of what is done.
    services._finish(*dead, state="failed", failure="trial-given-up")

    row = only(ProgrammeTrial)
    assert (row.id, row.state, row.tries) == (trial_id, "done", 2)


def test_a_trial_that_kills_every_worker_is_given_up(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id, _ = a_draft()
    trial_id = services.ask(draft_id, "beimen", "2026-10", OFFICER)
    for minute in (10, 12, 14):
        monkeypatch.setenv("CANTEEN_NOW", f"2026-11-20T04:{minute}:00Z")
        assert services.claim_next() is not None
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T04:16:00Z")
    services.run_waiting_trials()

    row = only(ProgrammeTrial)
    assert (row.state, row.failure) == ("failed", "trial-given-up")
    page = sign_in_as(sqlite_app, Role.OFFICER).get(f"/policies/drafts/{draft_id}/trial/{trial_id}").text
    assert "没有算成" in page and "算了几次都没有做完" in page and "再算一次" in page


def test_two_workers_take_each_trial_once(app: Flask) -> None:
    four_elders()
    drafts = []
    for number in range(6):
        code = f"notice-{number}"
        bind_programme(1, programme(NOTICE, code=code))
        drafts.append(begin_copy(code, OFFICER))
    for draft_id in drafts:
        services.ask(draft_id, "beimen", "2026-10", OFFICER)
    taken: list[int] = []

    def work() -> None:
        with app.app_context():
            while (claimed := services.claim_next()) is not None:
                taken.append(claimed[0])

    run_at_once(work, 4)

    assert sorted(taken) == [row.id for row in rows(ProgrammeTrial)]
    assert {row.tries for row in rows(ProgrammeTrial)} == {1}


def run_at_once(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_a_draft_that_was_spoilt_meanwhile_fails_in_words(sqlite_app: Flask) -> None:
    draft_id, _ = a_draft()
    trial_id = services.ask(draft_id, "beimen", "2026-10", OFFICER)
    say(draft_id, [{"id": "aged", "title": "x", "payer": "government", "pays": {"fixed": "lots"}}])
    services.run_waiting_trials()

    assert only(ProgrammeTrial).failure == "programme-faulty"
    page = sign_in_as(sqlite_app, Role.OFFICER).get(f"/policies/drafts/{draft_id}/trial/{trial_id}").text
    assert "草稿里有要改的地方，改好再算。" in page
