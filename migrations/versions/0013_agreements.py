"""Keep who gives under which agreement, and what bears whose name."""

revision = "0013_agreements"
down_revision = "0012_trials"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
