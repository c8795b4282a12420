"""Every fault that the format lists, at the path that it must name."""

from __future__ import annotations

import tomllib

import pytest

from canteen.core.programme import read_programme
from canteen.core.programme_faults import WORDS

HEAD = '[programme]\nid = "p"\ntitle = "t"\nauthority = "a"\nsource = "s"\n'
VERSION = "[[version]]\neffective = 2016-01-01\n"
RULE = '[[version.rule]]\nid = "r"\ntitle = "t"\npayer = "government"\npays = "all"\n'
EXAMPLE = (
    '[[example]]\non = 2016-11-20\nmeal = "lunch"\nprice = "15.00"\nelder = {}\n'
    'expect = { government = "15.00" }\n'
)


def paths(text: str) -> list[str]:
    programme, faults = read_programme(tomllib.loads(text))
    assert (programme is None) == bool(faults)
    return [fault.path for fault in faults]


def with_rule(lines: str, head: str = "", title: str = 'title = "t"') -> str:
    return f'{HEAD}{VERSION}{head}[[version.rule]]\nid = "r"\n{title}\n{lines}'


def paying(lines: str) -> str:
    return with_rule(f'payer = "government"\npays = "all"\n{lines}')


def when(condition: str) -> str:
    return paying(f"when = {{ {condition} }}\n")


def with_grant(lines: str) -> str:
    return f'{HEAD}{VERSION}{RULE}[[version.grant]]\nid = "g"\ntitle = "t"\n{lines}'


def with_example(old: str, new: str) -> str:
    assert old in EXAMPLE
    return HEAD + VERSION + RULE + EXAMPLE.replace(old, new)


def test_a_plain_programme_has_no_fault() -> None:
    assert paths(HEAD + VERSION + RULE + EXAMPLE) == []


def test_a_file_without_examples_is_valid() -> None:
    assert paths(HEAD + VERSION + RULE) == []


AT_THE_TOP = [
    ("", "programme"),
    ("# nothing but a comment\n", "programme"),
    (VERSION + RULE, "programme"),
    (HEAD, "version"),
    ("version = []\n" + HEAD, "version"),
    ('version = "2016"\n' + HEAD, "version"),
    ("colour = 1\n" + HEAD + VERSION + RULE, "colour"),
    (HEAD + VERSION + RULE + '[[examples]]\ntitle = "t"\n', "examples"),
    (HEAD + 'colour = "red"\n' + VERSION + RULE, "programme.colour"),
    (HEAD.replace('id = "p"\n', "") + VERSION + RULE, "programme.id"),
    (HEAD.replace('"p"', '"Lanzhou"') + VERSION + RULE, "programme.id"),
    (HEAD.replace('"p"', '"a_b"') + VERSION + RULE, "programme.id"),
    (HEAD.replace('"p"', '"兰州"') + VERSION + RULE, "programme.id"),
    (HEAD.replace('"p"', "7") + VERSION + RULE, "programme.id"),
    (HEAD.replace('"p"', '""') + VERSION + RULE, "programme.id"),
    (HEAD.replace('title = "t"\n', "") + VERSION + RULE, "programme.title"),
    (HEAD.replace('authority = "a"\n', "") + VERSION + RULE, "programme.authority"),
    (HEAD.replace('source = "s"\n', "") + VERSION + RULE, "programme.source"),
    (HEAD + 'age_counts = "next-week"\n' + VERSION + RULE, "programme.age_counts"),
]

IN_A_VERSION = [
    (HEAD + "[[version]]\n" + RULE, "version[0].effective"),
    (HEAD + '[[version]]\neffective = "2016-01-01"\n' + RULE, "version[0].effective"),
    (HEAD + "[[version]]\neffective = 2016-01-01T00:00:00\n" + RULE, "version[0].effective"),
    (HEAD + "[[version]]\neffective = 2016\n" + RULE, "version[0].effective"),
    (HEAD + VERSION + RULE + VERSION + RULE, "version[1].effective"),
    (HEAD + VERSION + "until = 2015-12-31\n" + RULE, "version[0].until"),
    (HEAD + VERSION + 'until = "2016-12-31"\n' + RULE, "version[0].until"),
    (HEAD + VERSION + "reference = 7\n" + RULE, "version[0].reference"),
    (HEAD + VERSION + 'colour = "red"\n' + RULE, "version[0].colour"),
    (HEAD + VERSION + 'meals = ["lunch", "brunch"]\n' + RULE, "version[0].meals[1]"),
    (HEAD + VERSION + 'meals = "lunch"\n' + RULE, "version[0].meals"),
    (HEAD + VERSION + "standard_price = 15.0\n" + RULE, "version[0].standard_price"),
    (HEAD + VERSION, "version[0].rule"),
    (HEAD + VERSION + "rule = []\n", "version[0].rule"),
    (HEAD + VERSION + 'rule = "all"\n', "version[0].rule"),
    (HEAD + VERSION + "rule = [1]\n", "version[0].rule[0]"),
    (HEAD + VERSION + 'groups = { tier = "best" }\n' + RULE + 'group = "tier"\n', "version[0].groups.tier"),
    (HEAD + VERSION + 'groups = "most"\n' + RULE, "version[0].groups"),
    (HEAD + VERSION + RULE + RULE, "version[0].rule[1].id"),
]

