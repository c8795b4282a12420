"""What a tablet was told in its day sheet, and since when an elder's life or account stands as it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0004_day_sheet"
down_revision = "0003_check_in"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sheet_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteen.id"], name="fk_sheet_version_canteen_id_canteen"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_version"),
        sa.UniqueConstraint("canteen_id", "version", name="uq_sheet_version_canteen_id_version"),
    )
    # When a death was noted or taken back: the card of the dead stays what it is, and tablets must hear of it.
    op.add_column("elder", sa.Column("standing_changed_at", INSTANT, nullable=True))
    op.create_index("ix_elder_standing_changed_at", "elder", ["standing_changed_at"])
    op.create_index("ix_meal_card_changed_at", "meal_card", ["changed_at"])


def downgrade() -> None:
    op.drop_index("ix_meal_card_changed_at", "meal_card")
    op.drop_index("ix_elder_standing_changed_at", "elder")
    with op.batch_alter_table("elder") as table:
        table.drop_column("standing_changed_at")
    op.drop_table("sheet_version")
