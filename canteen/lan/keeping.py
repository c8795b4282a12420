"""The certificate that the server shows: given by the office, or our own, made and renewed here.

Our own lies in CANTEEN_HOME/keys: `lan-authority.pem` and `lan-server.pem`, each a certificate and its key in one
file, so that the two never differ; only the service's account may read them.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import fasteners
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from canteen.config import Settings
from canteen.core.errors import Refusal
from canteen.lan.addresses import ALWAYS, all_names, hostname
from canteen.lan.authority import (
    Pair,
    fingerprint,
    is_vouched_for,
    make_authority,
    make_server_certificate,
    names_of,
)

RENEWED_BEFORE = timedelta(days=30)
MOST_NAMES = 24
"""Names kept of earlier certificates too: a computer that changes between two networks is not renewed each time."""
AUTHORITY, SERVER = "lan-authority.pem", "lan-server.pem"
KEY_BEGINS = b"-----BEGIN PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate that the server shows. `authority` is ours, as DER; None for one that the office gave."""

    certificate_file: Path
    key_file: Path
    names: tuple[str, ...]
    valid_until: datetime
    authority: bytes | None
    authority_until: datetime | None
    authority_fingerprint: str | None

    @property
    def is_own(self) -> bool:
        """Whether it is by our own authority."""
        return self.authority is not None

    def days_left(self, at: datetime) -> int:
        """Whole days until it ends; below zero once it has."""
        return (self.valid_until - at).days

    def warnings(self, at: datetime) -> list[str]:
        """What a person should see to: `expired`, `expires-soon`, `authority-expires-soon`, `addresses`."""
        found = []
        if self.valid_until <= at:
            found.append("expired")
        elif self.valid_until - at < RENEWED_BEFORE:
            found.append("expires-soon")
        if self.authority_until and self.authority_until - at < RENEWED_BEFORE:
            found.append("authority-expires-soon")
        if self.is_own and _lacking(self.names, self.authority_names()):
            found.append("addresses")
        return found

    def authority_names(self) -> list[str]:
        """This computer's names and addresses of today that its authority may vouch for."""
        pem = x509.load_der_x509_certificate(self.authority or b"").public_bytes(Encoding.PEM)
        return [name for name in all_names() if is_vouched_for(pem, name)]


def shown(settings: Settings) -> Shown | None:
    """The certificate that `serve --lan` would show: a given one first, else our own; None where there is none.

    Raises Refusal `certificate-…` for a given one that cannot be used.
    """
    if settings.tls_certificate or settings.tls_key:
        return _given(settings.tls_certificate, settings.tls_key)
    path = settings.keys / SERVER
    return _own(settings.keys) if path.exists() else None


def ensure(settings: Settings, at: datetime) -> tuple[Shown, bool]:
    """The certificate to show, made or renewed if need be, and whether it is a new one.

    A given certificate is only checked. Ours is renewed when it ends within thirty days, or when this computer has a
    name or an address that it lacks.
    """
    found = shown(settings)
    if found is not None and not found.is_own:
        return found, False
    settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    with fasteners.InterProcessLock(settings.keys / ".lan.lock"):
        found = shown(settings)
        if found is not None and not {"expired", "expires-soon", "addresses"} & set(found.warnings(at)):
            return found, False
        renew(settings.keys, found.names if found else (), at)
    return _own(settings.keys), True


def make_anew(settings: Settings, at: datetime) -> Shown:
    """A new authority and a new certificate: every tablet has to be shown the new authority once."""
    settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    with fasteners.InterProcessLock(settings.keys / ".lan.lock"):
        for name in (SERVER, AUTHORITY):
            (settings.keys / name).unlink(missing_ok=True)
        renew(settings.keys, (), at)
    return _own(settings.keys)


def renew_if_needed(settings: Settings, at: datetime) -> int:
    """Renew our own certificate where there is one and it is due; answers how many were renewed. A given one is the
    office's own affair."""
    if settings.tls_certificate or settings.tls_key or not (settings.keys / SERVER).exists():
        return 0
    return int(ensure(settings, at)[1])


def renew(folder: Path, earlier: Sequence[str], at: datetime) -> None:
    """A new certificate by our authority, whatever the age of the old one; `earlier` names are kept."""
    if not (folder / AUTHORITY).exists():
        made = make_authority(hostname(), at)
        _write(folder / AUTHORITY, made)
    authority = _read(folder / AUTHORITY)
    names = [name for name in dict.fromkeys([*all_names(), *earlier]) if is_vouched_for(authority.certificate, name)]
    _write(folder / SERVER, make_server_certificate(authority, names[:MOST_NAMES], at))


def _own(folder: Path) -> Shown:
    path = folder / SERVER
    server, authority = x509.load_pem_x509_certificates(_read(path).certificate)[:2]
    return Shown(
        path, path, names_of(server), server.not_valid_after_utc, authority.public_bytes(Encoding.DER),
        authority.not_valid_after_utc, fingerprint(authority),
    )  # fmt: skip


def _given(certificate: str, key: str) -> Shown:
    if not (certificate and key):
        raise Refusal(
            "certificate-incomplete", "CANTEEN_TLS_CERTIFICATE 和 CANTEEN_TLS_KEY 要一起设置：证书文件和它的私钥文件。"
        )
    path, key_path = Path(certificate), Path(key)
    first = _certificate_in(path)
    if _public(_key_in(key_path)) != first.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo):
        raise Refusal("certificate-other-key", f"私钥和证书不是一对：{key_path.name}、{path.name}。请换成同一次申请的两个文件。")
    return Shown(path, key_path, names_of(first), first.not_valid_after_utc, None, None, None)


def _certificate_in(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError:
        raise Refusal("certificate-unreadable", f"读不了证书文件 {path}。请检查 CANTEEN_TLS_CERTIFICATE 和文件权限。") from None
    except ValueError:
        raise Refusal("certificate-unreadable", f"{path} 不是 PEM 格式的证书。") from None


def _key_in(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refusal("certificate-unreadable", f"读不了私钥文件 {path}。请检查 CANTEEN_TLS_KEY 和文件权限。") from None


def _public(key: bytes) -> bytes:
    try:
        opened = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        raise Refusal("certificate-unreadable", "私钥文件不是没有密码的 PEM 私钥。请先去掉私钥的密码。") from None
    return opened.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _lacking(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [name for name in wanted if name not in names and name not in ALWAYS]


def _read(path: Path) -> Pair:
    certificate, _, key = path.read_bytes().partition(KEY_BEGINS)
    return Pair(certificate, KEY_BEGINS + key)


def _write(path: Path, pair: Pair) -> None:
    # The file appears whole or not at all: a server that starts now reads the old pair or the new one.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pair.certificate + pair.key)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
