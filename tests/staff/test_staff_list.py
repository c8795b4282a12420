"""The list of those who work here: adding, trusting with another role, resetting, dismissing."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from flask import Flask
from signing_in import PASSWORD, browser, make_staff, sign_in_as
from sqlalchemy import select

from canteen.audit.models import AuditEvent
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.staff import queries, services
from canteen.staff.passwords import fits


def acts() -> list[tuple[str, str, str | None]]:
    with reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(event.act, event.actor, event.subject) for event in events]


def person(staff_id: int) -> queries.StaffRow:
    with reading() as session:
        found = queries.staff_by_id(session, staff_id)
    assert found is not None
    return found


def test_a_person_is_added_with_a_one_time_password_that_is_shown_once(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)

    shown = office.send(
        "/staff/new", {"name": " 陈 桂花 ", "login": "Chen", "role": "cashier"}, page="/staff/new"
    )

    assert shown.status_code == 200
    once = shown.text.split('<p class="once" translate="no">')[1].split("<")[0]
    assert len(once) == 14
    answer = browser(app).send("/login", {"login": "chen", "password": once}, page="/login")
    assert answer.status_code == 303
    assert once not in office.get("/staff").text
    assert "等待首次登录" in office.get("/staff").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "login": "chen", "role": "cashier"}, "请填写姓名。"),
        ({"name": "陈桂花", "login": "c", "role": "cashier"}, "登录名用 2 到 40 个小写字母或数字"),
        ({"name": "陈桂花", "login": "chen gui", "role": "cashier"}, "登录名用 2 到 40 个小写字母或数字"),
        ({"name": "陈桂花", "login": "chen", "role": ""}, "请选择身份。"),
        ({"name": "陈桂花", "login": "chen", "role": "emperor"}, "身份"),
        ({"name": "陈桂花", "login": "taken", "role": "cashier"}, "这个登录名已经有人用了"),
        ({"name": "陈" * 61, "login": "chen", "role": "cashier"}, "姓名最多 60 个字。"),
    ],
)
def test_a_faulty_form_adds_nobody_and_keeps_what_was_typed(
    app: Flask, form: dict[str, str], words: str
) -> None:
    make_staff(Role.CASHIER, "taken")
    office = sign_in_as(app, Role.ADMINISTRATOR)

    answer = office.send("/staff/new", form, page="/staff/new")

    assert words in answer.text
    assert 'id="error-summary"' in answer.text
    assert f'value="{form["login"]}"' in answer.text
    with reading() as session:
        assert len(queries.staff_list(session)) == 2


def test_a_change_of_role_ends_the_sign_ins_of_the_old_one(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)
    staff_id = make_staff(Role.MANAGER)
    theirs = sign_in_as(app, Role.MANAGER, staff_id)

    office.send(f"/staff/{staff_id}/role", {"role": "cashier"})

    assert person(staff_id).role is Role.CASHIER
    assert theirs.get("/").location == "/login?next=/"


def test_the_last_administrator_stays(app: Flask) -> None:
    staff_id = make_staff(Role.ADMINISTRATOR)

    with pytest.raises(Refusal, match="最后一位系统管理员"):
        services.change_role(staff_id, Role.CASHIER, "system:test")
    with pytest.raises(Refusal, match="最后一位系统管理员"):
        services.dismiss(staff_id, "system:test")

    assert person(staff_id).role is Role.ADMINISTRATOR
    assert person(staff_id).dismissed_at is None


def test_two_administrators_who_dismiss_each_other_at_once_leave_one(app: Flask) -> None:
    first, second = make_staff(Role.ADMINISTRATOR), make_staff(Role.ADMINISTRATOR)

    def dismiss(pair: tuple[int, int]) -> bool:
        with app.app_context():
            try:
                services.dismiss(pair[0], f"staff:{pair[1]}")
            except Refusal:
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda pair: Context().run(dismiss, pair), [(first, second), (second, first)]))

    assert sorted(done) == [False, True]


def test_nobody_dismisses_themselves(app: Flask) -> None:
    make_staff(Role.ADMINISTRATOR)
    staff_id = make_staff(Role.ADMINISTRATOR)

    with pytest.raises(Refusal) as refused:
        services.dismiss(staff_id, f"staff:{staff_id}")

    assert refused.value.code == "self-dismissal"


def test_a_dismissed_person_is_out_at_once_and_stays_in_the_list(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)
    staff_id = make_staff(Role.CASHIER, "chen")
    theirs = sign_in_as(app, Role.CASHIER, staff_id)
    assert "从现在起不能再登录" in office.get(f"/staff/{staff_id}/dismiss").text

    office.send(f"/staff/{staff_id}/dismiss")

    assert theirs.get("/").location == "/login?next=/"
    answer = browser(app).send("/login", {"login": "chen", "password": PASSWORD}, page="/login")
    assert answer.status_code == 401
    assert "已离职" in office.get("/staff").text


def test_a_reset_password_ends_sign_ins_and_unlocks(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)
    staff_id = make_staff(Role.CASHIER, "chen")
    theirs = sign_in_as(app, Role.CASHIER, staff_id)
    stranger = browser(app)
    for _ in range(5):
        stranger.send("/login", {"login": "chen", "password": "wrong"}, page="/login")

    shown = office.send(f"/staff/{staff_id}/reset-password")

    once = shown.text.split('<p class="once" translate="no">')[1].split("<")[0]
    assert theirs.get("/").location == "/login?next=/"
    assert stranger.send("/login", {"login": "chen", "password": once}, page="/login").status_code == 303
    assert stranger.get("/").location == "/password"


def test_sign_out_everywhere_ends_every_sign_in(app: Flask) -> None:
    staff_id = make_staff(Role.OFFICER)
    here, elsewhere = (sign_in_as(app, Role.OFFICER, staff_id) for _ in range(2))

    here.send("/me/sign-out-everywhere")

    assert here.get("/").location == "/login?next=/"
    assert elsewhere.get("/").location == "/login?next=/"


def test_only_an_administrator_keeps_the_list(app: Flask) -> None:
    staff_id = make_staff(Role.CASHIER)

    for role in (Role.MANAGER, Role.CASHIER, Role.OFFICER):
        office = sign_in_as(app, role)
        assert office.get("/staff").status_code == 403
        assert office.send(f"/staff/{staff_id}/role", {"role": "administrator"}).status_code == 403

    assert person(staff_id).role is Role.CASHIER


def test_every_act_is_in_the_audit_without_a_name(app: Flask) -> None:
    staff_id, _once = services.add("chen", "陈桂花", Role.CASHIER, "staff:77")
    services.rename(staff_id, "陈桂华", "staff:77")
    services.change_role(staff_id, Role.MANAGER, "staff:77")
    services.sign_out_everywhere(staff_id, "staff:77")
    services.reset_password(staff_id, "staff:77", "0" * 64)
    services.dismiss(staff_id, "staff:77")

    assert acts() == [
        (act, "staff:77", f"staff:{staff_id}")
        for act in (
            "staff.add",
            "staff.name",
            "staff.role",
            "staff.sign-out-everywhere",
            "staff.reset",
            "staff.dismiss",
        )
    ]


def test_the_first_administrator_is_made_once(app: Flask) -> None:
    with transaction() as session:
        made = services.first_administrator(session)
    with transaction() as session:
        again = services.first_administrator(session)

    assert made is not None and made[0] == "admin"
    assert again is None
    with reading() as session:
        (only,) = queries.staff_list(session)
    assert (only.role, only.must_change_password) == (Role.ADMINISTRATOR, True)


def test_a_person_who_is_not_there_is_a_page_in_plain_words(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)

    assert office.get("/staff/999999").status_code == 404
    assert office.get("/staff/999999999999999999999999").status_code == 404
    assert office.send("/staff/999999/dismiss").status_code == 404


def test_composed_and_decomposed_letters_are_one_password() -> None:
    from canteen.staff.passwords import hashed

    assert fits(hashed("cafe\u0301 in the park"), "caf\u00e9 in the park")
    assert not fits(hashed("red umbrella early bus"), "red umbrella early bu")
    assert not fits(hashed("red umbrella early bus"), "x" * 100_000)
