"""Rosters as offices keep them: what goes in, what is left out, and in which words."""

import json
from datetime import date
from pathlib import Path

import pytest
from rosters import HEADINGS, csv_roster, number, xlsx_roster

from canteen.elders.roster import Roster, read_roster

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 20)
ANNA, BAO, CHEN = number(order=2), number(order=3), number(order=5)


def read(data: bytes) -> Roster:
    return read_roster(data, TODAY)


def codes(roster: Roster) -> list[tuple[int, str]]:
    return [(finding.row, finding.code) for finding in roster.faults]


@pytest.mark.parametrize(
    ("folder", "file"), [("plain", "roster.xlsx"), ("csv", "roster.csv"), ("village", "roster.xlsx")]
)
def test_an_offices_roster_comes_out_as_it_should(folder: str, file: str) -> None:
    answer = json.loads((DATA / f"roster-{folder}" / "answer.json").read_text("utf-8"))

    roster = read((DATA / f"roster-{folder}" / file).read_bytes())

    assert codes(roster) == [(fault["row"], fault["code"]) for fault in answer["faults"]]
    assert len(roster.rows) == answer["ok"]
    assert roster.read == answer["rows"]
    assert not roster.warnings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_list_is_read_in_every_encoding_that_offices_save(encoding: str) -> None:
    data = csv_roster([["钱𬭎", ANNA, "13900000001", "低保"], ["李㛃䶮", BAO, "", ""]], encoding=encoding)

    roster = read(data)

    assert [row.name for row in roster.rows] == ["钱𬭎", "李㛃䶮"]
    assert roster.rows[0].categories == {"low-income"}


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_list_is_read_with_every_separator(separator: str) -> None:
    roster = read(csv_roster([["王英", ANNA, "", ""]], separator=separator, encoding="utf-16"))

    assert [row.name for row in roster.rows] == ["王英"]


def test_the_header_may_stand_below_a_title_on_a_later_sheet() -> None:
    notes = [["本表一式两份"]]
    title = [
        ["某某社区花名册"],
        [],
        [None, "长 者 姓 名（与身份证一致）", "公民身份号码【18位】", "备 注"],
        [None, "王英", ANNA],
    ]

    roster = read(xlsx_roster(notes, title))

    assert [(row.row, row.name) for row in roster.rows] == [(4, "王英")]
    assert roster.ignored_columns == ("备 注",)


def test_a_header_below_the_tenth_row_is_none() -> None:
    from canteen.elders.roster import RosterRefused

    tenth = xlsx_roster([*[[]] * 9, ["姓名", "身份证号"], ["王英", ANNA]])
    eleventh = xlsx_roster([*[[]] * 10, ["姓名", "身份证号"], ["王英", ANNA]])

    assert len(read(tenth).rows) == 1
    with pytest.raises(RosterRefused) as refused:
        read(eleventh)
    assert refused.value.code == "header-missing"


@pytest.mark.parametrize(
    "heading", ["身份证", "身份证号码", "证件号码", "公民身份证号", "居民身份证号（18位）", "身份号码"]
)
def test_an_identity_column_is_known_by_many_headings(heading: str) -> None:
    assert len(read(csv_roster([["王英", ANNA]], ["申请人姓名", heading])).rows) == 1


def test_a_guardians_number_and_the_kind_of_document_are_not_the_elders_number() -> None:
    headings = ["姓名", "证件类型", "监护人身份证号", "证件号码"]

    roster = read(csv_roster([["王英", "居民身份证", BAO, ANNA]], headings))

    assert roster.rows[0].identity == ANNA
    assert not roster.warnings


def test_full_width_headings_and_numbers_are_folded() -> None:
    roster = read(
        csv_roster([["王英", "６２０１０２１９４４０３０８" + ANNA[14:]]], ["姓名", "身份证号（必填）"])
    )

    assert roster.rows[0].identity == ANNA


def test_empty_rows_and_footers_are_neither_read_nor_faulty() -> None:
    footers = [
        "合计",
        "总计：2人",
        "小计",
        "制表人：陈",
        "填表日期",
        "审核",
        "负责人",
        "备注：",
        "说明",
        "注：1.",
    ]
    rows = [["王英", ANNA], ["", " "], *[[footer] for footer in footers]]

    roster = read(csv_roster(rows, ["姓名", "身份证号"]))

    assert roster.read == 1
    assert not roster.faults


def test_rows_are_numbered_as_the_sheet_numbers_them() -> None:
    roster = read(csv_roster([["王英", ANNA], [], [], ["", BAO], ["李明", "12"]], ["姓名", "身份证号"]))

    assert codes(roster) == [(5, "name-missing"), (6, "id-length")]


def test_a_row_has_one_fault_the_first() -> None:
    roster = read(csv_roster([["", ""], ["　", "620102"], ["李", ""]], ["姓名", "身份证号"]))

    assert codes(roster) == [(3, "name-missing"), (4, "id-missing")]


