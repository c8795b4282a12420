"""The pages of sending: one click, the record, and who may."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.audit.models import AuditEvent
from canteen.canteens import services as canteens
from canteen.cli import main
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.settlement.sending import services
from canteen.settlement.sending.models import StatementSending
from canteen.sponsors.models import Sponsor
from tests.factories import make_canteen, make_fund
from tests.settlement.post_office import make_statement, post_office
from tests.signing_in import make_staff, sign_in_as

NUMBER = "DEKANG-2026-11-donor-v1"
PAGE = f"/statements/{NUMBER}/sending"


@pytest.fixture
def sealed(sqlite_app: Flask) -> int:
    canteen_id = make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    make_statement("dekang")
    return canteen_id


def with_mail(app: Flask, port: int = 25) -> None:
    app.config["CANTEEN"] = replace(
        app.config["CANTEEN"], smtp_host="127.0.0.1", smtp_port=str(port), smtp_security="none",
        mail_sender="canteen@example.cn",
    )  # fmt: skip


def count() -> int:
    with reading() as session:
        return len(session.scalars(select(StatementSending)).all())


def test_a_statement_is_sent_by_one_click_and_again_by_another(sqlite_app: Flask, sealed: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    with post_office() as post:
        with_mail(sqlite_app, post.port)

        listed = office.get("/statements").text
        clicked = office.send(PAGE, follow_redirects=True)
        services.send_waiting(sqlite_app.config["CANTEEN"])
        after, listed_after = office.get(PAGE).text, office.get("/statements").text
        again = office.send(PAGE)

    assert f'action="{PAGE}"' in listed
    assert clicked.status_code == 200 and "正在等着发送" in clicked.text and "等待发送" in clicked.text
    assert "已发出" in after and "zh***@example.org" in after and "王建国" in after and "再发一次" in after
    assert "zhang@example.org" not in after
    assert "已发出" in listed_after and f'action="{PAGE}"' not in listed_after and PAGE in listed_after
    assert again.status_code == 303 and count() == 2 and len(post.letters) == 1


def test_a_second_click_while_it_waits_sends_nothing_more(sqlite_app: Flask, sealed: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    with_mail(sqlite_app)
    office.send(PAGE)

    second = office.send(PAGE)

    assert second.status_code == 409 and "已经在等着发送了" in second.text and count() == 1


def test_a_failure_says_why_and_stands_among_the_things_to_do(sqlite_app: Flask, sealed: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    with post_office(refuses={"RCPT": 550}) as post:
        with_mail(sqlite_app, post.port)
        office.send(PAGE)
        services.send_waiting(sqlite_app.config["CANTEEN"])

    page = office.get(PAGE).text
    assert "没有发出去" in page and "请核对捐赠方的电子邮箱" in page and "secret.person" not in page
    assert "有对账单没有发给捐赠方" in office.get("/").text


def test_what_was_perhaps_sent_is_settled_by_a_person(sqlite_app: Flask, sealed: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    with post_office(dies_after_data=True) as post:
        with_mail(sqlite_app, post.port)
        office.send(PAGE)
        services.send_waiting(sqlite_app.config["CANTEEN"])

    asked = office.get(PAGE).text
    noted = office.send(f"{PAGE}/1/received", follow_redirects=True)
    twice = office.send(f"{PAGE}/1/received")
    other = office.send(f"{PAGE}/77/received")

    assert "不知道是否发出" in asked and "请先问捐赠方收到没有" in asked and "对方收到了" in asked
    assert "王建国 记下：对方收到了" in noted.text
    assert twice.status_code == other.status_code == 409 and "已经清楚了" in twice.text


def test_without_an_address_the_page_says_where_to_write_it(sqlite_app: Flask, sealed: int) -> None:
    with transaction() as session:
        session.scalars(select(Sponsor)).one().contact_email = None
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    with_mail(sqlite_app)

    page, refused = office.get(PAGE).text, office.send(PAGE)

    assert "还没有填捐赠方的电子邮箱" in page and 'href="/sponsors/1"' in page
    assert f'action="{PAGE}"' not in page
    assert refused.status_code == 409 and "请先在捐赠方的页面上填好" in refused.text and count() == 0


def test_who_may_send_and_who_may_read(sqlite_app: Flask, sealed: int) -> None:
    manager_id = make_staff(Role.MANAGER)
    stranger = sign_in_as(sqlite_app, Role.MANAGER)
    officer, cashier = sign_in_as(sqlite_app, Role.OFFICER), sign_in_as(sqlite_app, Role.CASHIER)
    canteens.set_workers(sealed, [manager_id], "system:tests")
    manager = sign_in_as(sqlite_app, Role.MANAGER, manager_id)

    assert officer.get(PAGE).status_code == 200 and f'action="{PAGE}"' not in officer.get(PAGE).text
    assert f'action="{PAGE}"' not in officer.get("/statements").text
    assert officer.send(PAGE).status_code == 403 and cashier.get(PAGE).status_code == 403
    assert stranger.get(PAGE).status_code == stranger.send(PAGE).status_code == 404
    assert stranger.send(f"{PAGE}/1/received").status_code == 404 and count() == 0
    assert manager.send(PAGE).status_code == 303 and count() == 1


def test_other_papers_and_unknown_numbers_are_not_there(sqlite_app: Flask, sealed: int) -> None:
    make_statement("dekang", "XFL-2026-11-gov-v1", kind="settlement")
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    assert office.get("/statements/XFL-2026-11-gov-v1/sending").status_code == 404
    assert office.send("/statements/XFL-2026-11-gov-v1/sending").status_code == 404
    assert office.get("/statements/NONE/sending").status_code == 404
    assert count() == 0


def test_the_command_sends_and_tells_what_came_of_it(sqlite_app: Flask, sealed: int) -> None:
    runner = sqlite_app.test_cli_runner()

    sent = runner.invoke(main, ["statement", "send", NUMBER, "--json"])
    unknown = runner.invoke(main, ["statement", "send", "NONE"])

    assert sent.exit_code == 0, sent.output
    assert json.loads(sent.output) == {"number": NUMBER, "way": "drop", "state": "sent", "reason": None}
    assert unknown.exit_code == 1 and "没有这份结算单" in unknown.output


def test_a_sponsors_address_is_checked_and_masked(sqlite_app: Flask, sealed: int) -> None:
    office = sign_in_as(sqlite_app, Role.OFFICER)
    facts = {"name": "德康大药房", "kind": "person"}

    for wrong in ("zhang", "a@b", "a@x.cn, b@x.cn", "张@例子.cn", "a b@x.cn", ".a@x.cn", "a..b@x.cn", "a@x.cn\nBcc: b@x.cn"):
        answer = office.send("/sponsors/1/facts", {**facts, "contact_email": wrong})
        assert answer.status_code in (400, 409) and "只写一个邮箱" in answer.text, wrong
    with reading() as session:
        assert session.scalars(select(Sponsor.contact_email)).one() == "zhang@example.org"
    kept = office.send("/sponsors/1/facts", {**facts, "contact_email": " li.si@Example.CN "})

    assert kept.status_code == 303
    manager = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    assert "li***@Example.CN" in office.get("/sponsors/1").text
    assert "li.si@Example.CN" in manager.get("/sponsors/1").text  # in the form of who may correct it
    with reading() as session:
        told = [f"{row.subject} {row.detail}" for row in session.scalars(select(AuditEvent))]
    assert "Example" not in "".join(told)
