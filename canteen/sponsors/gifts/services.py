"""What can come to a fund: money, pledges, goods; and how it takes them. What leaves it is `spending`."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.db import reading, transaction
from canteen.ledger.queries import balance_fen
from canteen.sponsors.agreements.queries import fund_nature
from canteen.sponsors.gifts import postings, purse, queries, reading_paper
from canteen.sponsors.gifts.models import FundGiving, GiftPaper, GoodsGift, Pledge
from canteen.sponsors.models import Fund, Gift

WAYS = ("bank", "cash", "platform")
BASES = ("invoice", "market", "estimate")
MOST_QUANTITY_MILLI = 10**12


@dataclass(frozen=True, slots=True)
class NewMoney:
    """Money that came. The receipt (代码, 号码, issuer) is whole or not there; `key` is made once per form."""

    key: str
    code: str
    amount_fen: int
    received_on: date
    way: str
    receipt_code: str = ""
    receipt_number: str = ""
    receipt_issuer: str = ""
    bank_no: str = ""
    giver_name: str = ""
    was_pledged: bool = False


@dataclass(frozen=True, slots=True)
class NewPledge:
    """Money that somebody promises."""

    key: str
    code: str
    amount_fen: int
    pledged_on: date
    giver_name: str = ""


@dataclass(frozen=True, slots=True)
class NewGoods:
    """Goods that came. `quantity_milli` is in thousandths; `basis_source` is what their value rests on."""

    key: str
    code: str
    what: str
    quantity_milli: int
    unit: str
    value_fen: int
    basis: str
    basis_source: str
    received_on: date
    giver_name: str = ""


def receive_money(wanted: NewMoney, actor: str) -> int:
    """Book money received; answers what the fund holds then, in fen.

    Raises Refusal `fund-unknown`, `amount-zero`, `day-ahead`, `way-unknown`, `receipt-part`, `receipt-number-form`,
    `bank-no-form`, `giver-needed`, `receipt-sponsorship`, `pledge-none`, `receipt-booked`, `bank-booked`, `booked-already`.
    """
    purse.check_amount(wanted.amount_fen)
    purse.check_day(wanted.received_on)
    if wanted.way not in WAYS:
        raise Refusal("way-unknown", "请选择钱是怎么来的：转账、现金还是平台。")
    wanted = _with_papers(wanted)
    try:
        with transaction() as session:
            return _receive(session, wanted, actor)
    except IntegrityError as error:
        raise _booked(wanted, error) from error


def pledge(wanted: NewPledge, actor: str) -> int:
    """Write down what somebody promises; answers all that is promised and open, in fen. Nothing can be drawn by it,
    unless the office set a ceiling.

    Raises Refusal `fund-unknown`, `amount-zero`, `day-ahead`, `giver-needed`, `booked-already`.
    """
    purse.check_amount(wanted.amount_fen)
    purse.check_day(wanted.pledged_on)
    giver = purse.text(wanted.giver_name, 80)
    with purse.once(), transaction() as session:
        fund = purse.locked(session, wanted.code)
        _check_giver(session, fund, giver)
        lines = postings.pledged(fund.code, wanted.amount_fen)
        entry_id = purse.book(session, fund, "pledge", wanted.pledged_on, lines, wanted.key)
        session.add(
            Pledge(
                fund_id=fund.id, amount_fen=wanted.amount_fen, pledged_on=wanted.pledged_on, giver_name=giver,
                entry_id=entry_id,
            )
        )  # fmt: skip
        purse.level_advance(session, fund, wanted.pledged_on)
        record(session, "pledged", actor, f"fund:{fund.code}", detail={"amount_fen": wanted.amount_fen})
        return balance_fen(session, journal.promised(fund.code))


def receive_goods(wanted: NewGoods, actor: str) -> int:
    """Write down goods given in kind; answers the value of all of them, in fen. They are never drawn on.

    Raises Refusal `fund-unknown`, `amount-zero`, `day-ahead`, `quantity-zero`, `basis-unknown`, `needed-text`,
    `giver-needed`, `booked-already`.
    """
    purse.check_amount(wanted.value_fen)
    purse.check_day(wanted.received_on)
    if not 0 < wanted.quantity_milli <= MOST_QUANTITY_MILLI:
        raise Refusal("quantity-zero", "数量要大于 0。")
    if wanted.basis not in BASES:
        raise Refusal("basis-unknown", "请选择价值的依据：发票、市场价还是估价。")
    giver = purse.text(wanted.giver_name, 80)
    row = GoodsGift(
        what=purse.needed(wanted.what, 80), quantity_milli=wanted.quantity_milli,
        unit=purse.needed(wanted.unit, 12), value_fen=wanted.value_fen, basis=wanted.basis,
        basis_source=purse.needed(wanted.basis_source, 120), received_on=wanted.received_on, giver_name=giver,
    )  # fmt: skip
    with purse.once(), transaction() as session:
        fund = purse.locked(session, wanted.code)
        _check_giver(session, fund, giver)
        lines = postings.valued(fund.code, row.value_fen)
        row.fund_id = fund.id
        row.entry_id = purse.book(session, fund, "goods", row.received_on, lines, wanted.key)
        session.add(row)
        record(session, "goods-received", actor, f"fund:{fund.code}", detail={"value_fen": row.value_fen})
        return balance_fen(session, journal.goods(fund.code))


def set_giving(code: str, giving: queries.Giving, actor: str) -> None:
    """Say how a fund takes gifts, and how far its pledges may be drawn before they are received.

    Raises Refusal `fund-unknown`, `ceiling-zero`, `filing-part`, `filing-form`, `advance-used`.
    """
    giving = _checked_giving(giving)
    with transaction() as session:
        fund = purse.locked(session, code)
        row = session.get(FundGiving, fund.id)
        if row is None:
            row = FundGiving(fund_id=fund.id)
            session.add(row)
        row.pledge_ceiling_fen, row.is_for_many = giving.pledge_ceiling_fen, giving.is_for_many
        row.raiser, row.filing_no = giving.raiser, giving.filing_no
        row.changed_by, row.changed_at = actor, now()
        session.flush()
        purse.level_advance(session, fund, now().date())
        detail = {"ceiling_fen": giving.pledge_ceiling_fen, "for_many": giving.is_for_many}
        record(session, "fund-giving", actor, f"fund:{code}", detail=detail | {"filing_no": giving.filing_no})


def _receive(session: Session, wanted: NewMoney, actor: str) -> int:
    fund = purse.locked(session, wanted.code)
    giver = purse.text(wanted.giver_name, 80)
    _check_giver(session, fund, giver)
    _check_receipt(session, fund, wanted)
    fen, on = wanted.amount_fen, wanted.received_on
    lines = postings.received(fund.code, fund.id, fen)
    entry_id = purse.book(session, fund, "gift", on, lines, wanted.key)
    receipt = f"{wanted.receipt_code} {wanted.receipt_number}".strip() or None
    gift = Gift(fund_id=fund.id, amount_fen=fen, received_on=on, receipt_no=receipt, entry_id=entry_id)
    session.add(gift)
    session.flush()
    paper = GiftPaper(
        gift_id=gift.id, way=wanted.way, receipt_code=wanted.receipt_code or None,
        receipt_number=wanted.receipt_number or None, receipt_issuer=wanted.receipt_issuer or None,
        bank_no=wanted.bank_no or None, giver_name=giver,
        met_entry_id=_meet_pledge(session, fund, wanted) if wanted.was_pledged else None,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    record(session, "gift-received", actor, f"fund:{fund.code}", detail={"amount_fen": fen})
    return fund.balance_fen


def _meet_pledge(session: Session, fund: Fund, wanted: NewMoney) -> int:
    open_fen = balance_fen(session, journal.promised(fund.code))
    if open_fen <= 0:
        raise Refusal("pledge-none", "这笔资金没有还没到账的认捐。请不要勾“认捐的钱”，或先记认捐。")
    lines = postings.met(fund.code, min(open_fen, wanted.amount_fen))
    entry_id = purse.book(session, fund, "pledge-met", wanted.received_on, lines)
    # What was let draw before it came is now there itself: less is let draw, never more than the gift brought.
    purse.level_advance(session, fund, wanted.received_on)
    return entry_id


def _check_giver(session: Session, fund: Fund, giver: str | None) -> None:
    if giver is None and queries.giving(session, fund.id).needs_names:
        raise Refusal(
            "giver-needed",
            "这笔资金收很多人的捐款，又没有公开募捐备案号，只能收实名的捐款。请填捐赠人姓名，或先补上备案号。",
        )


def _check_receipt(session: Session, fund: Fund, wanted: NewMoney) -> None:
    """Who pays for a name gets an invoice from the operator, never a donation receipt."""
    if wanted.receipt_code and fund_nature(session, fund.id) == "sponsorship":
        raise Refusal(
            "receipt-sponsorship", "这笔资金是商业赞助，不开捐赠票据。请把票据三项空着；发票由收款方另开。"
        )


def _with_papers(wanted: NewMoney) -> NewMoney:
    code, number = reading_paper.number(wanted.receipt_code), reading_paper.number(wanted.receipt_number)
    issuer = purse.text(wanted.receipt_issuer, 80) or ""
    if len({bool(part) for part in (code, number, issuer)}) > 1:
        raise Refusal("receipt-part", "票据的代码、号码和开票单位要一起填；还没有开票就都空着。")
    if any(part and not reading_paper.RECEIPT.fullmatch(part) for part in (code, number)):
        raise Refusal("receipt-number-form", "票据代码和号码只有数字、字母和横线，各最多 20 位。请照票据上的写。")
    bank_no = reading_paper.number(wanted.bank_no)
    if bank_no and not reading_paper.BANK_NO.fullmatch(bank_no):
        raise Refusal("bank-no-form", "银行流水号只有数字、字母和横线，最多 64 位。请照回单上的写。")
    return replace(
        wanted, receipt_code=code, receipt_number=number, receipt_issuer=issuer, bank_no=bank_no
    )  # fmt: skip


def _checked_giving(giving: queries.Giving) -> queries.Giving:
    if giving.pledge_ceiling_fen is not None and not 0 < giving.pledge_ceiling_fen <= purse.MOST_FEN:
        raise Refusal("ceiling-zero", "认捐先用的上限要大于 0；只用到账的钱就空着。")
    raiser = purse.text(giving.raiser or "", 80)
    filing_no = reading_paper.number(giving.filing_no or "") or None
    if (raiser is None) != (filing_no is None):
        raise Refusal("filing-part", "有公开募捐资格的组织和募捐备案号要一起填。")
    if filing_no and not reading_paper.FILING.fullmatch(filing_no):
        raise Refusal("filing-form", "募捐备案号是 6 到 40 位数字和字母，请照备案证明上的写。")
    return replace(giving, raiser=raiser, filing_no=filing_no)


def _booked(wanted: NewMoney, error: IntegrityError) -> Refusal:
    """Which of the papers is there already, and what was booked with it."""
    said = str(error.orig)
    if "bank_no" not in said and "receipt" not in said:
        return purse.already(error)
    with reading() as session:
        rows = select(Gift.received_on, Gift.amount_fen, Fund.code).join(Fund, Fund.id == Gift.fund_id)
        rows = rows.outerjoin(GiftPaper, GiftPaper.gift_id == Gift.id)
        is_bank = "bank_no" in said
        receipt = f"{wanted.receipt_code} {wanted.receipt_number}"
        same = GiftPaper.bank_no == wanted.bank_no if is_bank else Gift.receipt_no == receipt
        live = GiftPaper.reversed_at.is_(None)
        on, fen, fund = session.execute(rows.where(same, live)).first() or (wanted.received_on, 0, wanted.code)
    values = {"on": on.isoformat(), "amount": yuan(fen), "fund": fund}
    told = f"{values['on']} 资金“{fund}”{values['amount']} 元。没有再记，请核对。"
    if is_bank:
        return Refusal("bank-booked", f"这个银行流水号已经记过一笔到账：{told}", **values)
    return Refusal("receipt-booked", f"这张票据已经记过一笔到账：{told}", **values)
