"""Elders: registered once, corrected, what is known of them dated, found by what one remembers."""

import secrets as randomness
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from rosters import number
from sqlalchemy import select

from canteen.audit.models import AuditEvent
from canteen.core.division import ElderFacts
from canteen.core.errors import Corrupt, Refusal
from canteen.db import reading
from canteen.elders import queries, secrets, services
from canteen.elders.facts import NewFact
from canteen.elders.particulars import Identity, Particulars, Registration
from canteen.elders.pinyin import initials, sort_key
from tests.factories import make_canteen

TODAY = date(2026, 11, 20)
ACTOR = "staff:1"
WANG = number(order=2)


def register(
    name: str = "王秀英", identity: str = WANG, canteen_id: int | None = None, phone: str | None = None
) -> tuple[str, int]:
    canteen_id = canteen_id or make_canteen()
    registration = Registration(Identity("resident", identity), Particulars(name, phone=phone))
    return services.register_elder(canteen_id, registration, ACTOR), canteen_id


def page(ref: str, canteen_id: int, on: date = TODAY) -> queries.ElderPage:
    with reading() as session:
        return queries.elder_page(session, ref, [canteen_id], on)


def found(canteen_id: int, text: str) -> list[str]:
    with reading() as session:
        return [row.name for row in queries.search(session, [canteen_id], TODAY, text)]


def acts() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))


def refusal(code: str, act: object, *arguments: object) -> None:
    with pytest.raises(Refusal) as refused:
        act(*arguments)  # type: ignore[operator]
    assert refused.value.code == code


def test_an_elder_is_who_their_number_says(app: Flask) -> None:
    ref, canteen_id = register(" 王 秀英 ", WANG.lower())

    elder = page(ref, canteen_id)

    assert (elder.name, elder.sex, elder.born_on, elder.age_years) == (
        "王秀英",
        "female",
        date(1944, 3, 8),
        82,
    )
    assert elder.called == "王奶奶"
    assert elder.identity_masked == f"620***********{WANG[-2:]}"


def test_a_number_is_registered_once(app: Flask) -> None:
    ref, canteen_id = register()

    with pytest.raises(Refusal) as refused:
        register("王瑛", f" {WANG[:6]} {WANG[6:]}", canteen_id)

    assert refused.value.code == "elder-known"
    assert refused.value.params["ref"] == ref


@pytest.mark.parametrize(
    ("identity", "name", "code"),
    [
        ("620102440308002", "王英", "id-length"),
        ("", "王英", "id-missing"),
        (WANG[:-1] + ("1" if WANG[-1] != "1" else "2"), "王英", "id-checksum"),
        (WANG, " ", "name-missing"),
        (WANG, "=1+1", "name-formula"),
        (WANG, "王" * 61, "text-too-long"),
    ],
)
def test_what_is_wrong_is_refused_in_a_sentence(app: Flask, identity: str, name: str, code: str) -> None:
    canteen_id = make_canteen()
    registration = Registration(Identity("resident", identity), Particulars(name))

    refusal(code, services.register_elder, canteen_id, registration, ACTOR)


def test_somebody_without_an_identity_card_is_registered_by_another_document(app: Flask) -> None:
    canteen_id = make_canteen()
    identity = Identity("passport", "e12345678", date(1950, 5, 1), "male")

    ref = services.register_elder(canteen_id, Registration(identity, Particulars("John")), ACTOR)

    assert services.show_identity(ref, ACTOR) == "E12345678"
    assert page(ref, canteen_id).born_on == date(1950, 5, 1)


def test_whoever_looks_at_a_whole_number_leaves_a_trace(app: Flask) -> None:
    ref, _canteen_id = register()

    assert services.show_identity(ref, "staff:7") == WANG

    assert acts() == ["elder-registered", "identity-viewed"]


def test_a_cipher_that_was_moved_or_altered_does_not_open(app: Flask) -> None:
    cipher = secrets.encrypt(WANG, "one elder")

    with pytest.raises(Corrupt) as moved:
        secrets.decrypt(cipher, "another elder")
    with pytest.raises(Corrupt):
        secrets.decrypt(cipher[:-1] + bytes([cipher[-1] ^ 1]), "one elder")

    assert WANG not in str(moved.value)
    assert secrets.encrypt(WANG, "one elder") != cipher


