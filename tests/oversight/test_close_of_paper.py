"""The month's end knows of paper and of signals: it tells what waits, and the sealed sheet says what came from paper."""

import json
from pathlib import Path

import pytest
from flask import Flask

from canteen.checkin.slips import services as slips
from canteen.checkin.slips.services import NewLine, NewSheet
from canteen.oversight.models import Signal
from canteen.settlement.models import Statement
from canteen.settlement.services import close_month
from canteen.settlement.verification import verify_all
from tests.checkin.noon import make_noon
from tests.factories import TODAY, issue_card, make_elder, only, rows


def test_the_close_finds_signals_and_seals_how_many_meals_came_from_paper(
    sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(sqlite_app.test_client())
    noon.serve(issue_card(make_elder(noon.canteen_id, "陈玉兰", closed_on=TODAY).id))
    elders = [make_elder(noon.canteen_id, name) for name in ("王秀英", "李建国", "周桂兰")]
    lines = [NewLine(str(n), elder.ref) for n, elder in enumerate(elders)]
    slips.enter(NewSheet(noon.canteen_id, TODAY, "lunch", "陈桂花", "停电", lines), "staff:1", tmp_path / "slips")
    for slip_id in (1, 2):
        slips.approve(slip_id, "staff:2")
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-01T04:00:00Z")

    result = close_month("2026-11", "beimen", "甲", "乙")

    told = {(finding.code, finding.severity) for finding in result.findings}
    assert {("signals-open", "warn"), ("slips-waiting", "warn")} <= told
    assert result.is_closed and result.meals == 2
    assert only(Signal).rule == "after-end"
    sheet = json.loads(only(Statement, kind="canteen").sealed_json)["paper"]
    assert "凭纸条或签到表补记 2 份" in "".join(sheet["remarks"])
    assert verify_all(tmp_path / "papers").broken == []
    assert slips.approve(3, "staff:2").code == "LATE"
    assert len(rows(Statement)) == len(result.statements)
