"""Keep the trials of drafts: a month's meals divided again."""

import sqlalchemy as sa
from alembic import op

revision = "0012_trials"
down_revision = "0011_vocabulary"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
