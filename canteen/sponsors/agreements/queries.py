"""Reads of sponsors, their names over time, agreements, papers and rights of naming."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.errors import Refusal
from canteen.sponsors import queries as money
from canteen.sponsors.agreements.models import (
    Agreement,
    AgreementFile,
    AgreementFund,
    AgreementRule,
    Naming,
    SponsorName,
)
from canteen.sponsors.models import Fund, Sponsor
from canteen.sponsors.queries import FundRow
from canteen.subsidies.drafts.models import ProgrammeDraft

WITHOUT_CANTEEN = ("wall", "statement")


@dataclass(frozen=True, slots=True)
class SponsorRow:
    """A sponsor with what all of its funds received and hold. `kind` None: nobody has told it yet."""

    id: int
    name: str
    display_name: str
    kind: str | None
    uscc: str | None
    contact_name: str | None
    contact_phone: str | None
    contact_address: str | None
    contact_email: str | None
    received_fen: int
    used_fen: int
    balance_fen: int

    @property
    def masked_email(self) -> str:
        """The address as pages show it: zh***@example.org."""
        return masked_email(self.contact_email)


@dataclass(frozen=True, slots=True)
class NameRow:
    """A display name and the day from which it counts."""

    from_on: date
    display_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as pages show it."""

    id: int
    number: str
    sponsor_id: int
    sponsor_name: str
    display_name: str
    sponsor_kind: str | None
    nature: str
    holder_kind: str
    holder_name: str
    holder_uscc: str | None
    signed_on: date
    begins_on: date
    ends_on: date
    amount_fen: int
    wording_by: str | None
    wording_on: date | None
    goods_declared: bool
    relatives_declared: bool
    shows_amount: bool
    allotted_fen: int

    @property
    def is_donation(self) -> bool:
        """Whether it is 捐赠; 商业赞助 gets no certificate and no donation receipt."""
        return self.nature == "donation"


