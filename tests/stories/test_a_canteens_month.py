"""One canteen's October, from the office's roster to the sealed papers, told with nothing but commands and scans."""

import json
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.core.money import yuan
from canteen.core.words import capitals
from tests.stories.office import Calendar, TillOf, cards_of, pdf_text, serials_of, type_command

DATA = Path(__file__).resolve().parent.parent / "data" / "roster-plain"
PROGRAMME = Path(__file__).resolve().parents[2] / "canteen" / "programmes" / "lanzhou-chengguan.toml"


def test_a_month_from_the_roster_to_the_sealed_papers(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calendar = Calendar(monkeypatch)

    # At the end of September the office opens a canteen and puts Chengguan's notice in force.
    calendar.turn_to("2026-09-30 09:00")
    assert type_command("init").document["created"] is True
    opened = type_command(
        "canteens", "add", "--code", "beimen", "--name", "北门长者食堂", "--area", "urban",
        "--division", "620102", "--operator", "北门助餐社", "--price", "15.00", "--hours", "lunch=10:30-13:00",
    )  # fmt: skip
    assert opened.document == {"code": "beimen"}
    checked = type_command("programme", "check", PROGRAMME)
    assert (checked.exit_code, checked.document["faults"]) == (0, [])
    loaded = type_command("programme", "load", PROGRAMME, "--canteen", "beimen")
    assert loaded.document["id"] == "lanzhou-chengguan"

    # The community's roster goes in as it is. Eight rows are wrong, each is named; the second load changes nothing.
    answer = json.loads((DATA / "answer.json").read_text(encoding="utf-8"))
    first = type_command("elders", "import", DATA / "roster.xlsx", "--canteen", "beimen").document
    assert (first["read"], first["new"]) == (answer["rows"], answer["ok"])
    named = [{"code": fault["code"], "row": fault["row"]} for fault in first["faults"]]
    assert named == answer["faults"]
    second = type_command("elders", "import", DATA / "roster.xlsx", "--canteen", "beimen").document
    assert (second["new"], second["updated"], second["unchanged"]) == (0, 0, answer["ok"])

    # Everybody gets a card; the sheet is printed.
    assert type_command("cards", "issue", "--canteen", "beimen").document == {"issued": answer["ok"]}
    sheet = tmp_path / "cards.pdf"
    assert type_command("cards", "print", "--canteen", "beimen", "--out", sheet).document == {"cards": answer["ok"]}
    assert sheet.read_bytes().startswith(b"%PDF")
    listed = tmp_path / "cards.csv"
    type_command("cards", "export", "--canteen", "beimen", "--out", listed)
    card, serial = cards_of(listed), serials_of(listed)

    # A tablet is enrolled. 夏玉军 pays twenty yuan in; the same receipt entered twice counts once.
    code = type_command("devices", "code", "--canteen", "beimen").document["code"]
    till = TillOf(client, code, "一号窗口")
    top_up = ("wallets", "top-up", "--card", serial["夏玉军"], "--amount", "20.00", "--method", "cash", "--key", "R-1")
    assert type_command(*top_up).document == {"balance_fen": 2000}
    assert type_command(*top_up).document == {"balance_fen": 2000}

    # 9 October, noon. 夏玉军 (born 1956, so 70) pays 6 of 15 yuan from the wallet; 上官建 (三无) pays nothing.
    calendar.turn_to("2026-10-09 11:40")
    xia, shangguan = till.scans(card["夏玉军"], card["上官建"])
    assert (xia["state"], xia["price_fen"], xia["elder_fen"], xia["wallet_fen"]) == ("MEAL", 1500, 600, 600)
    assert xia["balance_fen"] == 1400
    assert xia["shares"] == [{"payer": "government", "fen": 900}, {"payer": "elder", "fen": 600}]
    assert (shangguan["elder_fen"], shangguan["cash_fen"]) == (0, 0)

    # The same card again is no second meal, and says so without a charge.
    (again,) = till.scans(card["夏玉军"])
    assert (again["state"], again["code"], again["elder_fen"]) == ("REJECTED", "DUPLICATE_SAME", None)

    # 魏凤昌 (born 13 January 1957, 69) was scanned by mistake. It is undone, and the lunch is free to be had later.
    (mistaken,) = till.scans(card["魏凤昌"])
    undone = till.cancels(mistaken["scan_id"], "undo-1")
    assert undone.status_code == 200, undone.text
    calendar.turn_to("2026-10-09 12:30")
    (wei,) = till.scans(card["魏凤昌"])
    assert (wei["state"], wei["elder_fen"], wei["cash_fen"]) == ("MEAL", 600, 600)

    # On the 12th somebody shows a card at four in the afternoon: it waits for a person, nothing is charged.
    calendar.turn_to("2026-10-12 16:00")
    (late,) = till.scans(card["郝福英"])
    assert (late["state"], late["code"]) == ("EXCEPTION", "WINDOW")

    # November comes. The month cannot be closed while that scan waits, and the finding says which it is.
    calendar.turn_to("2026-11-02 09:12")
    looked = type_command("close", "2026-10", "--canteen", "beimen", "--dry-run")
    assert looked.exit_code == 1
    blocking = [finding for finding in looked.document["findings"] if finding["severity"] == "block"]
    assert [finding["code"] for finding in blocking] == ["unsettled-outcomes"]
    assert "2026-10-12" in blocking[0]["message"]

    # The manager decides that it was no meal. Now the month closes, once.
    _rule_not_a_meal(app, late["scan_id"])
    closed = type_command("close", "2026-10", "--canteen", "beimen", "--by", "王会计", "--second", "李主任")
    assert closed.exit_code == 0, closed.messages
    assert closed.document["meals"] == 3
    assert closed.document["by_payer_fen"] == {"government": 900 + 1500 + 900, "elder": 600 + 600}
    assert closed.document["payable_fen"] == 3300
    twice = type_command("close", "2026-10", "--canteen", "beimen", "--by", "王会计", "--second", "李主任")
    assert twice.exit_code == 1

    # The papers are made. Each prints its total in figures and in capitals, and its workbook holds it as a number.
    papers = tmp_path / "papers"
    files = type_command("statements", "2026-10", "--canteen", "beimen", "--out", papers).document["files"]
    assert {file["kind"]: file["total_fen"] for file in files} == {"settlement": 3300, "roster": 3300, "canteen": 3300}
    for file in files:
        text = pdf_text(Path(file["pdf"]))
        assert yuan(file["total_fen"]) in text
        assert capitals(file["total_fen"]) in "".join(text.split())
        assert file["total_fen"] / 100 in _numbers(Path(file["xlsx"]))

    # A file is what was sealed, or it is not.
    settlement = next(file for file in files if file["kind"] == "settlement")
    assert type_command("statement", "verify", settlement["pdf"]).document["match"] is True
    forged = tmp_path / "forged.xlsx"
    _raise_a_figure(Path(settlement["xlsx"]), forged, 33.0, 93.0)
    told = type_command("statement", "verify", forged)
    assert (told.exit_code, told.document["match"], told.document["number"]) == (1, False, settlement["number"])
    assert told.document["difference"]

    # Afterwards a birth date is corrected and handed out again: the papers are the very same bytes.
    again_out = tmp_path / "again"
    same = type_command("statements", "2026-10", "--canteen", "beimen", "--out", again_out).document["files"]
    assert [file["sha256"] for file in same] == [file["sha256"] for file in files]

    # And everything that can be checked is checked.
    verified = type_command("verify")
    assert (verified.exit_code, verified.document["broken"]) == (0, [])


def _rule_not_a_meal(app: Flask, scan_id: str) -> None:
    from canteen.checkin.models import Scan
    from canteen.oversight.services import rule_on
    from tests.factories import only

    rule_on(only(Scan, scan_id=scan_id).id, "not-a-meal", "下午来取卡，没有用餐", "staff:1")


def _numbers(workbook: Path) -> set[float]:
    book = openpyxl.load_workbook(workbook, data_only=True)
    return {
        round(cell, 2)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, int | float)
    }


def _raise_a_figure(source: Path, target: Path, old: float, new: float) -> None:
    book = openpyxl.load_workbook(source)
    changed = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value, changed = new, changed + 1
    assert changed
    book.save(target)