IN_A_RULE = [
    (paying("").replace('id = "r"\n', ""), "id"),
    (paying("").replace('"r"', '"R 1"'), "id"),
    (with_rule('payer = "government"\npays = "all"\n', title=""), "title"),
    (with_rule('pays = "all"\n'), "payer"),
    (with_rule('payer = "goverment"\npays = "all"\n'), "payer"),
    (with_rule('payer = "elder"\npays = "all"\n'), "payer"),
    (with_rule('payer = ["government"]\npays = "all"\n'), "payer"),
    (with_rule('payer = "sponsor"\npays = "all"\n'), "fund"),
    (with_rule('payer = "voucher"\npays = "all"\n'), "fund"),
    (paying('fund = "weida"\n'), "fund"),
    (with_rule('payer = "sponsor"\nfund = 7\npays = "all"\n'), "fund"),
    (with_rule('payer = "government"\n'), "pays"),
    (with_rule('payer = "government"\npays = "half"\n'), "pays"),
    (with_rule('payer = "government"\npays = 9\n'), "pays"),
    (with_rule('payer = "government"\npays = {}\n'), "pays"),
    (with_rule('payer = "government"\npays = { fixed = "9.00", percent = 25 }\n'), "pays"),
    (with_rule('payer = "government"\npays = { fixed = "9.00", down_to = "5.00" }\n'), "pays"),
    (with_rule('payer = "government"\npays = { fixed = 9.0 }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = 9 }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = true }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = "-9.00" }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = "9.001" }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = "9." }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = "１.00" }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { fixed = "1,000.00" }\n'), "pays.fixed"),
    (with_rule('payer = "government"\npays = { down_to = " 5.00" }\n'), "pays.down_to"),
    (with_rule('payer = "government"\npays = { percent = 101 }\n'), "pays.percent"),
    (with_rule('payer = "government"\npays = { percent = -1 }\n'), "pays.percent"),
    (with_rule('payer = "government"\npays = { percent = "100.01" }\n'), "pays.percent"),
    (with_rule('payer = "government"\npays = { percent = "12.345" }\n'), "pays.percent"),
    (with_rule('payer = "government"\npays = { percent = 12.5 }\n'), "pays.percent"),
    (with_rule('payer = "government"\npays = { percent = true }\n'), "pays.percent"),
    (with_rule('payer = "government"\npays = { percent = 25, cap = 3 }\n'), "pays.cap"),
    (with_rule('payer = "government"\npays = { percent = 25, of = "rest" }\n'), "pays.of"),
    (with_rule('payer = "government"\npays = { fixed = "9.00", cap = "3.00" }\n'), "pays.cap"),
    (with_rule('payer = "government"\npays = { fixed = "9.00", of = "left" }\n'), "pays.of"),
    (with_rule('payer = "government"\npays = { fixed = "9.00", amount = "1.00" }\n'), "pays.amount"),
    (with_rule('payer = "government"\npays = { fixed = "9.00" }\nround_to = "0.10"\n'), "round_to"),
    (paying('round = "up"\n'), "round"),
    (with_rule('payer = "government"\npays = { percent = 25 }\nround_to = "0.05"\n'), "round_to"),
    (with_rule('payer = "government"\npays = { percent = 25 }\nround_to = 0.1\n'), "round_to"),
    (with_rule('payer = "government"\npays = { percent = 25 }\nround = "nearest"\n'), "round"),
    (paying('limits = [ { per = "day", meals = 1 } ]\n'), "limits"),
    (paying('limit = { per = "day", meals = 1 }\n'), "limit"),
    (paying("limit = [ { meals = 1 } ]\n"), "limit[0].per"),
    (paying('limit = [ { per = "fortnight", meals = 1 } ]\n'), "limit[0].per"),
    (paying('limit = [ { per = "day" } ]\n'), "limit[0]"),
    (
        paying('limit = [ { per = "day", meals = 1 }, { per = "day", meals = 1, amount = "9.00" } ]\n'),
        "limit[1]",
    ),
    (paying('limit = [ { per = "day", meals = "1" } ]\n'), "limit[0].meals"),
    (paying('limit = [ { per = "day", meals = true } ]\n'), "limit[0].meals"),
    (paying('limit = [ { per = "day", meals = -1 } ]\n'), "limit[0].meals"),
    (paying('limit = [ { per = "day", amount = 300 } ]\n'), "limit[0].amount"),
    (paying('limit = [ { per = "day", meals = 1, scope = "all" } ]\n'), "limit[0].scope"),
    (paying('limit = [ { per = "day", meals = 1, scope = "group" } ]\n'), "limit[0].scope"),
    (paying("group = 1\n"), "group"),
    (paying("split = { city = 0, district = 60 }\n"), "split.city"),
    (paying("split = { city = 40.0 }\n"), "split.city"),
    (paying("split = { city = true }\n"), "split.city"),
    (paying("split = { City = 40 }\n"), "split.City"),
    (paying("split = {}\n"), "split"),
    (paying('split = "40:60"\n'), "split"),
    (paying('when = "always"\n'), "when"),
]

