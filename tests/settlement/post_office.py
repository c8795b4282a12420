"""A small mail server on loopback, and a statement to send: for tests of what a mail server can do to a letter."""

import base64
import json
import secrets
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from canteen.clock import now
from canteen.db import transaction
from canteen.settlement import archive
from canteen.settlement.models import Paper, Statement
from canteen.sponsors.models import Fund, Sponsor

PDF, XLSX = b"%PDF-1.7 sealed", b"PK sealed"
NAME = "幸福里食堂_2026年11月_捐赠方报告_v1"


@dataclass
class PostOffice:
    """How the server behaves, and what it was given."""

    account: str = ""
    password: str = ""
    refuses: dict[str, int] = field(default_factory=dict)  # reply by command: MAIL, RCPT, DATA, LETTER
    dies_after_data: bool = False
    offers_tls: bool = False
    speaks_tls: bool = False  # from the first byte on
    most_bytes: int = 0
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    port: int = 0
    context: ssl.SSLContext | None = None


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.office: PostOffice = self.server.office  # type: ignore[attr-defined]
        self.sender = self.to = ""
        self.is_known, self.is_secret = not self.office.account, False
        if self.office.speaks_tls and not self.hide():
            return
        self.say("220 post")
        while line := self.rfile.readline():
            command, _space, rest = line.decode("ascii").strip().partition(" ")
            if not self.answer(command.upper(), rest):
                return

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def answer(self, command: str, rest: str) -> bool:
        refused = self.office.refuses.get(command)
        if refused:
            self.say(f"{refused} no: <secret.person@example.org>")
        elif command == "EHLO":
            self.greet()
        elif command == "STARTTLS":
            self.say("220 go")
            return self.hide()
        elif command == "AUTH":
            given = base64.b64decode(rest.partition(" ")[2]).split(b"\0")[1:]
            self.is_known = given == [self.office.account.encode(), self.office.password.encode()]
            self.say("235 ok" if self.is_known else "535 wrong")
        elif command == "DATA":
            return self.take()
        elif command == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.sender = rest if command == "MAIL" else self.sender
            self.to = rest if command == "RCPT" else self.to
            self.say("250 ok" if self.is_known else "530 who are you")
        return True

    def greet(self) -> None:
        offers = ["AUTH PLAIN"] if self.office.account else []
        offers += ["STARTTLS"] if self.office.offers_tls and not self.is_secret else []
        offers += [f"SIZE {self.office.most_bytes}"] if self.office.most_bytes else []
        for offer in ["post", *offers]:
            self.say(f"250-{offer}")
        self.say("250 HELP")

    def hide(self) -> bool:
        """Go on in secret; the other side may not want to."""
        assert self.office.context is not None
        try:
            secret = self.office.context.wrap_socket(self.request, server_side=True)
        except OSError:
            return False
        self.request, self.is_secret = secret, True
        self.rfile, self.wfile = secret.makefile("rb"), secret.makefile("wb", buffering=0)  # type: ignore[assignment]
        return True

    def take(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.office.letters.append((self.sender, self.to, b"".join(lines)))
        if self.office.dies_after_data:
            return False
        code = self.office.refuses.get("LETTER")
        self.say(f"{code} no" if code else "250 taken")
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def post_office(**behaviour: Any) -> Iterator[PostOffice]:
    """A mail server that listens on loopback until the end of the block."""
    office = PostOffice(**behaviour)
    with _Server(("127.0.0.1", 0), _Talk) as server:
        office.port = server.server_address[1]
        server.office = office  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield office
        server.shutdown()
        thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for 127.0.0.1, and the file by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")])
    day = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(day - timedelta(days=1)).not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    trusted, both = folder / "trusted.pem", folder / "both.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    trusted.write_bytes(pem)
    plain = serialization.NoEncryption()
    both.write_bytes(
        pem + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, trusted


def make_statement(
    fund_code: str, number: str = "DEKANG-2026-11-donor-v1", email: str | None = "zhang@example.org",
    kind: str = "donor", pdf: bytes = PDF, canteens: tuple[str, ...] = ("xfl",),
) -> int:  # fmt: skip
    """A sealed statement of this fund with its archived files; answers its number in the database."""
    document = {
        "format": 1, "salt": secrets.token_hex(4), "host": "card.example.cn",
        "paper": {"canteen_names": ["幸福里食堂"]}, "rows": {"canteens": list(canteens)},
    }  # fmt: skip
    with transaction() as session:
        fund = session.scalars(select(Fund).where(Fund.code == fund_code)).one()
        session.get_one(Sponsor, fund.sponsor_id).contact_email = email
        row = Statement(
            number=number, kind=kind, payer="德康大药房", canteen_id=None, fund_id=fund.id, month="2026-11",
            total_fen=2000, sealed_json=json.dumps(document), seal_sha256="0" * 64, check_code="ABCDEFGH",
            sealed_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        for ending, content in (("pdf", pdf), ("xlsx", XLSX)):
            sha256 = archive.keep(content, ending, archive.papers_folder())
            name = f"{NAME}.{ending}"
            session.add(
                Paper(statement_id=row.id, format=ending, sha256=sha256, file_name=name, rendered_at=now())
            )
        return row.id
