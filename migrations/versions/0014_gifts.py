"""Tell pledged, received, used and paid-over money apart; goods and expenses too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0014_gifts"
down_revision = "0013_agreements"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _make_gifts()
    _make_payments()
    _make_giving()


def _make_gifts() -> None:
    op.create_table(
        "pledge",
        sa.Column("id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("pledged_on", sa.Date(), nullable=False),
        sa.Column("giver_name", sa.String(length=80), nullable=True),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_pledge_ck_pledge_has_an_amount")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_pledge_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_pledge_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
    )
    op.create_index("ix_pledge_fund_id", "pledge", ["fund_id"], unique=False)
    op.create_table(
        "gift_paper",
        sa.Column("gift_id", ID, nullable=False),
        sa.Column("way", sa.String(length=12), nullable=True),
        sa.Column("receipt_code", sa.String(length=20), nullable=True),
        sa.Column("receipt_number", sa.String(length=20), nullable=True),
        sa.Column("receipt_issuer", sa.String(length=80), nullable=True),
        sa.Column("bank_no", sa.String(length=64), nullable=True),
        sa.Column("giver_name", sa.String(length=80), nullable=True),
        sa.Column("met_entry_id", ID, nullable=True),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.CheckConstraint("(receipt_code IS NULL) = (receipt_number IS NULL) AND (receipt_code IS NULL) = (receipt_issuer IS NULL)", name=op.f("ck_gift_paper_ck_gift_paper_receipt_is_whole")),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_gift_paper_gift_id")),
        sa.ForeignKeyConstraint(["met_entry_id"], ["entry.id"], name=op.f("fk_gift_paper_met_entry_id")),
        sa.PrimaryKeyConstraint("gift_id", name=op.f("pk_gift_paper")),
    )
    _once("uq_gift_paper_bank_no", "gift_paper", ["bank_no"], "reversed_at IS NULL")
    _once("uq_gift_paper_receipt", "gift_paper", ["receipt_code", "receipt_number"], "reversed_at IS NULL")
    op.create_table(
        "goods_gift",
        sa.Column("id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("basis_source", sa.String(length=120), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("giver_name", sa.String(length=80), nullable=True),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.CheckConstraint("quantity_milli > 0", name=op.f("ck_goods_gift_ck_goods_gift_has_a_quantity")),
        sa.CheckConstraint("value_fen > 0", name=op.f("ck_goods_gift_ck_goods_gift_has_a_value")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_goods_gift_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_goods_gift_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_gift")),
    )
    op.create_index("ix_goods_gift_fund_id", "goods_gift", ["fund_id"], unique=False)


def _make_payments() -> None:
    op.create_table(
        "fund_expense",
        sa.Column("id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("payee", sa.String(length=80), nullable=False),
        sa.Column("document_no", sa.String(length=64), nullable=True),
        sa.Column("bank_no", sa.String(length=64), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_expense_ck_fund_expense_has_an_amount")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_fund_expense_canteen_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_fund_expense_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_expense_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_expense")),
    )
    op.create_index("ix_fund_expense_fund_id", "fund_expense", ["fund_id"], unique=False)
    _once("uq_fund_expense_bank_no", "fund_expense", ["bank_no"], "reversed_at IS NULL")
    op.create_table(
        "fund_pay_over",
        sa.Column("id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("bank_no", sa.String(length=64), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_pay_over_ck_fund_pay_over_has_an_amount")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_fund_pay_over_canteen_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_fund_pay_over_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_pay_over_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_pay_over")),
    )
    op.create_index("ix_fund_pay_over_fund_id", "fund_pay_over", ["fund_id"], unique=False)
    _once("uq_fund_pay_over_bank_no", "fund_pay_over", ["bank_no"], "reversed_at IS NULL")
    op.create_table(
        "fund_refund",
        sa.Column("id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("refused_at", INSTANT, nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("reversed_at", INSTANT, nullable=True),
        sa.CheckConstraint("approved_at IS NULL OR entry_id IS NOT NULL", name=op.f("ck_fund_refund_ck_fund_refund_paid_when_approved")),
        sa.CheckConstraint("approved_at IS NULL OR (approved_by IS NOT NULL AND approved_by <> asked_by)", name=op.f("ck_fund_refund_ck_fund_refund_two_people")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_fund_refund_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_refund_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_refund")),
    )
    op.create_index("ix_fund_refund_fund_id", "fund_refund", ["fund_id"], unique=False)
    _once("uq_fund_refund_waiting", "fund_refund", ["fund_id"], "approved_at IS NULL AND refused_at IS NULL")


def _make_giving() -> None:
    op.create_table(
        "fund_giving",
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("pledge_ceiling_fen", sa.BigInteger(), nullable=True),
        sa.Column("is_for_many", sa.Boolean(), nullable=False),
        sa.Column("raiser", sa.String(length=80), nullable=True),
        sa.Column("filing_no", sa.String(length=40), nullable=True),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("pledge_ceiling_fen > 0", name=op.f("ck_fund_giving_ck_fund_giving_ceiling_above_zero")),
        sa.CheckConstraint("(raiser IS NULL) = (filing_no IS NULL)", name=op.f("ck_fund_giving_ck_fund_giving_raiser_has_a_filing")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_giving_fund_id")),
        sa.PrimaryKeyConstraint("fund_id", name=op.f("pk_fund_giving")),
    )


def _once(name: str, table: str, columns: Sequence[str], where: str) -> None:
    """What stands once among the rows that count."""
    op.create_index(
        name, table, list(columns), unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def downgrade() -> None:
    for table in (
        "fund_giving", "fund_refund", "fund_pay_over", "fund_expense", "goods_gift", "gift_paper", "pledge"
    ):
        op.drop_table(table)
