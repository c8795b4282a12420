"""`canteen init`: database, keys, first administrator; `canteen work`: what waits to be done."""

import logging
import time
import traceback
from collections.abc import Callable

import click
from flask import current_app
from flask_migrate import upgrade

from canteen.audit.services import link_chain
from canteen.checkin.absences.services import make_visit_tasks
from canteen.clock import now, today
from canteen.config import ROOT, Settings
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.keys import read_or_make
from canteen.lan.keeping import renew_if_needed
from canteen.oversight.signals.services import look_for_signals
from canteen.settlement.rendering import render_waiting
from canteen.settlement.sending.services import send_waiting
from canteen.settlement.trial.services import run_waiting_trials
from canteen.staff.services import first_administrator
from canteen.subsidies.services import seed_vocabulary
from canteen.wallets.vouchers import expire_vouchers
from canteen.web.console import emit, json_option, refusals_end, say

log = logging.getLogger(__name__)

KEYS = (
    "anchors", "cards", "cookies", "devices", "family-codes", "identity", "identity-index", "outbox", "sign-in", "slips",
    "uploads",
)  # fmt: skip
LONGEST_HOST = 22  # characters; more would need a larger QR code than the card has room for


def set_up_database() -> None:
    """Create or upgrade the tables, and seed the vocabularies that are not there yet."""
    upgrade(directory=str(ROOT / "migrations"))
    seed_vocabulary()


def make_keys(settings: Settings) -> None:
    """Make every key that is missing, in files that this account alone can read."""
    for name in KEYS:
        read_or_make(settings.keys, name)


def keep_host(settings: Settings, host: str) -> None:
    """Remember the public host for the cards' codes. Raises Refusal `host-too-long` or `host-ill-formed`."""
    if len(host) > LONGEST_HOST:
        raise Refusal("host-too-long", f"公网域名最多 {LONGEST_HOST} 个字符，否则卡上的二维码放不下。")
    if not all(part.replace("-", "").isalnum() and part.isascii() for part in host.split(".")):
        raise Refusal("host-ill-formed", "公网域名只写主机名，例如 card.example.cn，不要 https:// 和斜杠。")
    (settings.home / "public-host").write_text(host.lower() + "\n", encoding="ascii")


@click.command()
@click.option("--host", help="Public host name printed in the cards' codes, at most 22 characters.")
@json_option
@refusals_end
def init(host: str | None, as_json: bool) -> None:
    """Create or upgrade the database, make the keys and a first administrator."""
    settings: Settings = current_app.config["CANTEEN"]
    settings.home.mkdir(parents=True, exist_ok=True)
    if host:
        keep_host(settings, host)
    make_keys(settings)
    set_up_database()
    with transaction() as session:
        made = first_administrator(session)
    document: dict[str, object] = {"created": made is not None, "administrator": made[0] if made else None}
    if made:
        document["one_time_password"] = made[1]
        say(f"管理员 {made[0]} 的一次性密码（首次登录后请更改）：{made[1]}")
    emit(document, as_json, "已就绪。" if made else "已是最新。")


@click.command()
@click.option("--once", is_flag=True, help="Do what waits and stop.")
@json_option
def work(once: bool, as_json: bool) -> None:
    """Render and send what waits, expire vouchers, look for signals, divide trials, link the audit chain."""
    done = do_waiting_work()
    while not once:
        time.sleep(5)
        done += do_waiting_work(is_patient=True)
    emit({"done": done}, as_json)


def do_waiting_work(*, is_patient: bool = False) -> int:
    """One round of the work that waits; answers how many things were done.

    `is_patient`: canteens that were looked at a moment ago are not looked at for signals again, and a piece of work
    that breaks is logged and tried again in the next round, so that one bad paper keeps back no letter.
    """
    settings: Settings = current_app.config["CANTEEN"]
    pieces: tuple[Callable[[], int], ...] = (
        render_waiting,
        lambda: expire_vouchers(today(settings.default_zone)),
        make_visit_tasks,
        lambda: send_waiting(settings),
        lambda: look_for_signals(is_patient=is_patient),
        run_waiting_trials,
        link_chain,
        lambda: renew_if_needed(settings, now()),
    )
    return sum(_go_on(piece) if is_patient else piece() for piece in pieces)


def _go_on(piece: Callable[[], int]) -> int:
    try:
        return piece()
    except Exception as error:  # the one place that may: a worker that ends takes every paper and letter with it
        where = traceback.extract_tb(error.__traceback__)[-1]
        # What broke and where; the words of an error may hold what is nobody's business.
        log.error("work that waits broke: %s at %s:%s", type(error).__name__, where.filename, where.lineno)
        return 0


COMMANDS = [init, work]
