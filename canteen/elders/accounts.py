"""The end of an elder's account; what is paid out, and to whom, is settled by the slice of wallets."""

from datetime import date

from sqlalchemy.orm import Session

from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.elders.models import Elder


def close_account(session: Session, elder_id: int, on: date) -> None:
    """Close an elder's account on a day, within the caller's transaction, which holds the elder's lock.

    Raises Refusal `elder-unknown`.
    """
    elder = session.get(Elder, elder_id, with_for_update={"key_share": True})
    if elder is None:
        raise Refusal("elder-unknown", "没有这位老人。")
    elder.closed_on, elder.standing_changed_at = on, now()
