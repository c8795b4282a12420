"""A name that the papers' font cannot set holds up nobody's card, and is settled by a recorded printed form."""

from datetime import date
from pathlib import Path

from flask import Flask

from canteen.documents.fonts import missing_characters, printable
from canteen.elders.models import Elder
from tests.factories import make_canteen, make_elder, only
from tests.stories.office import type_command

RARE = "陈𡃁英"


def test_the_sheet_is_printed_and_the_card_is_named(app: Flask, tmp_path: Path) -> None:
    canteen_id = make_canteen("beimen")
    rare = make_elder(canteen_id, RARE, born_on=date(1944, 1, 1))
    make_elder(canteen_id, "王秀英", born_on=date(1944, 1, 2))
    assert missing_characters(RARE) == ["𡃁"]
    type_command("cards", "issue", "--canteen", "beimen")

    printed = type_command("cards", "print", "--canteen", "beimen", "--out", tmp_path / "cards.pdf")

    assert (printed.exit_code, printed.document) == (0, {"cards": 2})
    assert rare.ref in printed.messages
    assert RARE not in printed.messages
    assert printable(RARE) == "陈〓英"


def test_a_recorded_printed_form_settles_it(app: Flask, tmp_path: Path) -> None:
    elder = make_elder(make_canteen("beimen"), RARE)
    type_command("cards", "issue", "--canteen", "beimen")

    recorded = type_command("elders", "printed-name", elder.ref, "陈汪英")
    printed = type_command("cards", "print", "--canteen", "beimen", "--out", tmp_path / "cards.pdf")

    assert (recorded.exit_code, only(Elder, ref=elder.ref).printed_name) == (0, "陈汪英")
    assert "〓" not in printed.messages


def test_a_printed_form_that_cannot_be_printed_either_is_refused(app: Flask) -> None:
    elder = make_elder(make_canteen("beimen"), RARE)

    refused = type_command("elders", "printed-name", elder.ref, "陈𠮷英")

    assert refused.exit_code == 1
    assert "𠮷" in refused.messages
    assert only(Elder, ref=elder.ref).printed_name is None
