"""What tests of agreements begin with: a sponsor, an agreement, codes that are well formed, and papers."""

from dataclasses import replace
from datetime import date
from typing import Any

from canteen.sponsors.agreements import givers, services
from canteen.sponsors.agreements.givers import Giver
from canteen.sponsors.agreements.services import Terms

TODAY = date(2026, 11, 20)
COMPANY = "91110000600037341L"
CHARITY = "51440705MJM0000005"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DONATION = Terms(
    number="新慈〔2026〕7号", nature="donation", holder_kind="charity", holder_name="新会区慈善会",
    holder_uscc=CHARITY, signed_on=date(2026, 10, 30), begins_on=date(2026, 11, 1),
    ends_on=date(2027, 10, 31), amount_fen=5_000_000, wording_by="赵卫东", wording_on=date(2026, 10, 30),
    goods_declared=True, relatives_declared=True,
)  # fmt: skip


def make_sponsor(name: str = "维达纸业", display_name: str = "维达", **about: Any) -> int:
    """A company that gives."""
    giver = replace(Giver(name, "organisation", COMPANY), **about)
    return givers.add_sponsor(giver, display_name, TODAY, "staff:1")


def make_agreement(sponsor_id: int, **about: Any) -> int:
    """A donation that is agreed on, with everything that a name needs but the place's consent."""
    return services.add_agreement(sponsor_id, replace(DONATION, **about), None, TODAY, "staff:1")
