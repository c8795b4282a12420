"""Rules, conditions, traces and faults in plain words, in both languages."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from canteen.app import create_app
from canteen.checkin.rows import step_row
from canteen.config import Settings
from canteen.core.conditions import _CONDITIONS, _NESTING
from canteen.core.division import CanteenFacts, ElderFacts, Facts, Used
from canteen.core.programme import read_programme
from canteen.core.programme_faults import WORDS, Fault
from canteen.core.subsidy import divide
from canteen.db import reading
from canteen.subsidies.services import seed_vocabulary
from canteen.subsidies.wording.conditions import KEYS, condition_words, when_words
from canteen.subsidies.wording.faults import fault_place, fault_words
from canteen.subsidies.wording.names import Names, read_names
from canteen.subsidies.wording.rules import limit_words, part_words, pays_words, split_words
from canteen.subsidies.wording.traces import StepInWords, steps_in_words
from canteen.web.catalogues import FOLDER
from tests.core.random_programmes import random_facts, random_programme
from tests.factories import PROGRAMMES, make_canteen, programme

NAMES = Names(
    categories={"low-income": "低保", "three-no": "三无"},
    funds={"weida": "维达慈善"},
    canteens={"beimen": "北门食堂"},
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
CODES = {*_CONDITIONS, *_NESTING, "dine-in", "takeaway", "with-family", "care-home", "empty-nest", "meal-period",
         "half-up", "per_meal", "per_month", "per_year", "down_to", "None", "government", "operator"} - {
             "age", "category", "pension", "left", "meal", "price", "living", "birthday", "any", "not", "channel",
             "canteen", "weekday"}  # fmt: skip
"""Keys and codes of the format that are no words of English."""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app for its languages alone: nothing here but one test asks a database."""
    home = tmp_path_factory.mktemp("words")
    app = create_app(Settings(home=home, database_url=f"sqlite:///{home}/none.db"))
    with app.app_context():
        yield app


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest, words: Flask) -> Iterator[str]:
    with force_locale(request.param):
        yield request.param


def shipped() -> Iterator[dict[str, Any]]:
    for path in sorted(PROGRAMMES.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def parts(values: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for version in values["version"]:
        for name in ("rule", "grant"):
            for part in version.get(name, ()):
                yield name, part


def said_plainly(text: str, language: str) -> bool:
    """Words that are there, with no key or code of the format in them, and in English no Chinese but names."""
    words = set(re.findall(r"[A-Za-z_-]+", text))
    plain = re.sub(r"\d+ [\u3400-\u9fff]+", "", text)
    return bool(text.strip()) and not words & CODES and not (language == "en" and CHINESE.search(plain))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("age", {"from": 65, "to": 74}, "65–74 周岁"),
        ("age", {"above": 65, "below": 80}, "超过 65 周岁，不满 80 周岁"),
        ("category", ["low-income", "three-no"], "属于低保或三无"),
        ("all_categories", ["low-income", "unheard-of"], "同时属于低保、unheard-of"),
        ("disability_grade", {"to": 2}, "残疾 2 级或更重"),
        ("pension", False, "没有退休金"),
        ("monthly_income", {"below": "1800.00"}, "家庭人均月收入低于 1,800.00 元"),
        ("household_division", ["620102"], "户籍在 620102 甘肃省兰州市城关区"),
        ("canteen_within", {"household": "town"}, "食堂与户籍地在同一个街道或乡镇"),
        ("distance_km", {"to": "2.000"}, "家到食堂不超过 2 公里"),
        ("living", ["alone", "empty-nest"], "居住情况是独居或空巢"),
        ("weekday", [1, 2, 3, 4, 5], "周一至周五"),
        ("workday", True, "是工作日"),
        ("canteen", ["beimen"], "在北门食堂用餐"),
        ("any", [{"age": {"from": 80}}, {"pension": False}], "符合其中一种：① 80 周岁及以上；② 没有退休金"),
        ("not", {"birthday": True}, "（生日当天）除外"),
        ("age", {"from": "abc"}, "“abc” 周岁及以上"),
        ("age", "abc", '年龄："abc"'),
        ("living", 7, "居住情况是“7”"),
        ("shoe_size", {"from": 40}, "“shoe_size”：{ from = 40 }"),
    ],
)
def test_a_condition_can_be_read_aloud(words: Flask, key: str, value: object, said: str) -> None:
    assert condition_words(key, value, NAMES) == said