def test_a_correction_by_hand_leaves_the_fields_and_no_values_in_the_audit(app: Flask) -> None:
    ref, canteen_id = register()

    services.correct_elder(ref, Particulars("王秀瑛", phone="13711111111"), ACTOR)
    services.correct_elder(ref, Particulars("王秀瑛", phone="13711111111"), ACTOR)

    assert page(ref, canteen_id).name == "王秀瑛"
    assert found(canteen_id, "1111") == ["王秀瑛"]
    with reading() as session:
        details = list(session.scalars(select(AuditEvent.detail).where(AuditEvent.act == "elder-corrected")))
    assert details == [{"fields": ["name", "phone"]}]


def test_a_hint_tells_two_of_one_name_apart_and_says_nothing_private(app: Flask) -> None:
    ref, canteen_id = register()

    services.correct_elder(ref, Particulars("王秀英", hint=" 3号楼 "), ACTOR)
    for hint, code in (("低保户", "hint-private"), ("残疾", "hint-private"), ("三号楼二单元", None), ("三号楼二单元东", "text-too-long")):
        if code is None:
            services.correct_elder(ref, Particulars("王秀英", hint=hint), ACTOR)
            continue
        with pytest.raises(Refusal) as refused:
            services.correct_elder(ref, Particulars("王秀英", hint=hint), ACTOR)
        assert refused.value.code == code

    assert page(ref, canteen_id).hint == "三号楼二单元"
    with reading() as session:
        details = list(session.scalars(select(AuditEvent.detail).where(AuditEvent.act == "elder-corrected")))
    assert details[-1] == {"fields": ["hint"]}


def test_a_fact_holds_from_its_first_day_to_its_last(app: Flask) -> None:
    ref, canteen_id = register()
    fact = NewFact("category", "low-income", date(2026, 10, 1), date(2026, 10, 31), "低保证 1")

    services.add_fact(ref, fact, ACTOR)

    assert [page(ref, canteen_id, on).facts[0].holds for on in (
        date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1),
    )] == [False, True, True, False]  # fmt: skip


def test_a_new_living_situation_ends_the_one_before(app: Flask) -> None:
    ref, canteen_id = register()
    services.add_fact(ref, NewFact("living", "alone", date(2026, 1, 1)), ACTOR)

    services.add_fact(ref, NewFact("living", "with-family", date(2026, 11, 1)), ACTOR)

    newest, earlier = page(ref, canteen_id).facts
    assert (newest.value, newest.until_on, newest.holds) == ("with-family", None, True)
    assert (earlier.value, earlier.until_on) == ("alone", date(2026, 10, 31))


def test_categories_stand_side_by_side_and_the_same_one_once(app: Flask) -> None:
    ref, canteen_id = register()
    services.add_fact(ref, NewFact("category", "low-income", date(2026, 1, 1)), ACTOR)
    services.add_fact(ref, NewFact("category", "special-care", date(2026, 2, 1)), ACTOR)

    refusal("fact-known", services.add_fact, ref, NewFact("category", "low-income", TODAY), ACTOR)

    assert len([fact for fact in page(ref, canteen_id).facts if fact.holds]) == 2


