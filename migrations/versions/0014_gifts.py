"""Tell pledged, received, used and paid-over money apart; goods and expenses too."""

revision = "0014_gifts"
down_revision = "0013_agreements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
