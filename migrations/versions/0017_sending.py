"""Which sealed statement was sent, to whom, when, and what came of it."""

revision = "0017_sending"
down_revision = "0016_fund_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
