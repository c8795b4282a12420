"""Settings from the environment, each documented where it is declared."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def setting(name: str, default: str, doc: str) -> str:
    """Read one setting; `doc` says what it is for, and a test checks that it is in docs/operations.md."""
    DECLARED[name] = doc
    value = os.environ.get(name, "").strip()
    return value or default


DECLARED: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides, read once when the application is made."""

    home: Path = field(
        default_factory=lambda: Path(
            setting("CANTEEN_HOME", str(ROOT / "instance"), "Folder of data, keys and papers.")
        )
    )
    database_url: str = field(
        default_factory=lambda: setting(
            "CANTEEN_DATABASE_URL", "", "SQLAlchemy address of the database; default SQLite under CANTEEN_HOME."
        )
    )
    named_host: str = field(
        default_factory=lambda: setting(
            "CANTEEN_PUBLIC_HOST", "", "Public host name in card QR codes; goes before the one given to `canteen init`."
        )
    )
    default_zone: str = field(
        default_factory=lambda: setting(
            "CANTEEN_TIME_ZONE", "Asia/Shanghai", "Time zone of canteens that name none of their own."
        )
    )

    tls_certificate: str = field(
        default_factory=lambda: setting(
            "CANTEEN_TLS_CERTIFICATE", "", "PEM file of the certificate that `serve --lan` shows instead of our own."
        )
    )
    tls_key: str = field(
        default_factory=lambda: setting(
            "CANTEEN_TLS_KEY", "", "PEM file of that certificate's private key, without a password."
        )
    )

    smtp_host: str = field(
        default_factory=lambda: setting(
            "CANTEEN_SMTP_HOST", "", "Mail server that sends donors' statements; without one they go to the drop folder."
        )
    )
    smtp_port: str = field(
        default_factory=lambda: setting(
            "CANTEEN_SMTP_PORT", "", "Its port; default 587 with starttls, 465 with tls, 25 with none."
        )
    )
    smtp_security: str = field(
        default_factory=lambda: setting(
            "CANTEEN_SMTP_SECURITY", "starttls", "starttls, tls or none; with none nobody signs in."
        )
    )
    smtp_ca_file: str = field(
        default_factory=lambda: setting(
            "CANTEEN_SMTP_CA_FILE", "", "PEM file of the authority that a mail server of one's own is trusted by."
        )
    )
    smtp_account: str = field(
        default_factory=lambda: setting("CANTEEN_SMTP_ACCOUNT", "", "Account at the mail server, if it asks for one.")
    )
    smtp_password: str = field(
        repr=False,
        default_factory=lambda: setting(
            "CANTEEN_SMTP_PASSWORD", "", "That account's password; better in a file, see the next."
        ),
    )
    smtp_password_file: str = field(
        default_factory=lambda: setting(
            "CANTEEN_SMTP_PASSWORD_FILE", "", "File with that password, readable by the service's account alone."
        )
    )
    mail_sender: str = field(
        default_factory=lambda: setting("CANTEEN_MAIL_SENDER", "", "Address that statements are sent from.")
    )
    named_drop: str = field(
        default_factory=lambda: setting(
            "CANTEEN_DROP_FOLDER", "", "Where statements are put when no mail server is set; default `outgoing`."
        )
    )

    @property
    def drop_folder(self) -> Path:
        """Where what is sent without a mail server is put, for somebody to hand on."""
        return Path(self.named_drop) if self.named_drop else self.home / "outgoing"

    @property
    def public_host(self) -> str:
        """The host in the cards' codes: from the environment, else as kept by `canteen init`, else none."""
        kept = self.home / "public-host"
        if self.named_host or not kept.exists():
            return self.named_host
        return kept.read_text(encoding="ascii").strip()

    @property
    def address(self) -> str:
        """The database's address, with psycopg named for plain `postgresql://` addresses."""
        if not self.database_url:
            return f"sqlite:///{self.home / 'canteen.db'}"
        if self.database_url.startswith("postgresql://"):
            return "postgresql+psycopg://" + self.database_url.removeprefix("postgresql://")
        return self.database_url

    @property
    def keys(self) -> Path:
        """Folder of the keys, outside the database; readable by the service's account alone."""
        return self.home / "keys"

    @property
    def papers(self) -> Path:
        """Folder of the archived papers, named by their SHA-256."""
        return self.home / "papers"
