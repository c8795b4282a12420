"""Let an office extend the lists that rules speak in, with their history."""

import sqlalchemy as sa
from alembic import op

revision = "0011_vocabulary"
down_revision = "0010_policy_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
