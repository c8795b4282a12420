"""Sealed donor statements that are sent: by mail to a real server on loopback, or into the drop folder."""

import email
import email.policy
import logging
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.audit.models import AuditEvent
from canteen.config import Settings
from canteen.core.calendar import parse_period
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.settlement.sending import queries, services
from canteen.settlement.sending.dropping import put_down
from canteen.settlement.sending.letter import MOST_BYTES, Enclosed, Letter, period_words
from canteen.settlement.sending.models import StatementSending
from canteen.settlement.sending.outcome import NotSent
from canteen.settlement.verifying_files import verify_file
from canteen.sponsors.agreements.queries import masked_email
from canteen.sponsors.models import Sponsor
from tests.factories import make_canteen, make_fund
from tests.settlement.post_office import NAME, PDF, XLSX, PostOffice, certificate, make_statement, post_office
from tests.settlement.test_papers import close_november

NUMBER = "DEKANG-2026-11-donor-v1"


@pytest.fixture
def sealed(sqlite_app: Flask) -> int:
    make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    return make_statement("dekang")


def mail_settings(office: PostOffice, app: Flask, **more: Any) -> Settings:
    settings: Settings = app.config["CANTEEN"]
    usual = {
        "smtp_host": "127.0.0.1", "smtp_port": str(office.port), "smtp_security": "none",
        "mail_sender": "canteen@example.cn",
    }  # fmt: skip
    return replace(settings, **{**usual, **more})


def send(settings: Settings) -> queries.SendingRow:
    """Ask for it and let the worker make a round; answers how the newest sending stands."""
    services.ask_to_send(NUMBER, settings, "staff:1")
    services.send_waiting(settings)
    return newest()


def newest() -> queries.SendingRow:
    with reading() as session:
        return queries.sendings(session, queries.sendable(session, NUMBER).statement_id)[0]


