"""Public notices of how a canteen's money was used."""

revision = "0020_public_notices"
down_revision = "0019_sponsor_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
