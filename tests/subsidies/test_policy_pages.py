"""The pages of policies: the time line, a version in words, a file in, a draft reviewed and decided."""

from __future__ import annotations

import io
import tomllib
from datetime import date
from typing import Any

import pytest
from flask import Flask

from canteen.core.roles import Role
from canteen.db import reading
from canteen.subsidies import queries
from canteen.subsidies.drafts import services
from canteen.subsidies.drafts.queries import drafts_in_hand, read_draft
from canteen.subsidies.services import load_programme
from canteen.subsidies.toml_file import toml_of
from tests.factories import four_yuan, make_canteen, programme, shipped
from tests.signing_in import Browser, make_staff, sign_in_as

NEXT = date(2026, 12, 1)
RULE = {"id": "r", "title": "六十岁以上五元", "payer": "government", "when": {"age": {"from": 60}}, "pays": {"fixed": "5.00"}}


def two_officers(app: Flask) -> tuple[Browser, str, Browser, str]:
    """Two people who may draft and publish, and how the drafts name them."""
    first, second = make_staff(Role.OFFICER), make_staff(Role.ADMINISTRATOR)
    a, b = (sign_in_as(app, Role.OFFICER, first), sign_in_as(app, Role.ADMINISTRATOR, second))
    return a, f"staff:{first}", b, f"staff:{second}"


def raised(by: str, amount: str = "8.00") -> tuple[int, int]:
    """A draft by this person whose next version pays more: its number and revision."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        values["version"][-1]["rule"][0]["pays"] = {"fixed": amount}
        return values

    draft_id = services.begin_copy("test-programme", by)
    return draft_id, services.change_draft(draft_id, 1, change, by)


def test_an_empty_office_is_told_what_to_do_next(sqlite_app: Flask) -> None:
    office = sign_in_as(sqlite_app, Role.OFFICER)

    page = office.get("/policies").text

    assert "还没有补贴项目" in page
    assert 'href="/policies/new"' in page


def test_all(sqlite_app: Flask) -> None:
    make_canteen()
    load_programme(programme([RULE]), ["beimen"])
    a, first, b, second = two_officers(sqlite_app)
    draft_id, revision = raised(first)
    for path in ("/policies", "/policies/test-programme", "/policies/test-programme/2014-10-01", "/policies/new", f"/policies/drafts/{draft_id}/review"):
        got = a.get(path)
        assert got.status_code == 200, got.text
        open("/tmp/drafts-page-%s.html" % path.replace("/", "_"), "w").write(got.text)
    got = a.send(f"/policies/drafts/{draft_id}/submit", {"revision": revision})
    assert got.status_code == 303, got.text
    got = b.send(f"/policies/drafts/{draft_id}/publish", {"revision": revision})
    assert got.status_code == 303, got.text