def later(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    monkeypatch.setenv("CANTEEN_NOW", f"2026-11-20T{4 + minutes // 60:02d}:{minutes % 60:02d}:00Z")


def read_letter(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_statement_goes_to_its_sponsor_with_both_files(sqlite_app: Flask, sealed: int) -> None:
    with post_office() as office:
        row = send(mail_settings(office, sqlite_app))

    assert (row.state, row.way, row.masked_address, row.reason) == ("sent", "mail", "zh***@example.org", None)
    [(sender, to, content)] = office.letters
    assert sender.startswith("FROM:<canteen@example.cn>") and to == "TO:<zhang@example.org>"
    letter = read_letter(content)
    assert letter["To"] == "zhang@example.org" and letter["Cc"] is None and letter["Bcc"] is None
    assert letter["Subject"] == "资金使用对账单：2026 年 11 月"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and html is not None
    for body in (plain, html):
        assert "德康大药房：" in body.get_content() and "不作为捐赠票据" in body.get_content()
        assert "https://card.example.cn/verify/DEKANG-2026-11-donor-v1" in body.get_content()
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert files == {f"{NAME}.pdf": PDF, f"{NAME}.xlsx": XLSX}
    assert all(len(line) <= 998 and line.isascii() for line in content.split(b"\r\n"))


def test_what_was_sealed_at_the_close_is_what_the_sponsor_gets(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_november(monkeypatch)
    with transaction() as session:
        session.scalars(select(Sponsor)).one().contact_email = "zhang@example.org"
    with post_office() as office:
        row = send(mail_settings(office, sqlite_app))

    letter = read_letter(office.letters[0][2])
    files = [part.get_content() for part in letter.iter_attachments()]
    assert row.state == "sent" and [verify_file(content).match for content in files] == [True, True]
    plain = letter.get_body(("plain",))
    assert plain is not None and "涉及的食堂：幸福里食堂。" in plain.get_content()


def test_it_is_sent_through_tls_with_a_password_from_a_file(
    sqlite_app: Flask, sealed: int, tmp_path: Path
) -> None:
    context, trusted = certificate(tmp_path)
    secret = tmp_path / "password"
    secret.write_text("rain coat\n")
    with post_office(account="office", password="rain coat", offers_tls=True, context=context) as office:
        settings = mail_settings(
            office, sqlite_app, smtp_security="starttls", smtp_ca_file=str(trusted), smtp_account="office",
            smtp_password_file=str(secret),
        )  # fmt: skip
        row = send(settings)

    assert row.state == "sent" and len(office.letters) == 1
    assert "rain coat" not in repr(replace(settings, smtp_password="rain coat"))


def test_it_is_sent_through_tls_from_the_first_byte(sqlite_app: Flask, sealed: int, tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    with post_office(speaks_tls=True, context=context) as office:
        trusting = mail_settings(office, sqlite_app, smtp_security="tls", smtp_ca_file=str(trusted))
        row = send(trusting)
        strange = send(replace(trusting, smtp_ca_file=""))

    assert row.state == "sent" and len(office.letters) == 1
    assert (strange.state, strange.reason) == ("failed", "tls")


def test_what_a_mail_server_refuses_is_told_with_its_reason(
    sqlite_app: Flask, sealed: int, tmp_path: Path
) -> None:
    context, trusted = certificate(tmp_path)
    safe = {"smtp_security": "starttls", "smtp_ca_file": str(trusted)}
    login = {**safe, "smtp_account": "office", "smtp_password": "wrong"}
    secure = {"offers_tls": True, "context": context}
    cases: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("tls", {}, safe),  # the server offers none
        ("tls", secure, {"smtp_security": "starttls"}),  # its certificate is not trusted
        ("password", {**secure, "account": "office", "password": "right"}, login),
        ("password", secure, login),  # the server asks for none
        ("password-file", {}, {"smtp_password_file": str(tmp_path / "none")}),
        ("sender", {"refuses": {"MAIL": 550}}, {}),
        ("address", {"refuses": {"RCPT": 550}}, {}),
        ("letter", {"refuses": {"DATA": 554}}, {}),
        ("letter", {"refuses": {"LETTER": 554}}, {}),
        ("too-large", {"refuses": {"LETTER": 552}}, {}),
        ("too-large", {"most_bytes": 100}, {}),
        ("settings", {}, {"smtp_port": "http"}),
        ("settings", {}, {"smtp_security": "maybe"}),
        ("settings", {}, {"mail_sender": "nobody"}),
        ("settings", {}, {"smtp_account": "office"}),  # a password would travel in the clear
        ("settings", {}, {"smtp_security": "starttls", "smtp_ca_file": str(tmp_path / "none")}),
    ]  # fmt: skip

    for reason, behaviour, settings in cases:
        with post_office(**behaviour) as office:
            if settings.get("smtp_ca_file", "").endswith("none"):
                office.offers_tls = True
            row = send(mail_settings(office, sqlite_app, **settings))
        assert (row.state, row.reason) == ("failed", reason), (reason, behaviour, settings)


def test_what_may_go_better_is_tried_again_and_given_up_at_last(
    sqlite_app: Flask, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office(refuses={"RCPT": 451}) as office:
        settings = mail_settings(office, sqlite_app)
        first = send(settings)
        assert services.send_waiting(settings) == 0  # not due yet
        later(monkeypatch, 1)
        assert services.send_waiting(settings) == 1
        for minutes in (6, 21, 81, 321):
            later(monkeypatch, minutes)
            services.send_waiting(settings)

    assert (first.state, first.reason, first.tries) == ("waiting", "address", 1)
    assert (newest().state, newest().reason, newest().tries) == ("failed", "address", 6)
    assert office.letters == []


def test_a_server_that_is_not_there_is_tried_again_and_then_reached(
    sqlite_app: Flask, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office() as office:
        settings = mail_settings(office, sqlite_app)
    row = send(settings)

    assert (row.state, row.reason) == ("waiting", "no-answer")
    with post_office() as office:
        later(monkeypatch, 2)
        services.send_waiting(mail_settings(office, sqlite_app))
    assert newest().state == "sent" and newest().tries == 2 and len(office.letters) == 1


def test_a_server_that_dies_after_the_letter_leaves_it_to_a_person(
    sqlite_app: Flask, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office(dies_after_data=True) as office:
        settings = mail_settings(office, sqlite_app)
        row = send(settings)
        later(monkeypatch, 300)
        again = services.send_waiting(settings)
    assert (row.state, row.reason, again) == ("unknown", "interrupted", 0)
    assert len(office.letters) == 1

    with post_office() as other:
        second = send(mail_settings(other, sqlite_app))

    assert second.state == "sent"
    first_letter, second_letter = read_letter(office.letters[0][2]), read_letter(other.letters[0][2])
    assert first_letter["Message-ID"] == second_letter["Message-ID"]


def test_one_that_was_certainly_sent_goes_again_as_a_letter_of_its_own(sqlite_app: Flask, sealed: int) -> None:
    with post_office() as office:
        send(mail_settings(office, sqlite_app))
        send(mail_settings(office, sqlite_app))

    first, second = (read_letter(content)["Message-ID"] for _from, _to, content in office.letters)
    assert first != second and first.endswith("@example.cn>")


def test_a_worker_that_died_in_the_middle_is_not_taken_up_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    make_statement("dekang")
    with post_office() as office:
        settings = mail_settings(office, app)
        sending_id = services.ask_to_send(NUMBER, settings, "staff:1")
        assert services._claim(sending_id) is not None  # and then the power fails
        later(monkeypatch, 20)
        assert services.send_waiting(settings) == 0 and newest().state == "sending"
        later(monkeypatch, 31)
        assert services.send_waiting(settings) == 0

    assert newest().state == "unknown" and office.letters == []
    with reading() as session:
        assert queries.stuck(session, ["xfl"]) == [(NUMBER, "unknown")] and queries.stuck(session, []) == []
        assert queries.last_states(session) == {NUMBER: "unknown"}
    services.note_received(NUMBER, sending_id, "staff:2")
    assert (newest().state, newest().told_by) == ("sent", "staff:2")
    with pytest.raises(Refusal) as refused:
        services.note_received(NUMBER, sending_id, "staff:2")
    assert refused.value.code == "sending-not-unknown"


def test_one_waits_at_a_time_and_two_workers_send_it_once(app: Flask) -> None:
    make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    make_statement("dekang")
    with post_office() as office:
        settings = mail_settings(office, app)
        sending_id = services.ask_to_send(NUMBER, settings, "staff:1")
        with pytest.raises(Refusal) as refused:
            services.ask_to_send(NUMBER, settings, "staff:1")

        first, second = services._claim(sending_id), services._claim(sending_id)
        services.settle_interrupted()

    assert refused.value.code == "sending-waits"
    assert first is not None and second is None
    assert newest().state == "sending"


def test_no_address_and_no_other_paper_is_sent(sqlite_app: Flask, sealed: int) -> None:
    make_statement("dekang", "DEKANG-2026-12-canteen-v1", None, kind="canteen")
    settings = replace(sqlite_app.config["CANTEEN"], smtp_host="127.0.0.1")

    for number, code in (
        (NUMBER, "sending-no-address"), ("DEKANG-2026-12-canteen-v1", "statement-not-donors"),
        ("X-2026-11-donor-v1", "statement-unknown"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            services.ask_to_send(number, settings, "staff:1")
        assert refused.value.code == code
    with reading() as session:
        assert session.scalars(select(StatementSending)).first() is None


def test_without_a_mail_server_a_folder_is_put_down_each_time(sqlite_app: Flask, sealed: int) -> None:
    settings: Settings = sqlite_app.config["CANTEEN"]

    first, second = send(settings), send(settings)

    assert (first.state, first.way, first.masked_address) == (second.state, "drop", "")
    assert first.state == "sent"
    folders = sorted(path.name for path in settings.drop_folder.iterdir())
    assert folders == [NUMBER, f"{NUMBER}_2"]  # what lies there stays
    for folder in folders:
        files = {path.name: path.read_bytes() for path in (settings.drop_folder / folder).iterdir()}
        assert files.pop("letter.txt").decode().startswith("德康大药房：")
        assert files == {f"{NAME}.pdf": PDF, f"{NAME}.xlsx": XLSX}


def test_a_drop_folder_that_cannot_be_written_is_told_and_tried_again(
    sqlite_app: Flask, sealed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "drop"
    place.write_text("a file where the folder should be")
    settings = replace(sqlite_app.config["CANTEEN"], named_drop=str(place))

    row = send(settings)
    place.unlink()
    later(monkeypatch, 2)
    services.send_waiting(settings)

    assert (row.state, row.reason) == ("waiting", "drop-folder")
    assert newest().state == "sent" and [path.name for path in place.iterdir()] == [NUMBER]


def test_a_name_leads_nowhere_out_of_the_drop_folder(tmp_path: Path) -> None:
    letter = Letter("甲", "../../X", parse_period("2026-Q4"), (), "", (Enclosed("../a.pdf", "pdf", PDF),))

    place = put_down(tmp_path / "drop", letter)

    assert place.parent == tmp_path / "drop"
    assert sorted(path.name for path in place.iterdir()) == ["_a.pdf", "letter.txt"]


def test_attachments_that_are_too_large_are_not_mailed(sqlite_app: Flask) -> None:
    make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    make_statement("dekang", pdf=b"0" * MOST_BYTES)
    with post_office() as office:
        row = send(mail_settings(office, sqlite_app))

    assert (row.state, row.reason, office.letters) == ("failed", "too-large", [])


def test_the_address_stays_out_of_logs_audit_and_errors(
    sqlite_app: Flask, sealed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with post_office(refuses={"RCPT": 550}) as office:
        send(mail_settings(office, sqlite_app))
        found = mail_settings(office, sqlite_app)
        with pytest.raises(NotSent) as told:
            services._mail(
                Letter("甲", NUMBER, parse_period("2026-11"), (), "", ()),
                services.Try(1, NUMBER, "mail", "zhang@example.org", "<a@b>", 1), found,
            )  # fmt: skip

    assert told.value.__context__ is None or told.value.__suppress_context__
    assert "example.org" not in f"{told.value!r}"
    with transaction() as session:
        events = [f"{row.act} {row.subject} {row.detail}" for row in session.scalars(select(AuditEvent))]
    assert "statement-send statement:DEKANG-2026-11-donor-v1 {'way': 'mail'}" in events
    assert "example.org" not in "".join(events) + caplog.text


def test_a_failing_database_does_not_tell_the_address(app: Flask) -> None:
    make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    make_statement("dekang")
    settings = replace(app.config["CANTEEN"], smtp_host="127.0.0.1", mail_sender="canteen@example.cn")
    services.ask_to_send(NUMBER, settings, "staff:1")

    with pytest.raises(Refusal) as again:
        services.ask_to_send(NUMBER, settings, "staff:1")

    # A worker that it kills prints it with all that led to it.
    assert again.value.code == "sending-waits"
    assert "zhang@" not in str(again.value.__cause__) and "INSERT" in str(again.value.__cause__)


def test_a_masked_address_tells_who_knows_it_enough() -> None:
    assert masked_email("zhang@example.org") == "zh***@example.org"
    assert masked_email("ab@x.cn") == "a***@x.cn" and masked_email("a@x.cn") == "***@x.cn"
    assert masked_email(None) == ""


def test_a_period_is_written_as_people_say_it() -> None:
    said = [period_words(parse_period(text)) for text in ("2026-11", "2026-Q4", "2026", "2026-11-01..2026-12-15")]

    assert said == ["2026 年 11 月", "2026 年第 4 季度", "2026 年", "2026 年 11 月 1 日至 12 月 15 日"]
