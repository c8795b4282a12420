"""The till's voice: recordings that a canteen makes, and what a tablet is told to speak and to show."""

import io
import struct
import wave

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.canteens import services as canteens
from canteen.checkin.voice import queries, services
from canteen.checkin.voice.models import VoiceClip
from canteen.checkin.voice.queries import Choice
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.core.spoken import BY_KEY, PHRASES
from canteen.db import reading, transaction
from tests.factories import (
    bind_programme,
    enrol_device,
    make_canteen,
    make_fund,
    programme,
    revoke_device,
    rows,
)
from tests.signing_in import make_staff, sign_in_as

BY = "system:tests"


def wav(seconds: float = 0.2, first: int = 8000) -> bytes:
    """A short recording: one steady tone's worth of samples, 8 kHz, one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<h", first) * int(8000 * seconds))
    return file.getvalue()


def recorded(canteen_id: int) -> set[str]:
    with reading() as session:
        return {row.phrase.key for row in queries.phrases_of(session, canteen_id) if row.clip_id}


def test_the_list_of_phrases_is_about_sixty_and_names_nothing_that_is_nobodys_business() -> None:
    texts = [phrase.text for phrase in PHRASES]

    assert 55 <= len(texts) <= 70
    assert len(BY_KEY) == len(texts)
    assert all(number in texts for number in "零一二三四五六七八九十百千元角分两")
    assert not any(word in text for word in ("低保", "特困", "身份证", "免费") for text in texts)


def test_a_phrase_is_recorded_replaced_deleted_and_taken_back(app: Flask) -> None:
    canteen_id = make_canteen()
    first, second = wav(first=100), wav(first=200)

    services.record_clip(canteen_id, "wait", first, BY)
    services.record_clip(canteen_id, "wait", second, BY)
    with reading() as session:
        [row] = [row for row in queries.phrases_of(session, canteen_id) if row.clip_id]
        assert row.has_former and row.clip_id is not None
        assert queries.clip(session, canteen_id, row.clip_id).sound == second
    services.take_back_clip(canteen_id, "wait", BY)
    with reading() as session:
        document = queries.voice_document(session, canteen_id, row.recorded_at.date())  # type: ignore[union-attr]
        sha256 = document["clips"][0]["sha256"]
        assert queries.clip_of_digest(session, canteen_id, sha256).sound == first
    services.remove_clip(canteen_id, "wait", BY)

    assert recorded(canteen_id) == set()
    services.take_back_clip(canteen_id, "wait", BY)
    assert recorded(canteen_id) == {"wait"}
    assert len(rows(VoiceClip)) <= 2


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (b"", "clip-empty"),
        (b"RIFF\0\0\0\0WAVE", "clip-empty"),
        (b"MZ" + b"\0" * 200, "clip-kind"),
        (b"<svg onload=alert(1)>" + b" " * 200, "clip-kind"),
        (wav(60), "clip-large"),
    ],
)
def test_what_is_no_short_recording_is_refused_and_nothing_is_written(sqlite_app: Flask, sound: bytes, code: str) -> None:
    canteen_id = make_canteen()
    services.record_clip(canteen_id, "wait", wav(), BY)

    with pytest.raises(Refusal) as refused:
        services.record_clip(canteen_id, "wait", sound, BY)

    assert refused.value.code == code
    assert len(rows(VoiceClip)) == 1


@pytest.mark.parametrize(
    "head", [b"\x1a\x45\xdf\xa3", b"OggS", b"\0\0\0\x18ftypM4A ", b"ID3\x04", b"\xff\xfb\x90\x00"]
)
def test_each_kind_that_browsers_record_is_taken(sqlite_app: Flask, head: bytes) -> None:
    canteen_id = make_canteen()

    services.record_clip(canteen_id, "number-五", head + b"\0" * 200, BY)

    assert recorded(canteen_id) == {"number-五"}


def test_a_phrase_that_is_on_no_list_is_refused(sqlite_app: Flask) -> None:
    with pytest.raises(Refusal, match="没有这一句"):
        services.record_clip(make_canteen(), "../../etc/passwd", wav(), BY)


def test_a_tablet_takes_what_changed_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    gift = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "aixin", "pays": {"fixed": "5.00"}}
    bind_programme(canteen_id, programme([gift]))
    make_fund("aixin", 100_000)
    tablet = enrol_device(canteen_id)

    empty = client.get("/api/v1/voice", headers=tablet.headers)
    services.record_clip(canteen_id, "please-eat", wav(), BY)
    services.choose(canteen_id, Choice(speaks_amounts=True), BY)
    told = client.get("/api/v1/voice", headers={**tablet.headers, "If-None-Match": empty.headers["ETag"]})
    again = client.get("/api/v1/voice", headers={**tablet.headers, "If-None-Match": told.headers["ETag"]})
    [clip] = told.json["clips"]
    sound = client.get(f"/api/v1/voice/{clip['sha256']}", headers=tablet.headers)

    assert empty.json["clips"] == [] and empty.json["speaks_amounts"] is False
    assert told.json["speaks_amounts"] is True and told.json["shows_amounts"] is False
    assert told.json["patrons"] == ["德康大药房"]
    assert again.status_code == 304
    assert (sound.data, sound.content_type) == (wav(), "audio/wav")


def test_nobody_but_the_canteens_own_trusted_tablets_gets_its_voice(app: Flask, client: FlaskClient) -> None:
    mine, other = make_canteen("beimen"), make_canteen("nanmen")
    services.record_clip(mine, "wait", wav(), BY)
    tablet, stranger = enrol_device(mine), enrol_device(other)
    sha256 = client.get("/api/v1/voice", headers=tablet.headers).json["clips"][0]["sha256"]

    assert client.get("/api/v1/voice").status_code == 401
    assert client.get(f"/api/v1/voice/{sha256}", headers=stranger.headers).status_code == 404
    revoke_device(tablet)
    assert client.get("/api/v1/voice", headers=tablet.headers).json["code"] == "device-revoked"


def test_a_manager_records_with_a_plain_file_listens_and_chooses(app: Flask) -> None:
    canteen_id = make_canteen()
    office = sign_in_as(app, Role.ADMINISTRATOR)
    page = "/settings/voice"

    sent = office.send(
        "/settings/voice/clips", {"phrase": "wait", "sound": (io.BytesIO(wav()), "x.wav")}, page=page,
        content_type="multipart/form-data",
    )  # fmt: skip
    bad = office.send(
        "/settings/voice/clips", {"phrase": "wait", "sound": (io.BytesIO(b"no sound" * 20), "x.wav")}, page=page,
        content_type="multipart/form-data",
    )  # fmt: skip
    office.send("/settings/voice/choice", {"shows_amounts": "y"}, page=page)

    assert sent.status_code == 303
    assert bad.status_code == 422 and "这不是录音文件" in bad.text
    shown = office.get(page)
    assert "自己的录音" in shown.text and "microphone=(self)" in shown.headers["Permissions-Policy"]
    [clip] = rows(VoiceClip)
    assert office.get(f"/settings/voice/clips/{clip.id}").data == wav()
    with reading() as session:
        assert queries.choice_of(session, canteen_id) == Choice(shows_amounts=True)
    assert office.send("/settings/voice/clips/remove", {"phrase": "wait"}, page=page).status_code == 303
    assert office.send("/settings/voice/clips/take-back", {"phrase": "wait"}, page=page).status_code == 303
    assert recorded(canteen_id) == {"wait"}


def test_a_cashier_and_another_canteens_manager_reach_no_recording(app: Flask) -> None:
    mine, other = make_canteen("beimen"), make_canteen("nanmen")
    services.record_clip(other, "wait", wav(), BY)
    [clip] = rows(VoiceClip)
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        canteens.assign(session, staff_id, mine)
    office = sign_in_as(app, Role.MANAGER, staff_id)

    assert sign_in_as(app, Role.CASHIER).get("/settings/voice").status_code == 403
    assert office.get(f"/settings/voice/clips/{clip.id}").status_code == 404
    assert office.get(f"/settings/voice/clips/{clip.id}?canteen=nanmen").status_code == 403
