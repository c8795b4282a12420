"""Statements of a fund for a quarter, a year or a range of days."""

revision = "0016_fund_reports"
down_revision = "0015_fund_slices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
