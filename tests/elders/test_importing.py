"""Rosters go into the register: new, updated and unchanged elders, and what a person corrected in between."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from rosters import csv_roster, number, xlsx_roster
from sqlalchemy import func, select

from canteen.audit.models import AuditEvent
from canteen.core.errors import Refusal
from canteen.db import Model, reading, transaction
from canteen.elders import queries, services
from canteen.elders.facts import NewFact
from canteen.elders.importing import Imported, import_roster
from canteen.elders.models import CanteenElder, Elder, ElderFact, RosterImport
from canteen.elders.particulars import Identity, Particulars, Registration
from canteen.elders.roster import RosterRefused
from canteen.elders.withdrawal import withdraw_import
from canteen.subsidies.services import add_category
from tests.factories import make_canteen

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 20)
WANG, LI = number(order=2), number("19500101", order=3)
ACTOR = "staff:1"


def load(data: bytes, canteen_id: int, **options: bool) -> Imported:
    return import_roster(data, canteen_id, ACTOR, **options)


def counts(done: Imported) -> tuple[int, int, int]:
    return done.count("new"), done.count("updated"), done.count("unchanged")


def elder(name: str) -> Elder:
    with reading() as session:
        found = session.scalars(select(Elder).where(Elder.name == name)).one()
        session.expunge(found)  # read to the end; the look at the database is over
        return found


def holding(name: str, on: date = TODAY) -> set[tuple[str, str]]:
    with reading() as session:
        found = queries.elder_page(session, elder(name).ref, _canteens(), on)
    return {(fact.kind, fact.value) for fact in found.facts if fact.holds}


def _canteens() -> list[int]:
    with reading() as session:
        return list(session.scalars(select(CanteenElder.canteen_id).distinct()))


def rows_of_every_table() -> dict[str, int]:
    with reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Model.metadata.tables.values()
        }


@pytest.mark.parametrize(
    ("folder", "file"), [("plain", "roster.xlsx"), ("csv", "roster.csv"), ("village", "roster.xlsx")]
)
def test_an_offices_roster_goes_in_and_a_second_load_changes_nothing(
    app: Flask, folder: str, file: str
) -> None:
    canteen_id = make_canteen()
    answer = json.loads((DATA / f"roster-{folder}" / "answer.json").read_text("utf-8"))
    data = (DATA / f"roster-{folder}" / file).read_bytes()

    first = load(data, canteen_id)
    before = rows_of_every_table()
    second = load(data, canteen_id)

    assert counts(first) == (answer["ok"], 0, 0)
    assert counts(second) == (0, 0, answer["ok"])
    assert second.import_id is None
    assert rows_of_every_table() == before


def test_a_dry_run_says_what_would_be_and_writes_nothing(app: Flask) -> None:
    canteen_id = make_canteen()
    before = rows_of_every_table()

    done = load(csv_roster([["王英", WANG, "", "低保"], ["李明", "12"]]), canteen_id, dry_run=True)

    assert counts(done) == (1, 0, 0)
    assert [fault.code for fault in done.roster.faults] == ["id-length"]
    assert rows_of_every_table() == before


def test_a_file_that_is_refused_writes_nothing(app: Flask) -> None:
    canteen_id = make_canteen()
    before = rows_of_every_table()

    with pytest.raises(RosterRefused):
        load(xlsx_roster([["姓名", "身份证号"], ["王英", WANG], ["=1+1", LI]]), canteen_id)

    assert rows_of_every_table() == before


def test_what_a_row_says_is_kept_with_the_day_from_which_it_holds(app: Flask) -> None:
    headings = ["姓名", "身份证号", "人员类别", "电话", "社区", "养老金", "距离"]
    row = ["卢　国䶮", WANG, "低保、独居；重度残疾（二级）", "139 0000 0001", "城东", "无", "1.9"]

    load(csv_roster([row], headings), canteen_id := make_canteen())

    found = elder("卢国䶮")
    assert (found.phone, found.phone_tail, found.community) == ("13900000001", "0001", "城东")
    assert (found.born_on, found.sex, found.identity_masked) == (
        date(1944, 3, 8), "female", f"620***********{WANG[-2:]}",
    )  # fmt: skip
    assert holding("卢国䶮") == {
        ("category", "low-income"), ("category", "severe-disability"), ("living", "alone"),
        ("disability_grade", "2"), ("pension", "no"),
    }  # fmt: skip
    assert holding("卢国䶮", date(2026, 11, 19)) == set()
    with reading() as session:
        facts = queries.facts_on(session, [found.id], TODAY, canteen_id)[found.id]
    assert (facts.categories, facts.disability_grade, facts.pension, facts.distance_m) == (
        {"low-income", "severe-disability"}, 2, False, 1900,
    )  # fmt: skip


def test_an_import_changes_what_it_holds_and_ends_nothing_that_it_does_not_mention(app: Flask) -> None:
    canteen_id = make_canteen()
    load(csv_roster([["王英", WANG, "13900000001", "低保、独居"]]), canteen_id)

    done = load(csv_roster([["王英", WANG, "", "特困、空巢"]]), canteen_id)

    assert counts(done) == (0, 1, 0)
    assert elder("王英").phone == "13900000001"
    assert holding("王英") == {
        ("category", "low-income"), ("category", "destitute"), ("living", "empty-nest"),
    }  # fmt: skip


def test_a_fact_that_changes_later_ends_the_day_before(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteen_id = make_canteen()
    load(csv_roster([["王英", WANG, "", "独居"]]), canteen_id)

    monkeypatch.setenv("CANTEEN_NOW", "2026-12-01T02:00:00Z")
    load(csv_roster([["王英", WANG, "", "空巢"]]), canteen_id)

    assert holding("王英", date(2026, 11, 30)) == {("living", "alone")}
    assert holding("王英", date(2026, 12, 1)) == {("living", "empty-nest")}
    with reading() as session:
        assert session.scalars(select(ElderFact.withdrawn_at)).all() == [None, None]


def test_what_a_person_corrected_since_is_left_alone_and_told(app: Flask) -> None:
    canteen_id = make_canteen()
    data = csv_roster([["王英", WANG, "13900000001", "低保、独居"]])
    load(data, canteen_id)
    ref = elder("王英").ref
    services.correct_elder(ref, Particulars("王英", phone="13711111111"), ACTOR)
    services.add_fact(ref, NewFact("living", "with-family", date(2026, 11, 21)), ACTOR)
    with reading() as session:
        low_income = session.scalars(select(ElderFact.id).where(ElderFact.value == "low-income")).one()
    services.withdraw_fact(ref, low_income, ACTOR)
    before = rows_of_every_table()

    done = load(data, canteen_id)

    assert counts(done) == (0, 0, 1)
    assert [(found.column, found.code) for found in done.warnings] == [
        ("联系电话", "corrected-by-hand"), ("人员类别", "corrected-by-hand"),
    ]  # fmt: skip
    assert elder("王英").phone == "13711111111"
    assert rows_of_every_table() == before


def test_a_list_that_came_in_after_the_correction_outranks_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteen_id = make_canteen()
    load(csv_roster([["王英", WANG, "13900000001", ""]]), canteen_id)
    services.correct_elder(elder("王英").ref, Particulars("王英", phone="13711111111"), ACTOR)
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-01T02:00:00Z")
    load(csv_roster([["李明", LI, "", ""]]), canteen_id)
    monkeypatch.setenv("CANTEEN_NOW", "2027-01-05T02:00:00Z")
    newest = csv_roster([["王英", WANG, "13822222222", ""]])

    first, second = load(newest, canteen_id), load(newest, canteen_id)

    assert counts(first) == (0, 1, 0)
    assert counts(second) == (0, 0, 1)
    assert elder("王英").phone == "13822222222"


def test_an_elder_of_another_canteen_is_added_to_this_list_and_not_copied(app: Flask) -> None:
    beimen, tianma = make_canteen("beimen"), make_canteen("tianma")
    data = csv_roster([["王英", WANG, "", ""]])
    load(data, beimen)

    first, second = load(data, tianma), load(data, tianma)

    assert (counts(first), counts(second)) == ((0, 1, 0), (0, 0, 1))
    assert rows_of_every_table()["elder"] == 1
    assert elder("王英").home_canteen_id == beimen
    assert sorted(_canteens()) == sorted([beimen, tianma])


def test_a_dead_elder_is_left_as_they_are(app: Flask) -> None:
    canteen_id = make_canteen()
    load(csv_roster([["王英", WANG, "", ""]]), canteen_id)
    services.register_death(elder("王英").ref, TODAY, "死亡证明 1 号", ACTOR)

    done = load(csv_roster([["王英", WANG, "13900000001", "低保"]]), canteen_id)

    assert counts(done) == (0, 0, 1)
    assert [found.code for found in done.warnings] == ["deceased"]
    assert elder("王英").phone is None


def test_no_identity_number_stands_in_the_database_or_the_audit(app: Flask) -> None:
    load(csv_roster([["王英", WANG, "13900000001", ""]]), make_canteen())

    with reading() as session:
        cells = [str(cell) for row in session.execute(select(Elder.__table__)) for cell in row]
        acts = [tuple(row) for row in session.execute(select(AuditEvent.act, AuditEvent.detail))]

    assert not any(WANG in cell or WANG[6:14] in cell for cell in cells)
    assert [act for act, _detail in acts] == ["roster-imported"]
    assert "王英" not in json.dumps(acts, ensure_ascii=False)


def test_a_whole_import_can_be_taken_back(app: Flask) -> None:
    canteen_id = make_canteen()
    load(csv_roster([["王英", WANG, "13900000001", "独居"]]), canteen_id)
    before, facts_before = rows_of_every_table(), holding("王英")
    wrong = csv_roster([["王瑛", WANG, "13999999999", "特困、空巢"], ["李明", LI, "", "低保"]])
    done = load(wrong, canteen_id)
    assert counts(done) == (1, 1, 0)

    removed = withdraw_import(done.import_id or 0, ACTOR)

    assert removed == 1
    assert (elder("王英").phone, elder("王英").phone_tail) == ("13900000001", "0001")
    assert holding("王英") == facts_before
    assert rows_of_every_table()["elder"] == before["elder"]
    assert rows_of_every_table()["canteen_elder"] == before["canteen_elder"]


def test_taking_back_leaves_what_a_person_corrected_since(app: Flask) -> None:
    canteen_id = make_canteen()
    load(csv_roster([["王英", WANG, "13900000001", ""]]), canteen_id)
    done = load(csv_roster([["王英", WANG, "13999999999", ""]]), canteen_id)
    services.correct_elder(elder("王英").ref, Particulars("王英", phone="13711111111"), ACTOR)

    withdraw_import(done.import_id or 0, ACTOR)

    assert elder("王英").phone == "13711111111"


def test_an_import_is_not_taken_back_after_a_day_nor_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteen_id = make_canteen()
    first = load(csv_roster([["王英", WANG, "", ""]]), canteen_id)
    second = load(csv_roster([["李明", LI, "", ""]]), canteen_id)
    withdraw_import(second.import_id or 0, ACTOR)

    with pytest.raises(Refusal) as twice:
        withdraw_import(second.import_id or 0, ACTOR)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-21T04:00:01Z")
    with pytest.raises(Refusal) as late:
        withdraw_import(first.import_id or 0, ACTOR)

    assert (twice.value.code, late.value.code) == ("import-unknown", "import-old")


def test_an_import_is_not_taken_back_once_something_refers_to_its_elders(app: Flask) -> None:
    canteen_id = make_canteen()
    done = load(csv_roster([["王英", WANG, "", ""]]), canteen_id)
    from canteen.wallets.models import Wallet

    with transaction() as session:
        session.add(Wallet(elder_id=elder("王英").id, balance_fen=0))

    with pytest.raises(Refusal) as refused:
        withdraw_import(done.import_id or 0, ACTOR)

    assert refused.value.code == "import-used"
    assert elder("王英").name == "王英"


def test_an_elder_registered_by_hand_is_known_to_the_roster(app: Flask) -> None:
    canteen_id = make_canteen()
    services.register_elder(canteen_id, Registration(Identity("resident", WANG), Particulars("王英")), ACTOR)

    done = load(csv_roster([["王英", WANG, "13900000001", ""]]), canteen_id)

    assert counts(done) == (0, 1, 0)
    with reading() as session:
        assert session.scalars(select(RosterImport)).one().counts["updated"] == 1


def test_an_import_says_how_far_it_is(app: Flask) -> None:
    heard: list[tuple[int, int]] = []
    rows = [[f"王{place}", number(order=2 * place), "", ""] for place in range(1, 451)]

    import_roster(csv_roster(rows), make_canteen(), ACTOR, progress=lambda done, of: heard.append((done, of)))

    assert heard[-1] == (450, 450)


def test_a_category_that_the_office_added_is_read_by_its_title(app: Flask) -> None:
    canteen_id = make_canteen()
    add_category("veteran-cook", "老炊事员", "Veteran cook", ACTOR)

    done = load(csv_roster([["王秀英", WANG, "", "老炊事员、独居"], ["李建国", LI, "", "老裁缝"]]), canteen_id)

    assert counts(done) == (2, 0, 0)
    assert holding("王秀英") >= {("category", "veteran-cook"), ("living", "alone")}
    assert [(warning.row, warning.code) for warning in done.warnings] == [(3, "category-unknown")]
