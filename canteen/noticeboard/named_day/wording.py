"""What stands on a card, in the page's language. A commercial sponsor is thanked for no donation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.noticeboard.named_day.queries import Card, CardFacts, DayMenu
from canteen.web.filters import yuan
from canteen.web.languages import page_language
from canteen.web.refusals import words

PERIOD_DISHES = {"breakfast": _l("这天的早餐"), "lunch": _l("这天的午餐"), "dinner": _l("这天的晚餐")}


@dataclass(frozen=True, slots=True)
class ToldMenu:
    """The dishes of a meal under their heading. `in_all`: how many there were, for a picture with room for fewer."""

    heading: str
    dishes: tuple[str, ...]
    in_all: str


@dataclass(frozen=True, slots=True)
class ToldCard:
    """A card in words, from top to foot. An empty text is left out; without a number `figure` is words alone."""

    title: str
    day: str
    sponsor: str
    day_name: str
    figure: str
    unit: str
    beside: str
    thanks: str
    menus: tuple[ToldMenu, ...]
    canteen: str
    source: str
    check: str

    @property
    def all_words(self) -> str:
        """Every character that is drawn."""
        dishes = [text for menu in self.menus for text in (menu.heading, *menu.dishes, menu.in_all)]
        return "".join(
            [
                self.title, self.day, self.sponsor, self.day_name, self.figure, self.unit, self.beside, self.thanks,
                *dishes, self.canteen, self.source, self.check,
            ]
        )  # fmt: skip


def told(card: Card, made_on: date, host: str) -> ToldCard:
    """The card's words. `made_on`: the day on which it was made, where the canteen is; `host`: our public name."""
    facts = card.facts
    code = f"{card.check_code[:4]}-{card.check_code[4:]}"
    return ToldCard(
        title=_("您的一餐"),
        day=_day_and_weekday(facts.named_on),
        sponsor=facts.sponsor_name,
        day_name=facts.day_name if facts.day_name != facts.sponsor_name else "",
        figure=_figure(facts),
        unit=ngettext("份热饭", "份热饭", facts.meals) if facts.meals is not None else "",
        beside=_beside(facts),
        thanks=_thanks(facts),
        menus=tuple(_menu(menu) for menu in facts.menus),
        canteen=facts.canteen_name,
        source=_("数字取自食堂的入账记录，截至 %(day)s", day=_spaced_day(made_on)),
        check=_("核对码 %(code)s · 在 %(host)s/d 可以核对", code=code, host=host) if host else _("核对码 %(code)s", code=code),
    )  # fmt: skip


def _menu(menu: DayMenu) -> ToldMenu:
    in_all = ngettext("等，共 %(num)s 道", "等，共 %(num)s 道", len(menu.dishes))
    return ToldMenu(str(PERIOD_DISHES[menu.meal_period]), menu.dishes, in_all)


def _figure(facts: CardFacts) -> str:
    return f"{facts.meals:,}" if facts.meals is not None else _("一份份热饭")


def _beside(facts: CardFacts) -> str:
    parts = []
    if facts.elders is not None:
        parts.append(ngettext("%(num)s 位老人", "%(num)s 位老人", facts.elders))
    if facts.price_fen is not None:
        parts.append(_("每份餐价 %(price)s 元", price=yuan(facts.price_fen).removeprefix("¥")))
    return " · ".join(parts)


def _thanks(facts: CardFacts) -> str:
    if facts.is_donation:
        return str(_("这一天，您的心意端上了老人们的餐桌。"))
    return str(_("这一天，由您赞助的热饭端上了老人们的餐桌。"))


def _day_and_weekday(on: date) -> str:
    if page_language() == "en":
        return str(format_date(on, "EEEE, d MMMM y", rebase=False))
    return f"{_spaced_day(on)} · {format_date(on, 'EEEE', rebase=False)}"


def _spaced_day(on: date) -> str:
    return str(format_date(on, "d MMMM y" if page_language() == "en" else "y 年 M 月 d 日", rebase=False))


def register() -> None:
    """Give each code its sentence in the page's language."""
    words(
        {
            "day-card-coming": _l("这一天还没有过完，卡片第二天就有。"),
            "day-card-none": _l("这一天没有可以做卡片的餐：资金没有付过，或者冠名的手续没有齐。"),
            "day-card-code-wrong": _l("没有这个核对码的卡片。请照卡片再核对一次。"),
            "day-card-character": _l("卡片上有打印字库里没有的字：%(characters)s。图片画不出来，下面的文字照常可以看。"),
        }
    )
    words({"day-card-unknown": _l("没有这张卡片。")}, status=404)
