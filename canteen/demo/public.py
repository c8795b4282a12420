"""What the demonstration shows outside of the office: notices of its closed months, and links to look at."""

from datetime import date, time

from sqlalchemy import select

from canteen.canteens.queries import by_code
from canteen.db import reading
from canteen.demo.calendar import at
from canteen.demo.givers import ACTOR, PHARMACY
from canteen.noticeboard.board.services import make_link
from canteen.noticeboard.wall.services import Imprint, preview, publish
from canteen.sponsors.links.services import issue_link
from canteen.sponsors.models import Sponsor

HOTLINE = "0931-555 0100"


def publish_notice(month: str, code: str, on: date) -> None:
    """Hang the notice of a canteen's closed month up."""
    with reading() as session:
        canteen = by_code(session, code)
    imprint = Imprint(canteen.operator_name or canteen.name, HOTLINE)
    with at(on, time(9, 30)):
        seen = preview(canteen, month, is_demo=True).seen
        publish(canteen, month, imprint, seen, ACTOR, is_demo=True)


def make_links(canteen_id: int) -> tuple[tuple[str, str], ...]:
    """The sponsor's page and a canteen's board, each as what it is and its address. Their tokens are told this once."""
    with reading() as session:
        sponsor_id = session.scalars(select(Sponsor.id).where(Sponsor.name == PHARMACY.giver.name)).one()
    return (
        ("捐赠方查看页", f"/s/{issue_link(sponsor_id, 90, '演示', ACTOR)}"),
        ("大屏", f"/board/{make_link(canteen_id, ACTOR)}"),
    )