def test_what_a_rule_pays_its_limits_and_its_levels_can_be_read_aloud(words: Flask) -> None:
    rule = {
        "id": "a", "title": "80+", "payer": "sponsor", "fund": "weida", "when": {"age": {"from": 80}},
        "pays": {"percent": "12.5", "of": "left", "cap": "3.00"}, "round_to": "0.10", "group": "tier",
        "limit": [{"per": "month", "amount": "300.00", "scope": "group"}, {"per": "day", "meals": 1}],
        "split": {"city": 40, "district": 60},
    }  # fmt: skip

    told = part_words(rule, NAMES)

    assert told.line == (
        "冠名善款“维达慈善”：80 周岁及以上，付轮到时余下部分的 12.5%，四舍五入到 0.10 元，最多 3.00 元；"
        "每月最多补 300.00 元（本组各条合计）；每天最多补 1 餐；由市级 40%、区级 60%分担；与“tier”组的其他规则只付一条"
    )
    assert split_words({"city": 1, "village": 2}, NAMES) == "市级 1 份、村级 2 份"
    assert pays_words({"pays": {"down_to": "5.00"}}, NAMES) == "付到还剩 5.00 元为止"
    assert limit_words({"per": "fortnight"}, NAMES) == '限额：{ per = "fortnight" }'


def test_every_part_of_every_programme_is_told_in_plain_words(language: str) -> None:
    random = Random(20261120)
    programmes = [*shipped(), *(random_programme(random) for _ in range(60))]
    names = Names(language)  # type: ignore[arg-type]

    for values in programmes:
        for _name, part in parts(values):
            told = part_words(part, names)
            own = re.compile("|".join(map(re.escape, [told.title, *named(part)])))
            for text in (told.line, told.payer, told.pays, *told.when, *told.limits):
                assert said_plainly(own.sub("", text), language), text


def named(part: Mapping[str, Any]) -> list[str]:
    """What only this part names: its group, fund, categories and canteens, which stand as they are without a title."""
    codes = [str(part[key]) for key in ("group", "fund") if key in part]
    return [*codes, *re.findall(r"'([a-z-]+)'", str(listed(part.get("when", {}))))]


