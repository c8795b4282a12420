"""Badges and PINs: shown once, kept as hashes, replaced and revoked at once, guessed in vain."""

import re

import pytest
from flask import Flask
from signing_in import PASSWORD, make_staff, sign_in_as
from sqlalchemy import select

from canteen.canteens.models import Workplace
from canteen.canteens.queries import badges as badges_at
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.staff import badges, services
from canteen.staff.models import StaffBadge, StaffPin
from canteen.staff.queries import BadgeRow
from canteen.staff.throttle import Caller
from tests.factories import make_canteen

HERE = Caller("l" * 64, "a" * 64)
GOOD_PIN = "70318264"


def valid_at(canteen_id: int) -> list[BadgeRow]:
    with reading() as session:
        return badges_at(session, canteen_id)


def cashier_at(canteen_id: int, role: Role = Role.CASHIER) -> int:
    staff_id = make_staff(role)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    return staff_id


def test_a_badge_is_shown_once_and_only_its_hash_is_kept(app: Flask) -> None:
    staff_id = make_staff(Role.CASHIER)
    office = sign_in_as(app, Role.ADMINISTRATOR)

    shown = office.send(f"/staff/{staff_id}/badge")

    assert shown.status_code == 200
    assert "data:image/svg+xml;base64," in shown.text and "陈桂花" in shown.text and "收银员" in shown.text
    assert "data:image/svg" not in office.get(f"/staff/{staff_id}").text
    with reading() as session:
        assert re.fullmatch(r"[0-9a-f]{64}", session.scalars(select(StaffBadge.sha256)).one())


def test_a_badge_has_128_random_bits_and_reads_back_with_look_alikes_folded() -> None:
    code = badges.make_code()

    assert re.fullmatch(r"B/[0-7][0-9A-HJKMNP-TV-Z]{25}", code)
    assert badges.make_code() != code
    assert badges.read_badge(f" {code.lower()} ".replace("0", "o")) == badges.sha256(code)
    assert badges.read_badge("HTTPS://X/K/0123456789ABCDEFG") is None
    assert badges.read_badge(code[:-1]) is None


def test_a_canteens_badges_are_of_those_who_work_there_and_of_administrators(app: Flask) -> None:
    here, there = make_canteen(), make_canteen("dongmen")
    cashier, manager = cashier_at(here), cashier_at(here, Role.MANAGER)
    stranger, administrator = cashier_at(there), make_staff(Role.ADMINISTRATOR)
    codes = {one: badges.issue(one, "staff:1") for one in (cashier, manager, stranger, administrator)}

    found = {row.ref: row for row in valid_at(here)}

    assert found.keys() == {f"staff:{one}" for one in (cashier, manager, administrator)}
    assert found[f"staff:{cashier}"].sha256 == badges.sha256(codes[cashier])
    assert not found[f"staff:{cashier}"].is_manager and found[f"staff:{manager}"].is_manager


def test_a_replaced_a_revoked_and_a_leavers_badge_are_dead(app: Flask) -> None:
    canteen_id = make_canteen()
    one, two, three = (cashier_at(canteen_id) for _ in range(3))
    first = badges.issue(one, "staff:1")
    badges.issue(two, "staff:1")
    badges.issue(three, "staff:1")

    second = badges.issue(one, "staff:1")
    badges.revoke(two, "staff:1")
    services.dismiss(three, "staff:1")

    assert [row.sha256 for row in valid_at(canteen_id)] == [badges.sha256(second)]
    assert second != first
    with pytest.raises(Refusal) as refused:
        badges.revoke(two, "staff:1")
    assert refused.value.code == "badge-none"


def test_an_officer_gets_no_badge_and_a_cashier_may_not_issue_one(app: Flask) -> None:
    officer = make_staff(Role.OFFICER)

    with pytest.raises(Refusal) as refused:
        badges.issue(officer, "staff:1")

    assert refused.value.code == "badge-role"
    assert sign_in_as(app, Role.CASHIER).send(f"/staff/{officer}/badge").status_code == 403


@pytest.mark.parametrize("pin", ["1234567", "123456789", "12345678", "11112222", "19480316", "13571357", "7031826a"])
def test_a_pin_that_others_would_guess_is_refused(app: Flask, pin: str) -> None:
    office = sign_in_as(app, Role.CASHIER)

    answer = office.send("/me/pin", {"pin": pin, "again": pin, "password": PASSWORD}, page="/me/pin")

    assert answer.status_code == 409
    with reading() as session:
        assert session.scalars(select(StaffPin)).first() is None


def test_a_person_chooses_a_pin_with_the_password_and_the_till_takes_it(app: Flask) -> None:
    staff_id = make_staff(Role.CASHIER)
    office = sign_in_as(app, Role.CASHIER, staff_id)
    wrong = office.send("/me/pin", {"pin": GOOD_PIN, "again": GOOD_PIN, "password": "no"}, page="/me/pin")

    answer = office.send("/me/pin", {"pin": GOOD_PIN, "again": GOOD_PIN, "password": PASSWORD}, page="/me/pin")

    assert wrong.status_code == 409 and "现在的密码不对" in wrong.text
    assert answer.status_code == 303
    badges.check_pin(staff_id, GOOD_PIN, HERE)
    with reading() as session:
        kept = session.scalars(select(StaffPin)).one().pin_hash
    assert kept.startswith("$argon2id$")


def test_wrong_pins_are_counted_and_lock_even_the_right_one_out(app: Flask) -> None:
    staff_id = make_staff(Role.CASHIER)
    badges.choose_pin(staff_id, GOOD_PIN, PASSWORD, HERE)

    codes = []
    for pin in ["00000001"] * 5 + [GOOD_PIN]:
        with pytest.raises(Refusal) as refused:
            badges.check_pin(staff_id, pin, HERE)
        codes.append(refused.value.code)

    assert codes == ["pin-wrong"] * 5 + ["sign-in-locked"]
