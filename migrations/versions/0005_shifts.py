"""Staff badges, shifts at a till, its cash close, and the portions the kitchen cooked."""

import sqlalchemy as sa
from alembic import op

revision = "0005_shifts"
down_revision = "0004_day_sheet"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