IN_A_CONDITION = [
    ("agee = { from = 65 }", "agee"),
    ("age = {}", "age"),
    ("age = 65", "age"),
    ("age = { from = 75, to = 65 }", "age.to"),
    ("age = { to = 65, above = 75 }", "age.above"),
    ("age = { from = 65, until = 74 }", "age.until"),
    ('age = { from = "65" }', "age.from"),
    ("age = { from = 65.0 }", "age.from"),
    ("age = { from = true }", "age.from"),
    ("age = { from = -1 }", "age.from"),
    ("disability_grade = { to = 1.5 }", "disability_grade.to"),
    ("care_level = { from = false }", "care_level.from"),
    ('category = "three-no"', "category"),
    ('category = ["three-no", 7]', "category[1]"),
    ("all_categories = [true]", "all_categories[0]"),
    ('pension = "no"', "pension"),
    ("pension = 0", "pension"),
    ("monthly_income = { below = 1800 }", "monthly_income.below"),
    ("monthly_income = { below = 1800.0 }", "monthly_income.below"),
    ('monthly_income = { from = "1800.00", below = "1799.99" }', "monthly_income.below"),
    ("household_division = [620102]", "household_division[0]"),
    ('household_division = "620102"', "household_division"),
    ('residence_division = ["Chengguan"]', "residence_division[0]"),
    ('canteen_division = [""]', "canteen_division[0]"),
    ('canteen_within = { household = "street" }', "canteen_within.household"),
    ('canteen_within = { home = "town" }', "canteen_within.home"),
    ("canteen_within = {}", "canteen_within"),
    ('canteen_within = "town"', "canteen_within"),
    ("distance_km = { to = 2.0005 }", "distance_km.to"),
    ("distance_km = { to = -2 }", "distance_km.to"),
    ('distance_km = { to = "2 km" }', "distance_km.to"),
    ("distance_km = { to = nan }", "distance_km.to"),
    ("distance_km = { to = inf }", "distance_km.to"),
    ("distance_km = { to = true }", "distance_km.to"),
    ('distance_km = { from = "2.001", to = 2 }', "distance_km.to"),
    ('living = ["alone", "with-cat"]', "living[1]"),
    ('channel = ["dine-in", "drone"]', "channel[1]"),
    ('meal = ["supper"]', "meal[0]"),
    ("weekday = [1, 8]", "weekday[1]"),
    ("weekday = [0]", "weekday[0]"),
    ("weekday = [true]", "weekday[0]"),
    ('weekday = ["1"]', "weekday[0]"),
    ("workday = 1", "workday"),
    ("price = { from = 10 }", "price.from"),
    ('left = { above = "1.005" }', "left.above"),
    ("canteen = [1]", "canteen[0]"),
    ('canteen_area = ["suburban"]', "canteen_area[0]"),
    ('birthday = "yes"', "birthday"),
    ("any = { pension = true }", "any"),
    ("any = [ { pension = true }, 1 ]", "any[1]"),
    ("any = [ { pension = true }, { agee = { from = 65 } } ]", "any[1].agee"),
    ("not = [ { pension = true } ]", "not"),
    ("not = { any = [ { not = { age = { from = 9, to = 8 } } } ] }", "not.any[0].not.age.to"),
]

