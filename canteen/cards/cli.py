"""Commands of the cards slice."""

import os
from pathlib import Path

import click
from flask import current_app

from canteen.canteens.cli import acting_account, canteen_option
from canteen.canteens.queries import CanteenRow, by_code
from canteen.cards import services
from canteen.cards.export import card_list
from canteen.cards.queries import CardFilter, CardRow, cards_to_print
from canteen.cards.sheets import Layout, code_of, marked, pdf_of, sheet_of
from canteen.db import reading
from canteen.keys import key
from canteen.web.console import emit, json_option, refusals_end, say

out_option = click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def cards() -> None:
    """Meal cards."""


@cards.command("issue")
@canteen_option
@json_option
@refusals_end
def issue(code: str, as_json: bool) -> None:
    """Issue a card to every elder of a canteen who has none."""
    with reading() as session:
        canteen = by_code(session, code)
    issued = services.issue_to_all(canteen.id, key("cards"), acting_account())
    emit({"issued": issued}, as_json)


@cards.command("print")
@canteen_option
@out_option
@click.option("--layout", type=click.Choice(["8-up", "10-up", "single"]), default="8-up", show_default=True)
@click.option("--new", "only_new", is_flag=True, help="Only cards that are not marked as printed.")
@click.option("--mark", is_flag=True, help="Mark them as printed.")
@json_option
@refusals_end
def print_(*, code: str, out: Path, layout: Layout, only_new: bool, mark: bool, as_json: bool) -> None:
    """Write the sheet of a canteen's cards as a PDF, to print, cut and hand over."""
    canteen, found = _cards(code, CardFilter(only_new=only_new))
    sheet = sheet_of(canteen, services.tokens(found, key("cards")), _host(), layout)
    say(f"正在排版 {len(found)} 张卡，每 100 张约 10 秒。")
    _write(out, pdf_of(sheet))
    for card in marked(found):
        say(
            f"卡号 {card.serial} 的姓名有字库里没有的字，卡上印成了〓。"
            f"登记打印用姓名后再印：canteen elders printed-name {card.elder_ref} 姓名"
        )
    if mark:
        services.mark_printed(canteen.id, CardFilter(only_new=only_new), acting_account())
    emit({"cards": len(found)}, as_json)


@cards.command("export")
@canteen_option
@out_option
@json_option
@refusals_end
def export(code: str, out: Path, as_json: bool) -> None:
    """Write serial, name and address of a canteen's cards for a card maker."""
    canteen, found = _cards(code, CardFilter())
    host = _host()
    made = services.tokens(found, key("cards"))
    rows = [(card.serial, card.elder_name, code_of(host, token)) for card, token in made]
    services.note_export(canteen.id, len(rows), acting_account())
    _write(out, card_list(rows).encode())
    say(f"{out}: 这份文件能做出可用的卡，交给制卡方以后请删除。")
    emit({"cards": len(rows)}, as_json)


def _cards(code: str, wanted: CardFilter) -> tuple[CanteenRow, list[CardRow]]:
    with reading() as session:
        canteen = by_code(session, code)
        return canteen, cards_to_print(session, canteen.id, wanted)


def _host() -> str:
    return str(current_app.config["CANTEEN"].public_host)


def _write(out: Path, content: bytes) -> None:
    # Whoever reads the file can make cards that work, so nobody else on this machine may.
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise click.FileError(str(out), error.strerror or "cannot be written") from error


COMMANDS: list[click.Command] = [cards]
