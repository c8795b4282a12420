"""A canteen of the largest size with the richest answers, made in a second or two; and sheets told apart."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from canteen.cards.models import MealCard
from canteen.checkin.models import Meal, MealShare
from canteen.clock import now
from canteen.core.token import make_token, token_sha256
from canteen.db import transaction
from canteen.demo.people import people
from canteen.elders.models import CanteenElder, Elder, ElderFact
from canteen.elders.pinyin import initials, sort_key
from canteen.wallets.models import Wallet
from tests.factories import (
    CARD_KEY,
    TODAY,
    Tablet,
    bind_programme,
    enrol_device,
    make_canteen,
    make_fund,
    programme,
    publish_menu,
)

MEALS = ("breakfast", "lunch", "dinner")
HOURS = {"breakfast": ["06:30", "08:30"], "lunch": ["10:30", "13:00"], "dinner": ["16:30", "18:30"]}
CATEGORIES = {"低保": "low-income", "低保边缘": "near-low-income", "三无": "three-no", "特困": "destitute"}
DISHES = "红烧带鱼\n番茄炒蛋\n清炒西兰花\n宫保鸡丁\n紫菜蛋花汤\n杂粮饭"


@dataclass(frozen=True, slots=True)
class Crowded:
    """The canteen, its tablet, and the tokens of its elders' cards in order of the elders."""

    canteen_id: int
    tablet: Tablet
    elder_ids: list[int]
    tokens: list[str]


def rich_programme() -> dict[str, Any]:
    """Ages, hardship, a village, two sponsors, a discount; limits by the day, the week and the month."""
    month = [{"per": "day", "meals": 2}, {"per": "month", "meals": 26}]
    rules = [
        {"id": "full-support", "title": "特困全额", "payer": "government", "when": {"category": ["three-no", "destitute"]},
         "pays": "all"},
        {"id": "age-80", "title": "80岁", "payer": "government", "group": "age", "when": {"age": {"from": 80}},
         "pays": {"fixed": "8.00"}, "limit": month, "split": {"city": 40, "district": 60}},
        {"id": "age-70", "title": "70岁", "payer": "government", "group": "age", "when": {"age": {"from": 70, "to": 79}},
         "pays": {"fixed": "6.00"}, "limit": month},
        {"id": "age-60", "title": "60岁", "payer": "government", "group": "age", "when": {"age": {"from": 60, "to": 69}},
         "pays": {"fixed": "3.00"}, "limit": [{"per": "week", "meals": 5}]},
        {"id": "village", "title": "集体", "payer": "collective", "pays": {"fixed": "1.00"},
         "limit": [{"per": "month", "amount": "60.00"}]},
        {"id": "alone", "title": "独居", "payer": "sponsor", "fund": "dekang", "when": {"living": ["alone"]},
         "pays": {"down_to": "4.00"}},
        {"id": "hardship", "title": "低保", "payer": "sponsor", "fund": "aixin",
         "when": {"category": ["low-income", "near-low-income"]}, "pays": {"down_to": "2.00"}},
        {"id": "discount", "title": "让利", "payer": "operator", "pays": {"percent": 5}, "round_to": "0.10"},
    ]  # fmt: skip
    return programme(rules)


def crowded_canteen(count: int = 1500, history: int = 6) -> Crowded:
    """So many elders with cards, wallets, facts and meals of `history` days, on a canteen of three meal periods."""
    canteen_id = make_canteen(hours=HOURS, price_fen=1500)
    make_fund("dekang", 60_000_00)
    make_fund("aixin", 40_000_00, sponsor="爱心人士")
    bind_programme(canteen_id, rich_programme())
    for number in range(3):
        for meal in MEALS:
            publish_menu(canteen_id, DISHES, 600 if meal == "breakfast" else None, TODAY + timedelta(number), meal)
    random = Random(3)
    ids, tokens = _people(random, canteen_id, count)
    _meals(random, canteen_id, ids, history)
    return Crowded(canteen_id, enrol_device(canteen_id), ids, tokens)


