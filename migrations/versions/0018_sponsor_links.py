"""Links by which a sponsor reads its page, and what they were used for."""

revision = "0018_sponsor_links"
down_revision = "0017_sending"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
