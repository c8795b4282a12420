"""What can happen to agreements: they are written down, corrected, and say which funds they feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.services import raise_revision
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.sponsors.agreements.checking import check_span, checked_uscc, is_for_profit, optional, text
from canteen.sponsors.agreements.models import Agreement, AgreementFund, Naming
from canteen.sponsors.agreements.papers import Paper, keep, media_type_of
from canteen.sponsors.agreements.queries import unknown_agreement, unknown_sponsor
from canteen.sponsors.models import Fund, Gift, Sponsor

NATURES = ("donation", "sponsorship")
"""捐赠, 商业赞助: the latter gets no certificate, no donation receipt and no place under donations."""

HOLDERS = ("charity", "foundation", "social", "village", "operator")
"""慈善会, 基金会, 社会组织, 村(居)集体, 营利性运营方: the last cannot take a donation."""

MOST_FEN = 10**13


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed. `amount_fen` is what is agreed on, not what was received."""

    number: str
    nature: str
    holder_kind: str
    holder_name: str
    holder_uscc: str
    signed_on: date
    begins_on: date
    ends_on: date
    amount_fen: int
    wording_by: str = ""
    wording_on: date | None = None
    goods_declared: bool = False
    relatives_declared: bool = False
    shows_amount: bool = False


def add_agreement(sponsor_id: int, terms: Terms, scan: Paper | None, today: date, actor: str) -> int:
    """Write an agreement down, with its scan where there is one. Answers its number in the database.

    Raises Refusal `sponsor-unknown`, `sponsor-untold` where nobody has told what kind of giver it is,
    `agreement-number`, `agreement-taken`, `agreement-nature`, `agreement-amount`, `agreement-signed`,
    `span-reversed`, `holder-name`, `holder-kind`, `holder-for-profit`, `holder-uscc`, `holder-uscc-form`, `wording-form`,
    and those of `papers.media_type_of`.
    """
    _check(terms, today)
    if scan is not None:
        media_type_of(scan)
    try:
        with transaction() as session:
            giver = session.get(Sponsor, sponsor_id)
            if giver is None:
                raise unknown_sponsor()
            if giver.kind is None:
                raise Refusal("sponsor-untold", "请先在捐赠方的页面上填它是单位、个人、匿名还是众多捐赠人。")
            row = Agreement(sponsor_id=sponsor_id, created_by=actor[:80], created_at=now())
            _write(session, row, terms)
            session.add(row)
            session.flush()
            if scan is not None:
                keep(session, row.id, scan, actor)
            record(session, "agreement-added", actor, f"agreement:{row.id}", detail=_told(terms))
            return row.id
    except IntegrityError as error:
        raise _taken() from error


def change_agreement(agreement_id: int, terms: Terms, today: date, actor: str) -> None:
    """Correct what is written of an agreement. What was drawn and what is sealed stays as it is.

    Raises Refusal `agreement-unknown`, `naming-outside` where a right of naming would lie outside of the new days,
    `fund-over-allotted` where the funds are allotted more, `fund-nature`, `fund-has-receipts` and those of `add_agreement`.
    """
    _check(terms, today)
    try:
        with transaction() as session:
            row = _locked(session, agreement_id)
            was = row.nature
            _check_namings(session, row.id, terms)
            _check_allotted(session, row.id, terms.amount_fen, 0)
            _write(session, row, terms)
            session.flush()
            if was != row.nature:
                for fund_id in _fund_ids(session, row.id):
                    _check_nature(session, row, fund_id)
            raise_revision(session)  # what it declares decides which names the tills show
            record(session, "agreement-changed", actor, f"agreement:{row.id}", detail=_told(terms))
    except IntegrityError as error:
        raise _taken() from error


def allot(agreement_id: int, fund_code: str, amount_fen: int, actor: str) -> None:
    """Say how much of an agreement's amount goes to a fund; nothing takes the fund out of the agreement.

    Raises Refusal `agreement-unknown`, `fund-unknown`, `fund-other-sponsor`, `fund-nature` where the fund is fed by
    money of the other nature, `fund-has-receipts` where advertisers' money would have a donation receipt, `fund-over-allotted`, `allotted-amount`.
    """
    if not 0 <= amount_fen <= MOST_FEN:
        raise Refusal("allotted-amount", "分给资金的金额不能小于 0。")
    with transaction() as session:
        row = _locked(session, agreement_id)
        fund = session.scalars(
            select(Fund).where(Fund.code == fund_code).with_for_update(key_share=True)
        ).first()
        if fund is None:
            raise Refusal("fund-unknown", f"没有代码是“{fund_code}”的资金。请核对代码，或先添加。", fund=fund_code)
        if fund.sponsor_id != row.sponsor_id:
            raise Refusal("fund-other-sponsor", "这笔资金是另一位捐赠方的，不能由这份协议供款。")
        _check_nature(session, row, fund.id)
        _check_allotted(session, row.id, row.amount_fen, amount_fen, but=fund.id)
        found = session.get(AgreementFund, (row.id, fund.id))
        if found is not None and not amount_fen:
            session.delete(found)
        elif found is not None:
            found.allotted_fen = amount_fen
        elif amount_fen:
            session.add(AgreementFund(agreement_id=row.id, fund_id=fund.id, allotted_fen=amount_fen))
        raise_revision(session)  # a fund that an agreement feeds is named by its rights alone
        detail = {"fund": fund.code, "allotted_fen": amount_fen}
        record(session, "agreement-allotted", actor, f"agreement:{row.id}", detail=detail)