def _people(random: Random, canteen_id: int, count: int) -> tuple[list[int], list[str]]:
    found = people(random, count, "620102", ("北门社区",), TODAY)
    at = now()
    with transaction() as session:
        rows = [
            {"ref": secrets.token_hex(8), "name": person.name, "sex": "female" if person.sex == "女" else "male",
             "born_on": person.born_on, "home_canteen_id": canteen_id, "name_initials": initials(person.name),
             "name_sort": sort_key(person.name), "diet": "、".join(filter(None, (person.diet, random.choice(("", "花生过敏"))))),
             "phone": person.phone, "phone_tail": person.phone[-4:], "address": person.address, "created_at": at,
             "hint": f"{random.randrange(1, 30)}号楼", "is_page_off": False, "identity_kind": "resident"}
            for person in found
        ]  # fmt: skip
        ids = list(session.scalars(insert(Elder).returning(Elder.id, sort_by_parameter_order=True), rows))
        session.execute(insert(CanteenElder), [
            {"canteen_id": canteen_id, "elder_id": elder_id, "distance_m": 300, "listed_at": at} for elder_id in ids
        ])  # fmt: skip
        session.execute(
            insert(Wallet), [{"elder_id": elder_id, "balance_fen": random.randrange(9) * 1234} for elder_id in ids]
        )
        session.execute(insert(ElderFact), list(_facts(ids, found, at)))
        serials = {elder_id: f"{canteen_id:04d}{number:08d}" for number, elder_id in enumerate(ids, 1)}
        tokens = [make_token(CARD_KEY, serials[elder_id], 1) for elder_id in ids]
        session.execute(insert(MealCard), [
            {"serial": serials[elder_id], "issue_no": 1, "elder_id": elder_id, "canteen_id": canteen_id, "state": "active",
             "token_sha256": token_sha256(token), "key_id": "tests", "issued_at": at, "changed_at": at}
            for elder_id, token in zip(ids, tokens, strict=True)
        ])  # fmt: skip
    return ids, tokens


def _facts(ids: list[int], found: list[Any], at: Any) -> Any:
    for elder_id, person in zip(ids, found, strict=True):
        stated = [("category", CATEGORIES[person.category])] if person.category in CATEGORIES else []
        stated += [("living", "alone")] if person.living == "独居" else []
        for kind, value in stated or [("pension", "yes")]:
            yield {"elder_id": elder_id, "kind": kind, "value": value, "from_on": date(2020, 1, 1), "source": "hand",
                   "recorded_at": at, "recorded_by": "system:tests"}  # fmt: skip


def _meals(random: Random, canteen_id: int, ids: list[int], history: int) -> None:
    days = [TODAY - timedelta(days=7 * number) for number in range(1, 6)]
    days += [TODAY - timedelta(days=number) for number in range(1, history + 1) if number % 7]
    meals = [
        {"kind": "slot", "elder_id": elder_id, "canteen_id": canteen_id, "service_on": on, "meal_period": period,
         "month": f"{on:%Y-%m}", "channel": "dine-in", "price_fen": 1500, "elder_fen": 500, "wallet_fen": 0,
         "cash_fen": 500, "absorbed_fen": 0, "credit_fen": 0, "facts": {}, "trace": [], "served_at": now(),
         "programme_code": "test-programme"}
        for elder_id in ids for on in days for period in MEALS[1:] if random.random() < 0.8
    ]  # fmt: skip
    with transaction() as session:
        numbers = list(session.scalars(insert(Meal).returning(Meal.id, sort_by_parameter_order=True), meals))
        session.execute(insert(MealShare), [
            {"meal_id": number, "payer": "government", "rule_id": random.choice(("age-80", "age-70", "age-60", "village")),
             "amount_fen": 100, "meals": 1, "is_grant": False,
             **{key: meal[key] for key in ("elder_id", "canteen_id", "service_on", "meal_period", "month", "programme_code")}}
            for number, meal in zip(numbers, meals, strict=True)
        ])  # fmt: skip


def spelled(sheet: Mapping[str, Any]) -> dict[str, Any]:
    """A sheet with every number of a table put into words, so that two that say the same are equal."""
    texts, answers = sheet["texts"], sheet["answers"]

    def answer(number: int) -> Any:
        if answers[number] is None:
            return None
        elder_fen, payers, left = answers[number]
        limits = {texts[text]: meals for text, meals in zip(left[::2], left[1::2], strict=True)}
        return elder_fen, [texts[payer] for payer in payers], limits

    elders = {
        row[0]: [*row[:7], [texts[label] for label in row[7]], *row[8:13], [answer(at) for at in sheet["rows"][row[13]]]]
        for row in sheet["elders"]
    }
    return {**{key: sheet[key] for key in ("version", "place", "menus", "badges")}, "elders": elders}


def merged(whole: Mapping[str, Any], delta: Mapping[str, Any]) -> dict[str, Any]:
    """What a tablet has after a further answer: a spelled sheet and a delta, or another whole sheet."""
    told = spelled(delta)
    if delta["since"] is None:
        return told
    assert delta["since"] == whole["version"]
    kept = {ref: row for ref, row in whole["elders"].items() if ref not in delta["gone"]}
    parts = {key: whole[key] if told[key] is None else told[key] for key in ("place", "menus", "badges")}
    return {**parts, "version": told["version"], "elders": kept | told["elders"]}


def sha256(token: str) -> str:
    """The hash of a card's token."""
    return hashlib.sha256(token.encode()).hexdigest()