def test_a_fact_is_ended_or_withdrawn_and_never_written_over(app: Flask) -> None:
    ref, canteen_id = register()
    ended = services.add_fact(ref, NewFact("category", "low-income", date(2026, 1, 1)), ACTOR)
    wrong = services.add_fact(ref, NewFact("category", "destitute", date(2026, 1, 1)), ACTOR)

    services.end_fact(ref, ended, date(2026, 6, 30), "低保停发通知", ACTOR)
    services.withdraw_fact(ref, wrong, ACTOR)

    facts = {fact.value: fact for fact in page(ref, canteen_id).facts}
    assert facts["low-income"].until_on == date(2026, 6, 30)
    assert facts["low-income"].evidence == "低保停发通知"
    assert facts["destitute"].withdrawn_at is not None
    refusal("fact-unknown", services.end_fact, ref, wrong, TODAY, None, ACTOR)
    refusal("fact-days", services.end_fact, ref, ended, date(2025, 12, 31), None, ACTOR)


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (NewFact("shoe-size", "42", TODAY), "fact-kind"),
        (NewFact("living", "租房", TODAY), "fact-value"),
        (NewFact("disability_grade", "5", TODAY), "fact-value"),
        (NewFact("monthly_income_fen", "-1", TODAY), "fact-value"),
        (NewFact("household_division", "62010", TODAY), "fact-value"),
        (NewFact("hospital", "", TODAY, date(2026, 11, 1)), "fact-days"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(app: Flask, fact: NewFact, code: str) -> None:
    ref, _canteen_id = register()

    refusal(code, services.add_fact, ref, fact, ACTOR)


def test_what_the_rules_ask_about_is_that_of_the_day(app: Flask) -> None:
    ref, canteen_id = register()
    for kind, value in (
        ("category", "low-income"), ("disability_grade", "2"), ("care_level", "3"), ("pension", "no"),
        ("monthly_income_fen", "180050"), ("household_division", "620102"), ("residence_division", "620103"),
        ("living", "alone"),
    ):  # fmt: skip
        services.add_fact(ref, NewFact(kind, value, date(2026, 1, 1)), ACTOR)
    services.add_fact(ref, NewFact("care_home", "", date(2026, 12, 1)), ACTOR)
    services.set_distance(ref, canteen_id, 1900, ACTOR)
    elder_id = page(ref, canteen_id).id

    def facts(on: date) -> ElderFacts:
        with reading() as session:
            return queries.facts_on(session, [elder_id], on, canteen_id)[elder_id]

    known = ElderFacts(
        born_on=date(1944, 3, 8), categories=frozenset(["low-income"]), disability_grade=2, care_level=3,
        pension=False, monthly_income_fen=180050, household_division="620102", residence_division="620103",
        distance_m=1900, living="alone",
    )  # fmt: skip
    assert facts(TODAY) == known
    assert facts(date(2026, 12, 1)) == replace(known, living="care-home")
    assert facts(date(2025, 12, 31)) == ElderFacts(born_on=date(1944, 3, 8), distance_m=1900)


def test_a_death_is_noted_with_what_it_rests_on_and_can_be_taken_back(app: Flask) -> None:
    ref, canteen_id = register()

    refusal("evidence-missing", services.register_death, ref, TODAY, " ", ACTOR)
    refusal("death-date", services.register_death, ref, date(2026, 11, 21), "家属告知", ACTOR)
    services.register_death(ref, TODAY, "家属告知", ACTOR)
    refusal("death-known", services.register_death, ref, TODAY, "家属告知", ACTOR)
    assert page(ref, canteen_id).died_on == TODAY

    services.withdraw_death(ref, "登记错了人", ACTOR)

    assert page(ref, canteen_id).died_on is None
    assert acts()[-2:] == ["elder-died", "elder-death-withdrawn"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王秀英", "WXY"), ("王秀英", "wx"), ("欧阳建国", "OY"), ("欧阳建国", "OJ"), ("单雄信", "SX"), ("单雄信", "DX"),
        ("单雄信", "CX"), ("曾国强", "ZGQ"), ("曾国强", "CGQ"), ("仇英", "QY"), ("仇英", "CY"), ("钱𬭎", "QH"),
        ("王秀英", "wang"), ("王秀英", "秀英"), ("李㛃", "李"), ("王秀英", "4321"), ("王秀英", WANG[-4:]),
        ("王秀英", WANG), ("王秀英", "13900004321"),
    ],
)  # fmt: skip
def test_an_elder_is_found_by_what_one_remembers(sqlite_app: Flask, name: str, typed: str) -> None:
    _ref, canteen_id = register(name, phone="13900004321")
    register("赵子龙", number(order=4), canteen_id)

    assert found(canteen_id, typed) == [name]


def test_a_search_finds_nobody_of_another_canteen_and_nobody_for_nothing(app: Flask) -> None:
    _ref, canteen_id = register()
    elsewhere = make_canteen("elsewhere")

    assert found(elsewhere, "WXY") == []
    assert found(canteen_id, " ") == []
    assert found(canteen_id, "%") == []
    refusal("elder-unknown", page, _ref, elsewhere)


def test_a_list_is_in_the_order_of_the_names_sound(app: Flask) -> None:
    canteen_id = make_canteen()
    for place, name in enumerate(["曾国", "单雄", "王英", "安国", "王秀"], start=1):
        register(name, number(order=2 * place), canteen_id)

    with reading() as session:
        listed = queries.elder_list(session, [canteen_id], TODAY)

    assert [row.name for row in listed.rows] == ["安国", "单雄", "王秀", "王英", "曾国"]
    assert (listed.total, listed.pages) == (5, 1)


def test_keys_fit_their_column_however_long_the_name() -> None:
    name = "单" * 60

    assert len(initials(name)) <= 400
    assert len(sort_key(name)) <= 200


def test_references_are_random(app: Flask) -> None:
    first, canteen_id = register()
    second, _ = register("李", number(order=4), canteen_id)

    assert len(first) == len(second) == len(randomness.token_hex(8))
    assert first != second
