"""Links of sponsors, in the office: made once, listed, revoked; whoever opens first keeps it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from canteen.audit.models import AuditEvent
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.core.token import token_sha256
from canteen.db import reading
from canteen.sponsors.links.models import SponsorLink, SponsorLinkUse
from canteen.sponsors.links.queries import entry, links_of
from canteen.sponsors.links.services import issue_link, note_use, open_link, revoke_link
from tests.factories import TODAY, only, rows
from tests.signing_in import browser, sign_in_as
from tests.sponsors.agreed import make_sponsor

ACTOR = "staff:1"


def code_of(act: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    return refused.value.code


def test_a_link_is_kept_as_a_hash_and_told_once(app: Flask) -> None:
    sponsor_id = make_sponsor()

    token = issue_link(sponsor_id, 90, "  陈女士 的手机 ", ACTOR, TODAY)

    link = only(SponsorLink)
    assert len(token) == 32, "192 bits"
    assert link.token_sha256 == token_sha256(token)
    assert (link.label, link.expires_on, link.browser_sha256) == (
        "陈女士 的手机",
        TODAY + timedelta(days=90),
        None,
    )
    assert token not in "".join(f"{event.subject}{event.detail}" for event in rows(AuditEvent))
    assert rows(AuditEvent)[-1].detail == {"link": link.id, "days": 90}


@pytest.mark.parametrize(
    ("days", "label", "code"),
    [(0, "陈女士", "link-days"), (366, "陈女士", "link-days"), (-1, "陈女士", "link-days"), (90, "  ", "link-label"),
     (90, "陈" * 41, "link-label"), (90, "陈\u202e女士", "link-label")],
)  # fmt: skip
def test_a_link_that_cannot_be_is_refused(sqlite_app: Flask, days: int, label: str, code: str) -> None:
    assert code_of(issue_link, make_sponsor(), days, label, ACTOR) == code
    assert code_of(issue_link, 999, 90, "陈女士", ACTOR) == "sponsor-unknown"
    assert rows(SponsorLink) == []


def test_the_first_browser_keeps_the_link_and_every_refusal_is_written_down(app: Flask) -> None:
    token = issue_link(make_sponsor(), 90, "陈女士", ACTOR, TODAY)

    first = open_link(token, None, "phone", TODAY)

    assert code_of(open_link, token, None, "computer", TODAY) == "link-elsewhere"
    assert code_of(open_link, token, "somebody else's", "computer", TODAY) == "link-elsewhere"
    assert open_link(token, first.secret, "phone", TODAY) == first
    assert code_of(open_link, token, first.secret, "phone", TODAY + timedelta(days=91)) == "link-expired"
    assert code_of(open_link, "unknown", None, "phone", TODAY) == "link-expired"
    revoke_link(first.link_id, ACTOR)
    assert code_of(open_link, token, first.secret, "phone", TODAY) == "link-revoked"
    assert [(use.what, use.device) for use in rows(SponsorLinkUse)] == [
        ("opened", "phone"), ("elsewhere", "computer"), ("expired", "phone"), ("revoked", "phone"),
    ]  # fmt: skip


def test_two_browsers_at_once_are_one(app: Flask) -> None:
    token = issue_link(make_sponsor(), 90, "陈女士", ACTOR, TODAY)
    said: list[str] = []

    def follow() -> None:
        with app.app_context():
            try:
                open_link(token, None, "phone", TODAY)
                said.append("in")
            except Refusal as refusal:
                said.append(refusal.code)

    threads = [threading.Thread(target=copy_context().run, args=(follow,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(said) == ["in", "link-elsewhere", "link-elsewhere", "link-elsewhere"]


def test_who_opens_a_link_and_never_reads_does_not_keep_it(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issue_link(make_sponsor(), 90, "陈女士", ACTOR, TODAY)
    messenger = open_link(token, None, "other", TODAY)
    assert code_of(open_link, token, None, "phone", TODAY) == "link-elsewhere", "not at the same moment"

    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T04:00:11Z")
    reader = open_link(token, None, "phone", TODAY)
    note_use(reader.link_id, "page", "phone")
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-21T04:00:00Z")

    assert reader.secret != messenger.secret
    for held in (None, messenger.secret):
        assert code_of(open_link, token, held, "computer", TODAY) == "link-elsewhere"
    with reading() as session:
        assert entry(session, reader.link_id, reader.secret, TODAY)[0] == "bound"
        assert entry(session, reader.link_id, messenger.secret, TODAY) == ("unknown", None)


def test_reading_on_for_half_an_hour_is_one_use(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    issue_link(make_sponsor(), 90, "陈女士", ACTOR, TODAY)
    link_id = only(SponsorLink).id

    for minute in (0, 10, 29, 31):
        monkeypatch.setenv("CANTEEN_NOW", f"2026-11-20T04:{minute:02d}:00Z")
        note_use(link_id, "page", "phone")
    note_use(link_id, "page", "nonsense")

    assert [(use.what, use.device) for use in rows(SponsorLinkUse)] == [
        ("page", "phone"), ("page", "phone"), ("page", "other"),
    ]  # fmt: skip


def test_the_office_makes_shows_once_and_revokes(sqlite_app: Flask) -> None:
    sponsor_id = make_sponsor()
    office = sign_in_as(sqlite_app, Role.OFFICER)
    links = f"/sponsors/{sponsor_id}/links"
    assert "还没有链接" in office.get(links).text

    issued = office.send(links, {"label": "陈女士的手机", "days": "30"}, page=links)
    token = issued.text.split("/s/")[1].split('"')[0]
    listed = office.get(links).text

    assert only(SponsorLink).token_sha256 == token_sha256(token)
    assert only(SponsorLink).expires_on == TODAY + timedelta(days=30)
    assert "data:image/svg+xml;base64," in issued.text
    assert token not in listed
    assert "陈女士的手机" in listed and "还没有打开过" in listed
    assert "有 1 个链接能看他们自己的页面。" in office.get(f"/sponsors/{sponsor_id}").text
    path = f"{links}/{only(SponsorLink).id}/revoke"
    assert "马上打不开" in office.get(path).text
    assert only(SponsorLink).revoked_at is None, "asking changes nothing"
    assert office.send(path, page=path).status_code == 303
    assert "已停用" in office.get(links).text
    assert browser(sqlite_app).get(f"/s/{token}").status_code == 410
    assert [event.act for event in rows(AuditEvent)][-2:] == ["sponsor-link-issued", "sponsor-link-revoked"]


@pytest.mark.parametrize(
    ("label", "days", "said"),
    [("", "90", "请写明链接给谁。"), ("陈女士", "0", "有效期要在 1 到 365 天之间。"), ("陈女士", "366", "有效期要在 1 到 365 天之间。"),
     ("陈女士", "", "请填有效期，1 到 365 天。"), ("陈" * 41, "90", "最多 40 个字。"), ("\u202e", "90", "请写明链接给谁，最多 40 个字。")],
)  # fmt: skip
def test_a_form_that_is_wrong_says_so_and_makes_nothing(
    sqlite_app: Flask, label: str, days: str, said: str
) -> None:
    sponsor_id = make_sponsor()
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    links = f"/sponsors/{sponsor_id}/links"

    answer = office.send(links, {"label": label, "days": days}, page=links)

    assert answer.status_code == 400
    assert said in answer.text
    assert rows(SponsorLink) == []


def test_only_authors_make_and_revoke_and_a_link_is_found_under_its_own_sponsor(sqlite_app: Flask) -> None:
    sponsor_id, other_id = make_sponsor(), make_sponsor("万胜皮制品", "万胜", kind="person", uscc="")
    issue_link(sponsor_id, 90, "陈女士", ACTOR)
    link_id = only(SponsorLink).id
    manager, author = sign_in_as(sqlite_app, Role.MANAGER), sign_in_as(sqlite_app, Role.OFFICER)
    cashier = sign_in_as(sqlite_app, Role.CASHIER)
    revoke = f"/sponsors/{sponsor_id}/links/{link_id}/revoke"

    assert manager.get(f"/sponsors/{sponsor_id}/links").status_code == 200
    assert "做链接" not in manager.get(f"/sponsors/{sponsor_id}/links").text
    assert manager.send(f"/sponsors/{sponsor_id}/links", {"label": "x", "days": "1"}).status_code == 403
    assert manager.send(revoke).status_code == 403
    assert cashier.get(f"/sponsors/{sponsor_id}/links").status_code == 403
    assert browser(sqlite_app).get(f"/sponsors/{sponsor_id}/links").status_code in (302, 303, 401)
    assert author.send(f"/sponsors/{other_id}/links/{link_id}/revoke").status_code == 404
    assert author.get(f"/sponsors/{sponsor_id}/links/999/revoke").status_code == 404
    assert author.get("/sponsors/999/links").status_code == 404
    assert code_of(revoke_link, 999, ACTOR) == "link-unknown"
    with reading() as session:
        assert [row.state for row in links_of(session, sponsor_id, date(2028, 1, 1))] == ["expired"]
        assert [row.state for row in links_of(session, sponsor_id, TODAY)] == ["fresh"]
        assert links_of(session, other_id, TODAY) == []