def listed(when: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = [when[key] for key in ("category", "all_categories", "canteen") if key in when]
    found += [listed(each) for each in when.get("any", ())]
    return found + ([listed(when["not"])] if "not" in when else [])


def test_every_condition_has_a_label_and_words() -> None:
    assert set(KEYS) == {*_CONDITIONS, *_NESTING}


@pytest.mark.parametrize("part", [None, 7, [], {"pays": 9}, {"when": []}, {"when": {"any": "x", "not": 3}},
                                  {"limit": "x", "split": ["a"], "pays": {"fixed": 9.5, "frac": 2}},
                                  {"title": 3, "id": ["x"], "payer": {}, "limit": [{"per": "day"}, 4]}])  # fmt: skip
def test_whatever_a_draft_holds_is_shown_and_nothing_breaks(language: str, part: object) -> None:
    told = part_words(part, NAMES)

    assert told.title
    assert told.line
    assert "None" not in told.line


def test_an_office_reads_titles_in_its_own_language(sqlite_app: Flask) -> None:
    seed_vocabulary()
    make_canteen("beimen", name="北门社区食堂")

    with reading() as session:
        chinese, english = read_names(session, "zh"), read_names(session, "en")

    assert (chinese.category("low-income"), english.category("low-income")) == ("低保", "Low income")
    assert (chinese.canteen("beimen"), chinese.fund("weida")) == ("北门社区食堂", "weida")


RULES = [
    {"id": "tier-a", "title": "65–74", "payer": "government", "group": "tier", "when": {"age": {"from": 65, "to": 74}},
     "pays": {"fixed": "9.00"}},
    {"id": "near", "title": "两公里内", "payer": "government", "when": {"distance_km": {"to": 2}}, "pays": "all"},
    {"id": "tier-b", "title": "80+", "payer": "government", "group": "tier", "when": {"age": {"from": 80}},
     "pays": {"fixed": "8.00"}, "limit": [{"per": "month", "amount": "300.00"}]},
    {"id": "tier-c", "title": "人人", "payer": "government", "group": "tier", "pays": {"fixed": "2.00"}},
    {"id": "gift", "title": "冠名", "payer": "sponsor", "fund": "weida", "pays": "all"},
    {"id": "last", "title": "最后", "payer": "family", "when": {"left": {"below": "5.00"}}, "pays": "all"},
]  # fmt: skip


def eighty(**facts: Any) -> Facts:
    used = {"tier-b": {"month": Used(37, 29_700)}}
    return replace(Facts(date(2026, 11, 20), "lunch", elder=ElderFacts(date(1944, 3, 1)), used=used), **facts)


def trace(facts: Facts, names: Names = NAMES, **version: Any) -> dict[str, StepInWords]:
    values = programme(RULES, **version)
    read, _faults = read_programme(values)
    assert read is not None
    division = divide(1500, facts, read)
    return {step.rule_id: step for step in steps_in_words(division, values["version"][0], facts, names)}  # type: ignore[arg-type]


def test_a_trace_tells_with_the_elders_own_facts_why_a_rule_did_not_pay(words: Flask) -> None:
    told = trace(eighty(funds={"weida": 250}))

    assert told["tier-a"].text == "要 65–74 周岁，这位 82 岁"
    assert told["near"].text == "要家到食堂不超过 2 公里，不知道住得多远"
    assert (told["tier-b"].outcome, told["tier-b"].paid_fen) == ("pays", 300)
    assert told["tier-b"].cut == "每月最多补 300.00 元，只剩 3.00 元"
    assert (told["tier-c"].outcome, told["tier-c"].text) == ("passed-over", "本组已由前面的“80+”付过")
    assert told["gift"].cut == "冠名善款“维达慈善”只能再付 2.50 元"
    assert told["last"].text == "要轮到这条时还剩少于 5.00 元，轮到时还剩 9.50 元"


def test_a_rule_that_matches_and_can_pay_nothing_says_what_is_used_up(words: Flask) -> None:
    told = trace(eighty(used={"tier-b": {"month": Used(38, 30_000)}}))

    assert (told["tier-b"].outcome, told["tier-b"].cut) == ("nothing", "每月最多补 300.00 元，已经用完")
    assert told["gift"].cut == "冠名善款“维达慈善”已经用完"


def test_of_a_group_that_pays_the_most_the_one_that_pays_is_named(words: Flask) -> None:
    told = trace(eighty(used={}), groups={"tier": "most"})

    assert told["tier-c"].text == "本组由付得最多的“80+”付"


def test_a_meal_that_the_version_does_not_govern_is_told_so(words: Flask) -> None:
    told = trace(eighty(meal="dinner"), meals=["lunch"])

    assert {step.text for step in told.values()} == {"这一版只管午餐，这一餐是晚餐"}


def test_a_frozen_trace_reads_as_the_live_one(words: Flask) -> None:
    facts, version = eighty(funds={"weida": 250}), programme(RULES)["version"][0]
    read, _faults = read_programme(programme(RULES))
    assert read is not None
    division = divide(1500, facts, read)
    frozen = {"born_on": "1944-03-01", "on": facts.on, "meal": "lunch", "price_fen": 1500}

    told = steps_in_words([step_row(step) for step in division.trace], version, frozen, NAMES)  # type: ignore[union-attr]

    assert told == steps_in_words(division, version, facts, NAMES)  # type: ignore[arg-type]


def test_every_trace_of_random_meals_is_told_in_both_languages(language: str) -> None:
    random = Random(7)
    for _ in range(25):
        values = random_programme(random)
        read, _faults = read_programme(values)
        assert read is not None
        facts = replace(random_facts(random), canteen=CanteenFacts("beimen", "urban", "620102001001"))
        division = divide(1500, facts, read)
        for step in steps_in_words(division, values["version"][0], facts, NAMES):  # type: ignore[arg-type]
            assert step.text
            assert "None" not in step.text


def test_every_code_of_a_fault_has_its_english() -> None:
    english = {}
    for path in (FOLDER / "en" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            english |= {message.id: message.string for message in read_po(file, locale="en") if message.id}

    assert [code for code, text in WORDS.items() if not english.get(text)] == []


def test_a_fault_is_told_in_the_pages_language_and_found_at_its_card(words: Flask) -> None:
    values = programme(
        [{"id": "a", "title": "八十", "payer": "nobody", "when": {"age": {"form": 1}}, "pays": "all"}]
    )
    _read, faults = read_programme({**values, "example": [{"title": "甲"}]})
    found = {fault.path: fault for fault in faults}
    payer, example = found["version[0].rule[0].payer"], found["example[0].on"]

    with force_locale("en"):
        assert fault_words(payer).startswith('"nobody" is not known here')
        assert not CHINESE.search(fault_words(payer))
    assert fault_words(payer) == payer.message
    assert fault_place(payer, values) == (0, "rule", 0, "第 1 条规则“八十” · 谁付")
    assert (
        fault_place(found["version[0].rule[0].when.age.form"], values)[3] == "第 1 条规则“八十” · 条件：年龄：form"
    )
    assert fault_place(example, {**values, "example": [{"title": "甲"}]})[:3] == (None, "example", 0)
    assert fault_place(Fault("programme.title", ""), values)[:3] == (None, "head", None)
    assert fault_place(Fault("version[3].until", ""), values) == (3, "head", None, "第 4 个版本 · 最后一天")


def test_when_words_of_no_conditions_are_none(words: Flask) -> None:
    assert when_words(None, NAMES) == ()
    assert (
        part_words({"id": "x", "title": "t", "payer": "family", "pays": "all"}, NAMES).line
        == "家人：不论是谁，付余下的全部"
    )
