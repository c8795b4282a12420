"""Keep who gives under which agreement, and what bears whose name."""

import sqlalchemy as sa
from alembic import op

revision = "0013_agreements"
down_revision = "0012_trials"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _widen_sponsors_and_funds()
    _make_names()
    _make_agreements()
    _make_namings()
    _fill_names()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _widen_sponsors_and_funds() -> None:
    for name, length in (
        ("kind", 12), ("uscc", 18), ("contact_name", 60), ("contact_phone", 30), ("contact_address", 120)
    ):
        op.add_column("sponsor", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_index("uq_sponsor_uscc", "sponsor", ["uscc"], unique=True)
    op.add_column("fund", sa.Column("purpose", sa.String(length=200), nullable=True))
    op.add_column("fund", sa.Column("budget_fen", sa.BigInteger(), nullable=True))


def _make_names() -> None:
    op.create_table(
        "sponsor_name",
        sa.Column("id", ID, nullable=False),
        sa.Column("sponsor_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["sponsor_id"], ["sponsor.id"], name=op.f("fk_sponsor_name_sponsor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_name")),
    )
    op.create_index("ix_sponsor_name_sponsor_id", "sponsor_name", ["sponsor_id"], unique=False)


def _make_agreements() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("sponsor_id", ID, nullable=False),
        sa.Column("nature", sa.String(length=12), nullable=False),
        sa.Column("holder_kind", sa.String(length=12), nullable=False),
        sa.Column("holder_name", sa.String(length=80), nullable=False),
        sa.Column("holder_uscc", sa.String(length=18), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("wording_by", sa.String(length=60), nullable=True),
        sa.Column("wording_on", sa.Date(), nullable=True),
        sa.Column("goods_declared", sa.Boolean(), nullable=False),
        sa.Column("relatives_declared", sa.Boolean(), nullable=False),
        sa.Column("shows_amount", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_agreement_begins_before_it_ends")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_agreement_has_an_amount")),
        sa.CheckConstraint(
            "nature <> 'donation' OR holder_kind <> 'operator'",
            name=op.f("ck_agreement_no_donation_to_an_operator"),
        ),
        sa.ForeignKeyConstraint(["sponsor_id"], ["sponsor.id"], name=op.f("fk_agreement_sponsor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_agreement_number")),
    )
    op.create_index("ix_agreement_sponsor_id", "agreement", ["sponsor_id"], unique=False)
    op.create_table(
        "agreement_fund",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("allotted_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_fund_agreement_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_agreement_fund_fund_id")),
        sa.PrimaryKeyConstraint("agreement_id", "fund_id", name=op.f("pk_agreement_fund")),
    )


def _make_namings() -> None:
    op.create_table(
        "naming",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("object", sa.String(length=10), nullable=False),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("meal", sa.String(length=10), nullable=True),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("consent_by", sa.String(length=60), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("approval_by", sa.String(length=80), nullable=True),
        sa.Column("approval_no", sa.String(length=60), nullable=True),
        sa.Column("approval_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_naming_begins_before_it_ends")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_naming_agreement_id")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_naming_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_naming")),
    )
    op.create_index("ix_naming_agreement_id", "naming", ["agreement_id"], unique=False)
    op.create_index("ix_naming_canteen_id", "naming", ["canteen_id"], unique=False)
    op.create_table(
        "agreement_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("naming_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_file_agreement_id")),
        sa.ForeignKeyConstraint(["naming_id"], ["naming.id"], name=op.f("fk_agreement_file_naming_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_file")),
    )
    op.create_index("ix_agreement_file_agreement_id", "agreement_file", ["agreement_id"], unique=False)
    op.create_index("ix_agreement_file_naming_id", "agreement_file", ["naming_id"], unique=False)
    op.create_table(
        "agreement_rule",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("begun_by", sa.String(length=80), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_rule_agreement_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_agreement_rule_fund_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["programme_draft.id"], name=op.f("fk_agreement_rule_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_rule")),
    )
    op.create_index("ix_agreement_rule_agreement_id", "agreement_rule", ["agreement_id"], unique=False)


def _fill_names() -> None:
    """The name that each sponsor has today counts from the day on which the sponsor was written down."""
    sponsor = sa.table(
        "sponsor", sa.column("id", ID), sa.column("display_name", sa.String), sa.column("created_at", INSTANT)
    )
    named = sa.table(
        "sponsor_name", sa.column("sponsor_id", ID), sa.column("from_on", sa.Date),
        sa.column("display_name", sa.String), sa.column("by", sa.String), sa.column("at", INSTANT),
    )
    connection = op.get_bind()
    for sponsor_id, display_name, created_at in connection.execute(sa.select(sponsor)).all():
        connection.execute(sa.insert(named).values(
            sponsor_id=sponsor_id, from_on=created_at.date(), display_name=display_name, by="system:upgrade",
            at=created_at,
        ))


def _guard_postgresql() -> None:
    op.execute(sa.text(
        "CREATE TRIGGER sponsor_name_append_only BEFORE UPDATE OR DELETE ON sponsor_name "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ))
    op.execute(sa.text(
        "CREATE TRIGGER sponsor_name_no_truncate BEFORE TRUNCATE ON sponsor_name "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ))


def _guard_sqlite() -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(sa.text(
            f"CREATE TRIGGER sponsor_name_no_{act.lower()} BEFORE {act} ON sponsor_name BEGIN "
            "SELECT RAISE(ABORT, 'sponsor_name is append-only: write a new name instead'); END"
        ))


def downgrade() -> None:
    for table in ("agreement_rule", "agreement_file", "naming", "agreement_fund", "agreement", "sponsor_name"):
        op.drop_table(table)
    op.drop_column("fund", "budget_fen")
    op.drop_column("fund", "purpose")
    op.drop_index("uq_sponsor_uscc", "sponsor")
    for name in ("contact_address", "contact_phone", "contact_name", "uscc", "kind"):
        op.drop_column("sponsor", name)
