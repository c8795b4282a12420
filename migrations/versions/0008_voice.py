"""The canteen's own recordings of what the till says."""

import sqlalchemy as sa
from alembic import op

revision = "0008_voice"
down_revision = "0007_review"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