IN_A_GRANT = [
    ('pays = { per_meal = "2.00" }\n', "payer"),
    ('payer = "government"\n', "pays"),
    ('payer = "government"\npays = {}\n', "pays"),
    ('payer = "government"\npays = "all"\n', "pays"),
    ('payer = "government"\npays = { per_meal = "2.00", per_month = "9.00" }\n', "pays"),
    ('payer = "government"\npays = { per_year = 60000.0 }\n', "pays.per_year"),
    ('payer = "government"\npays = { per_meal = "2.00", per_week = "1.00" }\n', "pays.per_week"),
    ('payer = "sponsor"\npays = { per_meal = "2.00" }\n', "fund"),
    ('payer = "operator"\nfund = "x"\npays = { per_meal = "2.00" }\n', "fund"),
    ('payer = "government"\npayee = "cook"\npays = { per_meal = "2.00" }\n', "payee"),
    ('payer = "government"\nassessed = "yes"\npays = { per_month = "2.00" }\n', "assessed"),
    ('payer = "government"\ngroup = "g"\npays = { per_month = "2.00" }\n', "group"),
    (
        'payer = "government"\npays = { per_meal = "2.00" }\n'
        'limit = [{ per = "day", meals = 1, scope = "group" }]\n',
        "limit[0].scope",
    ),
    (
        'payer = "government"\npays = { per_meal = "2.00" }\nwhen = { channel = ["drone"] }\n',
        "when.channel[0]",
    ),
    ('payer = "government"\npays = { per_meal = "2.00" }\nsplit = { city = 0 }\n', "split.city"),
]

IN_AN_EXAMPLE = [
    ("on = 2016-11-20\n", "", "on"),
    ("2016-11-20", '"2016-11-20"', "on"),
    ('meal = "lunch"\n', "", "meal"),
    ('"lunch"', '"brunch"', "meal"),
    ('price = "15.00"\n', "", "price"),
    ('price = "15.00"', "price = 15.00", "price"),
    ("elder = {}\n", "", "elder"),
    ("elder = {}", 'elder = "old"', "elder"),
    ("elder = {}", "elder = { age = 70 }", "elder.age"),
    ("elder = {}", 'elder = { born = "1946-11-20" }', "elder.born"),
    ("elder = {}", 'elder = { categories = "three-no" }', "elder.categories"),
    ("elder = {}", 'elder = { pension = "no" }', "elder.pension"),
    ("elder = {}", "elder = { disability_grade = true }", "elder.disability_grade"),
    ("elder = {}", "elder = { monthly_income = 1800 }", "elder.monthly_income"),
    ("elder = {}", "elder = { distance_km = 1.9999 }", "elder.distance_km"),
    ("elder = {}", 'elder = { living = "with-cat" }', "elder.living"),
    ("elder = {}", 'elder = {}\nchannel = "drone"', "channel"),
    ("elder = {}", 'elder = {}\ncanteen = { name = "beimen" }', "canteen.name"),
    ("elder = {}", 'elder = {}\ncanteen = { area = "suburban" }', "canteen.area"),
    ("elder = {}", "elder = {}\nused = { r = { fortnight = {} } }", "used.r.fortnight"),
    ("elder = {}", "elder = {}\nused = { r = { day = { meals = -1 } } }", "used.r.day.meals"),
    ("elder = {}", "elder = {}\nused = { r = { day = { amount = 9.0 } } }", "used.r.day.amount"),
    ("elder = {}", "elder = {}\nused = { nobody = { day = { meals = 1 } } }", "used.nobody"),
    ("elder = {}", "elder = {}\nfund = { weida = 3 }", "fund.weida"),
    ("elder = {}", 'elder = {}\nvoucher = "20.00"', "voucher"),
    ("elder = {}", 'elder = {}\ncolour = "red"', "colour"),
    ('expect = { government = "15.00" }\n', "", "expect"),
    ('{ government = "15.00" }', '"nothing"', "expect"),
    ('{ government = "15.00" }', "15", "expect"),
    ('{ government = "15.00" }', '{ government = "14.00" }', "expect"),
    ('{ government = "15.00" }', "{}", "expect"),
    ('{ government = "15.00" }', '{ state = "15.00" }', "expect.state"),
    ('{ government = "15.00" }', '{ sponsor = "15.00" }', "expect.sponsor"),
    ('{ government = "15.00" }', '{ "sponsor:" = "15.00" }', "expect.sponsor:"),
    ('{ government = "15.00" }', "{ government = 15.00 }", "expect.government"),
    ("elder = {}", 'elder = {}\nexpect_split = { nobody = { city = "1.00" } }', "expect_split.nobody"),
    ("elder = {}", "elder = {}\nexpect_split = { r = { city = 1 } }", "expect_split.r.city"),
    ("elder = {}", 'elder = {}\nexpect_grant = { r = "1.00" }', "expect_grant.r"),
]


