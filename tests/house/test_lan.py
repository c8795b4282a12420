"""The canteen's own network: a certificate that a tablet trusts, renewed in time, and the steps by which it does."""

import json
import os
import plistlib
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from signing_in import browser, sign_in_as

from canteen.bench.places import free_port
from canteen.config import ROOT, Settings
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.lan import addresses, keeping
from canteen.lan.authority import Pair, make_authority, make_server_certificate
from tests.stories.office import type_command

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def authority_of(place: Settings) -> x509.Certificate:
    return x509.load_pem_x509_certificates((place.keys / keeping.AUTHORITY).read_bytes())[0]


def shake_hands(server: Pair, trusted: bytes, name: str, folder: Path) -> str:
    """A TLS connection between two memories: how the one who trusts `trusted` finds the server called `name`."""
    (folder / "server.pem").write_bytes(server.certificate + server.key)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(folder / "server.pem")
    theirs = ssl.create_default_context(cadata=trusted.decode())
    theirs.verify_flags |= ssl.VERIFY_X509_STRICT
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = theirs.wrap_bio(a, b, server_hostname=name)
    answering = ours.wrap_bio(b, a, server_side=True)
    for _ in range(4):
        for side in (client, answering):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return str(getattr(error, "verify_message", "") or error.reason)
    return "trusted"


def test_the_authority_vouches_for_private_addresses_and_for_nobody_else(tmp_path: Path) -> None:
    at = datetime.now(UTC)
    authority = make_authority("beimen", at)

    found = {
        name: shake_hands(make_server_certificate(authority, [name], at), authority.certificate, name, tmp_path)
        for name in ("192.168.1.5", "10.1.2.3", "beimen", "beimen.local", "localhost", "bank.example.cn", "8.8.8.8")
    }

    assert {name for name, how in found.items() if how == "trusted"} == {
        "192.168.1.5", "10.1.2.3", "beimen", "beimen.local", "localhost",
    }  # fmt: skip
    assert found["bank.example.cn"] == found["8.8.8.8"] == "permitted subtree violation"


def test_certificates_last_as_long_as_browsers_allow_and_lie_where_nobody_else_reads(place: Settings) -> None:
    shown, is_new = keeping.ensure(place, NOON)

    server = x509.load_pem_x509_certificates(shown.certificate_file.read_bytes())[0]
    authority = authority_of(place)
    assert is_new and shown.is_own
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=397)
    assert (authority.not_valid_after_utc - NOON).days == 3650
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical
    assert {*addresses.ALWAYS, addresses.hostname(), f"{addresses.hostname()}.local"} <= set(shown.names)
    for name in (keeping.SERVER, keeping.AUTHORITY):
        assert stat.S_IMODE((place.keys / name).stat().st_mode) == 0o600


def test_a_certificate_is_renewed_before_it_ends_and_the_tablets_notice_nothing(place: Settings) -> None:
    first, _ = keeping.ensure(place, NOON)

    early = keeping.ensure(place, NOON + timedelta(days=365))
    late = keeping.ensure(place, NOON + timedelta(days=367))

    assert (early[1], late[1]) == (False, True)
    assert late[0].authority_fingerprint == first.authority_fingerprint
    assert late[0].valid_until == NOON + timedelta(days=367 + 396)


def test_a_new_address_is_taken_in_and_the_old_one_kept(place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "lan_addresses", lambda: ["192.168.1.5"])
    first, _ = keeping.ensure(place, NOON)
    monkeypatch.setattr(addresses, "lan_addresses", lambda: ["192.168.7.9"])

    assert first.warnings(NOON) == ["addresses"]
    renewed = keeping.renew_if_needed(place, NOON)
    again = keeping.renew_if_needed(place, NOON)

    shown = keeping.shown(place)
    assert (renewed, again) == (1, 0)
    assert shown and {"192.168.1.5", "192.168.7.9"} <= set(shown.names)
    assert shown.warnings(NOON) == []


def test_nothing_is_renewed_where_no_certificate_was_ever_made(place: Settings) -> None:
    assert keeping.renew_if_needed(place, NOON) == 0
    assert not place.keys.exists()


def given(tmp_path: Path, certificate: bytes, key: bytes) -> Settings:
    (tmp_path / "given.pem").write_bytes(certificate)
    (tmp_path / "given.key").write_bytes(key)
    return Settings(home=tmp_path, tls_certificate=str(tmp_path / "given.pem"), tls_key=str(tmp_path / "given.key"))


def test_a_given_certificate_goes_before_ours_and_its_end_is_told(tmp_path: Path) -> None:
    authority = make_authority("beimen", NOON)
    pair = make_server_certificate(authority, ["beimen.local"], NOON)
    keeping.ensure(Settings(home=tmp_path), NOON)

    shown = keeping.ensure(given(tmp_path, pair.certificate, pair.key), NOON)[0]

    assert (shown.is_own, shown.names) == (False, ("beimen.local",))
    assert shown.warnings(NOON + timedelta(days=370)) == ["expires-soon"]
    assert shown.warnings(NOON + timedelta(days=400)) == ["expired"]


