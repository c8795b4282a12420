"""What tests of named days begin with: a sponsor whose fund pays for one day's lunch, and elders who came."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from signing_in import Browser, browser

from canteen.sponsors.agreements import naming, services
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.sponsors.links.services import issue_link
from tests.checkin.noon import Noon, make_noon
from tests.factories import TODAY, issue_card, make_elder, make_fund, programme
from tests.sponsors.agreed import make_agreement, make_sponsor

NEXT_DAY = "2026-11-21T04:00:00Z"
LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"  # 26 characters


def gift(fund: str) -> dict[str, Any]:
    """A rule by which a fund pays five yuan of a meal."""
    return {
        "id": f"gift-{fund}",
        "title": "资助",
        "payer": "sponsor",
        "fund": fund,
        "pays": {"fixed": "5.00"},
    }


@dataclass(frozen=True, slots=True)
class Named:
    """A day that bears a name."""

    noon: Noon
    sponsor_id: int
    agreement_id: int
    naming_id: int


def serve_noon(client: Any, *funds: str) -> Noon:
    """A canteen in which these funds pay one after the other, each five yuan."""
    return make_noon(client, programme([gift(fund) for fund in funds or ("weida",)]))


def name_day(
    noon: Noon,
    fund: str = "weida",
    giver: str = "维达纸业",
    shown: str = "维达",
    name: str = "",
    until: date = TODAY,
    **about: Any,
) -> Named:
    """A sponsor whose fund pays from today on, by default today alone, and the right to give the day its name."""
    sponsor = make_sponsor(giver, shown, uscc="", kind="person")
    make_fund(fund, 400_000, sponsor=giver, begins_on=TODAY, ends_on=until)
    agreed = make_agreement(sponsor, **{"number": f"{fund}〔2026〕7号", **about})
    services.allot(agreed, fund, 400_000, "staff:1")
    wish = Wish("day", name or shown, TODAY, TODAY, noon.canteen_id, named_on=TODAY)
    right = naming.give_naming(agreed, wish, Leave("村委会", date(2026, 10, 30)), None, "staff:1")
    return Named(noon, sponsor, agreed, right)


def serve(noon: Noon, guests: int) -> list[int]:
    """So many elders eat; answers the numbers of their meals."""
    served = [
        noon.serve(issue_card(make_elder(noon.canteen_id, f"老人{number}").id)) for number in range(guests)
    ]
    return [result["meal_no"] for result in served]


def by_link(app: Flask, sponsor_id: int) -> Browser:
    """A browser that came by a sponsor's link."""
    guest = browser(app)
    entered = guest.get(f"/s/{issue_link(sponsor_id, 30, '王总', 'staff:1')}")
    assert entered.status_code in (200, 303), entered.text
    return guest
