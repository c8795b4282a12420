"""What tablets tell of themselves, and outboxes that came as a file."""

import sqlalchemy as sa
from alembic import op

revision = "0006_device_reports"
down_revision = "0005_shifts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
