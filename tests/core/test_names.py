"""Names: kept whole, hidden from others, spoken politely."""

import pytest

from canteen.core.names import (
    form_of_address,
    initials_keys,
    is_formula,
    is_name,
    kept_name,
    masked_name,
    surname,
)


@pytest.mark.parametrize("name", ["钱𬭎", "李㛃", "䶮䶮", "阿卜杜拉·买买提", "王喆玥"])
def test_a_rare_name_is_kept_as_it_is(name: str) -> None:
    assert kept_name(name) == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("卢\u3000国", "卢国"),
        (" 王 秀\u00a0英\t", "王秀英"),
        ("王\u200b英", "王英"),
        ("e\u0301", "é"),
        ("王\ue863", "王䶮"),
        ("刘\ue81e", "刘\u9fb4"),
    ],
)
def test_white_space_goes_and_parked_characters_come_home(written: str, kept: str) -> None:
    assert kept_name(written) == kept


def test_a_name_needs_a_letter() -> None:
    assert is_name("王")
    assert is_name("𬭎")
    assert not is_name("")
    assert not is_name("—/-")


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "＝A1", "+A1", "@SUM(A1)", "-2+3"])
def test_what_a_spreadsheet_would_calculate_is_a_formula(text: str) -> None:
    assert is_formula(text)


def test_a_dash_alone_is_no_formula() -> None:
    assert not is_formula("-")
    assert not is_formula("王英")


@pytest.mark.parametrize(
    ("name", "shown"), [("王秀英", "王*英"), ("王英", "王*"), ("欧阳建国", "欧**国"), ("王", "王")]
)
def test_others_read_a_masked_name(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_surname_may_have_two_characters() -> None:
    assert surname("欧阳建国") == "欧阳"
    assert surname("上官建") == "上官"
    assert surname("欧阳") == "欧"
    assert surname("安国强") == "安"


@pytest.mark.parametrize(
    ("name", "sex", "age", "spoken"),
    [
        ("王秀英", "female", 82, "王奶奶"),
        ("欧阳建国", "male", 60, "欧阳爷爷"),
        ("王秀英", "female", 59, "王女士"),
        ("李建国", "male", 30, "李先生"),
        ("李建国", "male", None, "李爷爷"),
        ("李建国", None, 70, "李建国"),
        ("阿卜杜拉·买买提", "male", 70, "阿卜杜拉·买买提"),
    ],
)
def test_how_an_elder_is_called(name: str, sex: str | None, age: int | None, spoken: str) -> None:
    assert form_of_address(name, sex, age) == spoken


def test_a_chosen_form_of_address_comes_first() -> None:
    assert form_of_address("陈明", "male", 80, "老师") == "陈老师"


def test_every_reading_makes_a_key() -> None:
    keys = initials_keys([["shan", "dan", "chan"], ["yu"]])

    assert keys == {"SY", "DY", "CY"}


def test_a_name_of_many_readings_stays_searchable() -> None:
    keys = initials_keys([["a", "b", "c", "d"]] * 10)

    assert len(keys) == 64
