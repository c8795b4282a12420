"""The demonstration's standing facts: canteens, staff, programme, funds, elders, cards, tablets."""

import csv
import io
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import select

from canteen.canteens.facts import CanteenFacts
from canteen.canteens.services import add_canteen, assign
from canteen.cards.models import MealCard
from canteen.cards.services import issue_to_all
from canteen.checkin.counter import Sender
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.demo.givers import ACTOR, welcome_givers
from canteen.demo.people import Person, people
from canteen.devices.models import Device
from canteen.devices.services import enrol, make_code
from canteen.elders.importing import import_roster
from canteen.keys import key
from canteen.staff.services import register
from canteen.subsidies.services import load_programme

PASSWORD = "canteen-demo"  # noqa: S105 - printed on the screen for whoever tries the demonstration
PROGRAMME = Path(__file__).with_name("programme.toml")


@dataclass(frozen=True, slots=True)
class Place:
    """One canteen of the demonstration and its part of the elders, in hundredths."""

    code: str
    facts: CanteenFacts
    part: int
    communities: tuple[str, ...]
    rests_on_sunday: bool


PLACES = (
    Place(
        "xingfuli",
        CanteenFacts(
            name="幸福里社区食堂", area="urban", division="620102001001", price_fen=1500,
            operator_name="幸福里养老服务中心", operator_uscc="52620102MJY1234563", reporting_unit="幸福里社区居民委员会",
            submitted_to="幸福里街道办事处、示范区民政局", collective_name="幸福里社区", phone="0931-555 0101",
        ),
        43, ("幸福里社区", "临河社区"), True,
    ),
    Place(
        "dekang",
        CanteenFacts(
            name="北门社区食堂", area="urban", division="620102002003", price_fen=1500,
            operator_name="北门助餐服务社", operator_uscc="52620102MJY1234571", reporting_unit="北门社区居民委员会",
            submitted_to="北门街道办事处、示范区民政局", collective_name="北门社区", phone="0931-555 0102",
        ),
        33, ("北门社区",), True,
    ),
    Place(
        "shiqiao",
        CanteenFacts(
            name="石桥村幸福餐桌", area="rural", division="620102100201", price_fen=1200,
            operator_name="石桥村老年协会", reporting_unit="石桥村村民委员会",
            submitted_to="石桥镇人民政府、示范区民政局", collective_name="石桥村村集体", phone="0931-555 0103",
        ),
        24, ("石桥村", "柳树湾村"), False,
    ),
)  # fmt: skip

STAFF = (
    ("guanli", "周主任", Role.ADMINISTRATOR),
    ("fuzeren", "李主任", Role.MANAGER),
    ("shouyin", "陈阿姨", Role.CASHIER),
    ("minzheng", "吴科长", Role.OFFICER),
    ("fuhe", "郑科员", Role.OFFICER),
)


@dataclass(frozen=True, slots=True)
class Diner:
    """An elder of the demonstration as the story needs one: the card's hash, how often, and how they eat."""

    elder_id: int
    token_sha256: str
    often: float
    dines_in_the_evening: bool
    channel: str


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A canteen that is set up: its row's id, its tablet, its diners."""

    place: Place
    canteen_id: int
    tablet: Sender
    diners: tuple[Diner, ...]


def open_district(random: Random, elders: int, on: date, today: date) -> list[OpenPlace]:
    """Set the whole district up, as of a day; `today` is when somebody looks at it."""
    canteens = [add_canteen(place.code, place.facts, ACTOR).id for place in PLACES]
    _hire(canteens)
    load_programme(
        tomllib.loads(PROGRAMME.read_text(encoding="utf-8")), [place.code for place in PLACES], None, ACTOR
    )
    welcome_givers(on, today)
    counts = _shares(elders)
    return [
        _fill(random, place, canteen_id, count, on)
        for place, canteen_id, count in zip(PLACES, canteens, counts, strict=True)
    ]


def _shares(elders: int) -> list[int]:
    first = [elders * place.part // 100 for place in PLACES[:-1]]
    return [*first, elders - sum(first)]


def _hire(canteens: list[int]) -> None:
    with transaction() as session:
        for login, name, role in STAFF:
            staff_id = register(session, login, name, role, PASSWORD, by=ACTOR, must_change=False)
            if role in (Role.MANAGER, Role.CASHIER):
                for canteen_id in canteens:
                    assign(session, staff_id, canteen_id)


def _fill(random: Random, place: Place, canteen_id: int, count: int, on: date) -> OpenPlace:
    found = people(random, count, place.facts.division[:6], place.communities, on)
    if found:
        import_roster(_roster(found), canteen_id, ACTOR)
    issue_to_all(canteen_id, key("cards"), ACTOR)
    code = make_code(canteen_id, key("devices"), ACTOR).code
    device = enrol(code, "一号窗口", "127.0.0.1", key("devices"))
    return OpenPlace(place, canteen_id, sender_of(device.ref, canteen_id), tuple(_diners(random, canteen_id)))


def sender_of(device_ref: str, canteen_id: int) -> Sender:
    """The tablet as the check-in knows it."""
    with reading() as session:
        device_id = session.scalar(select(Device.id).where(Device.ref == device_ref))
    return Sender(device_id or 0, device_ref, canteen_id, key("anchors"))


def _roster(found: list[Person]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(
        [
            "姓名",
            "性别",
            "身份证号",
            "联系电话",
            "社区",
            "住址",
            "类别",
            "居住情况",
            "养老金",
            "饮食",
            "距离（公里）",
        ]
    )
    for person in found:
        rows.writerow(
            [person.name, person.sex, person.identity_number, person.phone, person.community, person.address,
             person.category, person.living, person.pension, person.diet, person.distance_km]
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _diners(random: Random, canteen_id: int) -> list[Diner]:
    cards = (
        select(MealCard.elder_id, MealCard.token_sha256)
        .where(MealCard.canteen_id == canteen_id, MealCard.state == "active")
        .order_by(MealCard.id)
    )
    with reading() as session:
        return [
            Diner(
                elder_id, token_sha256, random.betavariate(5, 1.7), random.random() < 0.12,
                random.choices(["dine-in", "takeaway", "delivery"], [86, 6, 8])[0],
            )
            for elder_id, token_sha256 in session.execute(cards)
        ]  # fmt: skip
