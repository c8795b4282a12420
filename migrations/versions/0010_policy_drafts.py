"""Keep drafts of policies and what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "0010_policy_drafts"
down_revision = "0009_lines_by_payer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
