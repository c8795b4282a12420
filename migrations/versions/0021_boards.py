"""The link of a canteen's board: of its token only the hash is kept, and a revoked one stays in the list."""

import sqlalchemy as sa
from alembic import op

revision = "0021_boards"
down_revision = "0020_public_notices"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "board_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name=op.f("fk_board_link_canteen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_board_link_token_sha256")),
    )
    op.create_index("ix_board_link_canteen_id", "board_link", ["canteen_id"], unique=False)


def downgrade() -> None:
    op.drop_table("board_link")
