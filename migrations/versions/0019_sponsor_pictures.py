"""Pictures that sponsors may see, with the consent they rest on."""

revision = "0019_sponsor_pictures"
down_revision = "0018_sponsor_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
