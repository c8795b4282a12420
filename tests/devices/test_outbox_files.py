"""An outbox that came as a file: the same check-in, once; what is altered, cut or foreign waits whole."""

import hmac
import io
import json
import os
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from signing_in import Browser, sign_in_as

from canteen.checkin.models import Meal, Scan
from canteen.checkin.outbox_files import queries
from canteen.checkin.outbox_files.models import OutboxFile
from canteen.core.roles import Role
from canteen.db import reading
from canteen.devices import services
from canteen.keys import key
from tests.factories import (
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    rows,
    scan,
)

Document = dict[str, Any]


def enrolled(client: FlaskClient, canteen_id: int) -> Document:
    """A tablet as its own enrolment made it, with its secret and the key to seal to."""
    code = services.make_code(canteen_id, key("devices"), "staff:1").code
    made: Document = client.post("/api/v1/devices/enrol", json={"code": code, "name": "一号窗口"}).json
    return made


def exported(tablet: Document, records: list[Any], letters: list[Any] | None = None) -> Document:
    """What a tablet saves, made here anew from the format's description."""
    plain = json.dumps({"records": records, "letters": letters or []}).encode()
    own, iv = ec.generate_private_key(ec.SECP256R1()), os.urandom(12)
    server = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(tablet["outbox_key"]))
    shared = own.exchange(ec.ECDH(), server)
    sealing = HKDF(hashes.SHA256(), 32, salt=None, info=b"canteen-outbox-1").derive(shared)
    file = {
        "format": "canteen-outbox-1",
        "device_id": tablet["device_id"],
        "made_at": "2026-11-20T04:00:00Z",
        "epk": text(own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
        "iv": text(iv),
        "sealed": text(AESGCM(sealing).encrypt(iv, plain, None)),
    }
    return file | {"mac": signed(file, tablet["secret"])}


def signed(file: Document, secret: str) -> str:
    values = "\n".join(file[name] for name in ("device_id", "made_at", "epk", "iv", "sealed"))
    return text(hmac.digest(secret.encode(), values.encode(), "sha256"))


def text(content: bytes) -> str:
    return b64encode(content).decode()


def upload(office: Browser, tablet: Document, content: Document | bytes) -> Any:
    page = f"/devices/{tablet['device_id']}"
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    data = {"file": (io.BytesIO(body), "canteen-outbox.json")}
    answer = office.send(f"{page}/outbox", data, page=page, content_type="multipart/form-data")
    return office.get(page).text if answer.status_code == 303 else answer


def noon(client: FlaskClient) -> tuple[int, Document, str, str]:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    cards = [issue_card(make_elder(canteen_id, name).id) for name in ("王秀英", "李建国")]
    return canteen_id, enrolled(client, canteen_id), cards[0], cards[1]


def offline(card: str) -> Document:
    return scan(card, decision="ACCEPTED", seen_at="2026-11-20T04:00:00Z", shown_elder_fen=500)


def test_a_file_is_taken_in_once_and_its_scans_are_known_to_come_from_it(app: Flask, client: FlaskClient) -> None:
    _, tablet, first, second = noon(client)
    office = sign_in_as(app, Role.ADMINISTRATOR)
    sent, unsent = offline(first), offline(second)
    headers = {"Authorization": f"Bearer {tablet['token']}"}
    live = client.post("/api/v1/scans", json={"sent_at": "2026-11-20T04:00:00Z", "records": [sent]}, headers=headers)
    file = exported(tablet, [sent, unsent])

    page = upload(office, tablet, file)
    again = upload(office, tablet, file)
    resealed = upload(office, tablet, exported(tablet, [sent, unsent]))

    assert "文件里有 1 条新记录" in page and "没有再记" in again and "文件里有 0 条新记录" in resealed
    assert [row.state for row in rows(Scan)] == ["MEAL", "MEAL"] and len(rows(Meal)) == 2
    assert rows(Scan)[0].answer["meal_no"] == live.json["results"][0]["meal_no"]
    with reading() as session:
        assert queries.is_from_file(session, [sent["scan_id"], unsent["scan_id"]]) == {unsent["scan_id"]}


def test_its_letters_are_posted_before_its_records(app: Flask, client: FlaskClient) -> None:
    _, tablet, card, _ = noon(client)
    record = offline(card)
    letters = [
        {"path": f"/scans/{record['scan_id']}/cancel", "body": {"cancel_id": "c1", "reason": "", "seen_at": "2026-11-20T04:00:30Z"}},
        {"path": "/cash-meals", "body": {"id": "b" * 32, "meal_period": "lunch", "portions": 2, "price_fen": 1500}},
    ]  # fmt: skip

    upload(sign_in_as(app, Role.ADMINISTRATOR), tablet, exported(tablet, [record], letters))

    assert [meal.cancelled_at is not None for meal in rows(Meal)] == [True]
    assert [(file.state, file.fault) for file in rows(OutboxFile)] == [("taken", None)]


def test_letters_that_are_refused_leave_the_file_for_a_person(app: Flask, client: FlaskClient) -> None:
    _, tablet, card, _ = noon(client)
    letters = [{"path": "/cash-meals", "body": {"id": "b" * 32, "portions": -1}}, {"path": "/staff", "body": {}}]

    page = upload(sign_in_as(app, Role.ADMINISTRATOR), tablet, exported(tablet, [offline(card)], letters))

    assert "有 2 件别的事服务器没有接受" in page and len(rows(Meal)) == 1
    assert [(file.state, file.fault) for file in rows(OutboxFile)] == [("review", "letters")]


def test_what_is_altered_cut_or_foreign_goes_whole_to_review(app: Flask, client: FlaskClient) -> None:
    canteen_id, tablet, card, _ = noon(client)
    stranger = enrolled(client, make_canteen("nanmen"))
    good = exported(tablet, [offline(card)])
    cut = json.dumps(good).encode()[:-40]
    other_sealed = good | {"sealed": text(os.urandom(64))}
    cases: dict[str, Document | bytes] = {
        "altered": good | {"made_at": "2026-11-19T04:00:00Z"},
        "no-file": cut,
        "foreign": exported(stranger, [offline(card)]) | {},
        "not-ours": other_sealed | {"mac": signed(other_sealed, tablet["secret"])},
    }
    office = sign_in_as(app, Role.ADMINISTRATOR)

    pages = {fault: upload(office, tablet, content) for fault, content in cases.items()}

    assert all("文件没有读进来" in page for page in pages.values())
    assert {row.fault for row in rows(OutboxFile)} == set(cases) and rows(Scan) == []
    with reading() as session:
        waiting = queries.files_in_review(session, canteen_id)
    assert [(file.fault, file.record_count) for file in waiting] == [(fault, 0) for fault in cases]


def test_a_page_without_a_file_says_so_and_another_canteens_manager_does_not_get_in(
    app: Flask, client: FlaskClient
) -> None:
    _, tablet, _, _ = noon(client)

    empty = upload(sign_in_as(app, Role.ADMINISTRATOR), tablet, b"")
    page = sign_in_as(app, Role.MANAGER).get(f"/devices/{tablet['device_id']}")

    assert empty.status_code in (200, 400) and "请" in empty.text and rows(OutboxFile) == []
    assert page.status_code == 403 or page.status_code == 409


def test_missing_numbers_are_named_for_each_start_of_the_app(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    tablet = enrol_device(canteen_id)
    card = issue_card(make_elder(canteen_id).id)
    records = [
        scan(card, decision="ACCEPTED", boot_id=boot, seq=seq)
        for boot, numbers in (("a" * 16, (0, 1, 5)), ("b" * 16, (7, 8)), ("c" * 16, (2, 2**50)))
        for seq in numbers
    ]
    client.post("/api/v1/scans", json={"sent_at": "2026-11-20T04:00:00Z", "records": records}, headers=tablet.headers)
    services.declare_lost(tablet.id, "掉进水里", "staff:1")

    page = sign_in_as(app, Role.ADMINISTRATOR).get(f"/devices/{tablet.ref}").text

    with reading() as session:
        gaps = queries.gaps_of(session, tablet.id)
    assert [(gap.boot_id[0], gap.missing[:3], gap.count) for gap in gaps] == [
        ("a", (2, 3, 4), 3), ("c", (3, 4, 5), 2**50 - 3),
    ]  # fmt: skip
    assert "缺 3 个：2、3、4" in page and "掉进水里" in page
