"""Handing one letter to the mail server, step by step: what went wrong before the letter left can be tried again.

Neither an address nor a password nor a server's words leave this module: what went wrong is told by a code.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from canteen.config import Settings
from canteen.core.errors import Refusal
from canteen.settlement.sending.outcome import NotSent, PerhapsSent
from canteen.sponsors.agreements.checking import email_address

SECONDS = 30
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and as whom."""

    host: str
    port: int
    security: str
    sender: str
    account: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


def mail_server(settings: Settings) -> MailServer:
    """The mail server of the settings. Raises NotSent `settings`, `password-file`."""
    port = settings.smtp_port or str(PORTS.get(settings.smtp_security, ""))
    if not (port.isdecimal() and 0 < int(port) < 65536 and settings.smtp_security in PORTS):
        raise NotSent("settings")
    if settings.smtp_security == "none" and settings.smtp_account:
        raise NotSent("settings")  # a password would travel in the clear
    try:
        sender = email_address(settings.mail_sender)
    except Refusal:
        raise NotSent("settings") from None
    return MailServer(
        settings.smtp_host, int(port), settings.smtp_security, sender, settings.smtp_account, _password(settings),
        settings.smtp_ca_file,
    )  # fmt: skip


def _password(settings: Settings) -> str:
    if not settings.smtp_password_file:
        return settings.smtp_password
    try:
        return Path(settings.smtp_password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise NotSent("password-file") from None


def hand_in(server: MailServer, letter: EmailMessage, to: str) -> None:
    """Hand a letter for one address to the mail server.

    Raises NotSent while it is certain that nothing went out, PerhapsSent where that is not certain any more.
    """
    content = letter.as_bytes()
    post = _connected(server)
    try:
        _sign_in(post, server)
        _address(post, server.sender, to, len(content))
        _leave(post, content)
        _part(post)
    finally:
        post.close()


def _connected(server: MailServer) -> smtplib.SMTP:
    name = server.sender.rpartition("@")[2]
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=SECONDS, context=_context(server))
        post = smtplib.SMTP(server.host, server.port, name, timeout=SECONDS)
    except (ssl.SSLError, ssl.CertificateError):
        raise NotSent("tls") from None
    except (OSError, smtplib.SMTPException, UnicodeError):
        raise NotSent("no-answer", again=True) from None
    if server.security == "starttls":
        _start_tls(post, server)
    return post


def _start_tls(post: smtplib.SMTP, server: MailServer) -> None:
    """Raises NotSent `tls` where the server offers no encryption or one that is not to be trusted."""
    try:
        post.starttls(context=_context(server))
    except (ssl.SSLError, ssl.CertificateError, smtplib.SMTPNotSupportedError):
        post.close()
        raise NotSent("tls") from None
    except smtplib.SMTPResponseException as told:
        post.close()
        raise NotSent("tls", again=_is_passing(told.smtp_code)) from None
    except (OSError, smtplib.SMTPException):
        post.close()
        raise NotSent("no-answer", again=True) from None


def _context(server: MailServer) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=server.ca_file or None)
    except ssl.SSLError:
        raise
    except OSError:
        raise NotSent("settings") from None  # no such file
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _sign_in(post: smtplib.SMTP, server: MailServer) -> None:
    if not server.account:
        return
    try:
        post.login(server.account, server.password)
    except smtplib.SMTPAuthenticationError as told:
        raise NotSent("password", again=_is_passing(told.smtp_code)) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise NotSent("password") from None
    except (OSError, smtplib.SMTPException):
        raise NotSent("no-answer", again=True) from None


def _address(post: smtplib.SMTP, sender: str, to: str, size: int) -> None:
    try:
        post.ehlo_or_helo_if_needed()
        most = post.esmtp_features.get("size", "")
        if most.isdecimal() and 0 < int(most) < size:
            raise NotSent("too-large")
        _accepted(post.mail(sender)[0], "sender")
        _accepted(post.rcpt(to)[0], "address")
    except (OSError, smtplib.SMTPException):
        raise NotSent("no-answer", again=True) from None


def _leave(post: smtplib.SMTP, content: bytes) -> None:
    """From the first byte of the letter on nobody knows, until the server says."""
    try:
        code, _words = post.data(content)
    except smtplib.SMTPDataError as told:  # it did not want to hear the letter at all
        raise NotSent("letter", again=_is_passing(told.smtp_code)) from None
    except (OSError, smtplib.SMTPException):
        raise PerhapsSent from None
    _accepted(code, "too-large" if code == TOO_LARGE else "letter")


TOO_LARGE = 552


def _part(post: smtplib.SMTP) -> None:
    """The letter is there; whether the server hears the farewell changes nothing."""
    try:
        post.quit()
    except (OSError, smtplib.SMTPException):
        return


def _accepted(code: int, reason: str) -> None:
    if not 200 <= code < 300:
        raise NotSent(reason, again=_is_passing(code))


def _is_passing(code: int) -> bool:
    """RFC 5321, 4.2.1: what begins with 4 is to be tried again, what begins with 5 is not."""
    return 400 <= code < 500
