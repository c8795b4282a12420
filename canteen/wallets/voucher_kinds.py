"""Voucher kinds as one of the lists that an office extends: shown, named and ordered beside the others."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.subsidies.vocabulary.lists import WordList, keep
from canteen.wallets.models import Voucher, VoucherKind


def elders_by_kind(session: Session) -> dict[str, int]:
    """How many elders were ever given a voucher of each kind."""
    rows = select(Voucher.kind_code, func.count(Voucher.elder_id.distinct())).group_by(Voucher.kind_code)
    return dict(session.execute(rows).all())


VOUCHER_KINDS = WordList("voucher", VoucherKind, 60, 80, elders_by_kind)


def register() -> None:
    """Show voucher kinds among the vocabularies."""
    keep(VOUCHER_KINDS)
