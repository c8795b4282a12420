"""The district's cards in eight bytes each: who is a guest, and which card is not to be taken any more."""

import struct
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from canteen.canteens.services import raise_revision
from canteen.cards.models import MealCard
from canteen.clock import now
from canteen.db import transaction
from canteen.elders import services as elders
from tests.checkin.crowded import sha256
from tests.checkin.noon import Noon, make_noon
from tests.factories import TODAY, issue_card, make_canteen, make_elder, set_card_state

KINDS = ("valid", "lost", "replaced", "ask")


@pytest.fixture
def noon(client: FlaskClient) -> Noon:
    return make_noon(client)


def fetch(noon: Noon, since: str | None = None) -> bytes:
    address = "/api/v1/card-hashes" + (f"?since={since}" if since else "")
    answer = noon.client.get(address, headers=noon.tablet.headers)
    assert (answer.status_code, answer.content_type) == (200, "application/octet-stream")
    return bytes(answer.data)


def read(file: bytes) -> tuple[str, str, dict[str, list[bytes]]]:
    """Version, since, and the lists, by the layout that is documented."""
    magic, is_delta, version, since, *counts = struct.unpack(">4sI24s24s4I", file[:72])
    assert magic == b"CKH1" and is_delta == bool(since.rstrip(b"\0"))
    assert len(file) == 72 + 8 * sum(counts)
    lists, at = {}, 72
    for kind, count in zip(KINDS, counts, strict=True):
        lists[kind] = [file[at + 8 * number : at + 8 * number + 8] for number in range(count)]
        assert lists[kind] == sorted(lists[kind])
        at += 8 * count
    return version.rstrip(b"\0").decode(), since.rstrip(b"\0").decode(), lists


def eight(token: str) -> bytes:
    return bytes.fromhex(sha256(token)[:16])


def card(canteen_id: int, state: str = "active") -> str:
    return issue_card(make_elder(canteen_id).id, state)


def kinds(lists: dict[str, list[bytes]], *tokens: str) -> list[str | None]:
    return [next((kind for kind in KINDS if eight(token) in lists[kind]), None) for token in tokens]


def test_every_card_of_the_district_is_there_with_what_became_of_it(noon: Noon) -> None:
    other = make_canteen("nanmen", name="南门社区食堂")
    tokens = [card(other, state) for state in ("active", "lost", "replaced", "closed")]
    tokens += [card(noon.canteen_id), issue_card(make_elder(other, died_on=TODAY).id)]

    _, since, lists = read(fetch(noon))

    assert since == ""
    assert kinds(lists, *tokens) == ["valid", "lost", "replaced", "ask", "valid", "ask"]
    assert sum(len(found) for found in lists.values()) == 6


def test_a_delta_tells_what_changed_since(noon: Noon, monkeypatch: pytest.MonkeyPatch) -> None:
    lost, kept = card(noon.canteen_id), card(noon.canteen_id)
    elder = make_elder(noon.canteen_id)
    theirs = issue_card(elder.id)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T05:00:00Z")
    version, _, _ = read(fetch(noon))
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T06:00:00Z")
    assert read(fetch(noon, version))[2] == {kind: [] for kind in KINDS}

    set_card_state(lost, "lost")
    new = card(noon.canteen_id)
    elders.register_death(elder.ref, TODAY, "家属告知", "staff:1")
    later, since, lists = read(fetch(noon, version))

    assert since == version
    assert kinds(lists, lost, new, theirs, kept) == ["lost", "valid", "ask", None]

    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T07:00:00Z")
    elders.withdraw_death(elder.ref, "登记错了人", "staff:1")
    assert kinds(read(fetch(noon, later))[2], theirs) == ["valid"]


def test_a_card_that_was_changed_before_and_committed_after_is_in_the_next_delta(noon: Noon) -> None:
    token = card(noon.canteen_id)
    version, _, _ = read(fetch(noon))

    with transaction() as session:  # as of a transaction that began five minutes ago and was slow
        earlier = {"state": "lost", "changed_at": now() - timedelta(minutes=5)}
        session.execute(update(MealCard).where(MealCard.token_sha256 == sha256(token)).values(earlier))

    assert kinds(read(fetch(noon, version))[2], token) == ["lost"]


@pytest.mark.parametrize("since", ["x", "1", "7-1795147200000", "1-9999999999999", "-1-5", "1-1e9"])
def test_what_is_no_version_of_ours_gets_the_whole_file(noon: Noon, since: str) -> None:
    card(noon.canteen_id)

    _, told, lists = read(fetch(noon, since))

    assert (told, len(lists["valid"])) == ("", 1)


def test_after_a_restore_the_whole_file_comes_again(noon: Noon) -> None:
    card(noon.canteen_id)
    version, _, _ = read(fetch(noon))
    with transaction() as session:
        raise_revision(session, "epoch")
        raise_revision(session, "epoch")

    assert read(fetch(noon, version))[1] == ""
