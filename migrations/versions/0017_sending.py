"""Which sealed statement was sent, to whom, when, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0017_sending"
down_revision = "0016_fund_reports"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN = "state IN ('waiting', 'sending')"


def upgrade() -> None:
    op.add_column("sponsor", sa.Column("contact_email", sa.String(length=254), nullable=True))
    op.create_table(
        "statement_sending",
        sa.Column("id", ID, nullable=False),
        sa.Column("statement_id", ID, nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("message_id", sa.String(length=160), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("told_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "(way = 'mail') = (address IS NOT NULL)", name=op.f("ck_statement_sending_mail_has_an_address")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_sending_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_sending")),
    )
    op.create_index("ix_statement_sending_statement_id", "statement_sending", ["statement_id"], unique=False)
    op.create_index("ix_statement_sending_state", "statement_sending", ["state"], unique=False)
    op.create_index(
        "uq_statement_sending_open", "statement_sending", ["statement_id"], unique=True,
        sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("statement_sending")
    op.drop_column("sponsor", "contact_email")
