"""The link of a canteen's board."""

revision = "0021_boards"
down_revision = "0020_public_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
