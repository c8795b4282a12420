"""Keep the trials of drafts: a month's meals divided again.

A trial is state that waits, as a sealed statement without its file is: whoever takes it leaves a claim that runs out.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_trials"
down_revision = "0011_vocabulary"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "programme_trial",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("version_on", sa.Date(), nullable=True),
        sa.Column("is_supposed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("meals_done", sa.Integer(), nullable=False),
        sa.Column("meals_total", sa.Integer(), nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("failure", sa.String(length=60), nullable=True),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["programme_draft.id"], name=op.f("fk_programme_trial_draft_id")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_programme_trial_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_trial")),
    )
    op.create_index("ix_programme_trial_draft_id", "programme_trial", ["draft_id"], unique=False)
    op.create_index("ix_programme_trial_state", "programme_trial", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("programme_trial")
