"""Let tills draw on one fund without waiting for each other."""

revision = "0015_fund_slices"
down_revision = "0014_gifts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
