"""Signing in: the right password, the wrong ones, and the limits."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from signing_in import PASSWORD, browser, make_staff, sign_in_as
from sqlalchemy import func, select

from canteen import clock
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.staff import queries, services, throttle
from canteen.staff.models import SignInFailure, Staff

KEY = b"k" * 32


def attempt(login: str, password: str, address: str = "10.0.0.7") -> queries.SignedIn:
    return services.sign_in(login, password, throttle.caller(KEY, login, address))


def failures() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(SignInFailure)) or 0


def test_the_right_password_opens_the_door(app: Flask) -> None:
    make_staff(Role.MANAGER, "li")

    person = attempt(" LI ", PASSWORD)

    assert (person.login, person.name, person.role) == ("li", "李秀英", Role.MANAGER)
    assert failures() == 0


@pytest.mark.parametrize(("login", "password"), [("li", "something else"), ("nobody", PASSWORD), ("li", "")])
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(
    app: Flask, login: str, password: str
) -> None:
    make_staff(Role.MANAGER, "li")

    with pytest.raises(Refusal) as refused:
        attempt(login, password)

    assert refused.value.code == "sign-in-wrong"
    assert failures() == 1


def test_five_wrong_passwords_lock_a_login_even_for_the_right_one(app: Flask) -> None:
    make_staff(Role.MANAGER, "li")
    for number in range(5):
        with pytest.raises(Refusal, match="密码不对"):
            attempt("li", "wrong", f"10.0.0.{number}")

    with pytest.raises(Refusal) as refused:
        attempt("li", PASSWORD, "10.0.0.99")

    assert refused.value.code == "sign-in-locked"
    assert refused.value.params == {"minutes": 15}


def test_a_locked_login_opens_again_a_quarter_of_an_hour_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_staff(Role.MANAGER, "li")
    for _ in range(5):
        with pytest.raises(Refusal):
            attempt("li", "wrong")

    monkeypatch.setenv("CANTEEN_NOW", (clock.now() + timedelta(minutes=15, seconds=1)).isoformat())

    assert attempt("li", PASSWORD).login == "li"


def test_one_address_that_guesses_at_many_logins_is_stopped(app: Flask) -> None:
    for number in range(throttle.MOST_PER_ADDRESS):
        with transaction() as session:
            throttle.note_attempt(session, throttle.caller(KEY, f"guess{number}", "10.0.0.7"), clock.now())
    make_staff(Role.MANAGER, "li")

    with pytest.raises(Refusal) as refused:
        attempt("li", PASSWORD)

    assert refused.value.code == "sign-in-locked"
    assert attempt("li", PASSWORD, "10.0.0.8").login == "li"


def test_failures_are_kept_without_login_or_address_and_forgotten_after_a_day(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refusal):
        attempt("li", "wrong")
    with reading() as session:
        kept = session.scalars(select(SignInFailure)).one()
        assert "li" not in (kept.login_key, kept.address_key)
        assert len(kept.login_key) == len(kept.address_key) == 64

    monkeypatch.setenv("CANTEEN_NOW", (clock.now() + timedelta(days=1, minutes=1)).isoformat())
    with pytest.raises(Refusal):
        attempt("chen", "wrong")

    assert failures() == 1


def test_a_password_is_kept_as_argon2_only(app: Flask) -> None:
    staff_id = make_staff(Role.CASHIER)

    with reading() as session:
        person = session.get(Staff, staff_id)
        assert person is not None
        assert person.password_hash.startswith("$argon2id$")
        assert PASSWORD not in person.password_hash


def test_trying_passwords_out_is_dear(strong_hashers: tuple[PasswordHasher, PasswordHasher]) -> None:
    for hasher in strong_hashers:
        assert hasher.memory_cost >= 64 * 1024
        assert hasher.time_cost >= 3


def test_the_page_lets_a_person_in_and_leads_where_they_wanted(app: Flask) -> None:
    make_staff(Role.ADMINISTRATOR, "wang")
    office = browser(app)
    asked = office.get("/staff")
    assert asked.location == "/login?next=/staff"

    answer = office.send(
        "/login", {"login": "wang", "password": PASSWORD, "next": "/staff"}, page="/login?next=/staff"
    )

    assert (answer.status_code, answer.location) == (303, "/staff")
    assert "王建国" in office.get("/staff").text


def test_the_page_says_that_the_password_is_wrong_and_keeps_the_login(app: Flask) -> None:
    make_staff(Role.CASHIER, "chen")

    answer = browser(app).send("/login", {"login": "chen", "password": "wrong wrong"}, page="/login")

    assert answer.status_code == 401
    assert "登录名或密码不对。请再试一次。" in answer.text
    assert 'value="chen"' in answer.text
    assert "wrong wrong" not in answer.text


def test_the_page_says_how_long_a_lock_lasts(app: Flask) -> None:
    make_staff(Role.CASHIER, "chen")
    office = browser(app)
    for _ in range(5):
        office.send("/login", {"login": "chen", "password": "wrong"}, page="/login")

    answer = office.send("/login", {"login": "chen", "password": PASSWORD}, page="/login")

    assert answer.status_code == 429
    assert "请等 15 分钟再试" in answer.text


def test_an_empty_form_names_each_missing_field_in_its_summary(app: Flask) -> None:
    answer = browser(app).send("/login", {"login": "", "password": ""}, page="/login")

    assert "有 2 处要改" in answer.text
    assert 'href="#login"' in answer.text and 'href="#password"' in answer.text


def test_signing_in_gives_a_fresh_cookie_and_takes_nothing_planted_along(app: Flask) -> None:
    make_staff(Role.CASHIER, "chen")
    office = browser(app)
    with office.session_transaction() as cookie:
        cookie["planted"] = "yes"

    office.send("/login", {"login": "chen", "password": PASSWORD}, page="/login")

    with office.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"]


def test_sign_out_ends_the_sign_in_and_a_get_does_not(app: Flask) -> None:
    office = sign_in_as(app, Role.CASHIER)

    assert office.get("/logout").status_code == 405
    assert office.get("/").status_code == 200

    assert office.send("/logout").location == "/login"
    assert office.get("/").location == "/login?next=/"


def test_a_one_time_password_must_be_changed_before_anything_else(app: Flask) -> None:
    make_staff(Role.MANAGER, "li", must_change=True, password="k7mq-3xvt-9hwd")
    office = browser(app)
    office.send("/login", {"login": "li", "password": "k7mq-3xvt-9hwd"}, page="/login")

    assert office.get("/").location == "/password"
    assert office.get("/me").location == "/password"
    office.send("/password", {"old": "k7mq-3xvt-9hwd", "new": PASSWORD, "again": PASSWORD}, page="/password")

    assert office.get("/").status_code == 200
    assert attempt("li", PASSWORD).must_change_password is False


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("short", "密码太短了，至少要 10 个字。"),
        ("1234567890", "这个密码太好猜了"),
        ("abcabcabcabc", "这个密码太好猜了"),
        ("李秀英的密码没人知道", "密码里不要用自己的姓名或登录名。"),
        (PASSWORD, "新密码和现在的一样"),
    ],
)
def test_a_password_that_others_would_guess_is_refused_with_its_reason(
    app: Flask, new: str, words: str
) -> None:
    office = sign_in_as(app, Role.MANAGER)

    answer = office.send("/password", {"old": PASSWORD, "new": new, "again": new}, page="/password")

    assert words in answer.text
    assert office.get("/").status_code == 200


def test_a_password_is_not_changed_without_the_old_one(app: Flask) -> None:
    staff_id = make_staff(Role.MANAGER, "li")
    office = sign_in_as(app, Role.MANAGER, staff_id)
    new = "osmanthus cake and a drum"

    answer = office.send("/password", {"old": "not it", "new": new, "again": new}, page="/password")

    assert "现在的密码不对。请再填一次。" in answer.text
    assert attempt("li", PASSWORD).staff_id == staff_id


def test_a_changed_password_ends_the_other_sign_ins_and_keeps_this_one(app: Flask) -> None:
    staff_id = make_staff(Role.MANAGER)
    here, elsewhere = (sign_in_as(app, Role.MANAGER, staff_id) for _ in range(2))
    new = "osmanthus cake and a drum"

    here.send("/password", {"old": PASSWORD, "new": new, "again": new}, page="/password")

    assert here.get("/").status_code == 200
    assert elsewhere.get("/").location == "/login?next=/"


@pytest.mark.parametrize("identity", ["", ".", "1", "1.", "a.b", "1.2.3", "9" * 40 + ".1", "١.١", "-1.1"])
def test_a_forged_identity_is_nobody(app: Flask, identity: str) -> None:
    make_staff(Role.ADMINISTRATOR)

    assert queries.signed_in(identity) is None