def test_a_numeric_cell_is_scientific_whatever_it_ends_in() -> None:
    rows = [
        ["姓名", "身份证号"],
        ["王英", 620102194403080000],
        ["李明", 6.201021944e17],
        ["陈", 620102440308002],
    ]

    assert codes(read(xlsx_roster(rows))) == [
        (2, "id-scientific"),
        (3, "id-scientific"),
        (4, "id-scientific"),
    ]


def test_only_an_earlier_good_row_makes_a_duplicate() -> None:
    rows = [["", ANNA], ["王英", ANNA], ["王英", ANNA.lower()], ["李明", BAO]]

    roster = read(csv_roster(rows, ["姓名", "身份证号"]))

    assert codes(roster) == [(2, "name-missing"), (4, "duplicate")]
    assert "第 3 行" in roster.faults[1].message


@pytest.mark.parametrize("division", ["110103", "512221", "510202", "810000", "830000", "422201"])
def test_a_division_that_was_valid_in_any_year_is_valid(division: str) -> None:
    assert not read(csv_roster([["王英", number(division=division)]], ["姓名", "身份证号"])).faults


@pytest.mark.parametrize("division", ["000000", "620199", "999999", "830001"])
def test_a_division_that_never_was_is_a_fault(division: str) -> None:
    roster = read(csv_roster([["王英", number(division=division)]], ["姓名", "身份证号"]))

    assert codes(roster) == [(2, "id-division")]


def test_a_bad_phone_and_an_unknown_category_are_warnings_and_the_elder_goes_in() -> None:
    roster = read(csv_roster([["王英", ANNA, "12345", "低保、脱贫户"]]))

    assert roster.rows[0].phone is None
    assert roster.rows[0].categories == {"low-income"}
    assert [(warning.row, warning.column, warning.code) for warning in roster.warnings] == [
        (2, "联系电话", "phone"),
        (2, "人员类别", "category-unknown"),
    ]
    assert "脱贫户" in roster.warnings[1].message


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("139 0000 0001", "13900000001"),
        ("+86 139-0000-0001", "13900000001"),
        (13900000001, "13900000001"),
        ("0931-8888888", "09318888888"),
        ("8888888", "8888888"),
        ("无", None),
        ("13900000001/13900000002", "13900000001"),
    ],
)
def test_phones_are_kept_as_digits(written: object, kept: str | None) -> None:
    roster = read(xlsx_roster([HEADINGS, ["王英", ANNA, written]]))

    assert roster.rows[0].phone == kept
    assert not roster.warnings


def test_the_identity_number_decides_the_sex() -> None:
    roster = read(csv_roster([["王英", ANNA, "男"]], ["姓名", "身份证号", "性别"]))

    assert roster.rows[0].sex == "female"
    assert roster.warnings[0].code == "sex-mismatch"


def test_further_columns_are_read_by_their_plain_names() -> None:
    headings = [
        "姓名", "身份证号", "户籍区划", "居住区划", "距离（公里）", "养老金", "残疾等级", "护理等级", "家庭人均月收入",
        "居住情况", "饮食", "紧急联系人", "紧急联系人电话", "卡号", "年龄",
    ]  # fmt: skip
    row = ["王英", ANNA, "620102", "甘肃省兰州市城关区", "1.9", "无", "二级", "2", "1,800.50", "独居", "软食", "王大", "139",
           "A-17", "82"]  # fmt: skip

    roster = read(csv_roster([row], headings))
    elder = roster.rows[0]

    assert (elder.household_division, elder.residence_division) == ("620102", "620102")
    assert (elder.distance_m, elder.pension, elder.disability_grade, elder.care_level) == (1900, False, 2, 2)
    assert (elder.monthly_income_fen, elder.living, elder.diet) == (180050, "alone", "软食")
    assert (elder.emergency_contact, elder.outside_card_no) == ("王大 139", "A-17")
    assert roster.ignored_columns == ("年龄",)
    assert not roster.warnings


def test_what_a_further_column_says_unclearly_is_a_warning() -> None:
    headings = ["姓名", "身份证号", "户籍地", "距离", "养老金", "残疾等级", "护理等级", "月收入", "居住情况"]

    roster = read(csv_roster([["王英", ANNA, "老家", "近", "?", "重", "高", "很低", "租房"]], headings))

    assert [warning.code for warning in roster.warnings] == [
        "division-unknown", "distance-unknown", "pension-unknown", "grade-unknown", "care-level-unknown",
        "income-unknown", "living-unknown",
    ]  # fmt: skip


def test_a_sentence_repeats_no_number() -> None:
    roster = read(csv_roster([["王英", ANNA, "", ANNA + "低保"]]))

    assert ANNA not in roster.warnings[0].message
    assert ANNA not in repr(roster)