@dataclass(frozen=True, slots=True)
class AllottedRow:
    """A fund that an agreement feeds."""

    fund_id: int
    code: str
    title: str
    allotted_fen: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A scanned paper, without its content."""

    id: int
    naming_id: int | None
    kind: str
    name: str
    media_type: str
    size_bytes: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class NamingRow:
    """A right of naming. `has_paper`: the approval's document is kept."""

    id: int
    agreement_id: int
    object: str
    canteen_id: int | None
    canteen: str | None
    meal: str | None
    named_on: date | None
    name: str
    begins_on: date
    ends_on: date
    consent_by: str | None
    consent_on: date | None
    needs_approval: bool
    approval_by: str | None
    approval_no: str | None
    approval_on: date | None
    withdrawn_on: date | None
    withdrawn_reason: str | None
    has_paper: bool

    @property
    def last_on(self) -> date:
        """The last day on which the name may be shown; before `begins_on` where it was withdrawn before it began."""
        if self.withdrawn_on is None:
            return self.ends_on
        return min(self.ends_on, self.withdrawn_on - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A draft begun from an agreement."""

    draft_id: int
    programme: str
    state: str
    fund: str
    rule: str
    begun_at: datetime


def sponsors(session: Session, funds: Sequence[FundRow]) -> list[SponsorRow]:
    """Every sponsor, by name, with what its funds among these received, used and hold."""
    found = session.scalars(select(Sponsor).order_by(Sponsor.name))
    return [_sponsor_row(row, [fund for fund in funds if fund.sponsor_id == row.id]) for row in found]


def sponsor(session: Session, sponsor_id: int) -> SponsorRow:
    """One sponsor. Raises Refusal `sponsor-unknown`."""
    row = session.get(Sponsor, sponsor_id)
    if row is None:
        raise unknown_sponsor()
    return _sponsor_row(row, money.funds(session, sponsor_id))


def masked_email(address: str | None) -> str:
    """An address for pages: zh***@example.org; nothing for none."""
    if not address:
        return ""
    local, _at, domain = address.rpartition("@")
    return f"{local[: min(2, len(local) - 1)]}***@{domain}"


def unknown_sponsor() -> Refusal:
    """Refusal `sponsor-unknown`."""
    return Refusal("sponsor-unknown", "没有这位捐赠方。请回到列表再选。")


def names(session: Session, sponsor_id: int) -> list[NameRow]:
    """The display names of a sponsor, the newest first."""
    rows = select(SponsorName).where(SponsorName.sponsor_id == sponsor_id)
    found = session.scalars(rows.order_by(SponsorName.from_on.desc(), SponsorName.id.desc()))
    return [NameRow(row.from_on, row.display_name, row.at) for row in found]


def display_name_on(session: Session, sponsor_id: int, on: date) -> str:
    """The name that counted on a day: what a paper about that day bears. Raises Refusal `sponsor-unknown`.

    A day before the first name that was written down bears that first name.
    """
    found = names(session, sponsor_id)
    for row in found:
        if row.from_on <= on:
            return row.display_name
    return found[-1].display_name if found else sponsor(session, sponsor_id).display_name


def agreements(session: Session, sponsor_id: int | None = None) -> list[AgreementRow]:
    """Agreements of one sponsor or of all, those that end last first."""
    rows = select(Agreement, Sponsor).join(Sponsor)
    if sponsor_id is not None:
        rows = rows.where(Agreement.sponsor_id == sponsor_id)
    found = session.execute(rows.order_by(Agreement.ends_on.desc(), Agreement.id.desc()))
    allotted = _allotted(session)
    return [_agreement_row(row, giver, allotted.get(row.id, 0)) for row, giver in found]


def agreement(session: Session, agreement_id: int) -> AgreementRow:
    """One agreement. Raises Refusal `agreement-unknown`."""
    rows = select(Agreement, Sponsor).join(Sponsor).where(Agreement.id == agreement_id)
    found = session.execute(rows).first()
    if found is None:
        raise unknown_agreement()
    return _agreement_row(found[0], found[1], _allotted(session).get(agreement_id, 0))


def unknown_agreement() -> Refusal:
    """Refusal `agreement-unknown`."""
    return Refusal("agreement-unknown", "没有这份协议。请回到列表再选。")


def allotted(session: Session, agreement_id: int) -> list[AllottedRow]:
    """The funds that an agreement feeds, by code."""
    rows = select(AgreementFund, Fund).join(Fund).where(AgreementFund.agreement_id == agreement_id)
    found = session.execute(rows.order_by(Fund.code))
    return [AllottedRow(fund.id, fund.code, fund.title, row.allotted_fen) for row, fund in found]


def fund_nature(session: Session, fund_id: int) -> str | None:
    """Whether a fund's money is a `donation` or a `sponsorship`; None where no agreement feeds it."""
    rows = select(Agreement.nature).join(AgreementFund).where(AgreementFund.fund_id == fund_id)
    return session.scalars(rows.order_by(Agreement.id)).first()


def fund_agreements(session: Session, fund_id: int) -> list[AgreementRow]:
    """The agreements that feed a fund, those that end last first."""
    of_fund = select(AgreementFund.agreement_id).where(AgreementFund.fund_id == fund_id)
    wanted = set(session.scalars(of_fund))
    return [row for row in agreements(session) if row.id in wanted]


def files(session: Session, agreement_id: int) -> list[FileRow]:
    """The papers of an agreement, in the order in which they came."""
    rows = select(AgreementFile).where(AgreementFile.agreement_id == agreement_id).order_by(AgreementFile.id)
    return [
        FileRow(row.id, row.naming_id, row.kind, row.name, row.media_type, row.size_bytes, row.uploaded_at)
        for row in session.scalars(rows)
    ]


def file_content(session: Session, agreement_id: int, file_id: int) -> tuple[str, bytes]:
    """The type and the bytes of a paper of this agreement. Raises Refusal `file-unknown`."""
    rows = select(AgreementFile.media_type, AgreementFile.content).where(
        AgreementFile.id == file_id, AgreementFile.agreement_id == agreement_id
    )
    found = session.execute(rows).first()
    if found is None:
        raise Refusal("file-unknown", "没有这份文件。")
    return found[0], found[1]


def namings(session: Session, agreement_id: int) -> list[NamingRow]:
    """The rights of naming under an agreement, by their first day; withdrawn ones stay in the list."""
    return _namings(session, Naming.agreement_id == agreement_id)


def all_namings(session: Session) -> list[NamingRow]:
    """Every right of naming, by its first day."""
    return _namings(session, Naming.id.is_not(None))


def naming(session: Session, naming_id: int) -> NamingRow:
    """One right of naming. Raises Refusal `naming-unknown`."""
    found = _namings(session, Naming.id == naming_id)
    if not found:
        raise Refusal("naming-unknown", "没有这项冠名。")
    return found[0]


def history(session: Session, canteen_id: int) -> list[NamingRow]:
    """Every right of naming that a canteen ever bore, by its first day."""
    return _namings(session, Naming.canteen_id == canteen_id)


def rules(session: Session, agreement_id: int) -> list[RuleRow]:
    """The drafts that were begun from an agreement, the newest first."""
    rows = (
        select(AgreementRule, ProgrammeDraft, Fund.code)
        .join(ProgrammeDraft, ProgrammeDraft.id == AgreementRule.draft_id)
        .join(Fund, Fund.id == AgreementRule.fund_id)
        .where(AgreementRule.agreement_id == agreement_id)
        .order_by(AgreementRule.id.desc())
    )
    return [
        RuleRow(draft.id, draft.title, draft.state, fund, row.rule, row.begun_at)
        for row, draft, fund in session.execute(rows)
    ]


def _namings(session: Session, where: object) -> list[NamingRow]:
    rows = select(Naming, Canteen.name).outerjoin(Canteen, Canteen.id == Naming.canteen_id).where(where)  # type: ignore[arg-type]
    found = session.execute(rows.order_by(Naming.begins_on, Naming.id)).all()
    papers = _with_papers(session, [row.id for row, _name in found])
    return [
        NamingRow(
            id=row.id, agreement_id=row.agreement_id, object=row.object, canteen_id=row.canteen_id, canteen=name,
            meal=row.meal, named_on=row.named_on, name=row.name, begins_on=row.begins_on, ends_on=row.ends_on,
            consent_by=row.consent_by, consent_on=row.consent_on, needs_approval=row.needs_approval,
            approval_by=row.approval_by, approval_no=row.approval_no, approval_on=row.approval_on,
            withdrawn_on=row.withdrawn_on, withdrawn_reason=row.withdrawn_reason, has_paper=row.id in papers,
        )
        for row, name in found
    ]  # fmt: skip


def _with_papers(session: Session, naming_ids: Iterable[int]) -> set[int]:
    rows = select(AgreementFile.naming_id).where(
        AgreementFile.naming_id.in_(list(naming_ids)), AgreementFile.kind == "approval"
    )
    return {naming_id for naming_id in session.scalars(rows) if naming_id is not None}


def _allotted(session: Session) -> dict[int, int]:
    rows = select(AgreementFund.agreement_id, func.sum(AgreementFund.allotted_fen))
    return {row_id: int(fen) for row_id, fen in session.execute(rows.group_by(AgreementFund.agreement_id))}


def _sponsor_row(row: Sponsor, funds: Sequence[FundRow]) -> SponsorRow:
    return SponsorRow(
        id=row.id, name=row.name, display_name=row.display_name, kind=row.kind, uscc=row.uscc,
        contact_name=row.contact_name, contact_phone=row.contact_phone, contact_address=row.contact_address,
        contact_email=row.contact_email,
        received_fen=sum(fund.received_fen for fund in funds), used_fen=sum(fund.used_fen for fund in funds),
        balance_fen=sum(fund.balance_fen for fund in funds),
    )  # fmt: skip


def _agreement_row(row: Agreement, giver: Sponsor, allotted_fen: int) -> AgreementRow:
    return AgreementRow(
        id=row.id, number=row.number, sponsor_id=giver.id, sponsor_name=giver.name,
        display_name=giver.display_name, sponsor_kind=giver.kind, nature=row.nature,
        holder_kind=row.holder_kind, holder_name=row.holder_name, holder_uscc=row.holder_uscc,
        signed_on=row.signed_on, begins_on=row.begins_on, ends_on=row.ends_on, amount_fen=row.amount_fen,
        wording_by=row.wording_by, wording_on=row.wording_on, goods_declared=row.goods_declared,
        relatives_declared=row.relatives_declared, shows_amount=row.shows_amount, allotted_fen=allotted_fen,
    )  # fmt: skip