def test_a_given_key_that_is_no_good_is_named(tmp_path: Path) -> None:
    authority = make_authority("beimen", NOON)
    one, other = (make_server_certificate(authority, ["beimen.local"], NOON) for _ in range(2))
    cases = {
        "certificate-other-key": given(tmp_path, one.certificate, other.key),
        "certificate-incomplete": Settings(home=tmp_path, tls_certificate="given.pem"),
    }

    for code, settings in cases.items():
        with pytest.raises(Refusal) as refused:
            keeping.shown(settings)
        assert refused.value.code == code
    for certificate, key in ((b"no certificate", one.key), (one.certificate, b"no key")):
        with pytest.raises(Refusal) as refused:
            keeping.shown(given(tmp_path, certificate, key))
        assert refused.value.code == "certificate-unreadable"


def test_serving_with_a_bad_given_key_ends_with_a_sentence(tmp_path: Path) -> None:
    pair = make_server_certificate(make_authority("beimen", NOON), ["beimen.local"], NOON)
    settings = given(tmp_path, pair.certificate, b"no key")
    environment = os.environ | {
        "CANTEEN_HOME": str(tmp_path), "CANTEEN_DATABASE_URL": "",
        "CANTEEN_TLS_CERTIFICATE": settings.tls_certificate, "CANTEEN_TLS_KEY": settings.tls_key,
    }  # fmt: skip

    said = subprocess.run(
        [sys.executable, "-m", "canteen", "serve", "--lan"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 1
    assert "私钥" in said.stderr and "certificate-unreadable" in said.stderr and "Traceback" not in said.stderr


def test_the_command_makes_one_and_says_by_what_it_is_known(app: Flask) -> None:
    first = type_command("certificate").document
    second = type_command("certificate").document
    anew = type_command("certificate", "--anew").document

    assert (first["own"], first["renewed"], second["renewed"], anew["renewed"]) == (True, True, False, True)
    assert first["authority_fingerprint"] == second["authority_fingerprint"] != anew["authority_fingerprint"]


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, int]]:
    environment = {key: value for key, value in os.environ.items() if key != "CANTEEN_NOW"}
    environment |= {"CANTEEN_HOME": str(home), "CANTEEN_DATABASE_URL": ""}
    canteen = [sys.executable, "-m", "canteen"]
    subprocess.run([*canteen, "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    port, steps_port = free_port(), free_port()
    server = subprocess.Popen(
        [*canteen, "serve", "--lan", "--host", "127.0.0.1", "--port", str(port), "--steps-port", str(steps_port)],
        env=environment, cwd=ROOT, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield server, port, steps_port
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=15)


def fetch(address: str, context: ssl.SSLContext | None = None) -> tuple[str, bytes]:
    """What an address answers, asked again until the server has come up."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=20, context=context) as answer:
                return answer.geturl(), answer.read()
        except urllib.error.HTTPError:
            raise
        except (urllib.error.URLError, ConnectionError) as error:
            if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
                raise
            time.sleep(0.5)
    raise AssertionError(f"nobody answers at {address}")


def presented(port: int, context: ssl.SSLContext) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""


def test_a_tablet_takes_in_the_authority_by_plain_http_and_then_opens_the_till_by_https(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, port, steps_port):
        landed, page = fetch(f"http://127.0.0.1:{steps_port}/till")
        assert landed.endswith("/certificate") and "装上根证书" in page.decode()
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch(f"https://127.0.0.1:{port}/till")

        _, authority = fetch(f"http://127.0.0.1:{steps_port}/certificate/canteen-ca.crt")
        trusting = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(authority))
        _, till = fetch(f"https://127.0.0.1:{port}/till", trusting)
        assert 'data-component="till"' in till.decode()
        ready = json.loads(fetch(f"https://127.0.0.1:{port}/readyz", trusting)[1])
        assert (ready["certificate"]["own"], ready["certificate"]["warnings"]) == (True, [])

        before = presented(port, trusting)
        keeping.renew(tmp_path / "keys", (), datetime.now(UTC))
        server.send_signal(signal.SIGHUP)  # what the server sends itself when it sees the file change
        assert any(_is_another(port, trusting, before) for _ in range(60))

        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=15)
        assert time.monotonic() - started < 10


def _is_another(port: int, context: ssl.SSLContext, before: bytes) -> bool:
    time.sleep(0.5)
    try:
        return presented(port, context) != before
    except OSError:
        return False


def test_the_steps_name_the_fingerprint_and_bring_the_authority_to_each_kind_of_tablet(sqlite_app: Flask) -> None:
    settings = sqlite_app.config["CANTEEN"]
    shown, _ = keeping.ensure(settings, NOON)
    client = browser(sqlite_app)

    page = client.get("/certificate").text
    english = client.get("/certificate?language=en").text
    profile = plistlib.loads(client.get("/certificate/canteen-ca.mobileconfig").data)
    authority = client.get("/certificate/canteen-ca.crt").data

    assert shown.authority_fingerprint and shown.authority_fingerprint[:47] in page
    assert "Install the root certificate" in english
    assert authority == authority_of(settings).public_bytes(Encoding.DER)
    assert profile["PayloadContent"][0]["PayloadContent"] == authority


def test_the_first_page_says_when_the_certificate_is_about_to_end(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.ensure(sqlite_app.config["CANTEEN"], NOON - timedelta(days=376))

    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    assert "服务器证书还有 20 天到期" in office.get("/").text
    assert office.get("/readyz").json["certificate"]["warnings"] == ["expires-soon"]
