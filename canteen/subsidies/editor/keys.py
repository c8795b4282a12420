"""Every key of the programme format, with the shape of its value."""

from __future__ import annotations

from collections.abc import Mapping

from canteen.core.rules import FUNDED
from canteen.subsidies.editor.shapes import Codes, OneDay, OneLine, Shape, Ticked
from canteen.subsidies.editor.tables import ListOf, Named, Table, When


def _range(kind: str) -> Shape:
    edge = OneLine(kind)
    return Table({"from": edge, "to": edge, "above": edge, "below": edge}, keep=True)


_LEVEL = OneLine("area_level")
_CONDITIONS: dict[str, Shape] = {
    "age": _range("whole"),
    "category": Codes("category", free=True),
    "all_categories": Codes("category", free=True),
    "disability_grade": _range("whole"),
    "care_level": _range("whole"),
    "pension": OneLine("flag", keep=True),
    "monthly_income": _range("money"),
    "household_division": Codes("division", ticks=False),
    "residence_division": Codes("division", ticks=False),
    "canteen_division": Codes("division", ticks=False),
    "canteen_within": Table({"household": _LEVEL, "residence": _LEVEL}, keep=True),
    "distance_km": _range("distance"),
    "living": Codes("living"),
    "channel": Codes("channel"),
    "meal": Codes("meal"),
    "weekday": Codes("weekday"),
    "workday": OneLine("flag", keep=True),
    "price": _range("money"),
    "left": _range("money"),
    "canteen": Codes("canteen", free=True),
    "canteen_area": Codes("area"),
    "birthday": OneLine("flag", keep=True),
}
WHEN = When(_CONDITIONS)
_CONDITIONS["any"] = ListOf(WHEN)
_CONDITIONS["not"] = WHEN
CONDITIONS: Mapping[str, Shape] = _CONDITIONS
"""The conditions of `when` in the order in which a menu offers them; they hold one another."""

LIMIT = Table(
    {"per": OneLine("per"), "scope": OneLine("scope")},
    either={"meals": OneLine("whole", keep=True), "amount": OneLine("money", keep=True)},
    order=("per", "meals", "amount", "scope"),
    keep=True,
)
SPLIT = Named(OneLine("weight", keep=True))
PAYS = Table(
    either={
        "fixed": OneLine("money", keep=True),
        "down_to": OneLine("money", keep=True),
        "percent": OneLine("percent", keep=True),
    },
    beside={"percent": {"cap": OneLine("money"), "of": OneLine("of")}},
    words=("all",),
)
RATE = Table(either={rate: OneLine("money", keep=True) for rate in ("per_meal", "per_month", "per_year")})

ROUNDING: Mapping[str, Shape] = {"round_to": OneLine("round_to"), "round": OneLine("round")}
"""What stands beside `pays`, and only with a percentage."""

_PAYER: dict[str, Shape] = {
    "id": OneLine("id"),
    "title": OneLine("title"),
    "payer": OneLine("payer"),
    "fund": OneLine("fund"),
}
RULE = Table(
    {**_PAYER, "when": WHEN, "pays": PAYS, "limit": ListOf(LIMIT), "group": OneLine("group"), "split": SPLIT},
    order=("id", "title", "payer", "fund", "group", "when", "pays", "round_to", "round", "limit", "split"),
)
GRANT = Table(
    {
        **_PAYER,
        "payee": OneLine("payee"),
        "when": WHEN,
        "pays": RATE,
        "limit": ListOf(LIMIT),
        "split": SPLIT,
        "assessed": Ticked(),
    },
    order=("id", "title", "payer", "fund", "payee", "when", "pays", "limit", "split", "assessed"),
)
PROGRAMME = Table({key: OneLine(key) for key in ("id", "title", "authority", "source", "age_counts")})
VERSION_ORDER = ("effective", "until", "reference", "meals", "standard_price", "groups", "rule", "grant")


def version_head(groups: tuple[str, ...]) -> Table:
    """The head of a version, in which each of its rules' groups is asked after."""
    return Table(
        {
            "effective": OneDay(),
            "until": OneDay(),
            "reference": OneLine("reference"),
            "meals": Codes("meal", keep=False),
            "standard_price": OneLine("money"),
            "groups": Named(OneLine("group_choice"), groups),
        },
        order=VERSION_ORDER,
    )


def is_funded(payer: object) -> bool:
    """Whether a payer pays from a fund or vouchers that must be named."""
    return payer in FUNDED
