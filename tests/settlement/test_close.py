"""The close of a month, in figures worked out by hand."""

from datetime import date

import pytest
from flask import Flask

from canteen.settlement.services import close_month
from tests.factories import bind_programme, four_yuan, make_canteen, make_elder
from tests.settlement.factories import serve

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"


def test_a_month_closes_with_the_figures_of_its_meals(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteen = make_canteen("xfl", name="幸福里食堂")
    bind_programme(canteen, four_yuan())
    younger = make_elder(canteen, "王秀英", born_on=date(1956, 3, 1), balance_fen=10_000)
    older = make_elder(canteen, "李国强", born_on=date(1946, 3, 1), sex="male")
    for day in (3, 4, 5):
        serve(canteen, younger.id, date(2026, 11, day))
    serve(canteen, older.id, date(2026, 11, 3), channel="delivery")
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    result = close_month("2026-11", "xfl", "王敏", "赵刚")

    assert [finding.code for finding in result.findings] == []
    assert result.meals == 4
    assert result.by_payer_fen == {"elder": 3 * 600 + 500, "government": 3 * 900 + 1000}
    assert result.payable_fen == 3700
    assert result.statements == ("XFL-2026-11-gov-v1", "XFL-2026-11-roster-v1", "XFL-2026-11-canteen-v1")


def test_the_papers(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    from canteen.core.calendar import parse_period
    from canteen.settlement.handing_out import hand_out
    from canteen.settlement.verification import verify_all
    from canteen.settlement.verifying_files import verify_file

    canteen = make_canteen("xfl", name="幸福里食堂")
    bind_programme(canteen, four_yuan())
    younger = make_elder(canteen, "王秀英", born_on=date(1956, 3, 1), balance_fen=10_000)
    for day in (3, 4, 5):
        serve(canteen, younger.id, date(2026, 11, day))
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    close_month("2026-11", "xfl", "王敏", "赵刚")

    given = hand_out(parse_period("2026-11"), "xfl", tmp_path)
    print(given)
    for paper in given:
        for path in (paper.pdf, paper.xlsx):
            assert verify_file(open(path, "rb").read()).match
    report = verify_all()
    print(report.checked)
    assert report.broken == []
