"""Enrolment: a code is good once, for ten minutes, and dead after five wrong tries."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.token import ALPHABET
from canteen.db import reading, transaction
from canteen.devices import credentials, queries, services
from canteen.devices.cli import devices as command
from canteen.devices.models import Device, EnrolmentCode
from canteen.keys import key
from tests.factories import make_canteen

ENROL = "/api/v1/devices/enrol"


def fresh_code(canteen_id: int) -> str:
    return services.make_code(canteen_id, key("devices"), "system:tests").code


def later(monkeypatch: pytest.MonkeyPatch, **passed: float) -> None:
    monkeypatch.setenv("CANTEEN_NOW", (now() + timedelta(**passed)).isoformat())


def test_a_code_makes_one_device(app: Flask, client: FlaskClient) -> None:
    code = fresh_code(make_canteen("beimen"))

    first = client.post(ENROL, json={"code": code, "name": "1 号窗口"})
    second = client.post(ENROL, json={"code": code, "name": "2 号窗口"})

    assert first.status_code == 200
    assert set(first.json) == {"device_id", "token", "secret", "canteen", "lease_until", "outbox_key"}
    assert first.json["canteen"] == "beimen"
    assert first.json["lease_until"] == "2026-11-23T04:00:00Z"
    assert (second.status_code, second.json["code"]) == (403, "enrolment-code-wrong")
    assert second.content_type == "application/problem+json"


def test_the_database_keeps_no_code_no_token_and_no_open_secret(app: Flask, client: FlaskClient) -> None:
    code = fresh_code(make_canteen())
    made = client.post(ENROL, json={"code": code, "name": "1 号窗口"}).json

    with reading() as session:
        row = session.query(Device).one()
        assert row.token_sha256 == credentials.bearer_sha256(made["token"])
        assert made["secret"].encode() not in row.secret_cipher
        assert bytes.fromhex(made["secret"]) not in row.secret_cipher
        assert credentials.open_secret(key("devices"), row.ref, row.secret_cipher) == made["secret"]
        assert code not in session.query(EnrolmentCode).one().code_hash


def test_a_code_is_read_as_it_is_typed(app: Flask, client: FlaskClient) -> None:
    code = fresh_code(make_canteen())
    typed = f" {code[:4].lower()}-{code[4:]} ".replace("1", "l").replace("0", "o")

    assert client.post(ENROL, json={"code": typed, "name": "1 号窗口"}).status_code == 200


def test_a_code_ends_after_ten_minutes(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = fresh_code(make_canteen())
    later(monkeypatch, minutes=10)

    answer = client.post(ENROL, json={"code": code, "name": "1 号窗口"})

    assert (answer.status_code, answer.json["code"]) == (403, "enrolment-code-wrong")


def test_five_wrong_tries_end_a_code_and_the_next_code_works(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    code = fresh_code(canteen_id)
    for _ in range(5):
        assert client.post(ENROL, json={"code": "00000000", "name": "x"}).status_code == 403

    dead = client.post(ENROL, json={"code": code, "name": "1 号窗口"})
    next_one = client.post(ENROL, json={"code": fresh_code(canteen_id), "name": "1 号窗口"})

    assert (dead.status_code, next_one.status_code) == (403, 200)


def test_four_wrong_tries_do_not(app: Flask, client: FlaskClient) -> None:
    code = fresh_code(make_canteen())
    for _ in range(4):
        client.post(ENROL, json={"code": "00000000", "name": "x"})

    assert client.post(ENROL, json={"code": code, "name": "1 号窗口"}).status_code == 200


def test_an_address_that_guesses_gets_nothing_for_an_hour(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteen_id = make_canteen()
    for _ in range(services.MOST_WRONG_FROM_ADDRESS):
        client.post(ENROL, json={"code": "00000000", "name": "x"})

    shut = client.post(ENROL, json={"code": fresh_code(canteen_id), "name": "1 号窗口"})
    elsewhere = client.post(
        ENROL,
        json={"code": fresh_code(canteen_id), "name": "2 号窗口"},
        environ_base={"REMOTE_ADDR": "10.0.0.9"},
    )
    later(monkeypatch, hours=1, seconds=1)
    after = client.post(ENROL, json={"code": fresh_code(canteen_id), "name": "3 号窗口"})

    assert [answer.status_code for answer in (shut, elsewhere, after)] == [403, 200, 200]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"code": 12345678, "name": "x"}',
        b'{"code": "ABCDEFGH"}',
        b'{"code": "", "name": "x"}',
        b'{"code": "ABCDEFGH", "name": null}',
        b'{"code": "' + b"A" * 41 + b'", "name": "x"}',
    ],
)
def test_a_body_that_is_no_request_is_a_400(sqlite_app: Flask, body: bytes) -> None:
    answer = sqlite_app.test_client().post(ENROL, data=body, content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("name", ["", "   ", "窗" * 41, "a\x00b"])
def test_a_device_needs_a_name_and_a_bad_one_does_not_use_up_the_code(sqlite_app: Flask, name: str) -> None:
    client, code = sqlite_app.test_client(), fresh_code(make_canteen())

    unnamed = client.post(ENROL, json={"code": code, "name": name})

    assert (unnamed.status_code, unnamed.json["code"]) == (400, "device-name")
    assert client.post(ENROL, json={"code": code, "name": "1 号窗口"}).status_code == 200


def enrolled(client: FlaskClient) -> str:
    made = client.post(ENROL, json={"code": fresh_code(make_canteen()), "name": "1 号窗口"})
    return str(made.json["token"])


def test_an_unknown_token_is_a_401(app: Flask, client: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic abc"}):
        answer = client.post("/api/v1/top-ups", json={}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "token-unknown")
        assert answer.content_type == "application/problem+json"


def test_a_revoked_device_is_known_but_not_trusted(app: Flask, client: FlaskClient) -> None:
    token = enrolled(client)
    with reading() as session:
        device = queries.authenticate(session, token)
    assert device is not None and device.is_trusted

    services.revoke(device.id, "staff:1")

    with reading() as session:
        found = queries.authenticate(session, token)
        assert found is not None and not found.is_trusted
        assert queries.identify(session, token) is not None
        with pytest.raises(Refusal, match="停用"):
            queries.trusted(session, device.id)


def test_a_contact_renews_the_lease_of_a_trusted_device_only(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = enrolled(client)
    with reading() as session:
        device = queries.authenticate(session, token)
    assert device is not None
    later(monkeypatch, hours=10)

    with transaction() as session:
        until = services.renew_lease(session, device.id)
    services.revoke(device.id, "staff:1")
    later(monkeypatch, hours=10)
    with transaction() as session:
        services.renew_lease(session, device.id)

    with reading() as session:
        assert queries.by_id(session, device.id).lease_until == until


def test_a_lost_device_needs_a_reason_and_is_lost_once(app: Flask, client: FlaskClient) -> None:
    token = enrolled(client)
    with reading() as session:
        device = queries.authenticate(session, token)
    assert device is not None

    with pytest.raises(Refusal) as unreasoned:
        services.declare_lost(device.id, "  ", "staff:1")
    lost = services.declare_lost(device.id, "掉进水里", "staff:1")
    with pytest.raises(Refusal) as twice:
        services.declare_lost(device.id, "又丢了", "staff:1")

    assert (unreasoned.value.code, twice.value.code) == ("lost-reason", "already-lost")
    assert lost.lost_reason == "掉进水里" and not lost.is_trusted


def test_the_command_gives_a_code_of_eight_and_when_it_ends(app: Flask) -> None:
    make_canteen("beimen")

    answer = CliRunner().invoke(command, ["code", "--canteen", "beimen", "--json"])

    document = json.loads(answer.stdout)
    assert len(document["code"]) == 8 and set(document["code"]) <= set(ALPHABET)
    assert document["expires_at"] == "2026-11-20T04:10:00Z"


def test_the_command_says_no_to_an_unknown_canteen(sqlite_app: Flask) -> None:
    answer = CliRunner().invoke(command, ["code", "--canteen", "nowhere", "--json"])

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "没有代码是" in answer.stderr
