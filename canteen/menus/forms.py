"""The form of a day's menu: for each meal period the dishes, one a line, and the set meal's price."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Optional

from canteen.menus.queries import DayRow
from canteen.menus.services import Draft, read_dishes
from canteen.web.fields import YuanField

PERIOD_NAMES = {"breakfast": _l("早餐"), "lunch": _l("午餐"), "dinner": _l("晚餐")}


class MenuForm(FlaskForm):
    """Every period has its two fields; a page shows those that the canteen serves."""

    breakfast_dishes = TextAreaField(_l("早餐的菜"), [Optional()])
    breakfast_price = YuanField(_l("早餐套餐价格"), [Optional()])
    lunch_dishes = TextAreaField(_l("午餐的菜"), [Optional()])
    lunch_price = YuanField(_l("午餐套餐价格"), [Optional()])
    dinner_dishes = TextAreaField(_l("晚餐的菜"), [Optional()])
    dinner_price = YuanField(_l("晚餐套餐价格"), [Optional()])

    def drafts(self, periods: Iterable[str]) -> list[Draft]:
        """What was typed for these periods."""
        return [
            Draft(period, read_dishes(self[f"{period}_dishes"].data or ""), self[f"{period}_price"].data)
            for period in periods
        ]


def shown(day: DayRow) -> dict[str, Any]:
    """What stands in the fields for a day already written."""
    data: dict[str, Any] = {}
    for period, menu in day.menus.items():
        data[f"{period}_dishes"] = "\n".join(menu.dishes) if menu else ""
        data[f"{period}_price"] = menu.price_fen if menu else None
    return data