def _check(terms: Terms, today: date) -> None:
    if terms.nature not in NATURES:
        raise Refusal("agreement-nature", "请选是捐赠还是商业赞助。")
    if not 0 < terms.amount_fen <= MOST_FEN:
        raise Refusal("agreement-amount", "协议金额要大于 0。")
    if terms.signed_on > today:
        raise Refusal("agreement-signed", "签订日期在今天以后，请核对。")
    check_span(terms.begins_on, terms.ends_on)
    if bool(terms.wording_by.strip()) != (terms.wording_on is not None):
        raise Refusal("wording-form", "署名文字由谁审定、哪天审定，两样都要填，或者都空着。")
    _check_holder(terms)


def _check_holder(terms: Terms) -> None:
    """A donation goes to who may take one: Charity Law, and the receipt that only they can write."""
    if terms.holder_kind not in HOLDERS:
        raise Refusal("holder-kind", "请选由谁持有善款。")
    uscc = checked_uscc(terms.holder_uscc, "holder-uscc-form") if terms.holder_uscc.strip() else ""
    if not uscc and terms.holder_kind != "village":
        raise Refusal("holder-uscc", "请填持有方的统一社会信用代码。")
    if terms.nature == "donation" and (terms.holder_kind == "operator" or is_for_profit(uscc)):
        raise Refusal(
            "holder-for-profit", "营利性单位不能接受捐赠：请由慈善会、基金会、社会组织或村集体持有，或改为商业赞助。"
        )


def _write(session: Session, row: Agreement, terms: Terms) -> None:
    row.number = text(terms.number, 40, "agreement-number")
    other = session.scalars(select(Agreement.id).where(Agreement.number == row.number)).first()
    if other is not None and other != row.id:
        raise _taken()
    row.nature, row.holder_kind = terms.nature, terms.holder_kind
    row.holder_name = text(terms.holder_name, 80, "holder-name")
    row.holder_uscc = checked_uscc(terms.holder_uscc, "holder-uscc-form") if terms.holder_uscc.strip() else None
    row.signed_on, row.begins_on, row.ends_on = terms.signed_on, terms.begins_on, terms.ends_on
    row.amount_fen, row.shows_amount = terms.amount_fen, terms.shows_amount
    row.wording_by, row.wording_on = optional(terms.wording_by, 60, "wording-form"), terms.wording_on
    row.goods_declared, row.relatives_declared = terms.goods_declared, terms.relatives_declared


def _taken() -> Refusal:
    return Refusal("agreement-taken", "这个协议编号已经用了，请核对是不是同一份协议。")


def _locked(session: Session, agreement_id: int) -> Agreement:
    row = session.scalars(select(Agreement).where(Agreement.id == agreement_id).with_for_update()).first()
    if row is None:
        raise unknown_agreement()
    return row


def _check_namings(session: Session, agreement_id: int, terms: Terms) -> None:
    outside = select(Naming.name).where(
        Naming.agreement_id == agreement_id,
        (Naming.begins_on < terms.begins_on) | (Naming.ends_on > terms.ends_on),
    )
    if session.scalars(outside).first() is not None:
        raise Refusal("naming-outside", "有冠名超出协议的起止日期，请核对日期。")


def _check_allotted(session: Session, agreement_id: int, most_fen: int, more_fen: int, but: int = 0) -> None:
    rows = select(func.coalesce(func.sum(AgreementFund.allotted_fen), 0)).where(
        AgreementFund.agreement_id == agreement_id, AgreementFund.fund_id != but
    )
    over_fen = int(session.scalar(rows) or 0) + more_fen - most_fen
    if over_fen > 0:
        over = f"{over_fen // 100}.{over_fen % 100:02d}"
        raise Refusal("fund-over-allotted", f"分给各笔资金的金额比协议金额多了 {over} 元，请核对。", over=over)


def _check_nature(session: Session, row: Agreement, fund_id: int) -> None:
    """Donated money and advertisers' money never lie in one fund; what has a donation receipt was a donation."""
    with_receipt = select(Gift.id).where(Gift.fund_id == fund_id, Gift.receipt_no.is_not(None))
    if row.nature == "sponsorship" and session.scalars(with_receipt).first() is not None:
        raise Refusal(
            "fund-has-receipts", "这笔资金已经有开了捐赠票据的到账，不能当商业赞助。请另开一笔资金，或先冲正那一笔。"
        )
    others = (
        select(Agreement.number)
        .join(AgreementFund)
        .where(AgreementFund.fund_id == fund_id, Agreement.id != row.id, Agreement.nature != row.nature)
    )
    if session.scalars(others).first() is not None:
        raise Refusal("fund-nature", "捐赠的钱和商业赞助的钱不能放在同一笔资金里，请另开一笔。")


def _fund_ids(session: Session, agreement_id: int) -> list[int]:
    rows = select(AgreementFund.fund_id).where(AgreementFund.agreement_id == agreement_id)
    return list(session.scalars(rows))


def _told(terms: Terms) -> dict[str, object]:
    return {
        "nature": terms.nature, "holder": terms.holder_kind, "begins_on": terms.begins_on.isoformat(),
        "ends_on": terms.ends_on.isoformat(), "amount_fen": terms.amount_fen,
    }  # fmt: skip