@pytest.mark.parametrize(("text", "path"), AT_THE_TOP + IN_A_VERSION)
def test_a_fault_of_the_file_or_a_version_is_named_by_its_path(text: str, path: str) -> None:
    assert paths(text) == [path]


@pytest.mark.parametrize(("text", "path"), IN_A_RULE)
def test_a_fault_of_a_rule_is_named_by_its_path(text: str, path: str) -> None:
    assert paths(text) == [f"version[0].rule[0].{path}"]


@pytest.mark.parametrize(("condition", "path"), IN_A_CONDITION)
def test_a_fault_of_a_condition_is_named_by_its_path(condition: str, path: str) -> None:
    assert paths(when(condition)) == [f"version[0].rule[0].when.{path}"]


@pytest.mark.parametrize(("lines", "path"), IN_A_GRANT)
def test_a_fault_of_a_grant_is_named_by_its_path(lines: str, path: str) -> None:
    assert paths(with_grant(lines)) == [f"version[0].grant[0].{path}"]


@pytest.mark.parametrize(("old", "new", "path"), IN_AN_EXAMPLE)
def test_a_fault_of_an_example_is_named_by_its_path(old: str, new: str, path: str) -> None:
    assert paths(with_example(old, new)) == [f"example[0].{path}"]


def test_a_grant_may_not_take_the_id_of_a_rule() -> None:
    text = with_grant('payer = "government"\npays = { per_meal = "2.00" }\n').replace('id = "g"', 'id = "r"')

    assert paths(text) == ["version[0].grant[0].id"]


def test_two_versions_may_have_rules_of_one_id() -> None:
    assert paths(HEAD + VERSION + RULE + VERSION.replace("2016", "2017") + RULE) == []


def test_all_faults_of_a_file_are_named_at_once() -> None:
    text = (
        HEAD.replace('"p"', '"P"')
        + VERSION
        + 'meals = ["brunch"]\n'
        + RULE
        + "when = { agee = {}, weekday = [9], age = { from = 9, to = 8 }, any = [ { pension = 1 } ] }\n"
        + 'limit = [ { per = "day" }, { per = "never", meals = 1 } ]\n'
        + EXAMPLE.replace("15.00", "15.0.0", 1)
        + EXAMPLE.replace('"15.00" }', '"14.00" }')
    )

    assert sorted(paths(text)) == sorted(
        [
            "programme.id",
            "version[0].meals[0]",
            "version[0].rule[0].when.agee",
            "version[0].rule[0].when.weekday[0]",
            "version[0].rule[0].when.age.to",
            "version[0].rule[0].when.any[0].pension",
            "version[0].rule[0].limit[0]",
            "version[0].rule[0].limit[1].per",
            "example[0].price",
            "example[1].expect",
        ]
    )


def test_every_fault_says_what_would_be_right() -> None:
    _, faults = read_programme(tomllib.loads(when("age = { from = 75, to = 65 }")))

    assert faults[0].code in WORDS
    assert "75" in faults[0].message
    assert "65" in faults[0].message


@pytest.mark.parametrize("nested", ["not.", "any = [{ "])
def test_conditions_nested_without_end_are_a_fault_and_no_crash(nested: str) -> None:
    deep = {
        "not.": f"when.{'not.' * 900}age.to = 65\n",
        "any = [{ ": f"when = {{ {'any = [{ ' * 90}{'}]' * 90} }}\n",
    }

    found = paths(paying(deep[nested]))

    assert len(found) == 1
    assert found[0].startswith("version[0].rule[0].when.")
    assert paths(paying(f"when.{'not.' * 40}age.to = 65\n")) == []
